// What was hidden of the customer's own network: each field of the header before and after.

import { Box, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TraceEvent } from './events.ts';

export function HiddenFields({ event }: { event: TraceEvent }) {
  const { t } = useTranslation('messages');
  const { hidden = [], hiddenMore: more } = event;
  return (
    <Stack gap="xs">
      <Text size="sm">{t('hidden.lead')}</Text>
      {hidden.map(({ field, before, after, kept }, at) => (
        // Fields of one name come several times.
        <Box key={at} p="xs" bg="light-dark(#f4f6f7, #1b1f22)" style={{ borderRadius: 4, overflowWrap: 'anywhere' }}>
          <Text size="xs" fw={600}>
            {field}
          </Text>
          <Text size="xs" ff="monospace">
            <Text span inherit c="dimmed" ff="text">
              {t('hidden.before')}{' '}
            </Text>
            {before}
          </Text>
          <Text size="xs" ff="monospace">
            <Text span inherit c="dimmed" ff="text">
              {t('hidden.after')}{' '}
            </Text>
            {kept === 'signed' ? t('hidden.kept') : (after ?? t('hidden.gone'))}
          </Text>
        </Box>
      ))}
      {more !== undefined && (
        <Text size="xs" c="dimmed">
          {t('hidden.more', { count: more })}
        </Text>
      )}
    </Stack>
  );
}
