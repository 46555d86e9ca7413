// The SMTP conversation of one attempt: what we said, what came back, when.

import { Box, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import type { Attempt } from './events.ts';

export function Conversation({ lines }: { lines: Attempt['conversation'] }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  return (
    <Box
      role="log"
      aria-live="off"
      aria-label={t('conversation.label')}
      tabIndex={0}
      p="xs"
      ff="monospace"
      fz="xs"
      bg="light-dark(#f4f6f7, #1b1f22)"
      mah={360}
      style={{ overflowY: 'auto', overflowWrap: 'anywhere', borderRadius: 4 }}
    >
      {lines.map(({ said, reply, ms }, at) => (
        // Lines come as they were said and never move.
        <div key={at}>
          <Box display="grid" style={{ gridTemplateColumns: '1rem minmax(0, 1fr) auto', columnGap: 4 }}>
            <Text span inherit c="dimmed" role="img" aria-label={t('conversation.we')}>
              →
            </Text>
            <span>{said}</span>
            <Text span inherit c="dimmed">
              {formats.span(ms)}
            </Text>
          </Box>
          {reply !== undefined && (
            <Box display="grid" style={{ gridTemplateColumns: '1rem minmax(0, 1fr)', columnGap: 4 }}>
              <Text span inherit c="dimmed" role="img" aria-label={t('conversation.they')}>
                ←
              </Text>
              <Text span inherit fw={/^[45]\d\d/.test(reply) ? 700 : undefined}>
                {reply}
              </Text>
            </Box>
          )}
        </div>
      ))}
    </Box>
  );
}
