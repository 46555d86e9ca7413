// The time that an overview is about, in the address.

import { useMemo } from 'react';
import { useSearchState } from '../../../search.ts';

export const RANGES = ['day', 'week', 'month'] as const;
export type RangeName = (typeof RANGES)[number];

export interface Range {
  name: RangeName;
  by: 'hour' | 'day';
  /** Milliseconds since 1970: begin of the first stretch. */
  from: number;
  zone: string;
}

const HOUR_MS = 3_600_000;
const HOURS: Readonly<Record<RangeName, number>> = { day: 24, week: 7 * 24, month: 30 * 24 };

/** The last stretch is the one that is not over. */
export function useRange(): [range: Range, choose: (name: RangeName) => void] {
  const [search, change] = useSearchState();
  const name = RANGES.find((one) => one === search['range']) ?? 'day';
  const hour = Math.floor(Date.now() / HOUR_MS);
  const range = useMemo(
    () => ({
      name,
      by: name === 'month' ? ('day' as const) : ('hour' as const),
      from: (hour + 1 - HOURS[name]) * HOUR_MS,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }),
    [name, hour],
  );
  return [range, (chosen) => change({ range: chosen === 'day' ? undefined : chosen }, 'push')];
}
