// What is wrong with a field of the entry, in the language of the page.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { faultAmong } from '../../../parts/field-faults.tsx';
import { localValues } from '../../../relay-words.ts';
import type { EntryFault } from './entry-checks.ts';

/** The sentence about a fault. */
export function useFaultText(): (fault: EntryFault) => string {
  const { t, i18n } = useTranslation('joining');
  return ({ code, message, values }) => {
    if (code === undefined || !i18n.exists(`fault.${code}`, { ns: 'joining' })) return message;
    return t(`fault.${code}` as 'fault.twice', { replace: localValues(values) });
  };
}

/** The sentences about one field, as its `error`. */
export function useFieldFault(faults: readonly EntryFault[]): (field: string) => ReactNode {
  const text = useFaultText();
  return (field) => faultAmong(faults, [field, `${field}.*`], text);
}
