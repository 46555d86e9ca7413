// What the API says of fields, in the language of the person. What is not known here is shown as it was said.

import { useTranslation } from 'react-i18next';
import type { FieldFault } from '../../api/problem.ts';
import type words from '../../words/en/protection.json';

type T = ReturnType<typeof useTranslation<'protection'>>['t'];
type Word = `fault.${keyof typeof words.fault}`;

const KNOWN: readonly (readonly [pattern: RegExp, word: Word])[] = [
  [/^is missing$|>=1 characters$/, 'fault.missing'],
  [/^Too small: expected array to have >=1 items$/, 'fault.empty'],
  [/^must be an address, "@example\.lu"/, 'fault.address'],
  [/^must be an address$/, 'fault.addressOnly'],
  [/^must be a domain name/, 'fault.domain'],
  [/^must be a media type/, 'fault.mediaType'],
  [/^must be a time such as "18/, 'fault.time'],
  [/^must be a time zone/, 'fault.zone'],
  [/^must begin with "X-"$/, 'fault.x'],
  [/^must not be a field of the relay$/, 'fault.ours'],
  [/^must be one line of ASCII$/, 'fault.ascii'],
  [/^must be one line of text$/, 'fault.line'],
  [/^must be the name of a header field$/, 'fault.headerName'],
  [/^needs a condition about attachments/, 'fault.needsAttachment'],
  [/^is for rules of the operator$/, 'fault.operatorOnly'],
];

/** The messages about a field and what lies in it, such as values of a list; of these each with its value. */
export function useFaultWords(faults: readonly FieldFault[]) {
  const { t } = useTranslation('protection');
  return (field: string, values: readonly string[] = []): string | undefined => {
    const found = faults.filter((fault) => fault.field === field || fault.field.startsWith(`${field}.`));
    if (found.length === 0) return undefined;
    return [...new Set(found.map((fault) => sentence(fault, field, { values, t })))].join(' ');
  };
}

function sentence(
  { field, message }: FieldFault,
  of: string,
  { values, t }: { values: readonly string[]; t: T },
): string {
  const words = faultSentence(message, t);
  const value = values[Number(field.slice(of.length + 1).split('.')[0])];
  return field === of || value === undefined ? words : t('fault.value', { value, message: words });
}

function faultSentence(message: string, t: T): string {
  // A choice of several forms names the fault of each.
  const word = KNOWN.find(([pattern]) => pattern.test(message))?.[1];
  return word === undefined ? message : t(word);
}
