// The events of a message as the timeline shows them.

import type { Answer } from '../../../api/call.ts';

export type Message = Answer<'showTrace'>;
export type TraceEvent = Message['events'][number];
export type Note = NonNullable<NonNullable<TraceEvent['meta']>['inspection']>[number];
export type Attempt = NonNullable<TraceEvent['attempt']>;

const WEIGHT = ['pass', 'tag', 'strip', 'later', 'hold', 'quarantine', 'reject'];

/** The check whose verdict counted: the first of the strictest, where any did more than let it pass. */
export function decidingNote(notes: readonly Note[]): Note | undefined {
  let strictest: Note | undefined;
  for (const note of notes) {
    if (note.verdict === 'pass') continue;
    if (strictest === undefined || WEIGHT.indexOf(note.verdict) > WEIGHT.indexOf(strictest.verdict)) strictest = note;
  }
  return strictest;
}

/** Names of the rules that matched, where the check tells of rules. */
export function rulesOf(note: Note): readonly string[] {
  const rules = note.details?.['rules'];
  return Array.isArray(rules) ? rules : [];
}

/** Events about one recipient and about the whole message; all where none is chosen. Oldest first. */
export function eventsFor(events: readonly TraceEvent[], recipient: number | undefined): readonly TraceEvent[] {
  const meant = events.filter(({ index }) => recipient === undefined || index === undefined || index === recipient);
  return meant.toSorted((a, b) => a.at - b.at);
}

/** The newest event that says how the recipient stands. */
export function lastWord(events: readonly TraceEvent[]): TraceEvent | undefined {
  return events.findLast(
    ({ type, asynchronous }) =>
      type.startsWith('message.recipient.') && asynchronous !== true && !SAYS_NOTHING.has(type),
  );
}

const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'message.recipient.delay_told',
  'message.recipient.rerouted',
  'message.recipient.retried',
  'message.recipient.complained',
  'message.recipient.released',
]);

/** What a remote said; nothing where the reply is ours. */
export function replyText(reply: TraceEvent['reply']): string | undefined {
  if (reply === undefined || typeof reply === 'string') return undefined;
  return [reply.code, reply.enhanced, reply.text].filter((part) => part !== undefined && part !== '').join(' ');
}

/** What was said in the end: the reply, or that of the cause. */
export function saidOf({ reply, cause }: TraceEvent): string | undefined {
  return replyText(reply) ?? replyText(cause?.reply);
}
