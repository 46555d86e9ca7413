// Into the portal without an account: as the operator, or as the customer.

import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBuilding, IconServerCog } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/call.ts';
import { FaultText } from '../../parts/states.tsx';
import { languageNow } from '../../words.ts';

type Side = 'operator' | 'customer';

export function LookAround() {
  const { t } = useTranslation('sandbox');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const enter = useMutation({
    mutationFn: (as: Side) => call('openSandboxSession', { body: { as, language: languageNow() } }),
    onSuccess: async () => {
      // Nothing that somebody else was shown is this one's.
      queries.clear();
      await navigate({ to: '/' });
    },
    onError: (error) => notifications.show({ color: 'red', message: <FaultText error={error} /> }),
  });
  const button = (as: Side) => ({
    onClick: () => enter.mutate(as),
    loading: enter.isPending && enter.variables === as,
    disabled: enter.isPending,
    maw: '100%',
    styles: { label: { whiteSpace: 'normal' as const } },
  });
  return (
    <Group gap="xs" role="group" aria-label={t('look.label')}>
      <Button variant="default" leftSection={<IconBuilding size={16} />} {...button('customer')}>
        {t('look.customer')}
      </Button>
      <Button variant="light" leftSection={<IconServerCog size={16} />} {...button('operator')}>
        {t('look.operator')}
      </Button>
    </Group>
  );
}
