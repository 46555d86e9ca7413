// Hosts that nobody registered: which are known by their mail, and greylisting (RFC 6647) of those that are not.
//
// A mail server tries again, much of what sends spam does not: the first attempt of a host for a sender and a recipient
// is put off. Large senders try again from another of their addresses: what counts is the network, or the domain of the
// host's name where the name is its own both ways (RFC 8601 2.7.3 "iprev"). Whose mail was taken once need not wait again.

import { getDomain } from 'tldts';
import type { Resolver } from '../../../network/dns-answer.ts';
import type { Clock } from '../../../platform/clock.ts';
import { inTime } from '../../../platform/in-time.ts';
import type { CounterHandle, Metrics } from '../../../platform/metrics.ts';
import { networkOf, sourceOf } from '../../accept/front/networks.ts';
import type { Later } from '../../accept/handler.ts';
import { type NamedReply, replies, withText } from '../../accept/replies.ts';
import { createDnsRoom } from '../../inspect/authentication/dns-room.ts';
import { type HostLimits, HostMemory, hostKeys, type LearnedHost } from './host-memory.ts';

export interface HostsOptions {
  /** Key of the hashes in memory and on disk. */
  secret: Uint8Array;
  /** Looked at anew for each use; `delay`: how long a second attempt has to wait, milliseconds. */
  limits: HostLimits & { delay: number };
  resolver: Pick<Resolver, 'ptr' | 'a' | 'aaaa'>;
  /** Told of what this thread learned itself. */
  learned: (learned: LearnedHost[]) => void;
  clock: Clock;
  metrics: Metrics;
}

export interface Attempt {
  ip: string;
  /** Reverse path without brackets; empty for the null sender. */
  sender: string;
  recipient: string;
}

export interface Hosts {
  /** Whether the host's mail has been taken for some time: room is kept for it. */
  isKnown(ip: string): boolean;
  /** RCPT of a host that nobody registered: the refusal, or nothing where it need not wait. */
  greylist(attempt: Attempt): Later<NamedReply | undefined>;
  /** A message of the host was taken, and nothing was wrong with it. */
  passed(ip: string): void;
  /** What other threads, or an earlier start, have learned. */
  learn(learned: readonly LearnedHost[]): void;
}

/** So long after its first message a host is known: nobody makes itself room in the middle of a flood. */
const KNOWN_AFTER_MS = 600_000;
/** A name that is not found in this time counts as none. */
const NAME_MS = 2000;
/**
 * First attempts of one network that are remembered in an hour. One of them that comes again lets the whole network pass,
 * so a sender needs no more; and no network can push out what others wait for.
 */
const MOST_FIRSTS = 200;
const FIRSTS_MS = 3_600_000;
/** Networks whose first attempts are counted. */
const FIRSTS_COUNTED = 20_000;
/** Names that a thread looks for at once: each look-up has a socket, and strangers make us begin them. */
const NAMES_AT_ONCE = 50;
/** Names of one address that are looked at. */
const MOST_NAMES = 4;

/** Makes the memory of a relay thread. */
export function createHosts(options: HostsOptions): Hosts {
  return new HostsOfThread(options);
}

class HostsOfThread implements Hosts {
  readonly #options: HostsOptions;
  readonly #memory: HostMemory;
  readonly #key: ReturnType<typeof hostKeys>;
  readonly #counted: CounterHandle<'result'>;
  readonly #room = createDnsRoom(NAMES_AT_ONCE);
  readonly #firsts = new Map<string, { since: number; count: number }>();

