// One clamd: its sessions, which are kept and lent, and whether it is fit to be asked.

import { type ScannerHealth, type ScannerState, watchScanner } from '../scanner-health.ts';
import { type ClamdReply, readClamdReply } from './clamd-reply.ts';
import { type ClamdAddress, ClamdSession, openClamdSession } from './clamd-session.ts';

export interface ClamdOptions {
  /** A path of a socket, or host and port. */
  address: ClamdAddress;
  /** As people know it. */
  name: string;
  /** Sessions at the same time. */
  connections: number;
  /** Octets that it takes (its StreamMaxLength). */
  maxSize: number;
  /** For the reply once all was written, milliseconds. */
  timeoutMs: number;
  /** It has to find the EICAR test file before it is asked anything. */
  prove: boolean;
  /** Between two probes, milliseconds. */
  probeEveryMs: number;
  /** Every probe scans something. */
  alwaysDeep?: boolean;
  changed: (state: 'up' | 'down', detail: string) => void;
}

/** For a connection, and for the reply to PING and VERSION: clamd gives them besides its scans. */
const CONNECT_MS = 3000;
const PROBE_MS = 5000;
/** clamd closes a session that is idle for 30 s by default; ours ends before. */
const IDLE_MS = 10_000;

/** The EICAR test file, in two pieces so that no scanner takes this file for it. */
export const EICAR: string = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** What nobody takes for a virus. */
const HARMLESS = 'Easymail asks whether this scanner scans.\r\n';

/** A clamd that is watched from now on. */
export class ClamdScanner {
  readonly options: ClamdOptions;
  /** What VERSION says: the engine and its signatures. Empty as long as nobody answered. */
  version = '';
  /** Sessions in use. */
  busy = 0;
  readonly #health: ScannerHealth;
  readonly #idle: ClamdSession[] = [];
  readonly #lent = new Set<ClamdSession>();
  readonly #queue: (() => void)[] = [];

  constructor(options: ClamdOptions) {
    this.options = options;
    this.#health = watchScanner({
      probe: (deep) => this.#probe(deep),
      ...(options.alwaysDeep !== undefined && { alwaysDeep: options.alwaysDeep }),
      changed: (state, detail) => this.#changed(state, detail),
      everyMs: options.probeEveryMs,
    });
  }

  get usable(): boolean {
    return this.#health.state === 'up';
  }

  get found(): ScannerState {
    const { state, probeMs, passedAt } = this.#health;
    return {
      scanner: 'clamd',
      address: this.options.name,
      state,
      ...(probeMs !== undefined && { probeMs }),
      ...(passedAt !== undefined && { passedAt }),
      ...(this.version !== '' && { version: this.version }),
    };
  }

  /** Resolves once the first probe has ended. */
  get known(): Promise<void> {
    return this.#health.known;
  }

  /** A session that waits for the next content; it has to be given back. Nothing where one has to be waited for. */
  lendIdle(): { session: ClamdSession; kept: true } | undefined {
    const session = this.busy < this.options.connections ? this.#takeIdle() : undefined;
    if (session === undefined) return undefined;
    this.busy += 1;
    this.#lent.add(session);
    return { session, kept: true };
  }

  /** A session, once there is one; it has to be given back. Rejects where it cannot be had. */
  async lend(): Promise<{ session: ClamdSession; kept: boolean }> {
    while (this.busy >= this.options.connections) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.busy += 1;
    try {
      const kept = this.#takeIdle();
      const session = kept ?? (await openClamdSession(this.options.address, CONNECT_MS));
      this.#lent.add(session);
      return { session, kept: kept !== undefined };
    } catch (err) {
      this.#left();
      throw err;
    }
  }

  giveBack(session: ClamdSession): void {
    this.#lent.delete(session);
    if (session.broken || !this.usable) session.close();
    else this.#idle.push(session);
    this.#left();
  }

  /** A scan went wrong: whether more can be asked of it is found out now. */
  doubt(): void {
    this.#health.doubt();
  }

  close(): void {
    this.#health.close();
    this.#closeSessions();
  }

  #left(): void {
    this.busy -= 1;
    this.#queue.shift()?.();
  }

  #takeIdle(): ClamdSession | undefined {
    const now = performance.now();
    for (;;) {
      const session = this.#idle.pop();
      if (session === undefined) return undefined;
      if (!session.broken && now - session.idleSince < IDLE_MS) return session;
      session.close();
    }
  }

  #changed(state: 'up' | 'down', detail: string): void {
    // What waits there goes to another scanner now, not at the end of its time.
    if (state === 'down') this.#closeSessions();
    this.options.changed(state, detail);
  }

  #closeSessions(): void {
    for (const session of this.#idle.splice(0)) session.close();
    for (const session of this.#lent) session.close();
  }

  async #probe(deep: boolean): Promise<void> {
    for (const session of this.#idle.splice(0)) {
      if (performance.now() - session.idleSince < IDLE_MS) this.#idle.push(session);
      else session.close();
    }
    const session = await openClamdSession(this.options.address, CONNECT_MS);
    session.unref();
    try {
      if ((await session.command('PING', PROBE_MS)) !== 'PONG') throw new Error('answers rubbish');
      const version = await session.command('VERSION', PROBE_MS);
      if (!/^ClamAV [ -~]{1,200}$/.test(version)) throw new Error('answers rubbish');
      if (this.options.prove && (this.version !== version || !this.usable)) await this.#prove(session);
      else if (deep) await this.#try(session, HARMLESS);
      this.version = version;
    } finally {
      session.close();
    }
  }

  /** A scanner without signatures answers like a good one: it has to find what every scanner knows. */
  async #prove(session: ClamdSession): Promise<void> {
    const reply = await this.#try(session, EICAR);
    if (reply.kind !== 'virus') throw new Error('does not find the EICAR test file: its signatures are missing');
  }

  async #try(session: ClamdSession, text: string): Promise<ClamdReply> {
    const stream = session.stream();
    stream.write(Buffer.from(text));
    const reply = readClamdReply(await stream.end(this.options.timeoutMs));
    if (reply.kind === 'error') throw new Error(`said: ${reply.text}`);
    return reply;
  }
}
