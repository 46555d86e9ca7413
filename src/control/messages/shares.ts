// Links to one message for somebody who does not sign in: random, for a time, only hashes are kept. What is shown is
// masked (masked-message.ts), and read from the trace each time.

import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Directory } from '../../mail/authorise/directory.ts';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import type { Reader } from '../../mail/trace/reader.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { actorOf, type Principal } from '../access/principal.ts';
import { randomToken, tokenHash } from '../access/secrets.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { seenEvent } from '../api/others-hosts.ts';
import { Problem, problem, valueOf } from '../api/problem.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { ControlTables } from '../database/tables.ts';
import { type MaskedMessage, maskedMessage } from './masked-message.ts';
import type { MessageShareRow } from './tables.ts';

export interface ShareParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  config: () => Config;
  reader: Pick<Reader, 'traceShow'>;
  directory: Pick<Directory, 'domain'>;
}

export interface NewShare {
  message: QueueId;
  customer: CustomerId;
  /** Of one recipient alone. */
  recipient: number | undefined;
  /** Milliseconds. */
  lifeMs: number;
  /** The subject is shown. */
  subject: boolean;
}

/** Links of one message that can be in use at a time. */
const MOST = 20;

export class MessageShares {
  readonly #parts: ShareParts;

  constructor(parts: ShareParts) {
    this.#parts = parts;
  }

  /** Makes a link; its address is known now and never again. */
  make(principal: Principal, share: NewShare): Promise<{ row: MessageShareRow; url: string }> {
    const { message, customer, recipient, lifeMs, subject } = share;
    const { changes, config } = this.#parts;
    return changes.make(actorOf(principal), async (trx, now) => {
      await assertFew(trx, message, now);
      const token = randomToken();
      const row: MessageShareRow = {
        id: `shr_${randomBytes(12).toString('hex')}`,
        hash: tokenHash(token),
        message,
        recipient: recipient ?? null,
        customer,
        who: actorOf(principal).who,
        subject: subject ? 1 : 0,
        made_at: now,
        expires_at: now + lifeMs,
        revoked_at: null,
        views: 0,
        seen_at: null,
      };
      await trx.insertInto('message_share').values(row).execute();
      // Behind the # it goes to no server, and into no log of one.
      const url = `${config().http.url.replace(/\/+$/, '')}/shared/message#${token}`;
      const after = { subject, expires_at: new Date(row.expires_at).toISOString() };
      return { result: { row, url }, audit: [audited('shared', row, after)] };
    });
  }

  /** Links to a message, the newest first, those that are over too. */
  list(message: QueueId): Promise<MessageShareRow[]> {
    const rows = this.#parts.database.db.selectFrom('message_share').selectAll().where('message', '=', message);
    return rows.orderBy('made_at', 'desc').limit(100).execute();
  }

  get(id: string): Promise<MessageShareRow | undefined> {
    return this.#parts.database.db.selectFrom('message_share').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** From now on the link opens nothing. */
  async revoke(principal: Principal, row: MessageShareRow): Promise<void> {
    await this.#parts.changes.make(actorOf(principal), async (trx, now) => {
      const open = trx.updateTable('message_share').set({ revoked_at: now }).where('id', '=', row.id);
      const { numUpdatedRows } = await open.where('revoked_at', 'is', null).executeTakeFirst();
      return { result: undefined, audit: numUpdatedRows === 0n ? [] : [audited('share revoked', row, null)] };
    });
  }

  /** What a link shows. Throws a Problem (410) where it is none, over or revoked, or the message is gone. */
  async open(token: string): Promise<{ row: MessageShareRow; message: MaskedMessage }> {
    const { database, clock, changes, reader, directory } = this.#parts;
    const hash = tokenHash(token);
    const row = await database.db.selectFrom('message_share').selectAll().where('hash', '=', hash).executeTakeFirst();
    if (row === undefined || row.revoked_at !== null || row.expires_at <= clock.now()) throw over();
    const message = valueOf(await reader.traceShow(row.message as QueueId), 'token');
    if (message === undefined || message.entry.customer !== row.customer) throw over();
    await changes.make(RELAY_ACTOR, async (trx, now) => {
      const seen = trx.updateTable('message_share').set(({ eb }) => ({ views: eb('views', '+', 1), seen_at: now }));
      await seen.where('id', '=', row.id).execute();
      return { result: undefined, audit: [] };
    });
    const shown = { subject: row.subject === 1, recipient: row.recipient ?? undefined };
    // At most what the customer itself sees of it.
    const customer: Principal = { kind: 'link', link: 'records', id: row.id, customer: row.customer as CustomerId };
    const events = message.events.map((event) => seenEvent(customer, event, directory));
    return { row, message: maskedMessage({ ...message, events }, shown) };
  }
}

async function assertFew(trx: Transaction<ControlTables>, message: string, now: number): Promise<void> {
  const open = trx.selectFrom('message_share').select('id').where('message', '=', message);
  const rows = await open.where('revoked_at', 'is', null).where('expires_at', '>', now).execute();
  if (rows.length >= MOST) throw problem('too-many-shares', { most: MOST });
}

function over(): Problem {
  return problem('share-over');
}

function audited(action: string, { id, message, customer }: MessageShareRow, after: unknown): AuditedChange {
  return { action, object: `message ${message}`, customer, before: null, after: { share: id, ...(after as object) } };
}
