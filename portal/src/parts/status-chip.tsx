// What became of something, as a word with a colour. The word says it; the colour only helps.

import { Badge } from '@mantine/core';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'idle';

/** Text and ground with 4.5 to 1 in both schemes. */
const TONES: Readonly<Record<Tone, { bg: string; c: string }>> = {
  good: { bg: 'light-dark(#dff3e4, #173d24)', c: 'light-dark(#14532d, #b7ebc6)' },
  warn: { bg: 'light-dark(#fdf0d5, #4a3305)', c: 'light-dark(#713f04, #ffdf9e)' },
  bad: { bg: 'light-dark(#fde3e3, #4d1717)', c: 'light-dark(#7f1d1d, #ffc2c2)' },
  info: { bg: 'light-dark(#e0f0f8, #12384a)', c: 'light-dark(#0c4a63, #b3e2f5)' },
  idle: { bg: 'light-dark(#eceff1, #343a40)', c: 'light-dark(#37424a, #d5dbe0)' },
};

export function Chip({ tone, children }: { tone: Tone; children: string }) {
  return (
    <Badge
      tt="none"
      fw={600}
      radius="sm"
      styles={{ root: { background: TONES[tone].bg }, label: { color: TONES[tone].c } }}
    >
      {children}
    </Badge>
  );
}

export const STATUS_TONES = {
  accepted: 'info',
  queued: 'info',
  deferred: 'warn',
  delivered: 'good',
  bounced: 'bad',
  rejected: 'bad',
  held: 'warn',
  quarantined: 'warn',
  suppressed: 'idle',
  expired: 'bad',
  removed: 'idle',
} as const satisfies Record<string, Tone>;

export type MailStatus = keyof typeof STATUS_TONES;
