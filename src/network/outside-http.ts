// HTTP requests to where others say: webhooks. Each goes to an address that the guard was asked about, and to no other:
// the name is looked up by our own resolver, the connection is made to the address itself, Host, SNI and the certificate
// stay with the name. Redirects are not followed, proxies of the environment are not used, nothing but the status of an
// answer is kept.

import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { rootCertificates, TLSSocket } from 'node:tls';
import type { Resolver } from './dns-answer.ts';
import { outsideAddresses } from './host-addresses.ts';
import type { OutsideGuard } from './outside-address.ts';

export interface OutsideHttpOptions {
  resolver: Resolver;
  guard: OutsideGuard;
  /** Plain HTTP and any port: only where the operator allows private addresses. */
  anyScheme: boolean;
  /** Authorities (PEM) that count besides those that everybody knows. */
  ca?: string;
  /** Connections kept for one owner. */
  connections: number;
  /** For connection and handshake, and for the whole, milliseconds. */
  connectMs: number;
  totalMs: number;
}

export interface OutsideRequest {
  /** Connections are reused by requests of the same owner alone. */
  owner: string;
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Why there was no answer, in one word for a log that strangers read. */
export type OutsideFailure =
  /** The URL is one that is never asked. */
  | 'url'
  | 'dns'
  /** Its addresses are ones that are not connected to. */
  | 'address'
  | 'connect'
  | 'tls'
  /** Hung up on. */
  | 'closed'
  | 'timeout'
  /** We stopped. */
  | 'stopped';

export type OutsideAnswer =
  | { kind: 'answered'; status: number; retryAfterMs?: number; ms: number }
  | { kind: 'failed'; why: OutsideFailure; ms: number };

export interface OutsideHttp {
  /** Never rejects; answers in `totalMs` at most. */
  post(request: OutsideRequest): Promise<OutsideAnswer>;
  /** Closes what is kept for an owner. */
  forget(owner: string): void;
  /** Ends what runs, as `stopped`. */
  close(): void;
}

/** Answers before the answer (RFC 9110 15.2); more of them are nobody's hints. */
const MOST_INTERIM = 20;
/** More of an answer is not read: its connection is closed instead. */
const LARGEST_ANSWER = 64 * 1024;
/** Nor is one waited for longer, once its status is known. */
const ANSWER_MS = 5000;
/** An idle connection is kept so long. */
const IDLE_MS = 4000;
/** Addresses that are tried where no connection comes about. */
const MOST_ADDRESSES = 3;
/** Owners whose connections are kept. */
const MOST_OWNERS = 256;
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** Opens a client; it holds nothing until it is used. */
export function createOutsideHttp(options: OutsideHttpOptions): OutsideHttp {
  return new Client(options);
}

/** What is wrong with a URL, for whoever wrote it; nothing where it may be asked (its address apart). */
export function outsideUrlFault(text: string, anyScheme: boolean): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'must be a URL such as https://example.org/hook';
  if (url.protocol !== 'https:' && !(anyScheme && url.protocol === 'http:')) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.hash !== '') return 'must not have a fragment (#…)';
  if (url.hostname === '') return 'must name a host';
  const port = Number(url.port === '' ? '443' : url.port);
  // Below lie services of other kinds, which might take a request for one of theirs.
  if (!anyScheme && port !== 443 && port < 1024) return 'must use port 443, or one from 1024 on';
  return undefined;
}

interface Target {
  url: URL;
  ip: string;
  agent: HttpAgent | HttpsAgent;
}

type Tried = OutsideAnswer | { kind: 'stale' };

class Client implements OutsideHttp {
  readonly #options: OutsideHttpOptions;
  readonly #ca: string[] | undefined;
  /** Least recently used first. */
  readonly #agents = new Map<string, HttpAgent | HttpsAgent>();
  readonly #running = new Set<AbortController>();
  #closed = false;

  constructor(options: OutsideHttpOptions) {
    this.#options = options;
    this.#ca = options.ca === undefined ? undefined : [...rootCertificates, options.ca];
  }

