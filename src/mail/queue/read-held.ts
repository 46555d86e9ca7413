// What is held for its content, message by message, the newest first: read for the quarantine on a read-only connection.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { type HeldReason, heldReasons } from '../inspect/held-reason.ts';
import type { CustomerId, Direction, InspectionNote, MessageMeta, QueueId } from '../message.ts';
import { CONTENT_HOLDS, type ContentHold } from './content-holds.ts';
import { matching } from './sqlite/matching.ts';

/** Which messages are meant; empty fields match all. */
export interface HeldQuery {
  id?: QueueId;
  /** Single messages. */
  ids?: readonly QueueId[];
  customer?: CustomerId;
  direction?: Direction;
  /** The envelope sender, or the address of From; an address, or `@domain`. */
  from?: string;
  /** An address, or `@domain`. */
  to?: string;
  reason?: HeldReason;
  /** Accepted at or after this time, and before that one; milliseconds since 1970. */
  since?: number;
  before?: number;
}

/** A message that is held for its content. */
export interface HeldMessage {
  id: QueueId;
  customer: CustomerId;
  direction: Direction;
  stream: string;
  sender: string;
  headerFrom?: string;
  /** Kept where `trace.subject` says so. */
  subject?: string;
  size: number;
  acceptedAt: number;
  heldSince: number;
  /** Recipients that wait and that the sender named, at most `RECIPIENTS_SHOWN`, and how many there are. */
  recipients: string[];
  recipientCount: number;
  reasons: HeldReason[];
  /** Kinds of the holds to be lifted. */
  kinds: ContentHold[];
  /** Who held it by hand, and why. */
  by?: string;
  note?: string;
  inspection: InspectionNote[];
}

export interface HeldPage {
  entries: HeldMessage[];
  /** Cursor of the next page; absent when there is none. */
  next?: string;
}

const MOST_ENTRIES = 1000;
/** Recipients of a message that are read; more are counted. */
export const RECIPIENTS_SHOWN = 200;
/** Messages looked at for one page: a reason that is rare costs no more than this, and `next` goes on. */
const MOST_LOOKED_AT = 20_000;

const KINDS = CONTENT_HOLDS.map((kind) => `'${kind}'`).join(', ');
const HELD_FOR_CONTENT = `
(exists (select 1 from hold as h where h.message = m.row and h.kind in (${KINDS})) or
exists (select 1 from recipient_hold as h where h.recipient = r.row and h.kind in (${KINDS})))`;

/** A page of the messages that a query means; 1,000 at most. `after`: cursor of the page before. */
export function listHeld(
  database: DatabaseSync,
  query: HeldQuery,
  { after, limit }: { after?: string; limit: number },
): HeldPage {
  const wanted = Math.max(1, Math.min(limit, MOST_ENTRIES));
  const next = nextMessage(database, query);
  const read = messageReader(database);
  const byPerson = database.prepare(
    `select 1 from hold where message = ? and operator is not null and kind in (${KINDS})`,
  );
  const entries: HeldMessage[] = [];
  let row = rowOf(after);
  for (let looked = 0; looked < MOST_LOOKED_AT; looked++) {
    const found = next(row);
    if (found === undefined) return { entries };
    row = Number(found['row']);
    const meta = JSON.parse(String(found['meta'])) as MessageMeta;
    const reasons = reasonsOf(meta, byPerson.get(row) !== undefined);
    if (query.reason !== undefined && !reasons.includes(query.reason)) continue;
    entries.push(read(found, meta, reasons));
    if (entries.length === wanted) break;
  }
  return { entries, next: row.toString(36) };
}

/** What a person holds besides is not let go for what the checks said alone. */
function reasonsOf({ inspection = [] }: MessageMeta, byPerson: boolean): HeldReason[] {
  const reasons = heldReasons(inspection);
  return byPerson && !reasons.includes('person') ? [...reasons, 'person'] : reasons;
}

type Row = Record<string, SQLOutputValue>;

