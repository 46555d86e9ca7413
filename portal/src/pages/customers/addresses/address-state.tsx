// One of our addresses: its state, and what DNS says of it.

import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';

export type Pool = Answer<'showPool'>;
export type Address = Pool['addresses'][number];
export type Finding = Address['checks'][number];

const STATE_TONES: Readonly<Record<Address['state'], Tone>> = { active: 'good', draining: 'warn', out: 'idle' };

export function AddressChip({ address }: { address: Pick<Address, 'state' | 'prepared'> }) {
  const { t } = useTranslation('customers');
  if (address.prepared) return <Chip tone="info">{t('address.prepared')}</Chip>;
  return <Chip tone={STATE_TONES[address.state]}>{t(`address.state.${address.state}`)}</Chip>;
}

const FINDING_TONES: Readonly<Record<Finding['state'], Tone>> = {
  ok: 'good',
  fail: 'bad',
  unknown: 'idle',
  unneeded: 'idle',
};

export function FindingChip({ finding }: { finding: Finding }) {
  const { t } = useTranslation('customers');
  return <Chip tone={FINDING_TONES[finding.state]}>{t(`address.found.${finding.state}`)}</Chip>;
}

/** What the checks say together; nothing before the first look. */
export function ChecksChip({ checks }: { checks: Address['checks'] }) {
  const { t } = useTranslation('customers');
  const failing = checks.filter(({ state }) => state === 'fail');
  if (checks.length === 0) return <Chip tone="idle">{t('address.notLooked')}</Chip>;
  if (failing.length > 0) {
    return <Chip tone="bad">{failing.map(({ check }) => t(`address.check.${check}`)).join(', ')}</Chip>;
  }
  if (checks.some(({ state }) => state === 'unknown')) return <Chip tone="idle">{t('address.found.unknown')}</Chip>;
  return <Chip tone="good">{t('address.found.ok')}</Chip>;
}
