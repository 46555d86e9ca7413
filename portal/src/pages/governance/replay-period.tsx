// Events of a period are sent again, with the ids they had.

import { Button, Group, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { faultOf } from '../../parts/field-faults.tsx';
import { Failing } from '../../parts/states.tsx';

const ONLY = ['failed', 'all'] as const;
const DAY_MS = 86_400_000;

export function ReplayPeriod({ webhook, close }: { webhook: string; close: () => void }) {
  const { t } = useTranslation('governance');
  const [since, setSince] = useState(() => localInput(Date.now() - DAY_MS));
  const [until, setUntil] = useState('');
  const [only, setOnly] = useState<(typeof ONLY)[number]>('failed');
  const replay = useAct('replayWebhook', { changes: ['listDeliveries', 'showWebhook'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const end = until === '' ? {} : { until: new Date(until).toISOString() };
    replay.mutate({ path: { webhook }, body: { since: new Date(since).toISOString(), ...end, only } });
  };
  return (
    <Dialog opened onClose={close} title={t('deliveries.replayPeriod')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('deliveries.replayHint')}</Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              type="datetime-local"
              label={t('deliveries.from')}
              required
              value={since}
              error={faultOf(replay.error, 'since')}
              onChange={(event) => setSince(event.currentTarget.value)}
            />
            <TextInput
              type="datetime-local"
              label={t('deliveries.until')}
              value={until}
              error={faultOf(replay.error, 'until')}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
          </SimpleGrid>
          <Radio.Group
            aria-label={t('deliveries.which')}
            value={only}
            onChange={(value) => setOnly(value === 'all' ? 'all' : 'failed')}
          >
            <Stack gap={6}>
              {ONLY.map((one) => (
                <Radio key={one} value={one} label={t(`deliveries.only.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Failing error={replay.error} />
          {replay.data !== undefined && (
            <Text size="sm" role="status">
              {replay.data.queued === undefined
                ? t('deliveries.lookedUp')
                : t('deliveries.queued', { count: replay.data.queued })}
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('close')}
            </Button>
            <Button type="submit" loading={replay.isPending} disabled={since === ''}>
              {t('deliveries.replay')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** As the field of a browser has it: local, to the minute. */
function localInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
