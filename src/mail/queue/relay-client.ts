// A relay thread's side of the queue: asks in batches, remembers what was not answered, and says it all again to a new
// store thread. Nothing here waits on a disk.

import { randomUUID } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import { type Channel, openChannel } from '../../platform/channel.ts';
import type { Log } from '../../platform/log.ts';
import type { MessageMeta, Outcome } from '../message.ts';
import type {
  ClaimedRecipient,
  DestinationNews,
  EnqueueAnswer,
  EnqueueResult,
  FromStore,
  NewMessage,
  SettledOutcome,
  Settlement,
  StoredSettlement,
  StoredWork,
  ToStore,
  Work,
} from './queue.ts';

export interface QueueClientOptions {
  /** The way to the store thread; another one comes by `reattach`. */
  port: MessagePort;
  /** Number of this relay thread, from 0. */
  thread: number;
  log: Log;
}

/** What a relay thread can ask of the queue. */
export interface QueueClient {
  /**
   * Makes a message durable. With `claim`, the answer names recipients that this thread may deliver at once. Never
   * rejects; without a store thread the answer is `failed`. After `failed` it is unknown whether the message is kept,
   * so its body's file is left alone.
   */
  enqueue(message: NewMessage, claim?: boolean): Promise<EnqueueResult>;
  /**
   * Makes outcomes durable; true once they are. Survives the store thread: an unanswered settlement is sent again to
   * the next one and counts once. False: the store could not write it alone, and its rows come back as work.
   */
  settle(settlement: Settlement): Promise<boolean>;
  /** Tells what was learned of a destination; nothing is answered. */
  news(news: DestinationNews): void;
  /**
   * The claim that has this row takes no place at its site from now on, since no host is asked, or takes one again; nothing
   * is answered. A claim that ends needs no other word.
   */
  aside(row: number, aside: boolean): void;
  /** Messages of work this thread would take now; replaces what was said before. */
  room(messages: number): void;
  /** Where claimed work goes. Set once, before `room` is first called. */
  onWork(take: (work: Work[]) => void): void;
  /** True while new mail is to be refused with 452, and no new attempt is to start. */
  readonly full: boolean;
  /** Goes on with a new store thread: settlements are sent again, enqueues in between were answered `failed`. */
  reattach(port: MessagePort): void;
  /** Ends it: what is unanswered is answered `failed` or false. */
  close(): void;
}

interface PendingEnqueue {
  message: NewMessage;
  answer(result: EnqueueResult): void;
}

interface PendingSettlement {
  settlement: StoredSettlement;
  answer(ok: boolean): void;
}

/** Opens a relay thread's side of the queue. */
export function createQueueClient(options: QueueClientOptions): QueueClient {
  return new RelayClient(options);
}

class RelayClient implements QueueClient {
  full = false;
  readonly #thread: number;
  readonly #name = randomUUID();
  readonly #log: Log;
  readonly #enqueues = new Map<number, PendingEnqueue>();
  readonly #settlements = new Map<number, PendingSettlement>();
  /** Rows of recipients in this thread's hands, for the next store thread. */
  readonly #held = new Set<number>();
  #channel: Channel<ToStore, FromStore> | undefined;
  #takeWork: (work: Work[]) => void = () => {};
  #nextKey = 1;
  #room = 0;
  #roomSaid = 0;

  constructor(options: QueueClientOptions) {
    this.#thread = options.thread;
    this.#log = options.log;
    this.#open(options.port);
  }

  enqueue(message: NewMessage, claim = true): Promise<EnqueueResult> {
    const channel = this.#channel;
    if (channel === undefined) return Promise.resolve({ kind: 'failed' });
    const key = this.#nextKey++;
    return new Promise((answer) => {
      this.#enqueues.set(key, { message, answer });
      channel.send({ op: 'enqueue', key, message: withOwnBytes(message), claim });
    });
  }

  settle(whole: Settlement): Promise<boolean> {
    const key = this.#nextKey++;
    const settlement = forStore(whole);
    return new Promise((answer) => {
      this.#settlements.set(key, { settlement, answer });
      this.#channel?.send({ op: 'settle', key, settlement });
    });
  }

  news(news: DestinationNews): void {
    this.#channel?.send({ op: 'news', news });
  }

  aside(row: number, aside: boolean): void {
    this.#channel?.send({ op: 'aside', row, aside });
  }

