// The listening sockets of one relay thread, and what all their connections share: counters, deadlines, certificates.

import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../platform/clock.ts';
import { endpointText } from '../../platform/config/units.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { type CertificateFiles, type Certificates, openCertificates } from './certificates.ts';
import { Connection } from './connection.ts';
import {
  type ConnectionCounters,
  type CountedConnection,
  createConnectionCounters,
  openConnectionCounters,
} from './connection-counters.ts';
import type { Limits, Visitor } from './conversation.ts';
import { Front, type FrontOptions, openToAll } from './front/front.ts';
import type { Admission, Admitted } from './front/gate.ts';
import { sourceOf } from './front/networks.ts';
import type { AcceptHandler, ListenerRole } from './handler.ts';
import type { LongContents } from './long-contents.ts';
import { type AcceptMetrics, acceptMetrics } from './metrics.ts';
import { type NamedNetworks, namedNetworks } from './named-networks.ts';
import type { SessionCounts } from './session-options.ts';

export interface ListenerSpec {
  address: { host: string; port: number };
  roles: readonly ListenerRole[];
  tls: 'none' | 'starttls' | 'implicit';
  /** Its own certificate; else that of all listeners. */
  certificate?: CertificateFiles | undefined;
  /** Clients are asked for a certificate. */
  client_certificates?: boolean;
  /** Addresses and networks that must say in a PROXY header whom they speak for. */
  proxies?: readonly string[];
  /** Addresses and networks that XCLIENT is offered to. */
  testers?: readonly string[];
}

export interface ListenersOptions {
  listeners: readonly ListenerSpec[];
  /** For listeners without one of their own. A `starttls` listener without any offers no TLS. */
  certificate?: CertificateFiles | undefined;
  limits: Limits;
  /** Name in the greeting and in the reply to EHLO. */
  hostname: string;
  handler: AcceptHandler;
  log: Log;
  metrics: Metrics;
  clock: Clock;
  /** Counters over all threads; without them this thread counts for itself. */
  counters?: ConnectionCounters | undefined;
  /** Who is let in. Without it everybody is, while there is room. */
  front?: FrontOptions | undefined;
  /** 48 octets, the same for all threads. */
  ticketKeys?: Uint8Array | undefined;
}

export interface Listeners {
  /** Where they listen, in the order of the specs; with the real port where 0 was asked for. */
  readonly addresses: readonly { host: string; port: number }[];
  /**
   * Reads all certificates again; one that cannot be used is logged, and the old one stays. `certificate` are other
   * files from now on for the listeners without one of their own.
   */
  reloadCertificates(certificate?: CertificateFiles): Promise<void>;
  /** Limits for sessions that begin from now on. */
  setLimits(limits: Limits): void;
  /** No new sessions; running ones get 421 at their next quiet moment; what is left after the grace is cut. */
  close(graceMs: number): Promise<void>;
}

const BACKLOG = 1024;
/** For headers that came in part: a quarter of a thousand sessions may have the longest at once. */
const HEADER_MEMORY = 64 * 1024 ** 2;
/** Of strangers, who share memory of their own: what they hold on to is not missed by customers. */
const STRANGERS_HEADER_MEMORY = 32 * 1024 ** 2;
/** So long before the end of the grace everyone who is left gets 421, wherever it stands. */
const LAST_WORDS_MS = 500;
/** How exactly deadlines are kept: one look at all sessions, instead of a timer for each command. */
const LONGEST_SWEEP_MS = 1000;
const SHORTEST_SWEEP_MS = 20;

/** Starts to listen; resolves once all sockets do. Rejects, with none left open, where one cannot. */
export async function startListeners(options: ListenersOptions): Promise<Listeners> {
  const group = new ListenerGroup(options);
  await group.open();
  return group;
}

interface OpenListener {
  spec: ListenerSpec;
  isProxy: NamedNetworks;
  isTester: NamedNetworks;
  server: Server;
  certificates: Certificates | undefined;
}

class ListenerGroup implements Listeners {
  readonly #options: ListenersOptions;
  readonly #counters: ConnectionCounters;
  readonly #metrics: AcceptMetrics;
  readonly #open: OpenListener[] = [];
  readonly #connections = new Set<Connection>();
  readonly #memory = { held: 0, limit: HEADER_MEMORY };
  readonly #strangersMemory = { held: 0, limit: STRANGERS_HEADER_MEMORY };
  readonly #front: Front;
  /** Hosts that are known by their mail have their own, which strangers leave alone. */
  readonly #long: Record<'known' | 'stranger', LongContents>;
  #limits: Limits;
  #sweep: NodeJS.Timeout | undefined;
  #allClosed: (() => void) | undefined;
  addresses: { host: string; port: number }[] = [];

