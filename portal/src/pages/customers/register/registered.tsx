// The customer is registered: its link, which is told once, and what comes next.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { LinkOnce } from '../customer/links-tab.tsx';

interface RegisteredProps {
  made: Answer<'registerCustomer'>;
  name: string;
  another: () => void;
}

export function Registered({ made, name, another }: RegisteredProps) {
  const { t } = useTranslation('customers');
  return (
    <Stack gap="md">
      <Alert color="green" variant="light" title={t('register.is', { name, id: made.id })} role="status">
        {made.link === undefined ? t('register.nextEntry') : t('register.nextLink')}
      </Alert>
      {made.link !== undefined && <LinkOnce link={made.link} />}
      <Text size="sm" c="dimmed">
        {t('register.after')}
      </Text>
      <Group gap="xs">
        <Button component={Link} to={`/customers/${made.id}` as never}>
          {t('register.toCustomer')}
        </Button>
        {made.link !== undefined && (
          <Button
            component={Link}
            to={`/customers/${made.id}` as never}
            search={{ tab: 'links' } as never}
            variant="default"
          >
            {t('register.toLinks')}
          </Button>
        )}
        <Button variant="default" onClick={another}>
          {t('register.another')}
        </Button>
      </Group>
    </Stack>
  );
}
