// What a notice is written from: words in each language, with places for values.
//
// `{name}` is a text, `{name:time}` a moment in the operator's zone, `{name:day}` a day, `{name:count}` a number. A block
// whose value is not given is left out, so that what is unknown takes its sentence along.

import type { NoticeKind, NoticeValues } from './kinds.ts';
import type { Language } from './languages.ts';

/** Names of the values of a kind. */
type Names<K extends NoticeKind> = Extract<keyof NoticeValues[K], string>;

export type Block<K extends NoticeKind> =
  /** A paragraph. */
  | string
  /** A link that the reader is to follow; the value named by `to` is its address. */
  | { action: string; to: Names<K> }
  /** Names and values, a line each. */
  | { facts: readonly (readonly [name: string, value: string])[] }
  /** DNS records, from the value of this name. */
  | { records: Names<K> }
  /** These blocks for each entry of the list of this name, with the values of the entry. */
  | { each: Names<K>; blocks: readonly EntryBlock[] };

/** Within a list: a paragraph, a link, or names and values. */
export type EntryBlock =
  | string
  | { action: string; to: string }
  | { facts: readonly (readonly [name: string, value: string])[] };

/** One language's words. */
export interface NoticeWords<K extends NoticeKind> {
  /** Never a link or another secret: subjects are kept in the trace. */
  subject: string;
  blocks: readonly Block<K>[];
}

/** A notice in all languages. */
export type NoticeTemplate<K extends NoticeKind> = Record<Language, NoticeWords<K>>;

/** What stands around every notice, in each language. */
export interface Frame {
  greeting: string;
  /** `{operator}` */
  closing: string;
  /** `{operator}`, `{hostname}` */
  footer: string;
  record: { type: string; host: string; value: string };
  /** Locale of dates and numbers. */
  locale: string;
}

export const frames = {
  en: {
    greeting: 'Hello,',
    closing: 'Kind regards\n{operator}',
    footer: 'This message was written by the mail relay {hostname} of {operator}. Answers are read by its operators.',
    record: { type: 'Type', host: 'Host', value: 'Value' },
    locale: 'en-GB',
  },
  de: {
    greeting: 'Guten Tag,',
    closing: 'Freundliche Grüße\n{operator}',
    footer:
      'Diese Nachricht hat das Mail-Relay {hostname} von {operator} geschrieben. Antworten liest das Team, das es betreibt.',
    record: { type: 'Typ', host: 'Name', value: 'Wert' },
    locale: 'de-LU',
  },
  fr: {
    greeting: 'Bonjour,',
    closing: 'Cordialement\n{operator}',
    footer:
      'Ce message a été rédigé par le relais de messagerie {hostname} de {operator}. Les réponses sont lues par l’équipe qui l’exploite.',
    record: { type: 'Type', host: 'Nom', value: 'Valeur' },
    locale: 'fr-LU',
  },
} as const satisfies Record<Language, Frame>;
