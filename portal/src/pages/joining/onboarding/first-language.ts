// A visitor who has chosen no language is welcomed in the customer's.

import { useState } from 'react';
import { useLanguage } from '../../../parts/use-language.ts';
import type { Language } from '../../../words.ts';

/** Whether the page may be drawn: it is in the language then. */
export function useFirstLanguage(language: Language | undefined): boolean {
  const [hasChosen] = useState(() => localStorage.getItem('easymail-language') !== null);
  return useLanguage(hasChosen ? undefined : language, false);
}