/** Finds the message before a row; its recipients are passed over at once. */
function nextMessage(database: DatabaseSync, query: HeldQuery): (before: number) => Row | undefined {
  const { id, customer, to } = query;
  const condition = matching({
    ...(id !== undefined && { id }),
    ...(customer !== undefined && { customer }),
    ...(to !== undefined && { to }),
  });
  const terms = [condition.sql];
  const { values } = condition;
  if (query.ids !== undefined) add('m.id in (select value from json_each(?))', JSON.stringify(query.ids));
  if (query.direction !== undefined) add("json_extract(m.meta, '$.direction') = ?", query.direction);
  if (query.since !== undefined) add('m.accepted_at >= ?', query.since);
  if (query.before !== undefined) add('m.accepted_at < ?', query.before);
  if (query.from !== undefined) {
    const wanted = query.from.toLowerCase();
    const fits = wanted.startsWith('@') ? 'substr(lower(%), -length(?1)) = ?1' : 'lower(%) = ?1';
    const either = ['m.sender', "coalesce(json_extract(m.meta, '$.headerFrom'), '')"].map((column) =>
      fits.replace('%', column).replaceAll('?1', 'wanted'),
    );
    add(`exists (select 1 from (select ? as wanted) where ${either.join(' or ')})`, wanted);
  }
  const statement = database.prepare(`
    select m.row, m.recipients, m.customer, m.sender, m.size, m.accepted_at, m.meta from ${tables(query)}
    where r.status >= 2 and r.row < ? and ${HELD_FOR_CONTENT} and ${terms.join(' and ')}
    order by r.row desc limit 1`);
  return (before) => statement.get(before, ...values);

  function add(sql: string, ...bound: (string | number)[]): void {
    terms.push(sql);
    values.push(...bound);
  }
}

function tables({ id, ids, customer }: HeldQuery): string {
  if (id !== undefined || ids !== undefined)
    return 'message as m cross join recipient as r on r.row >= m.row and r.row < m.row + m.recipients';
  const index = customer === undefined ? 'held' : 'held_of_customer';
  return `recipient as r indexed by ${index} cross join message as m on m.row = r.row - r.position`;
}

type ReadMessage = (found: Row, meta: MessageMeta, reasons: HeldReason[]) => HeldMessage;

function messageReader(database: DatabaseSync): ReadMessage {
  const waiting = `from recipient as r join message as m on m.row = ?1
    where r.row >= ?1 and r.row < ?2 and r.status >= 2 and ${HELD_FOR_CONTENT}`;
  const addresses = database.prepare(`select r.address ${waiting} order by r.row limit ${RECIPIENTS_SHOWN}`);
  const count = database.prepare(`select count(*) as count ${waiting}`);
  const holds = database.prepare(`
    select min(since) as since, max(operator) as operator, max(note) as note, group_concat(distinct kind) as kinds from
    (select since, operator, note, kind from hold where message = ?1 and kind in (${KINDS}) union all
    select since, null, note, kind from recipient_hold
      where recipient >= ?1 and recipient < ?2 and kind in (${KINDS}))`);
  return (found, meta, reasons) => {
    const row = Number(found['row']);
    const end = row + Number(found['recipients']);
    // Who gets a copy by a rule is no recipient whom anybody named; copies go with the message.
    const named = end - (meta.copies ?? 0);
    const recipients = addresses.all(row, named).map(({ address }) => String(address));
    const more = recipients.length === RECIPIENTS_SHOWN;
    const held = holds.get(row, end) ?? {};
    return {
      ...factsOf(meta),
      ...holdOf(held, meta),
      reasons,
      recipients,
      recipientCount: more ? Number(count.get(row, named)?.['count']) : recipients.length,
    };
  };
}

function factsOf(meta: MessageMeta) {
  return {
    id: meta.id,
    customer: meta.customer,
    direction: meta.direction,
    stream: meta.stream,
    sender: meta.sender,
    ...(meta.headerFrom !== undefined && { headerFrom: meta.headerFrom }),
    ...(meta.subject !== undefined && { subject: meta.subject }),
    size: meta.size,
    acceptedAt: meta.acceptedAt,
    inspection: meta.inspection ?? [],
  };
}

function holdOf({ since, kinds, operator, note }: Row, meta: MessageMeta) {
  return {
    // A hold that is lifted for some begins anew for the others: what counts is when the message came.
    heldSince: meta.inspection === undefined ? Number(since ?? meta.acceptedAt) : meta.acceptedAt,
    kinds: CONTENT_HOLDS.filter((kind) => String(kinds).split(',').includes(kind)),
    ...(typeof operator === 'string' && { by: operator }),
    ...(typeof note === 'string' && { note }),
  };
}

function rowOf(cursor: string | undefined): number {
  const row = cursor === undefined ? Number.NaN : Number.parseInt(cursor, 36);
  return Number.isSafeInteger(row) ? row : Number.MAX_SAFE_INTEGER;
}
