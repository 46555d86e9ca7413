// The records of destinations and sites, bounded: what has nothing to do is forgotten first, and can be found again in
// the queue.

import { Destination } from './destination.ts';
import { Site } from './site.ts';

/** About half a kilobyte each with its own site. */
const DESTINATIONS = 50_000;
const IDLE_SITES = 10_000;
/** Records looked at when room is to be made, so that a full table costs no more than a short walk. */
const LOOKED_AT = 64;

export interface DestinationsOptions {
  threads: number;
  connections: number;
  destinations?: number;
}

export class Destinations {
  /** Something that waits was forgotten: the queue must be looked through again, later. */
  forgotWaiting = false;
  readonly #limit: number;
  readonly #threads: number;
  readonly #connections: number;
  readonly #byName = new Map<string, Destination>();
  readonly #sites = new Map<string, Site>();

  constructor(options: DestinationsOptions) {
    this.#limit = options.destinations ?? DESTINATIONS;
    this.#threads = options.threads;
    this.#connections = options.connections;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** No room for others but in place of some that are known. */
  get isFull(): boolean {
    return this.#byName.size >= this.#limit;
  }

  all(): IterableIterator<Destination> {
    return this.#byName.values();
  }

  /** The record of a destination; a new one has a site to itself until its hosts are known. */
  get(name: string): Destination {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.isFull) this.#makeRoom();
    const destination = new Destination(name, new Site(name, this.#connections, this.#threads));
    this.#byName.set(name, destination);
    return destination;
  }

  /** The site of this name, shared by all destinations that were told to have it. */
  site(name: string): Site {
    const known = this.#sites.get(name);
    if (known !== undefined) return known;
    const site = new Site(name, this.#connections, this.#threads);
    this.#sites.set(name, site);
    return site;
  }

  move(destination: Destination, site: Site): void {
    const before = destination.site;
    before.users -= 1;
    site.users += 1;
    if (destination.fresh) {
      before.freshWaiting -= 1;
      site.freshWaiting += 1;
    }
    destination.site = site;
  }

  setFresh(destination: Destination, fresh: boolean): void {
    if (destination.fresh === fresh) return;
    destination.fresh = fresh;
    destination.site.freshWaiting += fresh ? 1 : -1;
  }

  forgetIdleSites(): void {
    if (this.#sites.size <= IDLE_SITES) return;
    for (const [name, site] of this.#sites) {
      if (site.users === 0 && site.inFlight === 0 && site.gate === undefined) this.#sites.delete(name);
    }
  }

  /** Forgets the first quiet record of those known longest; looks at few, and moves the others behind. */
  #makeRoom(): void {
    let looked = 0;
    for (const [name, destination] of this.#byName) {
      this.#byName.delete(name);
      if (destination.quiet) {
        destination.site.users -= 1;
        destination.forgotten = true;
        if (destination.due !== Number.POSITIVE_INFINITY) this.forgotWaiting = true;
        return;
      }
      this.#byName.set(name, destination);
      if (++looked === LOOKED_AT) return;
    }
  }
}
