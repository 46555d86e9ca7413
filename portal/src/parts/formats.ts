// Numbers, sizes, dates and spans of time as the language writes them.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../locales.ts';

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const SPANS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

export interface Formats {
  number(value: number): string;
  /** 0.123 is 12.3 %. */
  percent(share: number): string;
  /** Octets. */
  size(octets: number): string;
  date(at: string | number): string;
  time(at: string | number): string;
  dateTime(at: string | number): string;
  /** Day and month alone, for the axis of a chart. */
  shortDate(at: string | number): string;
  /** To the second, with the zone. */
  exact(at: string | number): string;
  /** "5 minutes ago", "in 2 days". */
  relative(at: string | number, now?: number): string;
  /** Of milliseconds, in the largest fitting unit: "3 h", "12 ms". */
  span(ms: number): string;
  /** The same in words, for sentences: "3 hours", "30 days". One day is 24 hours: "every 24 hours". */
  spanInWords(ms: number): string;
  list(items: readonly string[]): string;
}

/** Those of the language now. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  return useMemo(() => createFormats(locale), [locale]);
}

export function createFormats(locale: string): Formats {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const shortDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const unit = (value: number, name: string, unitDisplay: 'short' | 'long' = 'short') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: 1 }).format(value);
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    size: (octets) => {
      const step = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, octets)) / 3)));
      return unit(octets / 1000 ** step, BYTE_UNITS[step] ?? 'byte');
    },
    date: (at) => date.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    dateTime: (at) => dateTime.format(new Date(at)),
    shortDate: (at) => shortDate.format(new Date(at)),
    exact: (at) => exact.format(new Date(at)),
    relative: (at, now = Date.now()) => {
      const away = new Date(at).getTime() - now;
      const [name, ms] = SPANS.find(([, size]) => Math.abs(away) >= size) ?? (['second', 1000] as const);
      return relative.format(Math.round(away / ms), name);
    },
    span: (ms) => {
      const [name, size] = SPANS.find(([, length]) => ms >= length) ?? (['millisecond', 1] as const);
      return unit(ms / size, name);
    },
    spanInWords: (ms) => {
      const [name, size] = SPANS.find(([, length]) => ms >= 2 * length) ?? (['second', 1000] as const);
      return unit(ms / size, name, 'long');
    },
    list: (items) => list.format(items),
  };
}
