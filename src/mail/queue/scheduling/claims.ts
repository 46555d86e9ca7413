// Who has what in hand. Only in memory: a claim ends with the process, with its thread, or with a settlement.

import type { ClaimedRows } from '../engine.ts';
import type { Destination } from './destination.ts';
import type { Lane, Site } from './site.ts';

/** Recipients of one message in the hands of one thread. */
export interface Claim {
  destination: Destination;
  /** The site it counts for; the destination may be of another by now. */
  site: Site;
  thread: number;
  lane: Lane;
  /** It took room of the thread: handed out from disk, not left with the thread that took it in. */
  work: boolean;
  /** Recipients not settled. */
  left: number;
}

export class Claims implements ClaimedRows {
  readonly #byRow = new Map<number, Claim>();

  get size(): number {
    return this.#byRow.size;
  }

  has(row: number): boolean {
    return this.#byRow.has(row);
  }

  add(rows: readonly number[], claim: Claim): void {
    for (const row of rows) this.#byRow.set(row, claim);
  }

  /** Takes a row out of its claim; `ended` when it was the last. */
  release(row: number): { claim: Claim; ended: boolean } | undefined {
    const claim = this.#byRow.get(row);
    if (claim === undefined) return undefined;
    this.#byRow.delete(row);
    claim.left -= 1;
    return { claim, ended: claim.left === 0 };
  }

  rowsOf(thread: number): number[] {
    const rows: number[] = [];
    for (const [row, claim] of this.#byRow) if (claim.thread === thread) rows.push(row);
    return rows;
  }
}
