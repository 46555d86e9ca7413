// What the relay says with a code, in the language of the page. English needs no catalogue for it: the relay's own sentence
// is English. What has no words here stays in English, and is marked as such.

import i18next from 'i18next';
import { localeOf } from './locales.ts';

/** Parts of the catalogues for what the relay says, in all languages but English. */
export const RELAY_PARTS = ['faults', 'findings', 'reasons', 'settings', 'register', 'events'] as const;
export type RelayPart = (typeof RELAY_PARTS)[number];

/** A sentence of the relay within another: its English, its code, and what it names. */
interface Inner {
  text: string;
  code: string;
  /** Of the same form as those around it. */
  values?: Readonly<Record<string, unknown>> | undefined;
}

export type Values = Readonly<Record<string, string | number | Inner>>;

type Bundle = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A day, or a moment as the relay writes it: 2026-11-22, 2026-11-22T08:30:00.000Z, 2026-11-22 08:30 UTC. */
const TIME = /^(\d{4}-\d{2}-\d{2})(?:(?:T| )(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?:Z| UTC))?$/;

/** Loads a part for the language now, with that of sentences within its own, so that `relayWords` finds them. Never rejects. */
export async function needRelayWords(part: RelayPart): Promise<void> {
  // Without its words a sentence is said in English.
  const parts = part === 'faults' || part === 'findings' ? [part, 'reasons'] : [part];
  await i18next.loadNamespaces(parts).catch(() => undefined);
}

/** The sentence with this code, filled in; nothing in English, and where the catalogue has no such code. */
export function relayWords(
  part: RelayPart,
  [section, code]: readonly [section: string, code: string],
  values: Values = {},
): string | undefined {
  if (isEnglish()) return undefined;
  const bundle = i18next.getResourceBundle(i18next.language, part) as Bundle | undefined;
  const words = bundle?.[section]?.[code];
  return words?.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => written(bundle, name, values[name] ?? ''));
}

/** A value as the language writes it; words such as a stage stand in the catalogue under the name of the value. */
function written(bundle: Bundle | undefined, name: string, value: Values[string]): string {
  if (typeof value === 'object')
    return relayWords('reasons', ['reason', value.code], value.values as Values | undefined) ?? value.text;
  if (typeof value === 'number') return name === 'ms' ? span(value) : numbers().format(value);
  return localTime(value) ?? (isQuoted(name, value) ? quoted(value) : inWords(bundle?.[name], value));
}

/** Names in whose place a sentence of the relay may stand: what is none is what others said, in their words. */
const SAID = /^(?:detail|fault|ours|reply)$/;
/** Names and addresses need no quotation marks. */
const WORDS = /\p{L}{2,} +\p{L}{2,}/u;

function isQuoted(name: string, value: string): boolean {
  return SAID.test(name) && WORDS.test(value);
}

function quoted(text: string): string {
  return i18next.language === 'fr' ? `«\u00a0${text}\u00a0»` : `„${text}“`;
}

/** A day or a moment as the language writes it; nothing for other texts. */
function localTime(text: string): string | undefined {
  const [, day, time] = TIME.exec(text) ?? [];
  const at = new Date(time === undefined ? `${day}` : `${day}T${time}Z`);
  if (Number.isNaN(at.getTime())) return undefined;
  // A day is the same day wherever it is read.
  const style = time === undefined ? { timeZone: 'UTC' } : { timeStyle: 'short' as const };
  return new Intl.DateTimeFormat(localeOf(i18next.language), { dateStyle: 'medium', ...style }).format(at);
}

/** What a sentence names, with its times as the language writes them: for sentences of other catalogues. */
export function localValues<V>(values: Readonly<Record<string, V>> | undefined): Record<string, V | string> {
  const local = Object.entries(values ?? {}).map(([name, value]): [string, V | string] => [
    name,
    (typeof value === 'string' ? localTime(value) : undefined) ?? value,
  ]);
  return Object.fromEntries(local);
}

/** A sentence that stays as the relay said it, with its times as the language writes them. */
export function localTimes(text: string, values: Values = {}): string {
  return Object.values(values).reduce<string>((now, value) => {
    if (typeof value === 'number') return now;
    if (typeof value === 'object')
      return now.replaceAll(value.text, () => localTimes(value.text, value.values as Values | undefined));
    const time = localTime(value);
    return time === undefined ? now : now.replaceAll(value, () => time);
  }, text);
}

/** A word that the catalogue knows, or several of them in a text such as "3 held, 2 deferred". */
function inWords(words: Readonly<Record<string, string>> | undefined, value: string): string {
  if (words === undefined) return value;
  return words[value] ?? value.replaceAll(/[\w-]+/g, (word) => words[word] ?? word);
}

function numbers(options?: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(localeOf(i18next.language), options);
}

/** Milliseconds, in seconds where they are many. */
function span(ms: number): string {
  const unit = ms < 1000 ? 'millisecond' : 'second';
  const value = ms < 1000 ? ms : ms / 1000;
  return numbers({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(value);
}

export function isEnglish(): boolean {
  return i18next.language === 'en' || i18next.language === undefined;
}