  async post(request: OutsideRequest): Promise<OutsideAnswer> {
    const began = performance.now();
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort('timeout'), this.#options.totalMs);
    this.#running.add(controller);
    if (this.#closed) controller.abort('stopped');
    try {
      return { ...(await this.#ask(request, controller.signal)), ms: Math.round(performance.now() - began) };
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }

  forget(owner: string): void {
    this.#agents.get(`http: ${owner}`)?.destroy();
    this.#agents.get(`https: ${owner}`)?.destroy();
    this.#agents.delete(`http: ${owner}`);
    this.#agents.delete(`https: ${owner}`);
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#running) controller.abort('stopped');
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async #ask(request: OutsideRequest, signal: AbortSignal): Promise<OutsideAnswer> {
    const { resolver, guard, anyScheme } = this.#options;
    if (outsideUrlFault(request.url, anyScheme) !== undefined) return failed('url');
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const found = await beforeAbort(outsideAddresses(host, { resolver, guard }), signal);
    if (found === undefined) return failed(abortedBy(signal));
    if (found.kind === 'refused') return failed('address');
    if (found.kind !== 'found') return failed('dns');
    const agent = this.#agentOf(request.owner, url.protocol);
    let answer: Tried = failed('connect');
    for (const ip of found.addresses.slice(0, MOST_ADDRESSES)) {
      answer = await this.#send(request, { url, ip, agent }, signal);
      // A connection that was kept and had ended meanwhile: the same again over a new one.
      if (answer.kind === 'stale') answer = await this.#send(request, { url, ip, agent }, signal);
      if (!(answer.kind === 'failed' && answer.why === 'connect')) break;
    }
    return answer.kind === 'stale' ? failed('closed') : answer;
  }

  #send(request: OutsideRequest, { url, ip, agent }: Target, signal: AbortSignal): Promise<Tried> {
    const named = isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) === 0;
    const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((resolve) => {
      const sent = ask({
        method: 'POST',
        host: ip,
        port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
        path: `${url.pathname}${url.search}`,
        headers: { ...request.headers, host: url.host, 'content-length': request.body.length },
        // The certificate has to be one for the name, whatever address it lies at.
        servername: named ? url.hostname : '',
        agent,
        signal,
      });
      const progress = watchConnection(sent, this.#options.connectMs);
      let interim = 0;
      sent.on('information', () => {
        interim += 1;
        if (interim > MOST_INTERIM) sent.destroy();
      });
      sent.once('response', (response) => {
        const status = response.statusCode ?? 0;
        discard(response);
        resolve({ kind: 'answered', status, ms: 0, ...retryAfter(response.headers['retry-after']) });
      });
      sent.once('error', (error: NodeJS.ErrnoException) => {
        if (signal.aborted) resolve(failed(abortedBy(signal)));
        else if (sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE'))
          resolve({ kind: 'stale' });
        else resolve(failed(progress.whyOf(error)));
      });
      // Whatever ends without an answer and without an error, such as an upgrade that nobody asked for.
      sent.once('close', () => resolve(failed('closed')));
      sent.end(request.body);
    });
  }

  #agentOf(owner: string, protocol: string): HttpAgent | HttpsAgent {
    const key = `${protocol} ${owner}`;
    let agent = this.#agents.get(key);
    this.#agents.delete(key);
    if (agent === undefined) {
      const kept = { keepAlive: true, maxSockets: this.#options.connections, maxFreeSockets: 2, timeout: IDLE_MS };
      const tls = { minVersion: 'TLSv1.2', rejectUnauthorized: true } as const;
      agent =
        protocol === 'https:'
          ? new HttpsAgent({ ...kept, ...tls, ...(this.#ca !== undefined && { ca: this.#ca }) })
          : new HttpAgent(kept);
    }
    this.#agents.set(key, agent);
    for (const [name, old] of this.#agents) {
      if (this.#agents.size <= MOST_OWNERS) break;
      // Those in use end by themselves once nobody holds them.
      if (Object.keys(old.sockets).length === 0) old.destroy();
      this.#agents.delete(name);
    }
    return agent;
  }
}

function failed(why: OutsideFailure): Extract<OutsideAnswer, { kind: 'failed' }> {
  return { kind: 'failed', why, ms: 0 };
}

function abortedBy(signal: AbortSignal): 'timeout' | 'stopped' {
  return signal.reason === 'stopped' ? 'stopped' : 'timeout';
}

async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Ends a connection that does not come about in time, and knows how far a request came. */
function watchConnection(
  sent: ClientRequest,
  connectMs: number,
): { whyOf(error: NodeJS.ErrnoException): OutsideFailure } {
  let stage: 'connect' | 'tls' | 'open' = 'connect';
  let slow = false;
  const timer = setTimeout(() => {
    slow = true;
    sent.destroy();
  }, connectMs);
  const open = () => {
    stage = 'open';
    clearTimeout(timer);
  };
  sent.once('close', () => clearTimeout(timer));
  sent.once('socket', (socket) => {
    if (!socket.connecting && sent.reusedSocket) return open();
    const encrypted = socket instanceof TLSSocket;
    socket.once('connect', () => (encrypted ? (stage = 'tls') : open()));
    if (encrypted) socket.once('secureConnect', open);
  });
  return {
    whyOf: () => {
      if (slow) return stage === 'tls' ? 'tls' : 'timeout';
      return stage === 'open' ? 'closed' : stage;
    },
  };
}

/** Reads an answer's body so that its connection can be used again; a long one is not worth it. */
function discard(response: IncomingMessage): void {
  let octets = 0;
  const timer = setTimeout(() => response.destroy(), ANSWER_MS);
  response.once('close', () => clearTimeout(timer));
  response.on('data', (part: Buffer) => {
    octets += part.length;
    if (octets > LARGEST_ANSWER) response.destroy();
  });
  response.on('error', () => {});
}

/** RFC 9110 10.2.3: seconds, or a date. */
function retryAfter(value: string | undefined): { retryAfterMs?: number } {
  if (value === undefined) return {};
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? { retryAfterMs: Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) } : {};
}
