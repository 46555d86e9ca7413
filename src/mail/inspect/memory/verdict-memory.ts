// Results of checks, remembered for minutes: a thousand copies of a newsletter are scanned once. What a key holds is the
// check's to say; a result that changes the content is of one message and never kept.

import { hash } from 'node:crypto';
import type { Clock } from '../../../platform/clock.ts';
import type { Check, CheckRun, InspectedMessage, WholeContent } from '../inspection.ts';
import type { CheckResult } from '../verdict.ts';

export interface VerdictMemoryOptions {
  clock: Clock;
  /** Asked each time: 0 switches it off. */
  keptMs: () => number;
  /** Results kept; the oldest go first. */
  most: () => number;
  /** A result was there, or not. */
  asked?: (found: boolean) => void;
}

/** Results of one check, by key. */
export class VerdictMemory {
  readonly #options: VerdictMemoryOptions;
  readonly #kept = new Map<string, { result: CheckResult; until: number }>();
  /** Under way: who comes meanwhile waits for it. Nothing comes of one that was given up. */
  readonly #running = new Map<string, Promise<CheckResult | undefined>>();

  constructor(options: VerdictMemoryOptions) {
    this.#options = options;
  }

  /** The result of this key, or the one that is just being made. */
  find(key: string): CheckResult | Promise<CheckResult | undefined> | undefined {
    const { asked, clock } = this.#options;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > clock.monotonic()) {
      asked?.(true);
      return kept.result;
    }
    if (kept !== undefined) this.#kept.delete(key);
    const running = this.#running.get(key);
    asked?.(running !== undefined);
    return running;
  }

  /** Keeps what comes of it. The promise never rejects. */
  keep(key: string, making: Promise<CheckResult | undefined>): void {
    this.#running.set(key, making);
    void this.#keepResult(key, making);
  }

  async #keepResult(key: string, making: Promise<CheckResult | undefined>): Promise<void> {
    const { clock, keptMs } = this.#options;
    const result = await making;
    this.#running.delete(key);
    if (result === undefined || keptMs() === 0) return;
    this.#kept.set(key, { result, until: clock.monotonic() + keptMs() });
    this.#forget();
  }

  #forget(): void {
    const most = this.#options.most();
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(key);
    }
  }
}

/** What two messages must have in common to share a result; nothing where they never may. */
export type MemoryKey = (message: InspectedMessage, digest: string) => string | undefined;

/**
 * The check with a memory. A check that is asked at the end of data is not asked at all for what is remembered; one that
 * wants the content as it arrives is given up then. Only results that a scanner gave are kept: never `unavailable`, nor
 * what is put off.
 */
export function remembered(check: Check, memory: VerdictMemory, keyOf: MemoryKey): Check {
  return {
    name: check.name,
    turn: check.turn,
    digest: true,
    get deadlineMs() {
      return check.deadlineMs;
    },
    unavailable: (message) => check.unavailable(message),
    begin(message) {
      const run = check.begin(message);
      return run === undefined ? undefined : new RememberedRun(run, memory, (digest) => short(keyOf(message, digest)));
    },
  };
}

/** A key may hold a whole header; ten thousand of those would be much to keep. */
const LONGEST_KEY = 200;

function short(key: string | undefined): string | undefined {
  return key === undefined || key.length <= LONGEST_KEY ? key : hash('sha256', key, 'base64');
}

class RememberedRun implements CheckRun {
  readonly #run: CheckRun;
  readonly #memory: VerdictMemory;
  readonly #keyOf: (digest: string) => string | undefined;
  readonly #givenUp = Promise.withResolvers<undefined>();

  constructor(run: CheckRun, memory: VerdictMemory, keyOf: (digest: string) => string | undefined) {
    this.#run = run;
    this.#memory = memory;
    this.#keyOf = keyOf;
  }

  chunk(bytes: Uint8Array): void {
    this.#run.chunk?.(bytes);
  }

  async end(content: WholeContent): Promise<CheckResult> {
    const { digest } = content;
    const key = digest === undefined ? undefined : this.#keyOf(digest);
    if (digest === undefined || key === undefined) return this.#run.end(content);
    // Nothing to wait for is nothing waited for: copies that come at the same time are to see each other.
    const known = this.#memory.find(key);
    const found = known instanceof Promise ? await known : known;
    if (found !== undefined) {
      this.#run.abort();
      return { ...found, details: { ...found.details, remembered: true } };
    }
    const making = this.#run.end(content);
    // What it is judged by may be another since it waited: then nobody is to share what comes of it.
    if (known !== undefined && this.#keyOf(digest) !== key) return making;
    const kept = making.then((result) => (mayBeKept(result) ? result : undefined)).catch(() => undefined);
    this.#memory.keep(key, Promise.race([kept, this.#givenUp.promise]));
    return making;
  }

  abort(): void {
    this.#givenUp.resolve(undefined);
    this.#run.abort();
  }
}

function mayBeKept({ verdict, result, changes = [] }: CheckResult): boolean {
  if (verdict.kind === 'later' || result === 'unavailable') return false;
  return !changes.some(({ kind }) => kind === 'edit');
}