  room(messages: number): void {
    this.#room = messages;
    if (messages === this.#roomSaid) return;
    this.#roomSaid = messages;
    this.#channel?.send({ op: 'room', messages });
  }

  onWork(take: (work: Work[]) => void): void {
    this.#takeWork = take;
  }

  reattach(port: MessagePort): void {
    this.#detach();
    this.#open(port);
  }

  close(): void {
    this.#detach();
    for (const pending of this.#settlements.values()) pending.answer(false);
    this.#settlements.clear();
  }

  #open(port: MessagePort): void {
    const channel = openChannel<ToStore, FromStore>(
      port,
      (messages) => {
        if (this.#channel === channel) this.#receive(messages);
      },
      () => {
        if (this.#channel === channel) this.#detach();
      },
    );
    this.#channel = channel;
    channel.send({ op: 'hello', thread: this.#thread, client: this.#name, held: [...this.#held] });
    for (const [key, { settlement }] of this.#settlements) channel.send({ op: 'settle', key, settlement });
    this.#roomSaid = this.#room;
    if (this.#room > 0) channel.send({ op: 'room', messages: this.#room });
    channel.flush();
  }

  /** What the store had answered before it went still counts; the rest of the enqueues is answered here. */
  #detach(): void {
    const channel = this.#channel;
    if (channel === undefined) return;
    this.#receive(channel.drain());
    this.#channel = undefined;
    channel.close();
    if (this.#enqueues.size > 0) this.#log.warn('store gone, enqueues failed', { enqueues: this.#enqueues.size });
    for (const pending of this.#enqueues.values()) pending.answer({ kind: 'failed' });
    this.#enqueues.clear();
  }

  #receive(messages: FromStore[]): void {
    for (const message of messages) {
      switch (message.op) {
        case 'enqueued':
          this.#enqueued(message.key, message.answer);
          break;
        case 'settled':
          this.#settled(message.key, message.ok);
          break;
        case 'work':
          this.#work(message.work);
          break;
        case 'full':
          this.full = message.full;
          break;
        default:
          message satisfies never;
      }
    }
  }

  #enqueued(key: number, answer: EnqueueAnswer): void {
    const pending = this.#enqueues.get(key);
    if (pending === undefined) return;
    this.#enqueues.delete(key);
    if (answer.kind !== 'accepted') {
      pending.answer(answer);
      return;
    }
    const claimed = answer.claimed.map((index) => newClaim(pending.message, answer.row, index));
    for (const recipient of claimed) this.#held.add(recipient.row);
    pending.answer({ kind: 'accepted', row: answer.row, claimed });
  }

  #settled(key: number, ok: boolean): void {
    const pending = this.#settlements.get(key);
    if (pending === undefined) return;
    this.#settlements.delete(key);
    for (const { row } of pending.settlement.recipients) this.#held.delete(row);
    pending.answer(ok);
  }

  #work(stored: StoredWork[]): void {
    const work = stored.map((one): Work => ({ ...one, meta: JSON.parse(one.meta) as MessageMeta }));
    for (const one of work) for (const recipient of one.recipients) this.#held.add(recipient.row);
    // The store counted this work off what we said, so the same number said again is news to it.
    this.#roomSaid = Math.max(0, this.#roomSaid - work.length);
    this.#takeWork(work);
  }
}

function newClaim(message: NewMessage, row: number, index: number): ClaimedRecipient {
  const recipient = message.recipients[index];
  if (recipient === undefined) throw new RangeError(`claim of recipient ${index} of ${message.recipients.length}`);
  return {
    row: row + index,
    index,
    address: recipient.address,
    destination: recipient.destination,
    attempts: 0,
    delayTold: false,
  };
}

/** Attempts and their conversations are in the events; copied between threads once more they would cost as much. */
function forStore(settlement: Settlement): StoredSettlement {
  const recipients = settlement.recipients.map((one) => {
    const stored: StoredSettlement['recipients'][number] = { row: one.row, outcome: summary(one.outcome) };
    if (one.dueAt !== undefined) stored.dueAt = one.dueAt;
    if (one.delayTold) stored.delayTold = true;
    return stored;
  });
  return { ...settlement, recipients, messages: settlement.messages.map(withOwnBytes) };
}

function summary(outcome: Outcome): SettledOutcome {
  switch (outcome.kind) {
    case 'delivered':
      return outcome.takenIn === true ? { kind: outcome.kind, takenIn: true } : { kind: outcome.kind };
    case 'deferred':
      return { kind: outcome.kind, cause: outcome.cause, scope: outcome.scope };
    case 'bounced':
      return { kind: outcome.kind, cause: outcome.cause };
    case 'held':
      return { kind: outcome.kind, hold: outcome.hold };
    default:
      return { kind: outcome.kind };
  }
}

/** A view into a larger buffer would be posted with all of that buffer: give the post a copy of its own. */
function withOwnBytes(message: NewMessage): NewMessage {
  const { body } = message;
  if (body.kind === 'file' || body.bytes.buffer.byteLength === body.bytes.byteLength) return message;
  return { ...message, body: { kind: 'inline', bytes: new Uint8Array(body.bytes) } };
}
