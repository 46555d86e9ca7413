// A job over very many: its words, its state, what it is about.

import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';

export type Job = Answer<'showQueueJob'>;

const VERBS = ['hold', 'release', 'retry', 'reroute', 'remove', 'delete', 'report_spam', 'report_ham'] as const;
export type Verb = (typeof VERBS)[number];

/** The verb of a job, as the catalogue has it. */
export function verbWord(verb: string): Verb {
  return VERBS.find((one) => one === verb) ?? 'hold';
}

const TONES = { running: 'info', done: 'good', stopped: 'idle', failed: 'bad' } as const satisfies Record<
  Job['state'],
  Tone
>;

export function JobState({ state }: { state: Job['state'] }) {
  const { t } = useTranslation('holding');
  return <Chip tone={TONES[state]}>{t(`jobs.states.${state}`)}</Chip>;
}

/** How much is done, 0 to 1. */
export function shareOf({ state, changed, skipped, total }: Job): number {
  if (state === 'done') return 1;
  return total === 0 ? 0 : Math.min(1, (changed + skipped) / total);
}
