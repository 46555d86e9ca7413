// One line of a search's answer, made from the first events of a message and its state.

import type { AcceptedEvent, MailEvent, RecipientEvent, RejectedEvent } from '../report/events.ts';
import type { FoundRow } from './day-search.ts';
import { type MessageState, statusAt } from './message-state.ts';
import type { TraceEntry } from './trace.ts';
import type { TraceQuery } from './trace-query.ts';
import { normal } from './trace-words.ts';

/** Recipients in a line of a list; `trace id:` shows all. */
const LISTED_RECIPIENTS = 100;

export interface EntrySource {
  day: string;
  row: FoundRow;
  query: TraceQuery;
  state: MessageState;
  /** The first events of the message that the day holds. */
  events: MailEvent[];
  /** List all recipients. */
  all?: boolean;
}

/** The entry of a message or of a refusal. */
export function entryOf(source: EntrySource): TraceEntry {
  const { day, row, events } = source;
  const base = { cursor: `${day}:${row.row}`, at: new Date(row.at).toISOString() };
  const accepted = events.find((event): event is AcceptedEvent => event.type === 'message.accepted');
  if (accepted !== undefined) return { ...base, ...acceptedEntry(source, accepted) };
  const rejected = events.find((event): event is RejectedEvent => event.type === 'message.rejected');
  if (rejected !== undefined) return { ...base, ...rejectedEntry(rejected) };
  return { ...base, ...laterEntry(source) };
}

type Fields = Omit<TraceEntry, 'cursor' | 'at'>;

function acceptedEntry(source: EntrySource, event: AcceptedEvent): Fields {
  const { meta } = event;
  const listed = listRecipients(source, event.recipients);
  return {
    id: event.id,
    customer: event.customer,
    direction: meta.direction,
    from: meta.sender,
    ...listed,
    ip: meta.origin.ip,
    size: meta.size,
    ...(meta.messageId === undefined ? {} : { message_id: meta.messageId }),
    ...(meta.subject === undefined ? {} : { subject: meta.subject }),
  };
}

function listRecipients(source: EntrySource, addresses: string[]): Pick<TraceEntry, 'recipients' | 'more_recipients'> {
  let indexes = addresses.map((_, index) => index);
  if (source.all !== true && addresses.length > LISTED_RECIPIENTS) {
    const meant = (index: number) => source.query.to.some((word) => normal(addresses[index] ?? '').endsWith(word));
    indexes = [...indexes.filter(meant), ...indexes.filter((index) => !meant(index))].slice(0, LISTED_RECIPIENTS);
  }
  const recipients = indexes.map((index) => ({
    address: addresses[index] ?? '',
    status: statusAt(source.state, index) ?? 'queued',
  }));
  const more = addresses.length - recipients.length;
  return more > 0 ? { recipients, more_recipients: more } : { recipients };
}

function rejectedEntry(event: RejectedEvent): Fields {
  return {
    ...(event.customer === undefined ? {} : { customer: event.customer }),
    ...(event.direction === undefined ? {} : { direction: event.direction }),
    ...(event.sender === undefined ? {} : { from: event.sender }),
    recipients: event.recipient === undefined ? [] : [{ address: event.recipient, status: 'rejected' }],
    ...(event.ip === '' ? {} : { ip: event.ip }),
    reply: [event.code, event.enhanced, event.reply].filter((part) => part !== undefined).join(' '),
    ...(event.count === undefined ? {} : { count: event.count }),
  };
}

/** Of a message whose accept lies in a file that is gone, only what came later is known. */
function laterEntry(source: EntrySource): Fields {
  const later = source.events.filter((event): event is RecipientEvent => 'index' in event);
  const addresses = new Map(later.map((event) => [event.index, event.recipient]));
  const first = later[0];
  return {
    ...(source.row.id === null ? {} : { id: source.row.id as NonNullable<TraceEntry['id']> }),
    ...(first === undefined ? {} : { customer: first.customer, direction: first.direction, from: first.sender }),
    recipients: [...addresses].map(([index, address]) => ({
      address,
      status: statusAt(source.state, index) ?? 'queued',
    })),
  };
}
