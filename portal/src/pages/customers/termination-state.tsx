import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Chip, type Tone } from '../../parts/status-chip.tsx';

export type TerminationState = Answer<'listTerminations'>['entries'][number]['state'];

const TONES: Readonly<Record<TerminationState, Tone>> = {
  begun: 'warn',
  noticed: 'warn',
  deactivated: 'bad',
  removed: 'idle',
  stopped: 'good',
};

export function TerminationChip({ state }: { state: TerminationState }) {
  const { t } = useTranslation('customers');
  return <Chip tone={TONES[state]}>{t(`termination.state.${state}`)}</Chip>;
}
