// The languages in which the relay writes to people.

export const LANGUAGES = ['en', 'de', 'fr'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The language with this tag, or English. */
export function languageOf(tag: string | null | undefined): Language {
  const short = (tag ?? '').slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language === short) ?? 'en';
}