  constructor(options: ListenersOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#metrics = acceptMetrics(options.metrics);
    this.#counters = options.counters ?? ownCounters(options.limits);
    this.#front = new Front(options.front ?? openToAll(), {
      ...options,
      counters: this.#counters,
      limits: () => this.#limits,
    });
    this.#long = { known: this.#front.longContents(), stranger: this.#front.longContents() };
  }

  async open(): Promise<void> {
    try {
      for (const spec of this.#options.listeners) this.addresses.push(await this.#listen(spec));
    } catch (fault) {
      for (const { server } of this.#open) server.close();
      throw fault;
    }
    this.#sweep = setInterval(() => this.#expire(), sweepInterval(this.#limits));
  }

  async #listen(spec: ListenerSpec): Promise<{ host: string; port: number }> {
    const files = filesOf(spec, this.#options.certificate);
    if (spec.tls === 'implicit' && files === undefined)
      throw new Error('a listener with implicit TLS needs a certificate');
    const certificates =
      spec.tls === 'none' || files === undefined
        ? undefined
        : await openCertificates(files, {
            ticketKeys: this.#options.ticketKeys,
            clientCertificates: spec.client_certificates,
          });
    // Half-open: a client that says all and closes its side still gets its replies.
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    const [isProxy, isTester] = [namedNetworks(spec.proxies), namedNetworks(spec.testers)];
    const listener = { spec, server, certificates, isProxy, isTester };
    server.on('connection', (socket) => this.#accept(socket, listener));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('listening', resolve);
    server.once('error', reject);
    server.listen({ ...spec.address, backlog: BACKLOG, reusePort: true });
    await promise;
    server.on('error', (fault) => this.#options.log.error('smtp listener failed', { err: fault }));
    this.#open.push(listener);
    const bound = server.address();
    return typeof bound === 'object' && bound !== null ? { host: bound.address, port: bound.port } : spec.address;
  }

  #accept(socket: Socket, listener: OpenListener): void {
    // A client that is gone already has no address.
    if (socket.remoteAddress === undefined) return void socket.destroy();
    const visitor = visitorOf(socket, listener.spec);
    // A proxy has not said yet for whom it speaks.
    const admission = listener.isProxy(visitor.ip) ? undefined : this.#admit(visitor.ip, listener);
    const admitted = admission?.kind === 'admitted' ? admission : undefined;
    const last = admission?.kind === 'refused' ? this.#front.words(admission.reply) : undefined;
    if (admission?.kind === 'refused' && last === undefined) return void socket.resetAndDestroy();
    const connection = this.#openConnection(socket, listener, { visitor, admitted });
    const implicit = listener.spec.tls === 'implicit';
    if (last === undefined) connection.start(implicit);
    else connection.turnAway(last, implicit);
  }

  #admit(ip: string, { spec }: OpenListener): Admission {
    // Whoever logs in may come from anywhere, also from addresses that blocklists have.
    return this.#front.admit(ip, spec.roles.includes('inbound'));
  }

  #openConnection(
    socket: Socket,
    listener: OpenListener,
    { visitor, admitted }: { visitor: Visitor; admitted: Admitted | undefined },
  ): Connection {
    const { handler, hostname, clock, log } = this.#options;
    const counted: CountedConnection[] = [];
    const connection: Connection = new Connection({
      socket,
      certificates: listener.certificates,
      metrics: this.#metrics,
      isProxy: listener.isProxy,
      isTester: listener.isTester,
      admitted,
      admit: (ip) => this.#admit(ip, listener),
      pace: (octets) => this.#front.pace(octets),
      session: {
        visitor,
        limits: this.#limits,
        handler,
        counts: this.#countsFor(visitor, counted, admitted),
        hostname,
        offersTls: listener.spec.tls === 'starttls' && listener.certificates !== undefined,
        clock,
        log,
        metrics: this.#metrics,
        mostDropped: () => this.#front.mostDropped(connection.isStranger),
        memory: () => (connection.isStranger ? this.#strangersMemory : this.#memory),
        long: () => this.#longOf(connection),
      },
      closed: () => {
        for (const one of counted) one.leave();
        this.#connections.delete(connection);
        this.#metrics.closed();
        if (this.#connections.size === 0) this.#allClosed?.();
      },
    });
    this.#connections.add(connection);
    this.#metrics.opened();
    return connection;
  }

  #longOf(connection: Connection): LongContents | undefined {
    if (connection.isCustomers) return undefined;
    return this.#long[connection.isStranger ? 'stranger' : 'known'];
  }

  #countsFor(visitor: Visitor, counted: CountedConnection[], admitted: Admitted | undefined): SessionCounts {
    const { connections_per_source, connections_per_shared_source, connections_per_customer } = this.#limits;
    const enter = (key: string, limit: number): boolean => {
      const place = this.#counters.enter(key, limit);
      if (place !== undefined) counted.push(place);
      return place !== undefined;
    };
    // The front has counted it, under the address that it came from.
    const countedIp = admitted === undefined || admitted.standing === 'registered' ? undefined : visitor.ip;
    let customer: string | undefined;
    return {
      source(registered) {
        // The address may come later than the connection: a proxy or a tester says it.
        if (registered === false && visitor.ip === countedIp) return true;
        return enter(
          `source ${sourceOf(visitor.ip)}`,
          registered ? connections_per_shared_source : connections_per_source,
        );
      },
      customer(id) {
        if (customer === id) return true;
        customer = id;
        return enter(`customer ${id}`, connections_per_customer);
      },
    };
  }

  #expire(): void {
    const now = this.#options.clock.monotonic();
    const { patience } = this.#front;
    for (const connection of this.#connections) {
      if (connection.deadline <= now || (patience !== undefined && connection.dawdles(now, patience))) {
        connection.expire();
      }
    }
  }

  async reloadCertificates(certificate?: CertificateFiles): Promise<void> {
    for (const { certificates, spec } of this.#open) {
      try {
        await certificates?.reload(filesOf(spec, certificate));
      } catch (fault) {
        this.#options.log.error('certificate not reloaded, the old one stays', { err: fault, listener: textOf(spec) });
      }
    }
  }

  setLimits(limits: Limits): void {
    this.#limits = limits;
    clearInterval(this.#sweep);
    this.#sweep = setInterval(() => this.#expire(), sweepInterval(limits));
  }

  async close(graceMs: number): Promise<void> {
    for (const { server } of this.#open) server.close();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#allClosed = resolve;
    for (const connection of this.#connections) connection.shutdown();
    if (this.#connections.size === 0) resolve();
    const last = setTimeout(
      () => this.#connections.forEach((connection) => connection.cut()),
      Math.max(0, graceMs - LAST_WORDS_MS),
    );
    const cut = setTimeout(() => this.#connections.forEach((connection) => connection.destroy()), graceMs);
    await promise;
    clearTimeout(last);
    clearTimeout(cut);
    this.#front.close();
    clearInterval(this.#sweep);
  }
}

/** A listener with a certificate of its own takes client certificates from the same authorities as the others. */
function filesOf(spec: ListenerSpec, all: CertificateFiles | undefined): CertificateFiles | undefined {
  return spec.certificate === undefined ? all : { ...spec.certificate, client_ca: all?.client_ca };
}

function ownCounters(limits: Limits): ConnectionCounters {
  return openConnectionCounters(createConnectionCounters({ threads: 1, connections: limits.connections }), 0);
}

function sweepInterval(limits: Limits): number {
  const shortest = Math.min(limits.greeting_timeout, limits.command_timeout, limits.data_timeout);
  return Math.min(LONGEST_SWEEP_MS, Math.max(SHORTEST_SWEEP_MS, shortest / 4));
}

const MAPPED = '::ffff:';

function visitorOf(socket: Socket, spec: ListenerSpec): Visitor {
  const address = socket.remoteAddress ?? '';
  const mapped = address.startsWith(MAPPED) && address.includes('.');
  return {
    ip: mapped ? address.slice(MAPPED.length) : address,
    port: socket.remotePort ?? 0,
    listener: { address: textOf(spec), roles: spec.roles },
    helo: '',
    esmtp: false,
    login: undefined,
    tls: undefined,
    tester: false,
  };
}

function textOf({ address }: ListenerSpec): string {
  return endpointText(address);
}
