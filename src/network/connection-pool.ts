// Connections to sites: how many there may be, which stand idle, and who waits for one.
//
// - A site has so many slots (this thread's share of the connections allowed). A slot is held by whoever has a lease,
//   or by an idle connection.
// - A lease carries an idle connection with the same key, if there is one; else its holder opens one.
// - Who finds no slot waits, first come first served, except that a connection goes on to work that can use it.

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
  idle: Idle<S>[];
  waiting: Waiter<S>[];
}

export class ConnectionPool<S extends SmtpSession> {
  #options: PoolOptions;
  #sites = new Map<string, Site<S>>();
  #closing: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
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
    if (site.used < request.slots) {
      site.used++;
      return { request, session: undefined };
    }
    const other = site.idle.shift();
    if (other !== undefined) {
      farewell(other.session);
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
    if (site.waiting.length > 0) this.#passOn(site, lease.request.key, usable);
    else if (usable !== undefined) this.#rest(site, lease.request, usable);
    else this.#free(lease.request.site, site);
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
        for (const { session } of site.idle.splice(0)) {
          farewell(session);
          this.#free(name, site);
        }
      }
      if (this.#sites.size === 0) resolve();
    });
  }

  #spent(session: S): boolean {
    return this.#closing !== undefined || session.carried >= this.#options.messagesPerConnection;
  }

  #site(name: string): Site<S> {
    let site = this.#sites.get(name);
    if (site === undefined) {
      site = { used: 0, idle: [], waiting: [] };
      this.#sites.set(name, site);
    }
    return site;
  }

  /** The slot goes on: to the first that can use the connection, else to the first. */
  #passOn(site: Site<S>, key: string, session: S | undefined): void {
    const alike = session === undefined ? -1 : site.waiting.findIndex((waiter) => waiter.request.key === key);
    const [waiter] = site.waiting.splice(Math.max(alike, 0), 1);
    if (session !== undefined && alike === -1) farewell(session);
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
      this.#free(request.site, site);
    };
    session.wire.onIdleEnd = end;
    session.wire.onRested = end;
    session.wire.rest(this.#options.idleTimeoutMs);
  }

  #free(name: string, site: Site<S>): void {
    site.used--;
    if (site.used === 0 && site.waiting.length === 0) this.#sites.delete(name);
    if (this.#sites.size === 0) this.#closing?.();
  }
}

/** The youngest connection of its kind: the older ones may then reach their idle time and go. */
function takeIdle<S extends SmtpSession>(site: Site<S>, key: string): S | undefined {
  for (let i = site.idle.length - 1; i >= 0; i--) {
    const idle = site.idle[i];
    if (idle?.key !== key) continue;
    site.idle.splice(i, 1);
    idle.session.wire.onIdleEnd = undefined;
    idle.session.wire.onRested = undefined;
    return idle.session;
  }
  return undefined;
}

function farewell(session: SmtpSession): void {
  session.wire.onIdleEnd = undefined;
  session.wire.onRested = undefined;
  void session.wire.quit(QUIT_WAIT_MS);
}
