// What may be wrong with a search, once: in English here, and by its code and values for whoever says it in another language.

import { sentence, type Values, type ValuesOf } from '../../platform/sentence.ts';

/** What stands in braces is filled in: `term` as it was written. */
export const QUERY_FAULTS = {
  'too-long': 'the query is longer than {most} characters',
  'too-many-terms': 'more than {most} terms',
  'empty-span': 'since: is later than until:; nothing lies between them',
  'lone-quote': '{term}: a quotation mark has no partner or stands inside a term',
  'nothing-follows': '{term}: nothing follows the colon',
  'not-an-ip': '{term}: not an IP address; write one such as ip:192.0.2.1',
  'not-a-direction': '{term}: must be outbound or inbound',
  'no-key':
    '{term}: there is no key "{key}"; keys are {keys}. To search for the word itself, put it in quotation marks',
  'not-an-id': '{term}: a queue id has 17 characters of 0-9 and a-v',
  'two-ids': 'more than one id: no message has two',
  'not-a-status': '{term}: a status is one of {known}',
  'not-a-domain': '{term}: write a domain such as domain:example.org',
  'not-a-class': '{term}: a class is one of {known}',
  'not-a-time':
    '{term}: write a day ({key}:2026-11-22), a time in UTC ({key}:2026-11-22T08:30) or an age ({key}:2h, units s m h d w)',
  'not-understood': 'the query cannot be understood: {fault}',
} as const satisfies Record<string, string>;

export type QueryFaultCode = keyof typeof QUERY_FAULTS;

/** A fault of a search, in a sentence that names the term and the way to mend it, and in parts. */
export interface QueryFault {
  message: string;
  code: string;
  values?: Values;
}

/** Codes are told with this before them: they are no faults of a field's form. */
const QUERY_CODE = 'query-';

/** The fault with this code. */
export function queryFault<Code extends QueryFaultCode>(
  code: Code,
  ...values: ValuesOf<(typeof QUERY_FAULTS)[Code]>
): QueryFault {
  const { text, values: named } = sentence(QUERY_FAULTS[code], values[0]);
  return { message: text, code: QUERY_CODE + code, ...(named !== undefined && { values: named }) };
}
