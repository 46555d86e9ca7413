import type { Gate } from './gate.ts';
import type { Lane, Site } from './site.ts';

/**
 * Where a lane of a destination is kept: nothing to do, to be served now, held up by its site, resting until a time of
 * its own, or waiting for its turn among those that fail.
 */
export type Place = 'idle' | 'ready' | 'blocked' | 'resting' | 'paced';

/** The small record of a destination with work. */
export class Destination {
  readonly name: string;
  site: Site;
  readonly place: Record<Lane, Place> = { fresh: 'idle', deferred: 'idle' };
  /** Customers served last. */
  readonly customer: Record<Lane, string> = { fresh: '', deferred: '' };
  /** Never-tried recipients may wait on disk. */
  fresh = false;
  /** When something was last done for them, the queue's time. */
  freshSince = 0;
  /** When the first deferred recipient falls due, the queue's time. May be too early, never too late. */
  due = Number.POSITIVE_INFINITY;
  /** Time of the earliest entry in the heap of due times. */
  alarm = Number.POSITIVE_INFINITY;
  inFlight = 0;
  /** No longer the record of its name. */
  forgotten = false;
  /** Closed for itself (its DNS fails), whatever its site does. */
  gate: Gate | undefined;
  /** Work came back untried: not again before this time, monotonic. */
  restsUntil = 0;

  constructor(name: string, site: Site) {
    this.name = name;
    this.site = site;
    site.users += 1;
  }

  /** It has nothing to do now; its site and its due time can be found again. */
  get quiet(): boolean {
    const { fresh, deferred } = this.place;
    return fresh === 'idle' && deferred === 'idle' && this.inFlight === 0 && !this.fresh && this.gate === undefined;
  }
}
