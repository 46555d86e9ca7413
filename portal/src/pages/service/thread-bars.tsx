// How busy each thread is.

import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../parts/formats.ts';
import { Chip } from '../../parts/status-chip.tsx';

interface Thread {
  name: string;
  busy: number;
  restarts?: number;
}

/** Past it a thread has no time left for what comes. */
const HIGH = 0.9;

export function ThreadBars({ threads }: { threads: readonly Thread[] }) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  return (
    <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {threads.map(({ name, busy, restarts = 0 }) => (
        <Group key={name} component="li" gap="sm" wrap="nowrap">
          <Text size="sm" w="7rem" style={{ flex: 'none' }} truncate>
            {name}
          </Text>
          <Progress
            value={busy * 100}
            style={{ flex: 1 }}
            color={busy > HIGH ? 'orange' : 'petrol'}
            aria-label={t('threads.busy', { name })}
          />
          <Text size="sm" ta="right" w="4rem" style={{ flex: 'none', fontVariantNumeric: 'tabular-nums' }}>
            {formats.percent(busy)}
          </Text>
          {restarts > 0 && <Chip tone="warn">{t('threads.restarts', { count: restarts })}</Chip>}
        </Group>
      ))}
    </Stack>
  );
}
