// What the relay says with a code, in the language of the page. English needs no catalogue for it: the relay's own sentence
// is English. What has no words here stays in English, and is marked as such.

import i18next from 'i18next';

/** Parts of the catalogues for what the relay says, in all languages but English. */
export const RELAY_PARTS = ['faults', 'findings', 'settings'] as const;
export type RelayPart = (typeof RELAY_PARTS)[number];

export type Values = Readonly<Record<string, string | number>>;

type Bundle = Readonly<Record<string, Readonly<Record<string, string>>>>;

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** Loads a part for the language now, so that `relayWords` finds its words. Never rejects. */
export async function needRelayWords(part: RelayPart): Promise<void> {
  // Without its words a sentence is said in English.
  await i18next.loadNamespaces(part).catch(() => undefined);
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
function written(bundle: Bundle | undefined, name: string, value: string | number): string {
  if (typeof value === 'number') return new Intl.NumberFormat(i18next.language).format(value);
  if (!TIME.test(value)) return bundle?.[name]?.[value] ?? value;
  return new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));
}

export function isEnglish(): boolean {
  return i18next.language === 'en' || i18next.language === undefined;
}
