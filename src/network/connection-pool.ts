// Connections to sites: how many there may be, which stand idle, and who waits for one.
//
// - A site has so many slots (this thread's share of the connections allowed). A slot is held by whoever has a lease,
//   or by an idle connection.
// - A lease carries an idle connection with the same key, if there is one; else its holder opens one.
// - Who finds no slot waits, first come first served, except that a connection goes on to work that can use it.
// - A site that turned a connection away while others stood has fewer slots from then on; one more is tried now and then.

import type { Clock } from '../platform/clock.ts';
import { QUIT_WAIT_MS, type SmtpSession } from './smtp-session.ts';

export interface PoolOptions {
  idleTimeoutMs: number;
  messagesPerConnection: number;
}

export interface LeaseRequest {
  site: string;
  /** What makes connections to the site alike: our addresses and the TLS policy. */
  key: string;
  /** Slots of the site on this thread; at least 1. */
  slots: number;
}

export interface Lease<S> {
  readonly request: LeaseRequest;
  /** An idle connection to go on with. */
  readonly session: S | undefined;
}

interface Waiter<S> {
  request: LeaseRequest;
  resolve: (lease: Lease<S> | 'closed') => void;
}

interface Idle<S> {
  key: string;
  session: S;
}

interface Site<S> {
  /** Leases and idle connections. */
  used: number;
  /** Of these, how many there are of each key. */
  byKey: Map<string, number>;
  idle: Idle<S>[];
  waiting: Waiter<S>[];
}

/** What a site is known to take. */
interface Ceiling {
  connections: number;
  /** Monotonic. */
  at: number;
}

/** After so long one more connection is tried than the site took. */
const WIDEN_MS = 30_000;
/** Sites remembered with their ceiling; the longest known is forgotten first. */
const CEILINGS = 10_000;

export class ConnectionPool<S extends SmtpSession> {
  #options: PoolOptions;
  #clock: Clock;
  #ceilings = new Map<string, Ceiling>();
  #sites = new Map<string, Site<S>>();
  #closing: (() => void) | undefined;

