// What becomes of a message, as a chip.

import { useTranslation } from 'react-i18next';
import { Chip, type Tone } from '../../parts/status-chip.tsx';
import type { VerdictWord } from './rule-shapes.ts';

const TONES: Readonly<Record<VerdictWord, Tone>> = {
  pass: 'good',
  tag: 'info',
  strip: 'info',
  later: 'warn',
  hold: 'warn',
  quarantine: 'warn',
  reject: 'bad',
};

export function VerdictChip({ verdict }: { verdict: VerdictWord }) {
  const { t } = useTranslation('protection');
  return <Chip tone={TONES[verdict]}>{t(`verdict.${verdict}`)}</Chip>;
}
