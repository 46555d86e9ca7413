// What gave a sender away, in words.

import { useTranslation } from 'react-i18next';
import { useFormats } from '../../parts/formats.ts';

const SIGNS = ['rate', 'refusals', 'spam', 'destinations', 'hours'] as const;

export function useSignWords(): (signs: readonly string[]) => string {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  return (signs) => formats.list(SIGNS.filter((sign) => signs.includes(sign)).map((sign) => t(`senders.sign.${sign}`)));
}
