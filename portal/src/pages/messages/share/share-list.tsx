// Links to a message that were made, and how often they were used.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAct, useCall } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { Failing } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';

const TONES = { open: 'good', expired: 'idle', revoked: 'idle' } as const;

export function ShareList({ id }: { id: string }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const query = useCall('listShares', { path: { id } });
  const revoke = useAct('revokeShare', { changes: ['listShares'] });
  const entries = query.data?.entries ?? [];
  if (query.error !== null) return <Failing error={query.error} retry={() => void query.refetch()} />;
  if (entries.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h4" mb={4}>
        {t('share.list')}
      </Title>
      <Stack gap="xs">
        {revoke.error !== null && <Failing error={revoke.error} />}
        {entries.map((one) => (
          <Group key={one.id} justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
            <Stack gap={0} miw={0}>
              <Group gap="xs">
                <Chip tone={TONES[one.state]}>{t(`share.state.${one.state}`)}</Chip>
                <Text size="sm">{t('share.views', { count: one.views })}</Text>
              </Group>
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {t('share.madeBy', { who: one.made_by, time: formats.dateTime(one.made_at) })}
                {' · '}
                {t('share.until')} <When at={one.expires_at} />
              </Text>
            </Stack>
            {one.state === 'open' && (
              <Button
                size="compact-sm"
                variant="default"
                style={{ flexShrink: 0 }}
                loading={revoke.isPending && revoke.variables?.path.share === one.id}
                onClick={() => revoke.mutate({ path: { share: one.id } })}
              >
                {t('share.revoke')}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </section>
  );
}
