// DNS look-ups for the mail path: a stub resolver towards the operator's own recursive servers. Ours, because the
// system's hides whether an answer was validated, and because a fault must never look like an answer.

import type { Clock } from '../platform/clock.ts';
import type { Endpoint } from '../platform/config/units.ts';
import { type AnswerRecord, follow, plainName } from '../protocol/dns/answer.ts';
import { type DnsQuestion, type DnsType, isAskable } from '../protocol/dns/query.ts';
import type { DnsAnswer, MxRecord, Resolver } from './dns-answer.ts';
import { DnsCache } from './dns-cache.ts';
import { askServer, type ServerAnswer } from './dns-exchange.ts';
import { reverseName } from './reverse-name.ts';

export interface ResolverOptions {
  /** Recursive servers, asked in order. */
  servers: readonly Endpoint[];
  /** Whether the AD bit of an answer counts (RFC 4035 3.2.3). */
  trustAd: boolean;
  /** For one look-up, over all servers and retries. */
  timeoutMs: number;
  clock: Clock;
  /** Answers kept. Default 20,000. */
  cacheEntries?: number;
}

const CACHE_ENTRIES = 20_000;
/** Bounds of what servers ask for: below, each message would be a look-up; above, a change would go unseen. */
const SHORTEST_MS = 5000;
const LONGEST_MS = 86_400_000;
const LONGEST_NEGATIVE_MS = 900_000;
/** RFC 2308 5: without an SOA a negative answer should not be kept; a moment spares a burst. */
const NEGATIVE_WITHOUT_SOA_MS = 5000;
/** Answers that end with an alias to somewhere else, in a row. */
const MOST_ALIASES = 8;
/** A server that said nothing is asked after the others for so long. */
const DEAD_MS = 30_000;
const SHORTEST_TRY_MS = 100;
const ROUNDS = 2;

type Records = DnsAnswer<AnswerRecord>;
type Kept = { value: Records; keepMs: number };

/** A resolver with a cache of its own. It holds no sockets between look-ups, so there is nothing to close. */
export function createResolver(options: ResolverOptions): Resolver {
  const cache = new DnsCache<Records>(options.clock, options.cacheEntries ?? CACHE_ENTRIES);
  const servers = new Servers(options);

  async function look<T>(name: string, type: DnsType, read: (data: unknown) => T | undefined): Promise<DnsAnswer<T>> {
    const question: DnsQuestion = { name: plainName(name), type };
    if (!isAskable(question.name)) return { kind: 'none', missing: 'domain', security: 'insecure' };
    const found = await cache.get(`${type} ${question.name}`, () => resolve(question, servers, options));
    if (found.kind !== 'found') return found;
    const records = found.records.map(({ data }) => read(data)).filter((record) => record !== undefined);
    // A record that can not be read is no proof that there is none.
    if (records.length === 0) return { kind: 'temporary', detail: `no ${type} record could be read` };
    return { kind: 'found', records, security: found.security };
  }

  return {
    mx: (name) => look(name, 'MX', readMx),
    a: (name) => look(name, 'A', readText),
    aaaa: (name) => look(name, 'AAAA', readText),
    txt: (name) => look(name, 'TXT', readTxt),
    ptr: (ip) => {
      const name = reverseName(ip);
      if (name === undefined) return Promise.resolve({ kind: 'none', missing: 'domain', security: 'insecure' });
      return look(name, 'PTR', (data) => (typeof data === 'string' ? plainName(data) : undefined));
    },
  };
}

function readText(data: unknown): string | undefined {
  return typeof data === 'string' ? data : undefined;
}

function readMx(data: unknown): MxRecord | undefined {
  const { preference, exchange } = (data ?? {}) as { preference?: unknown; exchange?: unknown };
  if (typeof exchange !== 'string') return undefined;
  // dns-packet leaves the preference out where it is 0.
  return { preference: typeof preference === 'number' ? preference : 0, exchange: plainName(exchange) };
}

/** RFC 7208 3.3: the strings of one record are one text. */
function readTxt(data: unknown): string | undefined {
  const strings = Array.isArray(data) ? data : [data];
  return strings.map((part) => (Buffer.isBuffer(part) ? part.toString('utf8') : String(part))).join('');
}

