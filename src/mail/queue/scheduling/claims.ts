// Who has what in hand. Only in memory: a claim ends with the process, with its thread, or with a settlement.

import type { ClaimedRows } from '../engine.ts';
import type { Destination } from './destination.ts';
import type { Gate } from './gate.ts';
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
  /** Nothing is tried: it says nothing of its destination. */
  attempt: boolean;
  /** It takes no place at its site: a check of ours has the message in hand, and no host is asked meanwhile. */
  aside: boolean;
  /** Gates that it probes. */
  probes: readonly Gate[];
  /** Recipients not settled. */
  left: number;
}

/** What is to be known to begin a claim. */
export interface NewClaim {
  thread: number;
  lane: Lane;
  work: boolean;
}

export class Claims implements ClaimedRows {
  readonly #byRow = new Map<number, Claim>();

  get size(): number {
    return this.#byRow.size;
  }

  has(row: number): boolean {
    return this.#byRow.has(row);
  }

  /** An attempt begins: it counts for the site, and what is closed is probed by it. */
  begin(rows: readonly number[], destination: Destination, how: NewClaim, monotonic: number): void {
    const { site, gate } = destination;
    const probes =
      gate === undefined && site.gate === undefined ? NONE : [gate, site.gate].filter((one) => one !== undefined);
    for (const one of probes) one.probing = true;
    this.#begin(rows, { ...how, destination, site, attempt: true, aside: false, probes, left: rows.length }, monotonic);
  }

  /** Work that is no attempt is begun; `site` counts it, so that no real one does. */
  beginWithoutAttempt(rows: readonly number[], destination: Destination, site: Site, thread: number): void {
    const claim: Claim = {
      destination,
      site,
      thread,
      lane: 'fresh',
      work: true,
      attempt: false,
      aside: false,
      probes: NONE,
      left: 0,
    };
    this.#begin(rows, { ...claim, left: rows.length }, 0);
  }

  #begin(rows: readonly number[], claim: Claim, monotonic: number): void {
    for (const row of rows) this.#byRow.set(row, claim);
    claim.site.began(claim.lane, claim.thread, claim.work, monotonic);
    claim.destination.inFlight += 1;
  }

  /** Takes a row out of its claim; with the last one the claim has ended. */
  release(row: number): { claim: Claim; ended: boolean } | undefined {
    const claim = this.#byRow.get(row);
    if (claim === undefined) return undefined;
    this.#byRow.delete(row);
    claim.left -= 1;
    const ended = claim.left === 0;
    if (ended) {
      if (!claim.aside) claim.site.ended(claim.lane, claim.thread, claim.work);
      claim.destination.inFlight -= 1;
    }
    return { claim, ended };
  }

  /** Gives back the place at the site that the claim of this row has, or takes one again. Gives the claim where it did. */
  setAside(row: number, aside: boolean, monotonic: number): Claim | undefined {
    const claim = this.#byRow.get(row);
    if (claim === undefined || claim.aside === aside) return undefined;
    claim.aside = aside;
    if (aside) claim.site.ended(claim.lane, claim.thread, claim.work);
    else claim.site.began(claim.lane, claim.thread, claim.work, monotonic);
    return claim;
  }

  rowsOf(thread: number): number[] {
    const rows: number[] = [];
    for (const [row, claim] of this.#byRow) if (claim.thread === thread) rows.push(row);
    return rows;
  }
}

const NONE: readonly Gate[] = [];
