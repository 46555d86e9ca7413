// Our own reason, where no remote said anything.

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { OwnText } from '../../../parts/own-text.tsx';
import { useReplyText } from '../../../parts/reply-text.ts';
import type joining from '../../../words/en/joining.json';
import type { TraceEvent } from './events.ts';

type CauseWord = keyof typeof joining.journey.cause;

/** Our own refusal, in words. */
export function OwnRefusal({ reply }: { reply: TraceEvent['reply'] }) {
  const text = useReplyText();
  return typeof reply === 'string' ? <Text size="sm">{text(reply)}</Text> : null;
}

export function OwnCause({ cause }: { cause: TraceEvent['cause'] }) {
  const { t, i18n } = useTranslation(['messages', 'joining']);
  if (cause?.from !== 'us' || cause.cause === undefined) return null;
  const isKnown = i18n.exists(`journey.cause.${cause.cause}`, { ns: 'joining' });
  const words = isKnown ? t(`journey.cause.${cause.cause as CauseWord}`, { ns: 'joining' }) : cause.cause;
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {words}
      {cause.detail !== undefined && (
        <Text span size="xs" c="dimmed">
          {' '}
          <OwnText text={cause.detail} words={cause.words} name="detail" />
        </Text>
      )}
    </Text>
  );
}
