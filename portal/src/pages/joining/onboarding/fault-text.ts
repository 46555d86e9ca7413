// What is wrong with a field of the entry, in the language of the page.

import { useTranslation } from 'react-i18next';
import type { EntryFault } from './entry-checks.ts';

/** The sentence about a fault. */
export function useFaultText(): (fault: EntryFault) => string {
  const { t, i18n } = useTranslation('joining');
  return ({ code, message, values }) => {
    if (code === 'other' || !i18n.exists(`fault.${code}`, { ns: 'joining' })) return message;
    return t(`fault.${code}` as 'fault.twice', { replace: values });
  };
}

/** The sentences about one field, as its `error`. */
export function useFieldFault(faults: readonly EntryFault[]): (field: string) => string | undefined {
  const text = useFaultText();
  return (field) => {
    const found = faults.filter((fault) => fault.field === field || fault.field.startsWith(`${field}.`));
    return found.length === 0 ? undefined : [...new Set(found.map(text))].join(' ');
  };
}
