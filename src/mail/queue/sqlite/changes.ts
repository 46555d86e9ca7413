// What a transaction adds up while it runs: events for the outbox, differences of the counts, files to remove. Kept
// apart from the engine's own state until the commit has succeeded.

import type { MailEvent } from '../../report/events.ts';

/** Values of `recipient.status`. */
export const QUEUED = 0;
export const DEFERRED = 1;
export const HELD = 2;
export const QUARANTINED = 3;
export type Status = typeof QUEUED | typeof DEFERRED | typeof HELD | typeof QUARANTINED;

export class Changes {
  readonly now: number;
  nextRow: number;
  readonly events: string[] = [];
  readonly bodies: string[] = [];
  accepted = 0;
  final = 0;
  /** Differences by customer; the position is the status. */
  readonly counts = new Map<string, number[]>();

  constructor(now: number, nextRow: number) {
    this.now = now;
    this.nextRow = nextRow;
  }

  count(customer: string, status: Status, difference: number): void {
    let counts = this.counts.get(customer);
    if (counts === undefined) {
      counts = [0, 0, 0, 0];
      this.counts.set(customer, counts);
    }
    counts[status] = (counts[status] ?? 0) + difference;
  }

  tell(event: MailEvent): void {
    this.events.push(JSON.stringify(event));
  }

  /** Takes over what a request that was run apart has changed. */
  add(other: Changes): void {
    this.nextRow = other.nextRow;
    this.events.push(...other.events);
    this.bodies.push(...other.bodies);
    this.accepted += other.accepted;
    this.final += other.final;
    for (const [customer, counts] of other.counts) {
      for (const [status, difference] of counts.entries()) this.count(customer, status as Status, difference);
    }
  }
}
