// Why an address is suppressed, as a word.

import { useTranslation } from 'react-i18next';
import { Chip, type Tone } from '../../parts/status-chip.tsx';

export const REASONS = ['invalid_address', 'complaint', 'manual'] as const;
export type Reason = (typeof REASONS)[number];

const TONES = { invalid_address: 'bad', complaint: 'warn', manual: 'idle' } as const satisfies Record<Reason, Tone>;

export function ReasonChip({ reason }: { reason: Reason }) {
  const { t } = useTranslation('governance');
  return <Chip tone={TONES[reason]}>{t(`suppressions.reasons.${reason}`)}</Chip>;
}