  constructor(options: PoolOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Connections and leases, and jobs that wait for one. */
  counts(): { connections: number; idle: number; waiting: number } {
    const counts = { connections: 0, idle: 0, waiting: 0 };
    for (const site of this.#sites.values()) {
      counts.connections += site.used;
      counts.idle += site.idle.length;
      counts.waiting += site.waiting.length;
    }
    return counts;
  }

  /** A slot, at once where there is one. `closed`: the site was given up while this waited, or the pool ends. */
  lease(request: LeaseRequest): Lease<S> | Promise<Lease<S> | 'closed'> {
    if (this.#closing !== undefined) return Promise.resolve('closed');
    const site = this.#site(request.site);
    const session = takeIdle(site, request.key);
    if (session !== undefined) return { request, session };
    if (site.used < this.#slots(request)) {
      use(site, request.key);
      return { request, session: undefined };
    }
    const other = site.idle.shift();
    if (other !== undefined) {
      farewell(other.session);
      release(site, other.key);
      use(site, request.key);
      return { request, session: undefined };
    }
    return new Promise((resolve) => site.waiting.push({ request, resolve }));
  }

  /** Gives a lease back, with the connection where that can be used again. */
  done(lease: Lease<S>, session: S | undefined): void {
    const site = this.#site(lease.request.site);
    let usable = session;
    if (usable !== undefined && (usable.wire.fault !== undefined || this.#spent(usable))) {
      farewell(usable);
      usable = undefined;
    }
    // A slot beyond what the site takes goes; its connection may stay.
    const beyond = usable === undefined && site.used > this.#slots(lease.request);
    if (site.waiting.length > 0 && !beyond) this.#passOn(site, lease.request.key, usable);
    else if (usable !== undefined) this.#rest(site, lease.request, usable);
    else this.#free(lease.request, site);
    this.#widen(site);
  }

  /** Connections and leases of the same kind beside this one. */
  beside({ request }: Lease<S>): number {
    return (this.#sites.get(request.site)?.byKey.get(request.key) ?? 1) - 1;
  }

  /** The site turned a connection away while others stand: the slot is given back, and there are no more than those. */
  crowded({ request }: Lease<S>): void {
    const site = this.#site(request.site);
    this.#ceilings.delete(request.site);
    this.#ceilings.set(request.site, { connections: Math.max(1, site.used - 1), at: this.#clock.monotonic() });
    if (this.#ceilings.size > CEILINGS) {
      const [oldest] = this.#ceilings.keys();
      if (oldest !== undefined) this.#ceilings.delete(oldest);
    }
    this.#free(request, site);
  }

  /** Sends home all who wait for the site with this key: it can not be reached now. */
  giveUp(siteName: string, key: string): void {
    const site = this.#sites.get(siteName);
    if (site === undefined) return;
    const gone = site.waiting.filter((waiter) => waiter.request.key === key);
    site.waiting = site.waiting.filter((waiter) => waiter.request.key !== key);
    for (const waiter of gone) waiter.resolve('closed');
  }

  /** No more leases; who waits is sent home; resolves once all leases are back and all connections closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closing = resolve;
      for (const [name, site] of this.#sites) {
        for (const waiter of site.waiting.splice(0)) waiter.resolve('closed');
        for (const { key, session } of site.idle.splice(0)) {
          farewell(session);
          this.#free({ site: name, key }, site);
        }
      }
      if (this.#sites.size === 0) resolve();
    });
  }

  /** The site turned the only connection away: it was not about their number. */
  notCrowded(site: string): void {
    this.#ceilings.delete(site);
  }

  #spent(session: S): boolean {
    // RFC 9422 4.1: the server may end the connection at one transaction more.
    const most = Math.min(
      this.#options.messagesPerConnection,
      session.extensions.limits.mailMax ?? Number.POSITIVE_INFINITY,
    );
    return this.#closing !== undefined || session.carried >= most;
  }

  /** Slots of the site as far as is known. */
  #slots({ site, slots }: LeaseRequest): number {
    if (this.#ceilings.size === 0) return slots;
    const ceiling = this.#ceilings.get(site);
    if (ceiling === undefined) return slots;
    const more = Math.floor((this.#clock.monotonic() - ceiling.at) / WIDEN_MS);
    return Math.min(slots, ceiling.connections + more);
  }

  /** Who waits gets a slot that has come to be since. */
  #widen(site: Site<S>): void {
    const [next] = site.waiting;
    if (next === undefined || this.#ceilings.size === 0 || site.used >= this.#slots(next.request)) return;
    site.waiting.shift();
    use(site, next.request.key);
    next.resolve({ request: next.request, session: undefined });
  }

  #site(name: string): Site<S> {
    let site = this.#sites.get(name);
    if (site === undefined) {
      site = { used: 0, byKey: new Map(), idle: [], waiting: [] };
      this.#sites.set(name, site);
    }
    return site;
  }

  /** The slot goes on: to the first that can use the connection, else to the first. */
  #passOn(site: Site<S>, key: string, session: S | undefined): void {
    const alike = session === undefined ? -1 : site.waiting.findIndex((waiter) => waiter.request.key === key);
    const [waiter] = site.waiting.splice(Math.max(alike, 0), 1);
    if (session !== undefined && alike === -1) farewell(session);
    if (waiter !== undefined && waiter.request.key !== key) {
      release(site, key);
      use(site, waiter.request.key);
    }
    waiter?.resolve({ request: waiter.request, session: alike === -1 ? undefined : session });
  }

  #rest(site: Site<S>, request: LeaseRequest, session: S): void {
    const idle: Idle<S> = { key: request.key, session };
    site.idle.push(idle);
    const end = () => {
      const at = site.idle.indexOf(idle);
      if (at === -1) return;
      site.idle.splice(at, 1);
      farewell(session);
      this.#free(request, site);
    };
    session.wire.onIdleEnd = end;
    session.wire.onRested = end;
    session.wire.rest(this.#options.idleTimeoutMs);
  }

  #free({ site: name, key }: Pick<LeaseRequest, 'site' | 'key'>, site: Site<S>): void {
    release(site, key);
    if (site.used === 0 && site.waiting.length === 0) this.#sites.delete(name);
    if (this.#sites.size === 0) this.#closing?.();
  }
}

function use<S>(site: Site<S>, key: string): void {
  site.used++;
  site.byKey.set(key, (site.byKey.get(key) ?? 0) + 1);
}

function release<S>(site: Site<S>, key: string): void {
  site.used--;
  const left = (site.byKey.get(key) ?? 1) - 1;
  if (left === 0) site.byKey.delete(key);
  else site.byKey.set(key, left);
}

/** The youngest connection of its kind: the older ones may then reach their idle time and go. */
function takeIdle<S extends SmtpSession>(site: Site<S>, key: string): S | undefined {
  for (let i = site.idle.length - 1; i >= 0; i--) {
    const idle = site.idle[i];
    if (idle?.key !== key) continue;
    site.idle.splice(i, 1);
    idle.session.wire.onIdleEnd = undefined;
    idle.session.wire.onRested = undefined;
    // It may have ended while it rested. With BDAT at once nobody would know whether the message was taken.
    if (idle.session.contentVerb === 'bdat') idle.session.contentVerb = 'try bdat';
    return idle.session;
  }
  return undefined;
}

function farewell(session: SmtpSession): void {
  session.wire.onIdleEnd = undefined;
  session.wire.onRested = undefined;
  void session.wire.quit(QUIT_WAIT_MS);
}
