// A box that says something beside the rest: what went well, what wants looking at. The title has contrast enough in both
// schemes, which colours of their own do not.

import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

const TONES = {
  good: { color: 'teal', label: 'light-dark(#14532d, #b7ebc6)' },
  warn: { color: 'yellow', label: 'light-dark(#5f3703, #ffdf9e)' },
  bad: { color: 'red', label: 'light-dark(#7f1d1d, #ffc2c2)' },
} as const;

interface NoticeProps {
  tone: keyof typeof TONES;
  title: string;
  /** Said to those who do not see it, when it comes up: `status` politely, `alert` at once. */
  role?: 'status' | 'alert';
  children?: ReactNode;
}

export function Notice({ tone, title, role, children }: NoticeProps) {
  const { color, label } = TONES[tone];
  return (
    <Alert color={color} variant="light" title={title} role={role ?? 'note'} styles={{ label: { color: label } }}>
      {children}
    </Alert>
  );
}
