// Asking customers' mail hosts for recipients: one question for all who ask the same, a few connections to a customer at
// once, each used for all questions that wait, and a host that is down is left alone for a while.

import type { SmtpSession } from '../../../network/smtp-session.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import type { Mailbox } from '../../../protocol/smtp/address.ts';
import type { CustomerFact } from '../directory.ts';
import { type ProbeResult, probe } from './probe.ts';

export type HostAnswer = Pick<ProbeResult, 'answer' | 'everybody'>;

export interface CallAheadOptions {
  /** A session with one of the customer's mail hosts, or why none takes us in. */
  connect: (customer: CustomerFact, domain: string) => Promise<SmtpSession | string>;
  /** Looked at anew for each use. `connections`: to the mail hosts of one customer; `timeout`: for each reply, milliseconds. */
  limits: { connections: number; timeout: number };
  clock: Clock;
  log: Log;
}

export interface Question {
  /** Equal for those that ask the same. */
  key: string;
  /** Equal for those that go to the same hosts. */
  site: string;
  customer: CustomerFact;
  recipient: Mailbox;
  /** Ask too whether the host takes everybody at the domain. */
  alsoAnybody: () => boolean;
}

export interface CallAhead {
  /** Asks the host. Never rejects; there is no deadline but that of the replies. */
  ask(question: Question): Promise<HostAnswer>;
  /** Whether these hosts did not answer just now: a question would not be sent. */
  isDown(site: string): boolean;
  /** A sender waited in vain: the next ones need not, for a while. */
  isSlow(site: string): void;
}

/** A host that could not be reached is not tried again for so long. */
const DOWN_MS = 15_000;
/** Questions that may wait for one customer's hosts: more are a dictionary being read out. */
const MOST_WAITING = 1000;
const QUIT_WAIT_MS = 2000;
const TELL_MS = 60_000;
const MOST_TOLD = 1000;

const LATER: HostAnswer = { answer: 'later' };

interface Waiting extends Question {
  resolve: (answer: HostAnswer) => void;
}

interface Site {
  running: number;
  waiting: Waiting[];
  downUntil: number;
}

/** Makes the asking side of a relay thread. */
export function createCallAhead(options: CallAheadOptions): CallAhead {
  return new Asker(options);
}

class Asker implements CallAhead {
  readonly #options: CallAheadOptions;
  readonly #sites = new Map<string, Site>();
  readonly #asking = new Map<string, Promise<HostAnswer>>();
  readonly #told = new Map<string, number>();

  constructor(options: CallAheadOptions) {
    this.#options = options;
  }

  ask(question: Question): Promise<HostAnswer> {
    const same = this.#asking.get(question.key);
    if (same !== undefined) return same;
    const answer = this.#enqueue(question).finally(() => this.#asking.delete(question.key));
    this.#asking.set(question.key, answer);
    return answer;
  }

  isDown(site: string): boolean {
    return this.#now() < (this.#sites.get(site)?.downUntil ?? 0);
  }

  isSlow(name: string): void {
    const site = this.#sites.get(name);
    if (site !== undefined) site.downUntil = this.#now() + DOWN_MS;
  }

  #enqueue(question: Question): Promise<HostAnswer> {
    const site = this.#sites.get(question.site) ?? { running: 0, waiting: [], downUntil: 0 };
    this.#sites.set(question.site, site);
    if (this.#now() < site.downUntil || site.waiting.length >= MOST_WAITING) return Promise.resolve(LATER);
    const { promise, resolve } = Promise.withResolvers<HostAnswer>();
    site.waiting.push({ ...question, resolve });
    if (site.running < this.#options.limits.connections) void this.#work(site, question);
    return promise;
  }

  /** One connection after the other, as long as questions wait. */
  async #work(site: Site, { customer, site: name }: Question): Promise<void> {
    site.running++;
    try {
      while (site.waiting.length > 0) await this.#converse(site, customer);
    } catch (err) {
      this.#options.log.error('call-ahead failed', { err, customer: customer.id });
      this.#giveUp(site);
    }
    site.running--;
    // That a host is down is remembered as long as it counts; the rest costs nothing to forget.
    if (site.running === 0 && this.#now() >= site.downUntil) this.#sites.delete(name);
  }

  async #converse(site: Site, customer: CustomerFact): Promise<void> {
    const session = await this.#options.connect(customer, site.waiting[0]?.recipient.domain ?? '');
    if (typeof session === 'string') {
      this.#tell(customer, session);
      return this.#giveUp(site);
    }
    for (let next = site.waiting.shift(); next !== undefined; next = site.waiting.shift()) {
      const result = await this.#answered(session, next);
      next.resolve(result);
      if (result.why !== undefined) this.#tell(customer, result.why);
      if (!result.usable) break;
    }
    void session.wire.quit(QUIT_WAIT_MS);
  }

  async #answered(session: SmtpSession, { recipient, alsoAnybody }: Waiting): Promise<ProbeResult> {
    try {
      return await probe(session, recipient, { alsoAnybody: alsoAnybody(), timeoutMs: this.#options.limits.timeout });
    } catch (err) {
      this.#options.log.error('call-ahead failed', { err });
      return { answer: 'later', usable: false };
    }
  }

  #giveUp(site: Site): void {
    site.downUntil = this.#now() + DOWN_MS;
    for (const { resolve } of site.waiting.splice(0)) resolve(LATER);
  }

  /** Strangers' mail is put off for it: somebody should know, once in a while. */
  #tell({ id }: CustomerFact, why: string): void {
    if (this.#now() < (this.#told.get(id) ?? 0)) return;
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.set(id, this.#now() + TELL_MS);
    this.#options.log.warn('mail host does not say whether it knows a recipient', { customer: id, why });
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }
}
