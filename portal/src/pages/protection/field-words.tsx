// What is wrong with fields of rules and lists, where a field holds several values.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldFault } from '../../api/problem.ts';
import { faultAmong } from '../../parts/field-faults.tsx';

/** The messages about a field and what lies in it, such as values of a list; of these each with its value. */
export function useFaultWords(faults: readonly FieldFault[]) {
  const { t } = useTranslation('protection');
  return (field: string, values: readonly string[] = []): ReactNode =>
    faultAmong(faults, [field, `${field}.*`], (fault) => {
      const value = values[Number(fault.field.slice(field.length + 1).split('.')[0])];
      const { message } = fault;
      return fault.field === field || value === undefined ? message : t('fault.value', { value, message });
    });
}
