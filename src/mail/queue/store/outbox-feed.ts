// Sends events to the trace thread, in order, some ahead of its acknowledgements; what it has not acknowledged is sent
// again to the next one.

import type { MessagePort } from 'node:worker_threads';
import { type Channel, openChannel } from '../../../platform/channel.ts';
import type { OutboxRow, QueueEngine } from '../engine.ts';

/** Characters on their way to the trace thread at most; the rest waits on disk. */
const AHEAD = 8 * 1024 ** 2;
/** Rows of the outbox that one commit deletes. */
const FORGOTTEN_AT_ONCE = 2000;
/** Characters read from disk at once. */
const READ_AT_ONCE = 1024 ** 2;

/**
 * Store thread to trace thread, in arrays: events of one commit, JSON texts joined with line feeds. The first may be
 * empty: all up to it is in the trace already, and nothing of it comes again.
 */
export interface OutboxFrame {
  seq: number;
  events: string;
}

/** Trace thread to store thread, in arrays: all up to `synced` is durable in the trace. */
export interface OutboxAck {
  synced: number;
}

export class OutboxFeed {
  readonly #engine: QueueEngine;
  readonly #failed: (error: unknown) => void;
  #channel: Channel<OutboxFrame, OutboxAck> | undefined;
  readonly #ahead: { seq: number; size: number }[] = [];
  #aheadSize = 0;
  #sent = 0;
  #lastWritten = Number.MAX_SAFE_INTEGER;
  #synced = 0;
  #forgotten = 0;
  #reading = false;
  /** A copy is being made: nothing is forgotten. */
  keepsAll = false;
  /** This trace thread was told how far the trace has come. */
  #greeted = false;

  /** `failed` is called when the queue's file cannot be read. */
  constructor(engine: QueueEngine, failed: (error: unknown) => void) {
    this.#engine = engine;
    this.#failed = failed;
  }

  /** Begins with a new trace thread: all that is on disk, from the first row on. */
  attach(port: MessagePort): void {
    this.#channel?.close();
    this.#ahead.length = 0;
    this.#aheadSize = 0;
    this.#sent = this.#synced;
    const channel = openChannel<OutboxFrame, OutboxAck>(
      port,
      (acks) => {
        if (this.#channel === channel) this.#take(acks);
      },
      () => {
        if (this.#channel === channel) this.#channel = undefined;
      },
    );
    this.#channel = channel;
    this.#greeted = false;
    this.#readOn().catch(this.#failed);
  }

  /** A row became durable. */
  written(row: OutboxRow): void {
    const upToDate = this.#sent === row.seq - 1 || this.#sent >= this.#lastWritten;
    this.#lastWritten = row.seq;
    if (this.#channel === undefined || this.#reading || !upToDate || this.#aheadSize >= AHEAD) return;
    this.#send(row);
  }

  /** Highest row the trace has that the queue still keeps; to be given back to `forgot`. Nothing while all is kept. */
  get traced(): number | undefined {
    if (this.keepsAll) return undefined;
    // After a copy there may be many: no commit is to wait long for their deletion.
    return this.#synced > this.#forgotten ? Math.min(this.#synced, this.#forgotten + FORGOTTEN_AT_ONCE) : undefined;
  }

  /** The queue has deleted up to this row. */
  forgot(seq: number): void {
    this.#forgotten = Math.max(this.#forgotten, seq);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #take(acks: OutboxAck[]): void {
    for (const { synced } of acks) this.#synced = Math.max(this.#synced, synced);
    while (this.#ahead[0] !== undefined && this.#ahead[0].seq <= this.#synced) {
      this.#aheadSize -= this.#ahead.shift()?.size ?? 0;
    }
    if (this.#sent < this.#lastWritten) this.#readOn().catch(this.#failed);
  }

  /** Goes on from disk until all is sent, or enough is on its way. */
  async #readOn(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#channel !== undefined && this.#aheadSize < AHEAD) {
        const channel = this.#channel;
        if (!this.#greeted) await this.#learnTraced();
        const rows = await this.#engine.outbox(this.#sent, READ_AT_ONCE);
        if (this.#channel !== channel) continue;
        if (!this.#greeted) this.#greet(channel);
        for (const row of rows) this.#send(row);
        if (rows.length > 0) continue;
        this.#lastWritten = this.#sent;
        return;
      }
    } finally {
      this.#reading = false;
    }
  }

  /** What the queue no longer has, a trace before this one had. */
  async #learnTraced(): Promise<void> {
    const { seq } = await this.#engine.totals();
    const [first] = await this.#engine.outbox(0, 1);
    const traced = first === undefined ? seq : Math.min(seq, first.seq - 1);
    if (traced <= this.#synced) return;
    this.#synced = traced;
    this.#forgotten = Math.max(this.#forgotten, traced);
    this.#sent = Math.max(this.#sent, traced);
  }

  /** Says how far the trace has come: after a restart with nothing to send, it could not know. */
  #greet(channel: Channel<OutboxFrame, OutboxAck>): void {
    this.#greeted = true;
    if (this.#synced > 0) channel.send({ seq: this.#synced, events: '' });
  }

  #send({ seq, events }: OutboxRow): void {
    this.#channel?.send({ seq, events });
    this.#ahead.push({ seq, size: events.length });
    this.#aheadSize += events.length;
    this.#sent = seq;
  }
}
