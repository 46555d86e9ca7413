// Notices to people: written in the reader's language, put into the relay's own queue, remembered without their words.
//
// - Of one kind a person gets only so many in an hour. What is more is told in one mail later; links that would be too
//   many are dropped.
// - A row says what was sent to whom before it is: a crash leaves one that says `sending`, never a mail nobody knows of.

import { setTimeout } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { QueueId } from '../../mail/message.ts';
import type { OwnAttachment, OwnMail, SendMail } from '../../mail/report/operations.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { ControlTables } from '../database/tables.ts';
import { limitOf, templates } from './catalogue.ts';
import type { NoticeKind, NoticeValues, Reader } from './kinds.ts';
import { listSent, type NoticeQuery, type SentNotice } from './list-notices.ts';
import { renderNotice } from './render.ts';
import { startSummaries } from './summaries.ts';

export interface NoticesOptions {
  database: ControlDatabase;
  clock: Clock;
  log: Log;
  config: () => Config;
  sendMail: SendMail;
}

/** What became of a notice. */
export type Told =
  | { kind: 'sent'; id: QueueId }
  /** Too many of its kind to this person in this hour: told in sum later, or dropped. */
  | { kind: 'withheld' };

export interface NoticeOptions {
  /** Whose notice it is; absent: the operator's own. */
  customer?: string;
  attachments?: readonly OwnAttachment[];
}

export interface Notices {
  /**
   * Writes to one person. Resolves once the mail is in the queue, or withheld; rejects where the queue does not take it
   * (tried for some seconds) and with a RangeError where the address is none. Call it after the change it tells of is on
   * disk, never inside of a transaction.
   */
  tell<K extends NoticeKind>(
    this: void,
    kind: K,
    to: Reader,
    values: NoticeValues[K],
    options?: NoticeOptions,
  ): Promise<Told>;
  /** What was sent to whom, the newest first. */
  list(query: NoticeQuery): Promise<SentNotice[]>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The store thread is back within a second or two after it ended. */
const TRIES_MS = [500, 2000, 5000] as const;

/** Makes the way to write to people. Begins to send sums of what was too much. */
export function openNotices(options: NoticesOptions): Notices {
  const ended = new AbortController();
  const tell: Notices['tell'] = async (kind, to, values, more = {}) => {
    const { node, operator } = options.config();
    const written = renderNotice(templates[kind], values, {
      language: to.language,
      operator: operator.name ?? 'Easymail',
      hostname: node.hostname,
      timeZone: operator.time_zone,
    });
    const row = await note(options, kind, to, more.customer);
    if (!row.sending) return { kind: 'withheld' };
    const mail: OwnMail = {
      to: to.address,
      language: to.language,
      ...written,
      ...(more.attachments !== undefined && { attachments: more.attachments }),
    };
    try {
      const id = await sendWithPatience(options.sendMail, mail, ended.signal);
      await settle(options.database, row.id, { state: 'sent', message: id });
      return { kind: 'sent', id };
    } catch (error) {
      await settle(options.database, row.id, { state: 'failed', message: null });
      throw error;
    }
  };
  const summaries = startSummaries({ ...options, tell });
  return {
    tell,
    list: (query) => listSent(options.database.db, query),
    close: async () => {
      ended.abort();
      await summaries.close();
    },
  };
}

/** Writes the row of a notice in one step with the look whether it is one too many. */
async function note(
  { database, clock }: NoticesOptions,
  kind: NoticeKind,
  { address, language }: Reader,
  customer: string | undefined,
): Promise<{ id: number; sending: boolean }> {
  const { mostAnHour, mostADay = Number.POSITIVE_INFINITY, rest } = limitOf(kind);
  const now = clock.now();
  const recipient = address.toLowerCase();
  return database.db.transaction().execute(async (trx) => {
    const { sent } = await trx
      .selectFrom('notice_sent')
      .select((query) => query.fn.countAll<number>().as('sent'))
      .where('recipient', '=', recipient)
      .where('kind', '=', kind)
      .where('at', '>', now - HOUR_MS)
      .where('state', 'in', ['sending', 'sent'])
      .executeTakeFirstOrThrow();
    const sending = sent < mostAnHour && (await ofToday(trx, kind, customer, now)) < mostADay;
    const state = sending ? 'sending' : rest === 'summed' ? 'withheld' : 'dropped';
    const { id } = await trx
      .insertInto('notice_sent')
      .values({ at: now, kind, customer: customer ?? null, recipient, language, state, message: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { id, sending };
  });
}

/** What went out for this customer within a day, to whomever. */
async function ofToday(
  trx: Transaction<ControlTables>,
  kind: NoticeKind,
  customer: string | undefined,
  now: number,
): Promise<number> {
  if (customer === undefined || limitOf(kind).mostADay === undefined) return 0;
  const { sent } = await trx
    .selectFrom('notice_sent')
    .select((query) => query.fn.countAll<number>().as('sent'))
    .where('customer', '=', customer)
    .where('kind', '=', kind)
    .where('at', '>', now - DAY_MS)
    .where('state', 'in', ['sending', 'sent'])
    .executeTakeFirstOrThrow();
  return sent;
}

async function settle(
  { db }: ControlDatabase,
  id: number,
  what: { state: 'sent' | 'failed'; message: string | null },
): Promise<void> {
  await db.updateTable('notice_sent').set(what).where('id', '=', id).execute();
}

async function sendWithPatience(send: SendMail, mail: OwnMail, signal: AbortSignal): Promise<QueueId> {
  for (const wait of TRIES_MS) {
    try {
      return await send(mail);
    } catch (error) {
      // No time makes an address of it.
      if (error instanceof RangeError || signal.aborted) throw error;
      await setTimeout(wait, undefined, { signal, ref: false });
    }
  }
  return send(mail);
}
