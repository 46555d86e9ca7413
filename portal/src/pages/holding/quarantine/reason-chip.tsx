// Why a message is held, as a word.

import { useTranslation } from 'react-i18next';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import type { HeldReason } from './held-query.ts';

const TONES = {
  virus: 'bad',
  unscanned: 'warn',
  ambiguous: 'warn',
  content: 'info',
  authentication: 'warn',
  spam: 'idle',
  person: 'info',
} as const satisfies Record<HeldReason, Tone>;

export function ReasonChip({ reason }: { reason: HeldReason }) {
  const { t } = useTranslation('holding');
  return <Chip tone={TONES[reason]}>{t(`quarantine.reasons.${reason}`)}</Chip>;
}
