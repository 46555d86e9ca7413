// Whether an inbound recipient is there, before its mail is taken: by the customer's setting not looked at, on the
// customer's list, or known to its mail host. What is remembered is answered at once, without a promise.

import { hash } from 'node:crypto';
import type { Clock } from '../../../platform/clock.ts';
import { inTime } from '../../../platform/in-time.ts';
import type { CounterHandle, Metrics } from '../../../platform/metrics.ts';
import type { Mailbox } from '../../../protocol/smtp/address.ts';
import type { Later } from '../../accept/handler.ts';
import { type NamedReply, replies } from '../../accept/replies.ts';
import type { CustomerId } from '../../message.ts';
import type { CustomerFact, Directory } from '../directory.ts';
import type { CallAhead, HostAnswer, Question } from './call-ahead.ts';
import { type KnownLimits, KnownRecipients, type Learned, recipientKey } from './known-recipients.ts';
import { listKey, withoutDetail } from './list-key.ts';

export interface RecipientCheckOptions {
  directory: Directory;
  callAhead: CallAhead;
  /** Looked at anew for each use; `timeout`: how long a sender is let wait for the host, milliseconds. */
  limits: KnownLimits & { timeout: number };
  /** Told of what this thread learned itself. */
  learned: (learned: Learned[]) => void;
  clock: Clock;
  metrics: Metrics;
}

export interface RecipientCheck {
  /** RCPT: the refusal, or nothing where the recipient is taken. A promise only where the host has to be asked. */
  check(customer: CustomerId, recipient: Mailbox): Later<NamedReply | undefined>;
  /** What other threads, or an earlier start, have learned. */
  learn(learned: readonly Learned[]): void;
}

/** Makes the check of a relay thread. */
export function createRecipientCheck(options: RecipientCheckOptions): RecipientCheck {
  return new Check(options);
}

/** RFC 5321 4.5.1: mail to postmaster is always taken. */
export function isPostmaster({ localPart }: Mailbox): boolean {
  return localPart.length <= 12 && listKey(localPart, '') === 'postmaster@';
}

/** Whether the customer's list has the address, or its whole domain. */
export function isListed(directory: Directory, customer: CustomerId, { localPart, domain }: Mailbox): boolean {
  const key = listKey(localPart, domain);
  if (directory.recipient(key) === customer || directory.recipient(`@${domain}`) === customer) return true;
  const plain = withoutDetail(key);
  return plain !== undefined && directory.recipient(plain) === customer;
}

class Check implements RecipientCheck {
  readonly #options: RecipientCheckOptions;
  readonly #memory: KnownRecipients;
  readonly #counted: CounterHandle<'by' | 'result'>;
  /** A fact of the directory stays the same object while nothing changes. */
  readonly #hosts = new WeakMap<CustomerFact, string>();

  constructor(options: RecipientCheckOptions) {
    this.#options = options;
    this.#memory = new KnownRecipients(options.limits);
    this.#counted = options.metrics.counter(
      'easymail_recipient_checks_total',
      'Inbound recipients that were checked, by what answered (list, memory, host) and the result (known, unknown, later: the host could not tell). Worry when later grows: a customer’s mail host is down, and strangers’ mail to new recipients is put off.',
      ['by', 'result'],
    );
  }

  check(id: CustomerId, recipient: Mailbox): Later<NamedReply | undefined> {
    const customer = this.#options.directory.customer(id);
    if (customer === undefined || customer.recipientCheck === 'none' || isPostmaster(recipient)) return undefined;
    if (customer.recipientCheck === 'call-ahead') return this.#ahead(customer, recipient);
    return this.#reply('list', isListed(this.#options.directory, id, recipient) ? 'known' : 'unknown');
  }

  learn(learned: readonly Learned[]): void {
    for (const one of learned) this.#memory.learn(one);
  }

  #ahead(customer: CustomerFact, recipient: Mailbox): Later<NamedReply | undefined> {
    const hosts = this.#hostsOf(customer);
    const key = recipientKey(customer.id, hosts, `${recipient.localPart}@${recipient.domain}`);
    const question = { key, site: `${customer.id} ${hosts}`, customer, recipient };
    const domainKey = recipientKey(customer.id, hosts, `@${recipient.domain}`);
    const memory = this.#memory.look(key, domainKey, this.#options.clock.now());
    switch (memory) {
      case 'known':
        return this.#reply('memory', 'known');
      case 'ageing':
        void this.#ask(question, domainKey);
        return this.#reply('memory', 'known');
      case 'unknown':
        return this.#reply('memory', 'unknown');
      case 'known-once':
      case 'nothing':
        return this.#askNow(question, domainKey, memory === 'known-once');
      default:
        return memory satisfies never;
    }
  }

  /** The host says; where it does not, or not in time, those that were known once are taken. */
  #askNow(
    question: Omit<Question, 'alsoAnybody'>,
    domainKey: string,
    knownOnce: boolean,
  ): Later<NamedReply | undefined> {
    const otherwise = () => (knownOnce ? this.#reply('memory', 'known') : this.#reply('host', 'later'));
    if (this.#options.callAhead.isDown(question.site)) return otherwise();
    return inTime(this.#ask(question, domainKey), this.#options.limits.timeout).then((said) => {
      if (said === undefined) this.#options.callAhead.isSlow(question.site);
      return said === undefined || said.answer === 'later' ? otherwise() : this.#reply('host', said.answer);
    });
  }

  async #ask(question: Omit<Question, 'alsoAnybody'>, domainKey: string): Promise<HostAnswer> {
    const { callAhead, clock, learned } = this.#options;
    const alsoAnybody = () => !this.#memory.tellsApart(domainKey, clock.now());
    const said = await callAhead.ask({ ...question, alsoAnybody });
    const at = clock.now();
    const news: Learned[] = [];
    if (said.everybody === true) news.push({ key: domainKey, what: 'known', at });
    else if (said.answer !== 'later') news.push({ key: question.key, what: said.answer, at });
    if (said.everybody === false) news.push({ key: domainKey, what: 'several', at });
    this.learn(news);
    if (news.length > 0) learned(news);
    return said;
  }

  #reply(by: 'list' | 'memory' | 'host', result: 'known' | 'unknown' | 'later'): NamedReply | undefined {
    this.#counted.add(1, { by, result });
    if (result === 'known') return undefined;
    return result === 'unknown' ? replies.recipientUnknown : replies.recipientUnchecked;
  }

  /** Answers of other hosts than those that are set now count no more. */
  #hostsOf(customer: CustomerFact): string {
    let hosts = this.#hosts.get(customer);
    if (hosts === undefined) {
      const names = customer.mailhosts.map(({ host, port }) => `${host}:${port}`).sort();
      this.#hosts.set(customer, (hosts = hash('sha256', names.join(' '), 'hex').slice(0, 12)));
    }
    return hosts;
  }
}
