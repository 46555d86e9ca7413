// What an entry tells of a thing, in words.

import { useTranslation } from 'react-i18next';
import type { Difference } from './differences.tsx';

type Told = Difference['asked'];

/** Says the values of a thing in a line; a dash where it is not there. */
export function useTold(): (told: Told) => string {
  const { t } = useTranslation('customers');
  const wordOf = (key: string, value: string | number | boolean): string | undefined => {
    switch (key) {
      case 'inbound':
      case 'outbound':
      case 'subdomains':
      case 'wished':
        return value === true ? t(`told.${key}`) : undefined;
      case 'shared':
        return t(value === true ? 'told.shared' : 'told.alone');
      case 'preference':
        return t('told.preference', { value });
      case 'tls':
      case 'proof':
      case 'role':
      case 'language':
        return t(`told.${key}.${value}` as 'told.tls.none');
      default:
        return String(value);
    }
  };
  return (told) => {
    if (told === undefined) return '–';
    const words = Object.entries(told).flatMap(([key, value]) => wordOf(key, value) ?? []);
    return words.length === 0 ? t('told.named') : words.join(', ');
  };
}
