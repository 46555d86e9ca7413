// Where each recipient of a message stands, as the events tell it: one letter a recipient, kept in the day's file.

import { isLateNote, type MailEvent, type RecipientEvent } from '../report/events.ts';
import { TRACE_STATUSES, type TraceStatus } from './trace.ts';

/** Letters of one recipient; `unknown` where the event of the accept is not in this file. */
const LETTERS = {
  queued: 'q',
  deferred: 'r',
  delivered: 'd',
  bounced: 'b',
  expired: 'e',
  suppressed: 's',
  removed: 'x',
  rejected: 'n',
} as const;
const UNKNOWN = '?';
/** A hold of one recipient alone, over `queued` and over `deferred`. */
const HELD_LETTER: Readonly<Record<string, string>> = { q: 'h', r: 'H', [UNKNOWN]: 'h' };
const RELEASED_LETTER: Readonly<Record<string, string>> = { h: 'q', H: 'r' };
const OPEN = 'qrhH?';
/** The kind of hold under which quarantined mail is listed. */
const QUARANTINE = 'quarantine';

const STATUS_OF: Readonly<Record<string, TraceStatus>> = Object.fromEntries(
  [...Object.entries(LETTERS), ['held', 'h'], ['held', 'H']].map(([status, letter]) => [letter, status as TraceStatus]),
);

/** Bit of a status in `message.states`. */
export function statusBit(status: TraceStatus): number {
  return 1 << TRACE_STATUSES.indexOf(status);
}

/** Bits of those statuses that are not final. */
export const OPEN_BITS = statusBit('queued') | statusBit('deferred') | statusBit('held') | statusBit('quarantined');

/** In `message.states`: the event of the accept is not in this file (its day was dropped or put aside). */
const UNACCEPTED_BIT = 1 << TRACE_STATUSES.length;

/** State of one message while a batch is applied. */
export interface MessageState {
  /** The event of its accept is in this file. */
  accepted: boolean;
  /** One letter a recipient. */
  letters: string;
  /** Kinds of holds now on it. */
  holds: readonly string[];
}

/** By how much an event changes the sums over recipients. */
export interface CountChange {
  accepted: number;
  final: number;
  duplicates: number;
}

const NONE: CountChange = { accepted: 0, final: 0, duplicates: 0 };
const ONE_FINAL: CountChange = { accepted: 0, final: 1, duplicates: 0 };
const ONE_DUPLICATE: CountChange = { accepted: 0, final: 0, duplicates: 1 };

/** Applies one event; `state` is changed in place. A final letter stays, whatever comes after. */
export function applyEvent(state: MessageState, event: MailEvent): CountChange {
  switch (event.type) {
    case 'message.accepted':
      return applyAccepted(state, event.recipients.length);
    case 'message.rejected':
      state.accepted = true;
      state.letters = LETTERS.rejected;
      return NONE;
    case 'message.held':
      addHold(state, event.reason);
      return NONE;
    case 'message.quarantined':
      addHold(state, QUARANTINE);
      return NONE;
    case 'message.released':
      state.holds = state.holds.filter((kind) => kind !== event.reason);
      return NONE;
    default:
      // A late bounce leaves the status as it was, and never counts as a second end.
      return isLateNote(event) ? NONE : applyToRecipient(state, event);
  }
}

function applyToRecipient(state: MessageState, event: RecipientEvent): CountChange {
  const { index } = event;
  switch (event.type) {
    case 'message.recipient.delay_told':
    case 'message.recipient.rerouted':
    case 'message.recipient.retried':
    case 'message.recipient.complained':
      return NONE;
    case 'message.recipient.deferred':
      if (isOpen(state, index)) setLetter(state, index, LETTERS.deferred);
      return NONE;
    case 'message.recipient.held':
      changeLetter(state, index, HELD_LETTER);
      return NONE;
    case 'message.recipient.released':
      changeLetter(state, index, RELEASED_LETTER);
      return NONE;
    case 'message.recipient.delivered':
      return applyFinal(state, index, LETTERS.delivered);
    case 'message.recipient.bounced':
      return applyFinal(state, index, LETTERS.bounced);
    case 'message.recipient.expired':
      return applyFinal(state, index, LETTERS.expired);
    case 'message.recipient.suppressed':
      return applyFinal(state, index, LETTERS.suppressed);
    case 'message.recipient.removed':
      return applyFinal(state, index, LETTERS.removed);
    default:
      return event.type satisfies never;
  }
}

function applyAccepted(state: MessageState, recipients: number): CountChange {
  // The same accept under two rows of the outbox would be a fault; it is not counted twice.
  if (state.accepted) return NONE;
  state.accepted = true;
  let letters = '';
  for (let i = 0; i < Math.max(recipients, state.letters.length); i++) {
    const had = state.letters[i] ?? UNKNOWN;
    letters += had === UNKNOWN ? LETTERS.queued : had;
  }
  state.letters = letters;
  return { accepted: recipients, final: 0, duplicates: 0 };
}

function applyFinal(state: MessageState, index: number, letter: string): CountChange {
  if (!isOpen(state, index)) return ONE_DUPLICATE;
  setLetter(state, index, letter);
  return ONE_FINAL;
}

function addHold(state: MessageState, kind: string): void {
  if (!state.holds.includes(kind)) state.holds = [...state.holds, kind];
}

function isOpen(state: MessageState, index: number): boolean {
  return OPEN.includes(state.letters[index] ?? UNKNOWN);
}

function changeLetter(state: MessageState, index: number, change: Readonly<Record<string, string>>): void {
  const letter = change[state.letters[index] ?? UNKNOWN];
  if (letter !== undefined) setLetter(state, index, letter);
}

function setLetter(state: MessageState, index: number, letter: string): void {
  const before = state.letters.slice(0, index).padEnd(index, UNKNOWN);
  state.letters = before + letter + state.letters.slice(index + 1);
}

/** The mask for `message.states`. */
export function maskOf(state: MessageState): number {
  let mask = state.accepted ? 0 : UNACCEPTED_BIT;
  for (let i = 0; i < state.letters.length; i++) {
    const status = statusAt(state, i);
    if (status !== undefined) mask |= statusBit(status);
  }
  return mask;
}

/** The state as a day's file keeps it; `row` has the columns states, recipients and holds. */
export function stateOfRow(row: Record<string, unknown>): MessageState {
  const holds = row['holds'];
  return {
    accepted: (Number(row['states']) & UNACCEPTED_BIT) === 0,
    letters: String(row['recipients']),
    holds: typeof holds === 'string' ? holds.split('\n') : [],
  };
}

/** Status of one recipient; nothing where the file does not know it. */
export function statusAt(state: MessageState, index: number): TraceStatus | undefined {
  const letter = state.letters[index] ?? UNKNOWN;
  if (letter === UNKNOWN) return undefined;
  if (!OPEN.includes(letter) || state.holds.length === 0) return STATUS_OF[letter];
  return state.holds.includes(QUARANTINE) ? 'quarantined' : 'held';
}

/** Number of recipients without a final event. */
export function openRecipients(letters: string): number {
  let open = 0;
  for (const letter of letters) if (letter !== UNKNOWN && OPEN.includes(letter)) open += 1;
  return open;
}
