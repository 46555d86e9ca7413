// What the address says of the quarantine, as the API takes it.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer, Input } from '../../../api/call.ts';
import type { Filter } from '../../../parts/filter-chips.tsx';
import { useScope, useSearchState } from '../../../search.ts';
import { isLanguage, type Language } from '../../../words.ts';

export type HeldMessage = Answer<'listQuarantine'>['entries'][number];
export type Held = Answer<'showQuarantined'>;
export type HeldReason = HeldMessage['reason'];
export type HeldQuery = Input<'previewQuarantineChange'>['body']['query'];

const REASONS = [
  'virus',
  'unscanned',
  'ambiguous',
  'content',
  'authentication',
  'spam',
  'person',
] as const satisfies readonly HeldReason[];
const DIRECTIONS = ['inbound', 'outbound'] as const;
const TEXTS = ['from', 'to', 'id'] as const;
const SPANS = { '1d': 1, '7d': 7, '30d': 30 } as const;
const SPAN_NAMES = ['1d', '7d', '30d'] as const;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What is filtered by, the customer of the scope included. */
export function useHeldQuery(): HeldQuery {
  const [search] = useSearchState();
  const customer = useScope();
  const span = SPAN_NAMES.find((one) => one === search['since']);
  // Once for a choice: the list is not another one with each minute.
  const since = useMemo(
    () => (span === undefined ? undefined : new Date(minuteOf(Date.now() - SPANS[span] * DAY_MS)).toISOString()),
    [span],
  );
  const reason = REASONS.find((one) => one === search['reason']);
  const direction = DIRECTIONS.find((one) => one === search['direction']);
  const query: HeldQuery = {};
  for (const name of TEXTS) if (search[name] !== undefined) query[name] = search[name];
  return {
    ...query,
    ...(customer !== undefined && { customer }),
    ...(reason !== undefined && { reason }),
    ...(direction !== undefined && { direction }),
    ...(since !== undefined && { since }),
  };
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** The filters that a person can set. */
export function useHeldFilters(): readonly Filter[] {
  const { t } = useTranslation('holding');
  const address = t('quarantine.filters.address');
  return [
    {
      id: 'reason',
      label: t('quarantine.filters.reason'),
      choices: REASONS.map((value) => ({ value, label: t(`quarantine.reasons.${value}`) })),
    },
    { id: 'from', label: t('quarantine.filters.from'), placeholder: address },
    { id: 'to', label: t('quarantine.filters.to'), placeholder: address },
    {
      id: 'direction',
      label: t('quarantine.filters.direction'),
      choices: DIRECTIONS.map((value) => ({ value, label: t(`direction.${value}`) })),
    },
    {
      id: 'since',
      label: t('quarantine.filters.since'),
      choices: SPAN_NAMES.map((value) => ({ value, label: t(`quarantine.since.${value}`) })),
    },
    { id: 'id', label: t('quarantine.filters.id') },
  ];
}

/** The language now, as the API takes it. */
export function useApiLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : 'en';
}
