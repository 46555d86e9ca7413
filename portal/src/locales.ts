// How each language of the portal writes numbers and dates.

const LOCALES: Readonly<Record<string, string>> = { en: 'en-GB', de: 'de-DE', fr: 'fr-FR' };

/** The locale of a language; of one that is not known, of English. */
export function localeOf(language: string | undefined): string {
  return LOCALES[language ?? 'en'] ?? 'en-GB';
}