/** Asks until there is an answer to the last name of the CNAME chain, or the time is over. Never rejects. */
async function resolve(first: DnsQuestion, servers: Servers, options: ResolverOptions): Promise<Kept> {
  const deadline = options.clock.monotonic() + options.timeoutMs;
  let question = first;
  let secure = options.trustAd;
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let hop = 0; hop < MOST_ALIASES; hop++) {
    const answer = await servers.ask(question, deadline);
    if (answer.kind !== 'answer') return temporary(detailOf(answer));
    secure &&= answer.authentic;
    const security = secure ? 'secure' : 'insecure';
    const followed = follow(question, answer.records);
    if (followed.kind === 'loop') return temporary('CNAME loop');
    ttlSeconds = Math.min(ttlSeconds, followed.ttlSeconds);
    if (followed.kind === 'records') {
      return { value: { kind: 'found', records: followed.records, security }, keepMs: clamp(ttlSeconds, LONGEST_MS) };
    }
    // RFC 2308 2.2: an SOA says that the end of the chain was looked at, and there is no such record.
    if (answer.missing || followed.kind === 'none' || answer.negativeTtlSeconds !== undefined) {
      const missing = answer.missing ? 'domain' : 'record';
      return {
        value: { kind: 'none', missing, security },
        keepMs: keepNegative(answer.negativeTtlSeconds, ttlSeconds),
      };
    }
    question = { name: followed.name, type: first.type };
    if (!isAskable(question.name)) {
      return { value: { kind: 'none', missing: 'domain', security }, keepMs: NEGATIVE_WITHOUT_SOA_MS };
    }
  }
  return temporary('too many CNAMEs');
}

function temporary(detail: string): Kept {
  return { value: { kind: 'temporary', detail }, keepMs: 0 };
}

function detailOf(answer: Exclude<ServerAnswer, { kind: 'answer' }>): string {
  return answer.kind === 'failed' ? answer.rcode : answer.detail;
}

function clamp(seconds: number, longestMs: number): number {
  return Math.min(Math.max(seconds * 1000, SHORTEST_MS), longestMs);
}

function keepNegative(soaSeconds: number | undefined, chainSeconds: number): number {
  if (soaSeconds === undefined) return NEGATIVE_WITHOUT_SOA_MS;
  return clamp(Math.min(soaSeconds, chainSeconds), LONGEST_NEGATIVE_MS);
}

/** The servers, and which of them lately said nothing. */
class Servers {
  #options: ResolverOptions;
  #deadUntil = new Map<Endpoint, number>();

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  /** Asks one server after the other until one answers. A server that answered that it failed is asked only once. */
  async ask(question: DnsQuestion, deadline: number): Promise<ServerAnswer> {
    const { clock } = this.#options;
    let last: ServerAnswer = { kind: 'silent', detail: 'no DNS server' };
    let tries = this.#order().flatMap((server) => Array<Endpoint>(ROUNDS).fill(server));
    tries = [...tries.filter((_, i) => i % ROUNDS === 0), ...tries.filter((_, i) => i % ROUNDS !== 0)];
    for (let server = tries.shift(); server !== undefined; server = tries.shift()) {
      const left = deadline - clock.monotonic();
      if (left <= 0) return last;
      const answer = await askServer(server, question, Math.max(SHORTEST_TRY_MS, left / (tries.length + 1)));
      this.#remember(server, answer.kind !== 'silent');
      if (answer.kind === 'answer') return answer;
      last = answer;
      if (answer.kind !== 'silent') tries = tries.filter((other) => other !== server);
    }
    return last;
  }

  #order(): Endpoint[] {
    const now = this.#options.clock.monotonic();
    const dead = (server: Endpoint) => (this.#deadUntil.get(server) ?? 0) > now;
    const { servers } = this.#options;
    return [...servers.filter((server) => !dead(server)), ...servers.filter(dead)];
  }

  #remember(server: Endpoint, alive: boolean): void {
    if (alive) this.#deadUntil.delete(server);
    else this.#deadUntil.set(server, this.#options.clock.monotonic() + DEAD_MS);
  }
}
