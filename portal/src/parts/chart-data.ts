// What a chart shows: values of some series at some points. The table beside it shows the same.

import type { ChartTone } from './chart-colours.ts';

/** Where a value leads: the list of what it counts. */
export interface ChartLink {
  to: string;
  search: Readonly<Record<string, string | undefined>>;
}

export interface ChartSeries {
  /** Its name in tests and keys. */
  id: string;
  name: string;
  tone: ChartTone;
  /** One a point; null where nothing is known. */
  values: readonly (number | null)[];
  /** Where the value of a point leads. */
  link?: (point: number) => ChartLink | undefined;
}

export interface ChartPoint {
  id: string;
  /** On the axis. Empty: no word between those of others, which then are all there is room for. */
  short: string;
  /** In the table and where it is pointed at. */
  name: string;
}

export interface ChartData {
  points: readonly ChartPoint[];
  series: readonly ChartSeries[];
  kind: 'bars' | 'lines';
  /** Bars and areas one upon the other. */
  stacked?: boolean;
  /** Bars lie: for names instead of times. */
  lying?: boolean;
  format: (value: number) => string;
}
