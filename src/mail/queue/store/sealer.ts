// Seals the content of mail that is held after it was taken: by a person, as suppressed, with a suspended customer. In
// small steps: some content is read between two commits, sealed, and replaced in the next transaction, if nobody has
// the message in hand then. A file is sealed into another beside it, which is synced before that transaction and
// removed if it is not the message's after it; the plain one is removed once the transaction is durable.

import type { Log } from '../../../platform/log.ts';
import type { BodyStore } from '../body-store.ts';
import type { QueueEngine, SealedContent, ToSeal } from '../engine.ts';
import type { QueueClock } from '../queue-clock.ts';
import type { Scheduler } from '../scheduler.ts';

/** What one commit carries more at most: some milliseconds. A larger content goes alone. */
const OCTETS_A_STEP = 256 * 1024;
const MESSAGES_A_STEP = 100;
/** Between two steps, so that mail under way has the thread for itself most of the time. */
const PAUSE_MS = 10;
/** After a content could not be sealed: the log tells of it this often. */
const AGAIN_MS = 60_000;

export interface SealerParts {
  engine: QueueEngine;
  scheduler: Scheduler;
  clock: QueueClock;
  /** With the keys that content is sealed under. */
  bodies: Pick<BodyStore, 'sealCopy' | 'remove'>;
  log: Log;
  signal: AbortSignal;
  /** Runs something on the engine between commits. */
  between(task: () => Promise<void>): void;
  /** There is something for the next transaction. */
  wake(): void;
}

export class Sealer {
  readonly #parts: SealerParts;
  #ready: SealedContent[] = [];
  /** From the look at the queue until the transaction. */
  #busy = false;
  #after = 0;
  #more = false;
  #restUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SealerParts) {
    this.#parts = parts;
    parts.signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  get isEmpty(): boolean {
    return this.#ready.length === 0;
  }

  /** Called each second or so. */
  tick(): void {
    const { scheduler, clock, signal } = this.#parts;
    // Before it has started nobody knows what is in flight.
    if (this.#busy || !scheduler.started || scheduler.full || signal.aborted) return;
    if (clock.monotonic() < this.#restUntil) return;
    this.#busy = true;
    this.#parts.between(() => this.#look());
  }

  /** For the next transaction. What became of it must be told before more is asked for. */
  contents(): readonly SealedContent[] {
    return this.#ready;
  }

  /** The transaction is durable; `sealed` says which contents were replaced. */
  written(sealed: readonly boolean[]): void {
    const left = this.#ready.filter((_, at) => sealed[at] !== true);
    this.#ready = [];
    void this.#removeCopies(left).then(() => this.#goOn());
  }

  /** Nothing of it was kept. */
  failed(): void {
    if (this.isEmpty) return;
    this.#restUntil = this.#parts.clock.monotonic() + AGAIN_MS;
    this.written([]);
  }

  async #look(): Promise<void> {
    const { engine, scheduler } = this.#parts;
    const limits = { messages: MESSAGES_A_STEP, octets: OCTETS_A_STEP };
    const { found, next } = await engine.toSeal({ ...limits, after: this.#after, claimed: scheduler.claims });
    this.#after = next ?? 0;
    this.#more = next !== undefined;
    // Not waited for: a large file takes a while, and the loop has other things to do.
    void this.#seal(found);
  }

  async #seal(found: readonly ToSeal[]): Promise<void> {
    const ready: SealedContent[] = [];
    for (const { row, id, body } of found) {
      try {
        if (id === undefined || body === undefined) ready.push({ row });
        else ready.push({ row, body: await this.#parts.bodies.sealCopy(id, body) });
      } catch (error) {
        this.#restUntil = this.#parts.clock.monotonic() + AGAIN_MS;
        this.#parts.log.warn('held content not sealed', { id, err: error });
      }
    }
    // What was made is found, and made anew, after the next start.
    if (this.#parts.signal.aborted) return;
    this.#ready = ready;
    if (this.isEmpty) this.#goOn();
    else this.#parts.wake();
  }

  /** Waited for: a removal that comes late must not meet the next file of the same name. */
  async #removeCopies(contents: readonly SealedContent[]): Promise<void> {
    for (const { body } of contents) if (body !== undefined) await this.#parts.bodies.remove(body);
  }

  #goOn(): void {
    this.#busy = false;
    if (this.#more && !this.#parts.signal.aborted) this.#timer = setTimeout(() => this.tick(), PAUSE_MS);
  }
}
