// The catalogues: a folder a language, a file a part of the portal, loaded when it is needed.

import i18next, { type BackendModule, type ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { RELAY_PARTS } from './relay-words.ts';
import type { Catalogue, resources } from './words-types.ts';

export const LANGUAGES = ['en', 'de', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof resources;
  }
}

const catalogues = import.meta.glob<{ default: Record<string, unknown> }>('./words/*/*.json');

const backend: BackendModule = {
  type: 'backend',
  init() {},
  read(language, part, done) {
    void loadInto(`./words/${language}/${part}.json`, done);
  },
};

async function loadInto(file: string, done: ReadCallback): Promise<void> {
  try {
    const loaded = await catalogues[file]?.();
    if (loaded === undefined && RELAY_PARTS.some((part) => file === `./words/en/${part}.json`)) done(null, {});
    else if (loaded === undefined) done(new Error(`no catalogue ${file}`), null);
    else done(null, loaded.default);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)), null);
  }
}

const STORED = 'easymail-language';

/** The language to begin with: what was chosen here before, or what the browser asks for. */
function firstLanguage(): Language {
  const asked = [localStorage.getItem(STORED) ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2));
  return asked.find(isLanguage) ?? 'en';
}

export function isLanguage(tag: string | undefined): tag is Language {
  return LANGUAGES.some((one) => one === tag);
}

/** Loads what every page needs. */
export async function startWords(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      supportedLngs: [...LANGUAGES],
      fallbackLng: false,
      ns: ['shell', 'parts'],
      defaultNS: 'shell',
      // React writes text as text.
      interpolation: { escapeValue: false },
      returnNull: false,
      // Tests look for this line.
      saveMissing: true,
      missingKeyHandler: (_languages, part, key) => reportError(new Error(`no words for ${part}:${key}`)),
    });
}

/** Fetches catalogues of the language now, for who will ask for them soon. */
export async function loadWords(parts: readonly Catalogue[]): Promise<void> {
  const language = i18next.language ?? firstLanguage();
  await Promise.all(parts.map(async (part) => catalogues[`./words/${language}/${part}.json`]?.()));
}

/** Changes the language; `keep`: also for the next visit. */
export async function changeLanguage(language: Language, keep: boolean): Promise<void> {
  if (keep) localStorage.setItem(STORED, language);
  if (i18next.language !== language) await i18next.changeLanguage(language);
}

/** The language now. */
export function languageNow(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en';
}
