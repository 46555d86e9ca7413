// The languages that notices are written in.

import type { NoticeTexts } from './texts.ts';
import { GERMAN } from './texts-de.ts';
import { ENGLISH } from './texts-en.ts';
import { FRENCH } from './texts-fr.ts';

/** All languages that notices are written in, by primary subtag. */
export const LANGUAGES: ReadonlyMap<string, NoticeTexts> = new Map([
  ['en', ENGLISH],
  ['fr', FRENCH],
  ['de', GERMAN],
  // Luxembourgish: who reads it has learnt to read in German, the nearest of those we have.
  ['lb', GERMAN],
]);

/** The texts of a language such as `fr` or `de-LU`; English where there are none. */
export function textsFor(language: string): NoticeTexts {
  return LANGUAGES.get(language.slice(0, 2).toLowerCase()) ?? ENGLISH;
}
