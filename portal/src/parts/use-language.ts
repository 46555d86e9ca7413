// The language of a page whose reader is known only once something was read.

import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, type Language } from '../words.ts';

/**
 * Changes to the language, `keep`: also for the next visit; answers whether the page may be drawn. Nobody is to read one
 * language first that then turns into another. None: that which there is stays.
 */
export function useLanguage(language: Language | undefined, keep: boolean): boolean {
  const { i18n } = useTranslation();
  const [isSettled, settle] = useState(false);
  useEffect(() => {
    if (language === undefined) return;
    // Without its words the page is drawn all the same.
    void changeLanguage(language, keep)
      .catch(() => undefined)
      .finally(() => settle(true));
  }, [language, keep]);
  return isSettled || language === undefined || i18n.language === language;
}
