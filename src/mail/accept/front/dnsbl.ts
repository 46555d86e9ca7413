// DNS blocklists (RFC 5782), asked for strangers' addresses while they wait for the greeting. A list that does not work
// must never stop mail: it is used only while its own test entries answer as they must, an answer that cannot be one
// counts as none, and so does one that is late.

import { isDeepStrictEqual } from 'node:util';
import type { DnsAnswer, Resolver } from '../../../network/dns-answer.ts';
import { blocklistName } from '../../../network/reverse-name.ts';
import type { Config } from '../../../platform/config/schema.ts';
import { inTime } from '../../../platform/in-time.ts';
import type { Log } from '../../../platform/log.ts';
import type { CounterHandle, Metrics } from '../../../platform/metrics.ts';

export type DnsblList = Config['dnsbl'][number];

export interface DnsblOptions {
  lists: readonly DnsblList[];
  /** Relay threads, which share the look-ups at once. Default: 1. */
  threads?: number;
  /** With a cache of its own, so that a flood of addresses leaves that of deliveries alone. */
  resolver: Pick<Resolver, 'a'>;
  /** Remembers nothing, for the test entries. */
  freshResolver: () => Pick<Resolver, 'a'>;
  log: Log;
  metrics: Metrics;
  /** Told what is wrong with a list now; nothing where it is used, or no longer asked. */
  state: (zone: string, fault: string | undefined) => void;
}

export interface Dnsbl {
  /** The zone of the first list that has the address; nothing where none has, or none answers in time. Never rejects. */
  listing(ip: string): Promise<string | undefined>;
  /** Looks at the test entries of all lists now. Never rejects. */
  test(): Promise<void>;
  /** These lists from now on; each is tested before it is asked. Nothing happens where they are the same. */
  use(lists: readonly DnsblList[]): void;
  close(): void;
}

/** RFC 5782 5: 127.0.0.2 must be listed, and 127.0.0.1 must not. */
const TEST_LISTED = '127.0.0.2';
const TEST_NOT_LISTED = '127.0.0.1';
/** Look-ups under way over all threads, each with a socket; further strangers are let in without. */
const MOST_AT_ONCE = 1000;

/** Makes the look-ups of a thread and begins to test the lists; until a list has passed it is not asked. */
export function openDnsbl(options: DnsblOptions): Dnsbl {
  return new Lists(options);
}

class Lists implements Dnsbl {
  readonly #options: DnsblOptions;
  readonly #usable = new Set<DnsblList>();
  #lists: readonly DnsblList[] = [];
  #timers: NodeJS.Timeout[] = [];
  readonly #counted: CounterHandle<'zone' | 'result'>;
  #asking = 0;

  constructor(options: DnsblOptions) {
    this.#options = options;
    this.#counted = options.metrics.counter(
      'easymail_dnsbl_total',
      'Look-ups of strangers’ addresses by list and result (listed, clean, late, broken: an answer that cannot be one, skipped: too many under way). Worry when late or broken grow: the list is slow, gone, or refuses your resolver.',
      ['zone', 'result'],
    );
    this.use(options.lists);
  }

  use(lists: readonly DnsblList[]): void {
    if (isDeepStrictEqual(lists, this.#lists)) return;
    this.close();
    this.#usable.clear();
    for (const { zone } of this.#lists) {
      if (!lists.some((list) => list.zone === zone)) this.#options.state(zone, undefined);
    }
    // Copies: the configuration is replaced in place.
    this.#lists = lists.map((list) => ({ ...list, codes: [...list.codes] }));
    void this.test();
    this.#timers = this.#lists.map((list) => setInterval(() => void this.#test(list), list.test_interval).unref());
  }

  async listing(ip: string): Promise<string | undefined> {
    if (this.#usable.size === 0) return undefined;
    const answers = await Promise.all([...this.#usable].map((list) => this.#ask(list, ip)));
    return answers.find((zone) => zone !== undefined);
  }

  async test(): Promise<void> {
    await Promise.all(this.#lists.map((list) => this.#test(list)));
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #ask(list: DnsblList, ip: string): Promise<string | undefined> {
    const name = blocklistName(ip, list.zone);
    if (name === undefined) return undefined;
    if (this.#asking >= MOST_AT_ONCE / (this.#options.threads ?? 1)) return this.#count(list, 'skipped');
    this.#asking++;
    const asked = this.#options.resolver.a(name).finally(() => this.#asking--);
    const answer = await inTime(asked, list.timeout);
    if (answer === undefined || answer.kind === 'temporary') return this.#count(list, 'late');
    const meaning = meaningOf(list, answer);
    if (meaning === 'listed') {
      this.#count(list, 'listed');
      return list.zone;
    }
    if (meaning === 'clean') return this.#count(list, 'clean');
    // What answers so for one address answers so for the test entries too.
    if (this.#usable.has(list)) void this.#test(list);
    return this.#count(list, 'broken');
  }

  async #test(list: DnsblList): Promise<void> {
    const resolver = this.#options.freshResolver();
    const [listed, clean] = await Promise.all(
      [TEST_LISTED, TEST_NOT_LISTED].map((ip) => resolver.a(blocklistName(ip, list.zone) ?? '')),
    );
    // Replaced while it was tested.
    if (!this.#lists.includes(list)) return;
    const fault = testFault(list, listed, clean);
    const before = this.#usable.has(list);
    if (fault === undefined) this.#usable.add(list);
    else this.#usable.delete(list);
    if (before && fault !== undefined) this.#options.log.warn('dnsbl not used', { zone: list.zone, fault });
    this.#options.state(list.zone, fault);
  }

  #count({ zone }: DnsblList, result: string): undefined {
    this.#counted.add(1, { zone, result });
  }
}

function testFault(
  list: DnsblList,
  listed: DnsAnswer<string> | undefined,
  clean: DnsAnswer<string> | undefined,
): string | undefined {
  if (listed?.kind !== 'found') return `its test entry ${TEST_LISTED} is not listed (${wordsOf(listed)})`;
  if (!listed.records.every(isListCode)) return `${TEST_LISTED} has an answer that no list gives: ${wordsOf(listed)}`;
  if (clean?.kind !== 'none') return `${TEST_NOT_LISTED} must not be listed (${wordsOf(clean)})`;
  // With codes of its own, the test entry may have another one.
  return list.codes.length === 0 && meaningOf(list, listed) !== 'listed' ? `${wordsOf(listed)} is an error` : undefined;
}

function wordsOf(answer: DnsAnswer<string> | undefined): string {
  if (answer === undefined) return 'no answer';
  if (answer.kind === 'found') return answer.records.join(', ');
  return answer.kind === 'none' ? `no such ${answer.missing}` : answer.detail;
}

function meaningOf(list: DnsblList, answer: Exclude<DnsAnswer<string>, { kind: 'temporary' }>) {
  if (answer.kind === 'none') return 'clean';
  // A domain that was sold answers with the address of a web server, for everything.
  if (!answer.records.every(isListCode)) return 'broken';
  const counts = list.codes.length === 0 ? answer.records : answer.records.filter((code) => list.codes.includes(code));
  return counts.length > 0 ? 'listed' : 'clean';
}

/** RFC 5782 2.1: answers are in 127.0.0.0/8. 127.255.255.x is how large lists say that they refuse the question. */
function isListCode(code: string): boolean {
  return code.startsWith('127.') && code !== TEST_NOT_LISTED && !code.startsWith('127.255.255.');
}
