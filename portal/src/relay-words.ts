// What the relay says with a code, in the language of the page. English needs no catalogue for it: the relay's own sentence
// is English. What has no words here stays in English, and is marked as such.

import i18next from 'i18next';

/** Parts of the catalogues for what the relay says, in all languages but English. */
export const RELAY_PARTS = ['faults', 'findings', 'reasons', 'settings'] as const;
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

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** Loads a part for the language now, with that of sentences within its own, so that `relayWords` finds them. Never rejects. */
export async function needRelayWords(part: RelayPart): Promise<void> {
  // Without its words a sentence is said in English.
  const parts = part === 'settings' || part === 'reasons' ? [part] : [part, 'reasons'];
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
  if (!TIME.test(value)) return inWords(bundle?.[name], value);
  return new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));
}

/** A word that the catalogue knows, or several of them in a text such as "3 held, 2 deferred". */
function inWords(words: Readonly<Record<string, string>> | undefined, value: string): string {
  if (words === undefined) return value;
  return words[value] ?? value.replaceAll(/[\w-]+/g, (word) => words[word] ?? word);
}

function numbers(options?: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(i18next.language, options);
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
