// The words under which an event is found. Addresses, customers and the like carry a prefix of one letter and a colon;
// free words have no colon, so one can never pass for the other. Query and writer both make their words here.

import { withFewMarks } from '../../protocol/mime/few-marks.ts';
import type { Attempt, Cause, InspectionNote } from '../message.ts';
import { isLateNote, type MailEvent, type RecipientEvent } from '../report/events.ts';
import { addressesWrittenInto } from '../written-into.ts';

export const PREFIX = {
  customer: 'c:',
  direction: 'd:',
  from: 'f:',
  to: 't:',
  messageId: 'm:',
  ip: 'i:',
  status: 's:',
  bounceClass: 'b:',
} as const;

/** The null sender, as `from:<>` finds it. */
export const NULL_SENDER = '<>';

/** Of one text (a subject, a reply) no more words than this are kept, and no longer ones. */
const WORDS = 40;
const WORD_LENGTH = 64;
/** Addresses written into another that are found: it can be read in so many ways at most. */
const WRITTEN_INTO = 40;
const NOT_A_WORD = /[^\p{L}\p{M}\p{N}]+/u;
/** Not among the tokenizer's characters (migrations/trace/0001-day.sql). */
const BLANK = /[\x00-\x20\x7f"']+/g;

/** Adds the words of an event to `words`; what all events of a message have in common comes with its accept alone. */
export function addWords(words: string[], event: MailEvent): void {
  switch (event.type) {
    case 'message.accepted':
      addCommon(words, event.customer, event.meta.direction);
      addAddress(words, PREFIX.from, event.meta.sender);
      if (event.meta.headerFrom !== undefined && event.meta.headerFrom !== event.meta.sender) {
        addAddress(words, PREFIX.from, event.meta.headerFrom);
      }
      for (const recipient of event.recipients) addAddress(words, PREFIX.to, recipient);
      if (event.meta.messageId !== undefined) words.push(PREFIX.messageId + normal(event.meta.messageId));
      if (event.meta.originalMessageId !== undefined)
        words.push(PREFIX.messageId + normal(event.meta.originalMessageId));
      words.push(PREFIX.ip + normal(event.meta.origin.ip), normal(event.meta.origin.helo));
      if (event.meta.subject !== undefined) addText(words, event.meta.subject);
      addInspection(words, event.meta.inspection);
      return;
    case 'message.rejected':
      if (event.customer !== undefined) words.push(PREFIX.customer + normal(event.customer));
      if (event.direction !== undefined) words.push(PREFIX.direction + event.direction);
      if (event.sender !== undefined) addAddress(words, PREFIX.from, event.sender);
      if (event.recipient !== undefined) addAddress(words, PREFIX.to, event.recipient);
      if (event.helo !== undefined) words.push(normal(event.helo));
      words.push(PREFIX.ip + normal(event.ip), `${PREFIX.status}rejected`, String(event.code), normal(event.reply));
      if (event.enhanced !== undefined) words.push(normal(event.enhanced));
      addInspection(words, event.inspection);
      return;
    case 'message.held':
    case 'message.released':
    case 'message.quarantined':
      words.push(PREFIX.status + event.type.slice('message.'.length));
      return;
    case 'message.recipient.delay_told':
    case 'message.recipient.rerouted':
    case 'message.recipient.retried':
    case 'message.recipient.released':
      return;
    case 'message.recipient.held':
    case 'message.recipient.complained':
    case 'message.recipient.deferred':
    case 'message.recipient.delivered':
    case 'message.recipient.bounced':
    case 'message.recipient.expired':
    case 'message.recipient.suppressed':
    case 'message.recipient.removed':
      addOutcome(words, event);
      return;
    default:
      event satisfies never;
  }
}

/** The words that name whose message this is, for a file that does not hold the event of the accept. */
export function addIdentity(words: string[], event: MailEvent): void {
  if ('index' in event) {
    addCommon(words, event.customer, event.direction);
    addAddress(words, PREFIX.from, event.sender);
    addAddress(words, PREFIX.to, event.recipient);
  } else if (event.customer !== undefined) {
    words.push(PREFIX.customer + normal(event.customer));
  }
}

function addCommon(words: string[], customer: string, direction: string): void {
  words.push(PREFIX.customer + normal(customer), PREFIX.direction + direction);
}

/** What checks found is searched for by its name: `virus`, `spam`, a rule, a signature. */
function addInspection(words: string[], notes: readonly InspectionNote[] = []): void {
  for (const { result, verdict, details } of notes) {
    if (verdict === 'pass') continue;
    addText(words, result);
    for (const found of FOUND_DETAILS) addText(words, String(details?.[found] ?? ''));
  }
}
/** Details of a check that people search for. */
const FOUND_DETAILS = ['virus', 'rules', 'found'] as const;

function addOutcome(words: string[], event: RecipientEvent): void {
  const name = event.type.slice('message.recipient.'.length);
  // What came after the end is no status: it is found by the free word `complained` or `asynchronous`.
  if (!isLateNote(event)) words.push(PREFIX.status + name);
  else words.push(event.type === 'message.recipient.complained' ? name : 'asynchronous');
  if (event.bounce !== undefined) words.push(PREFIX.bounceClass + event.bounce.class);
  if (event.attempt !== undefined) addAttempt(words, event.attempt);
  // Of a message that is tried for days, only the first and the last refusal are found by their text.
  const again = event.type === 'message.recipient.deferred' && (event.attempt?.number ?? 1) > 1;
  if (event.cause !== undefined && !again) addCause(words, event.cause);
}

function addAttempt(words: string[], attempt: Attempt): void {
  if (attempt.host !== undefined) words.push(normal(attempt.host));
  if (attempt.ip !== undefined) words.push(PREFIX.ip + normal(attempt.ip));
  if (attempt.from !== undefined) words.push(PREFIX.ip + normal(attempt.from.ip));
}

function addCause(words: string[], cause: Cause): void {
  if (cause.from === 'us') {
    words.push(cause.cause);
    return;
  }
  words.push(String(cause.reply.code));
  if (cause.reply.enhanced !== undefined) words.push(normal(cause.reply.enhanced));
  addText(words, cause.reply.text);
}

function addAddress(words: string[], prefix: string, address: string): void {
  if (address === '') {
    words.push(prefix + NULL_SENDER);
    return;
  }
  const whole = normal(address);
  words.push(prefix + whole);
  const at = whole.lastIndexOf('@');
  if (at !== -1) words.push(prefix + whole.slice(at));
  if (!whole.includes('=')) return;
  // Without prefix: a free word finds it, so that what is kept of somebody is found wherever the address stands.
  let count = 0;
  for (const inner of addressesWrittenInto(whole)) {
    if (count++ === WRITTEN_INTO) return;
    words.push(inner);
  }
}

function addText(words: string[], text: string): void {
  words.push(...textWords(text));
}

/** The words of a text as they are stored: lower case, letters and digits only. */
export function textWords(text: string): string[] {
  const found: string[] = [];
  for (const word of normal(text).split(NOT_A_WORD)) {
    if (word !== '') found.push(word.slice(0, WORD_LENGTH));
    if (found.length === WORDS) break;
  }
  return found;
}

/** One form for all that looks the same: composed, lower case, in one piece. */
export function normal(text: string): string {
  const plain = PLAIN.test(text) ? text : withFewMarks(text).normalize('NFKC').replace(BLANK, '_');
  return plain.toLowerCase();
}
const PLAIN = /^[\x21\x23-\x26\x28-\x7e]*$/;
