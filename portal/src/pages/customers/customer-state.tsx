// The stage of a customer as a word with a colour, and what is to be seen to.

import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Chip, type Tone } from '../../parts/status-chip.tsx';

export type CustomerState = Answer<'getCustomer'>['state'];
export type Stage = Answer<'getCustomer'>['stage'];
export type Concern = Answer<'listCustomers'>['entries'][number]['concerns'][number];

/** In the order of a customer's life. */
export const STAGES = [
  'registered',
  'invited',
  'submitted',
  'approved',
  'verifying',
  'live',
  'notice',
  'deactivated',
  'removed',
] as const satisfies readonly Stage[];

export const STATES = [...STAGES, 'suspended'] as const satisfies readonly CustomerState[];
export const CONCERNS = [
  'check_failed',
  'source_waiting',
  'portal_requested',
  'late',
  'suspended',
] as const satisfies readonly Concern[];

const TONES: Readonly<Record<CustomerState, Tone>> = {
  registered: 'info',
  invited: 'info',
  submitted: 'warn',
  approved: 'info',
  verifying: 'info',
  live: 'good',
  notice: 'warn',
  deactivated: 'idle',
  removed: 'idle',
  suspended: 'bad',
};

export function StateChip({ state }: { state: CustomerState }) {
  const { t } = useTranslation('customers');
  return <Chip tone={TONES[state]}>{t(`state.${state}`)}</Chip>;
}

const CONCERN_TONES: Readonly<Record<Concern, Tone>> = {
  suspended: 'bad',
  check_failed: 'bad',
  source_waiting: 'warn',
  portal_requested: 'warn',
  late: 'warn',
};

export function ConcernChip({ concern }: { concern: Concern }) {
  const { t } = useTranslation('customers');
  return <Chip tone={CONCERN_TONES[concern]}>{t(`concern.${concern}`)}</Chip>;
}

/** The colour of the stripe over a customer's page. */
export const STRIPES: Readonly<Record<Tone, string>> = {
  good: 'var(--mantine-color-green-7)',
  warn: 'var(--mantine-color-yellow-7)',
  bad: 'var(--mantine-color-red-7)',
  info: 'var(--mantine-color-petrol-6)',
  idle: 'var(--mantine-color-gray-6)',
};

export function toneOf(state: CustomerState): Tone {
  return TONES[state];
}
