// The search as it stands in the address, and as the API asks it.

import type { Search } from '../../search.ts';

export const STATUSES = [
  'queued',
  'deferred',
  'delivered',
  'bounced',
  'rejected',
  'held',
  'quarantined',
  'suppressed',
  'expired',
  'removed',
] as const;

export const CLASSES = [
  'invalid_address',
  'mailbox_unavailable',
  'content',
  'reputation',
  'volume',
  'technical',
  'authentication',
  'policy',
  'unclassified',
] as const;

/** Presets of time; `all` is as far back as anything is kept, `own` from one day to another. */
export const RANGES = ['1h', '24h', '2d', '7d', '30d', 'all', 'own'] as const;
export type Range = (typeof RANGES)[number];

/** Parameters of a search: what is saved, and cleared. */
export const SEARCH_PARAMETERS = [
  'q',
  'status',
  'direction',
  'from',
  'to',
  'domain',
  'class',
  'refused',
  'range',
  'since',
  'until',
] as const;

/** Where the question names somebody, all that is kept is looked through; otherwise the last days. */
export function rangeOf(search: Search): Range {
  const asked = RANGES.find((range) => range === search['range']);
  if (asked !== undefined) return asked;
  const names = ['q', 'from', 'to', 'domain'].some((name) => (search[name] ?? '').trim() !== '');
  return names ? 'all' : '2d';
}

/** The query of the API. */
export function queryOf(search: Search): string {
  const terms = [(search['q'] ?? '').trim()];
  for (const key of ['status', 'direction', 'from', 'to', 'domain', 'class']) {
    const value = (search[key] ?? '').trim();
    if (value !== '') terms.push(`${key}:${/\s/.test(value) ? `"${value}"` : value}`);
  }
  if (search['refused'] === 'only') terms.push('status:rejected');
  if (search['refused'] === 'without') terms.push(`status:${STATUSES.filter((one) => one !== 'rejected').join(',')}`);
  terms.push(...timeTerms(search));
  return terms.filter((term) => term !== '').join(' ');
}

function timeTerms(search: Search): string[] {
  const range = rangeOf(search);
  if (range === 'all') return [];
  if (range !== 'own') return [`since:${range}`];
  const { since = '', until = '' } = search;
  return [since === '' ? '' : `since:${since}`, until === '' ? '' : `until:${until}`];
}

/** Whether anything narrows the list down but the time. */
export function isNarrowed(search: Search): boolean {
  return SEARCH_PARAMETERS.some(
    (name) => !['range', 'since', 'until'].includes(name) && (search[name] ?? '').trim() !== '',
  );
}

/** The parameters of the search alone. */
export function searchPart(search: Search): Record<string, string> {
  const part: Record<string, string> = {};
  for (const name of SEARCH_PARAMETERS) {
    const value = search[name];
    if (value !== undefined && value !== '') part[name] = value;
  }
  return part;
}
