// Searches of people who may not read subjects: what a subject says must not be found out by searching for it either.

import type { MailEvent } from '../report/events.ts';
import type { FreeTerm } from './trace-query.ts';
import { addWords, normal, PREFIX, textWords } from './trace-words.ts';

/** Whether each free term of the query fits the message by something else than its subject. */
export function fitsWithoutSubject(
  terms: readonly FreeTerm[],
  subject: string | undefined,
  events: () => readonly MailEvent[],
): boolean {
  if (subject === undefined) return true;
  const said = new Set([normal(subject), ...textWords(subject)]);
  const doubtful = terms.filter(({ whole, words }) => said.has(whole) || words.some((word) => said.has(word)));
  if (doubtful.length === 0) return true;
  const found: string[] = [];
  for (const event of events()) addWords(found, withoutSubject(event));
  const known = new Set(found);
  return doubtful.every(({ whole, words }) => {
    const address = whole.includes('@') ? whole : `@${whole}`;
    if (known.has(whole) || known.has(PREFIX.from + address) || known.has(PREFIX.to + address)) return true;
    return words.length > 0 && words.every((word) => known.has(word));
  });
}

/** The event as who may not read subjects sees it. */
export function withoutSubject<T extends MailEvent>(event: T): T {
  if (event.type !== 'message.accepted' || event.meta.subject === undefined) return event;
  const { subject: _hidden, ...meta } = event.meta;
  return { ...event, meta };
}
