// Lines of a list with one line a recipient: where the recipient stands, and what its last attempt said. Of a message
// with many recipients those that the query means come, each of them or the first few.

import { type ReplyName, replies } from '../accept/replies.ts';
import { classifyBounce } from '../report/bounce-class.ts';
import type { AcceptedEvent, MailEvent, RecipientEvent, RejectedEvent } from '../report/events.ts';
import { statusAt, statusBit } from './message-state.ts';
import type { TraceRow } from './trace.ts';
import type { EntrySource } from './trace-entry.ts';
import type { TraceQuery } from './trace-query.ts';
import { NULL_SENDER, normal } from './trace-words.ts';

/** Characters of a reply in a line. */
const REPLY_LENGTH = 300;

export interface RowSource extends Omit<EntrySource, 'all'> {
  /** Lines of one message; the last says how many are left out. */
  most: number;
}

/** The lines of a message or of a refusal; none where no single recipient is what the query means. */
export function rowsOf(source: RowSource): TraceRow[] {
  const accepted = source.events.find((event): event is AcceptedEvent => event.type === 'message.accepted');
  if (accepted !== undefined) return acceptedRows(source, accepted);
  const rejected = source.events.find((event): event is RejectedEvent => event.type === 'message.rejected');
  if (rejected !== undefined) return [{ ...baseOf(source), ...rejectedFields(rejected) }];
  return laterRows(source);
}

function baseOf({ day, row }: RowSource): Pick<TraceRow, 'cursor' | 'at'> {
  return { cursor: `${day}:${row.row}`, at: new Date(row.at).toISOString() };
}

function acceptedRows(source: RowSource, event: AcceptedEvent): TraceRow[] {
  const { meta } = event;
  const score = meta.inspection?.find(({ details }) => typeof details?.['score'] === 'number')?.details?.['score'];
  const common = {
    ...baseOf(source),
    id: event.id,
    customer: event.customer,
    direction: meta.direction,
    from: meta.sender,
    ip: meta.origin.ip,
    size: meta.size,
    ...(meta.messageId !== undefined && { message_id: meta.messageId }),
    ...(meta.subject !== undefined && { subject: meta.subject }),
    ...(typeof score === 'number' && { score }),
  };
  return meantRows(source, event.recipients.entries(), common);
}

/** Of a message whose accept lies in a file that is gone, only what came later is known. */
function laterRows(source: RowSource): TraceRow[] {
  const later = source.events.filter((event): event is RecipientEvent => 'index' in event);
  const [first] = later;
  if (first === undefined) return [];
  const { id, customer, direction, sender } = first;
  const common = { ...baseOf(source), id, customer, direction, from: sender };
  return meantRows(source, new Map(later.map((event) => [event.index, event.recipient])), common);
}

function meantRows(
  source: RowSource,
  recipients: Iterable<[number, string]>,
  common: Omit<TraceRow, 'to' | 'status'>,
): TraceRow[] {
  const lasts = lastEvents(source.events);
  const rows: TraceRow[] = [];
  let more = 0;
  for (const [index, to] of recipients) {
    const row = {
      ...common,
      index,
      to,
      status: statusAt(source.state, index) ?? 'queued',
      ...outcomeOf(lasts.get(index)),
    };
    if (!isMeant(row, source.query)) continue;
    if (rows.length < source.most) rows.push(row);
    else more += 1;
  }
  const last = rows.at(-1);
  if (last !== undefined && more > 0) last.more = more;
  return rows;
}

/** Of each recipient the newest event that tells of an outcome. */
function lastEvents(events: readonly MailEvent[]): Map<number, RecipientEvent> {
  const lasts = new Map<number, RecipientEvent>();
  for (const event of events) {
    if (!('index' in event) || TELLS_NOTHING.has(event.type)) continue;
    lasts.set(event.index, event);
  }
  return lasts;
}

/** They change nothing of how it stands. */
const TELLS_NOTHING: ReadonlySet<string> = new Set([
  'message.recipient.delay_told',
  'message.recipient.rerouted',
  'message.recipient.retried',
  'message.recipient.complained',
]);

function outcomeOf(event: RecipientEvent | undefined): Partial<TraceRow> {
  if (event === undefined) return {};
  const { attempt, cause, bounce } = event;
  const reply = event.reply ?? (cause?.from === 'remote' ? cause.reply : undefined);
  const meaning = bounce ?? (cause === undefined ? undefined : classifyBounce(cause));
  return {
    changed_at: new Date(event.at).toISOString(),
    ...(attempt !== undefined && { attempts: attempt.number }),
    ...(attempt?.host !== undefined && { host: attempt.host }),
    ...(attempt?.from !== undefined && { sent_from: attempt.from.ip, pool: attempt.from.pool }),
    ...(attempt?.mailHostOf !== undefined && { mail_host_of: attempt.mailHostOf }),
    ...(reply !== undefined && {
      reply: [reply.code, reply.enhanced, reply.text]
        .filter((part) => part !== undefined)
        .join(' ')
        .slice(0, REPLY_LENGTH),
    }),
    ...(cause?.from === 'us' && { cause: cause.cause }),
    ...(meaning !== undefined && {
      class: meaning.class,
      permanence: meaning.permanence,
      responsible: meaning.responsible,
    }),
  };
}

function rejectedFields(event: RejectedEvent): Omit<TraceRow, 'cursor' | 'at'> {
  return {
    ...(event.customer !== undefined && { customer: event.customer }),
    ...(event.direction !== undefined && { direction: event.direction }),
    ...(event.sender !== undefined && { from: event.sender }),
    ...(event.recipient !== undefined && { to: event.recipient }),
    ...(event.ip !== '' && { ip: event.ip }),
    ...(event.count !== undefined && { count: event.count }),
    status: 'rejected',
    reply: [event.code, event.enhanced, saidBy(event.reply)].filter((part) => part !== undefined).join(' '),
    refusal: event.reply,
  };
}

/** What we said, with the name of the reply, by which it is found. */
function saidBy(name: string): string {
  const lines = Object.hasOwn(replies, name) ? replies[name as ReplyName].lines : [];
  return lines.length === 0 ? name : `${lines.join(' ')} (${name})`;
}

/** Whether this recipient, and not only another one of the message, is what the query asks for. */
function isMeant(row: TraceRow, query: TraceQuery): boolean {
  if (query.statuses.some((mask) => (mask & statusBit(row.status)) === 0)) return false;
  if (query.to.some((word) => !fits(row.to, word))) return false;
  if (query.domains?.some((word) => !fits(row.to, word) && !fits(row.from, word)) === true) return false;
  return query.classes?.every((names) => row.class !== undefined && names.includes(row.class)) ?? true;
}

/** As the search finds addresses: whole, or by their domain. */
function fits(address: string | undefined, word: string): boolean {
  if (address === undefined) return false;
  if (word === NULL_SENDER) return address === '';
  const whole = word.replace(/^<(.*)>$/, '$1');
  const has = normal(address);
  return has === whole || has.endsWith(whole.startsWith('@') ? whole : `@${whole}`);
}
