// What the relay says with a code, in the language of the page, once its part of the catalogues is there.

import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isEnglish, localTimes, needRelayWords, type RelayPart, relayWords, type Values } from '../relay-words.ts';

/** A sentence of the relay: in English, and where it has one with its code and what it names. */
export interface Said {
  text: string;
  code?: string | undefined;
  values?: Values | undefined;
}

/** Says sentences of a section; what has no words stays in English, and is marked by `lang`. */
export function useRelayWords(part: RelayPart): (section: string, said: Said) => { text: string; lang?: 'en' } {
  const { i18n } = useTranslation();
  useSuspenseQuery({
    queryKey: ['words', i18n.language, part],
    queryFn: () => needRelayWords(part).then(() => null),
    staleTime: Number.POSITIVE_INFINITY,
    // The relay's own sentences are English: there is nothing to wait for.
    ...(isEnglish() && { initialData: null }),
  });
  return (section, { text, code, values }) => {
    const words = code === undefined ? undefined : relayWords(part, [section, code], values);
    return words === undefined ? { text: localTimes(text, values), lang: 'en' } : { text: words };
  };
}
