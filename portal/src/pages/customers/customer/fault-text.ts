// What is wrong with an entry, said to the operator in the language of the page.

import { useTranslation } from 'react-i18next';
import type { FieldFault } from '../../../api/problem.ts';
import { localValues } from '../../../relay-words.ts';
import type words from '../../../words/en/customers.json';

type Part = keyof typeof words.entry.part;

/** The sentence about a fault. What other customers have is told as the API says it: it names them. */
export function useFaultText(): (fault: FieldFault) => string {
  const { t, i18n } = useTranslation('customers');
  return ({ code, message, values }) => {
    if (code === undefined || !i18n.exists(`fault.${code}`, { ns: 'customers' })) return message;
    return t(`fault.${code as keyof typeof words.fault}`, { replace: localValues(values) });
  };
}

/** The field of a fault as the form calls it. */
export function useFaultField(): (field: string) => string {
  const { t, i18n } = useTranslation('customers');
  return (field) => {
    const [part = '', row] = field.split('.');
    if (!i18n.exists(`entry.part.${part}`, { ns: 'customers' })) return field;
    const name = t(`entry.part.${part as Part}`);
    return row === undefined ? name : `${name}, ${Number(row) + 1}`;
  };
}
