// What the passing of time asks for, whatever a destination is like: messages whose life is over, senders to be told of
// a delay, recipients held for too long. Each is found by a walk in the order of time, a bounded step at a time.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type {
  DelayAnswer,
  DelayRequest,
  ExpiryAnswer,
  ExpiryRequest,
  SuppressedAnswer,
  SuppressedRequest,
} from '../engine.ts';
import type { StoredWork } from '../queue.ts';
import { type MessageLife, type StoredMessage, storedMessage, type WorkReader } from './work.ts';

const MESSAGE_COLUMNS = 'row, customer, sender, accepted_at, recipients, meta, body_file';

const OLD_MESSAGES = `select ${MESSAGE_COLUMNS} from message where row > ? order by row limit ?`;

const ONE_MESSAGE = `select ${MESSAGE_COLUMNS} from message where row = ?`;

/** The rows of recipients are small: what was told already is passed over without a look at its message. */
const NOT_TOLD = 'select row, position, status, delay_told from recipient where row > ? order by row limit ?';

const HELD_LONG = `
select h.since, h.recipient, r.position, r.destination from recipient_hold as h
cross join recipient as r on r.row = h.recipient
where h.kind = 'suppressed' and h.since <= ?1 and (h.since, h.recipient) > (?2, ?3)
and not exists (select 1 from recipient_hold as o where o.recipient = h.recipient and o.kind <> h.kind)
and not exists (select 1 from hold as m where m.message = h.recipient - r.position)
order by h.since, h.recipient limit ?4`;

/** A message that was in flight is looked at again this much later. */
const AGAIN_MS = 60_000;

export class Overdue {
  readonly #work: WorkReader;
  readonly #life: Readonly<MessageLife>;
  readonly #oldMessages: StatementSync;
  readonly #message: StatementSync;
  readonly #notTold: StatementSync;
  readonly #heldLong: StatementSync;

  constructor(database: DatabaseSync, work: WorkReader, life: Readonly<MessageLife>) {
    this.#work = work;
    this.#life = life;
    this.#oldMessages = database.prepare(OLD_MESSAGES);
    this.#message = database.prepare(ONE_MESSAGE);
    this.#notTold = database.prepare(NOT_TOLD);
    this.#heldLong = database.prepare(HELD_LONG);
  }

  expired(request: ExpiryRequest): ExpiryAnswer {
    const work: StoredWork[] = [];
    let looked = 0;
    let last = request.after;
    for (const row of this.#oldMessages.iterate(request.after, request.limit)) {
      const message = storedMessage(row);
      // Rows grow with time: nothing behind this one is older.
      if (request.now - message.acceptedAt <= this.#life.expireAfterMs) return { work };
      work.push(...this.#work.expired(message, request.now, request.claimed));
      last = message.row;
      looked += 1;
    }
    return looked < request.limit ? { work } : { work, next: last };
  }

  delayed(request: DelayRequest): DelayAnswer {
    const answer: DelayAnswer = { work: [], after: request.after, done: true, again: [] };
    let looked = 0;
    // Recipients of a message lie together: all of them are dealt with at the first that counts.
    let dealtWith = 0;
    for (const row of this.#notTold.iterate(request.after, request.rows)) {
      looked += 1;
      const number = Number(row['row']);
      const waits = Number(row['status']) < 2 && Number(row['delay_told']) === 0;
      const message = waits && number >= dealtWith ? this.#read(number - Number(row['position'])) : undefined;
      if (message !== undefined) {
        if (answer.work.length >= request.limit) return { ...answer, done: false };
        // Nothing behind this one is older.
        if (request.now - message.acceptedAt <= request.lateAfterMs) return answer;
        dealtWith = message.row + message.recipients;
        this.#late(message, request, answer);
      }
      answer.after = number;
    }
    return looked < request.rows ? answer : { ...answer, done: false };
  }

  delayedMessage(row: number, request: DelayRequest): DelayAnswer {
    const answer: DelayAnswer = { work: [], after: row, done: true, again: [] };
    const message = this.#read(row);
    if (message !== undefined) this.#late(message, request, answer);
    return answer;
  }

  /** Adds what is late of a message, or when it will be. Null senders are never told. */
  #late(message: StoredMessage, request: DelayRequest, answer: DelayAnswer): void {
    if (message.sender === '') return;
    const late = this.#work.late(message, request);
    answer.work.push(...late.work);
    if (late.inFlight) answer.again.push({ message: message.row, at: request.now + AGAIN_MS });
    else if (late.lateAt !== undefined) answer.again.push({ message: message.row, at: late.lateAt });
  }

  suppressed({ heldSince, after, limit, claimed, now }: SuppressedRequest): SuppressedAnswer {
    const rows = this.#heldLong.all(heldSince, after?.since ?? 0, after?.recipient ?? 0, limit);
    const found = rows.map((row) => ({
      since: Number(row['since']),
      recipient: Number(row['recipient']),
      message: Number(row['recipient']) - Number(row['position']),
      destination: String(row['destination']),
    }));
    const work: StoredWork[] = [];
    const free = found.filter(({ recipient }) => !claimed.has(recipient));
    for (const some of Map.groupBy(free, ({ message, destination }) => `${message} ${destination}`).values()) {
      const message = this.#read(some[0]?.message ?? 0);
      if (message === undefined) continue;
      const one = this.#work.endSuppressed(
        message,
        some.map(({ recipient }) => recipient),
        now,
      );
      if (one !== undefined) work.push(one);
    }
    const last = found.at(-1);
    if (found.length < limit || last === undefined) return { work };
    return { work, next: { since: last.since, recipient: last.recipient } };
  }

  #read(row: number): StoredMessage | undefined {
    const found = this.#message.get(row);
    return found === undefined ? undefined : storedMessage(found);
  }
}