  constructor(options: HostsOptions) {
    this.#options = options;
    this.#memory = new HostMemory(options.limits);
    this.#key = hostKeys(options.secret);
    this.#counted = options.metrics.counter(
      'easymail_greylist_total',
      'Recipients of strangers where greylisting is on, by result (known: the host’s mail was taken before, first, soon: a second attempt that came too soon, second). Worry when first stays high while second does not follow: mail of good hosts may be late.',
      ['result'],
    );
  }

  isKnown(ip: string): boolean {
    const now = this.#options.clock.now();
    const since = this.#memory.passedSince(this.#key('host', sourceOf(ip)), now);
    return since !== undefined && now - since >= KNOWN_AFTER_MS;
  }

  greylist(attempt: Attempt): Later<NamedReply | undefined> {
    const { clock } = this.#options;
    const now = clock.now();
    const network = networkOf(attempt.ip);
    const passed = [this.#key('host', sourceOf(attempt.ip)), this.#key('network', network)];
    if (passed.some((key) => this.#memory.passedSince(key, now) !== undefined)) return this.#reply('known');
    const key = this.#attempt(network, attempt);
    const tried = this.#memory.triedAt(key, now);
    if (tried !== undefined) return this.#again(now - tried);
    if (!this.#countFirst(network, now)) return this.#reply('first', this.#options.limits.delay);
    return this.#ownDomain(attempt.ip).then((domain) => this.#first(attempt, key, domain));
  }

  passed(ip: string): void {
    const now = this.#options.clock.now();
    const keys = [this.#key('host', sourceOf(ip)), this.#key('network', networkOf(ip))];
    const learned = keys.map((key) => this.#memory.pass(key, now)).filter((one) => one !== undefined);
    if (learned.length > 0) this.#options.learned(learned);
  }

  learn(learned: readonly LearnedHost[]): void {
    for (const one of learned) this.#memory.learn(one);
  }

  /** False where the network has had its share. */
  #countFirst(network: string, now: number): boolean {
    const known = this.#firsts.get(network);
    const firsts = known !== undefined && now - known.since < FIRSTS_MS ? known : { since: now, count: 0 };
    if (firsts.count >= MOST_FIRSTS) return false;
    firsts.count++;
    this.#firsts.delete(network);
    this.#firsts.set(network, firsts);
    const [oldest] = this.#firsts.size > FIRSTS_COUNTED ? this.#firsts.keys() : [];
    if (oldest !== undefined) this.#firsts.delete(oldest);
    return true;
  }

  #attempt(by: string, { sender, recipient }: Attempt): string {
    return this.#key('attempt', by, sender.toLowerCase(), recipient.toLowerCase());
  }

  /** The first attempt of the network; another of the same owner may have been before it. */
  #first(attempt: Attempt, key: string, domain: string | undefined): NamedReply | undefined {
    const now = this.#options.clock.now();
    const named = domain === undefined ? undefined : this.#attempt(`@${domain}`, attempt);
    const tried = named === undefined ? undefined : this.#memory.triedAt(named, now);
    const keys = named === undefined ? [key] : [key, named];
    // The wait goes on from the first attempt, wherever the next one comes from.
    const first = tried ?? now;
    const learned = keys.map((key): LearnedHost => ({ key, what: 'tried', first, last: now }));
    this.learn(learned);
    this.#options.learned(learned);
    return tried === undefined ? this.#reply('first', this.#options.limits.delay) : this.#again(now - tried);
  }

  #again(waitedMs: number): NamedReply | undefined {
    const left = this.#options.limits.delay - waitedMs;
    return left <= 0 ? this.#reply('second') : this.#reply('soon', left);
  }

  #reply(result: 'known' | 'first' | 'soon' | 'second', leftMs?: number): NamedReply | undefined {
    this.#counted.add(1, { result });
    if (leftMs === undefined) return undefined;
    return withText(replies.greylisted, `Not seen before, try again in ${Math.ceil(leftMs / 1000)} seconds`);
  }

  /** The registered domain of the host's name, where name and address say the same of each other. */
  async #ownDomain(ip: string): Promise<string | undefined> {
    const { resolver } = this.#options;
    let wanted = true;
    const confirmed = async () => {
      if (!wanted) return undefined;
      const names = await resolver.ptr(ip);
      if (names.kind !== 'found') return undefined;
      for (const name of names.records.slice(0, MOST_NAMES)) {
        const addresses = ip.includes(':') ? await resolver.aaaa(name) : await resolver.a(name);
        if (addresses.kind === 'found' && addresses.records.some((one) => sourceOf(one) === sourceOf(ip))) return name;
      }
      return undefined;
    };
    const name = await inTime(this.#room(confirmed), NAME_MS);
    wanted = false;
    return name === undefined ? undefined : (getDomain(name) ?? undefined);
  }
}
