// A visitor who has chosen no language is welcomed in the customer's.

import { useEffect } from 'react';
import { changeLanguage, type Language } from '../../../words.ts';

export function useFirstLanguage(language: Language | undefined): void {
  useEffect(() => {
    const chosen = localStorage.getItem('easymail-language');
    if (language !== undefined && chosen === null) void changeLanguage(language, false);
  }, [language]);
}
