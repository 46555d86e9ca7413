// Counts events in memory, until they are written; what cannot be written stays. Whatever the events say, its size is
// bounded.

import { domainOf } from '../../../protocol/smtp/address.ts';
import { timeOfId } from '../../queue/queue-id.ts';
import type { AcceptedEvent, MailEvent, MessageEvent, RecipientEvent, RejectedEvent } from '../../report/events.ts';
import {
  ALL,
  addCounts,
  type Counted,
  type CountedDirection,
  type Counts,
  DAY_MS,
  DELAYS_MS,
  HOUR_MS,
  noCounts,
  type TrafficChange,
  type TrafficDomain,
} from './traffic.ts';

/** Of one customer in one hour, in one direction. */
interface TallyHour {
  /** Nothing: nobody's, counted with all alone. */
  customer: string | undefined;
  at: number;
  direction: CountedDirection;
  counts: Counts;
  bounces: Map<string, number>;
  refusals: Map<string, number>;
}

/** Of one customer on one day, with one domain. */
interface TallyDomain extends TrafficDomain {
  customer: string;
  at: number;
}

/** Domains that wait to be written; past it a customer's are counted as one. */
const MOST_DOMAINS = 20_000;

const DELAY_COLUMNS = [
  'within_1s',
  'within_5s',
  'within_30s',
  'within_2m',
  'within_10m',
  'within_1h',
  'within_6h',
] as const satisfies readonly Counted[];

/** Events that count one, by their type, and where. */
const COLUMN_OF = {
  'message.recipient.delivered': 'delivered',
  'message.recipient.deferred': 'deferred',
  'message.recipient.bounced': 'bounced',
  'message.recipient.expired': 'expired',
  'message.recipient.suppressed': 'suppressed',
  'message.recipient.removed': 'removed',
  'message.recipient.held': 'held',
  'message.recipient.complained': 'complained',
  'message.recipient.delay_told': undefined,
  'message.recipient.released': undefined,
  'message.recipient.rerouted': undefined,
  'message.recipient.retried': undefined,
} as const satisfies Record<RecipientEvent['type'], Counted | undefined>;

export class Tally {
  readonly #hours = new Map<string, TallyHour>();
  readonly #domains = new Map<string, TallyDomain>();
  /** The accept that was counted last: a hold that comes with it says not which way the message goes. */
  #accept: AcceptedEvent | undefined;

  /** Of each customer, of nobody, and of all together (`ALL`). */
  hours(): TallyHour[] {
    const own = [...this.#hours.values()];
    return [...own, ...togetherHours(own)];
  }

  /** Of each customer, and of all together, each under the name that `nameOf` gives it. */
  domains(nameOf: (customer: string, at: number, domain: string) => string): TallyDomain[] {
    const named = new Map<string, TallyDomain>();
    for (const one of this.#domains.values()) {
      for (const customer of [one.customer, ALL])
        addDomain(named, one, { customer, name: nameOf(customer, one.at, one.domain) });
    }
    return [...named.values()];
  }

  add(event: MailEvent): void {
    switch (event.type) {
      case 'message.accepted':
        return this.#accepted(event);
      case 'message.rejected':
        return this.#rejected(event);
      case 'message.held':
        return this.#ofMessage(event, 'held');
      case 'message.quarantined':
        return this.#ofMessage(event, 'quarantined');
      case 'message.released':
        return undefined;
      default:
        return this.#ofRecipient(event);
    }
  }

  /** What was counted, summed over the hours: for those who look on. */
  changes(): TrafficChange[] {
    const changes = new Map<string, TrafficChange>();
    for (const { customer, direction, counts, refusals } of this.#hours.values()) {
      const key = `${customer ?? ' '} ${direction}`;
      let change = changes.get(key);
      if (change === undefined) {
        change = { ...(customer !== undefined && { customer }), direction, counts: noCounts(), refusals: {} };
        changes.set(key, change);
      }
      addCounts(change.counts, counts);
      for (const [name, count] of refusals) change.refusals[name] = (change.refusals[name] ?? 0) + count;
    }
    return [...changes.values()];
  }

  clearHours(): void {
    this.#hours.clear();
    this.#accept = undefined;
  }

  clearDomains(): void {
    this.#domains.clear();
  }

  #accepted(event: AcceptedEvent): void {
    this.#accept = event;
    const { counts } = this.#hour(event.at, event.customer, event.meta.direction);
    counts.messages += 1;
    counts.recipients += event.recipients.length;
    counts.octets += event.meta.size;
    for (const recipient of event.recipients) this.#domain(event.at, event.customer, recipient, 'recipients');
  }

  #rejected(event: RejectedEvent): void {
    const hour = this.#hour(event.at, event.customer, event.direction ?? '');
    const count = event.count ?? 1;
    hour.counts.rejected += count;
    increase(hour.refusals, event.reply, count);
  }

  #ofMessage(event: MessageEvent, column: Counted): void {
    const direction = this.#accept?.id === event.id ? this.#accept.meta.direction : '';
    this.#hour(event.at, event.customer, direction).counts[column] += 1;
  }

  #ofRecipient(event: RecipientEvent): void {
    const column = COLUMN_OF[event.type];
    if (column === undefined) return;
    const hour = this.#hour(event.at, event.customer, event.direction);
    if (event.asynchronous === true) {
      hour.counts.late_bounces += 1;
      return;
    }
    hour.counts[column] += 1;
    switch (column) {
      case 'delivered':
        hour.counts[delayColumn(event.at - timeOfId(event.id))] += 1;
        return this.#domain(event.at, event.customer, event.recipient, 'delivered');
      case 'deferred':
        return this.#domain(event.at, event.customer, event.recipient, 'deferred');
      case 'bounced':
      case 'expired':
        increase(hour.bounces, event.bounce?.class ?? 'unclassified', 1);
        return this.#domain(event.at, event.customer, event.recipient, 'bounced');
      default:
        return undefined;
    }
  }

  #hour(time: number, customer: string | undefined, direction: CountedDirection): TallyHour {
    const at = time - (time % HOUR_MS);
    const key = `${at} ${direction} ${customer ?? ''}`;
    let hour = this.#hours.get(key);
    if (hour === undefined) {
      hour = { customer, at, direction, counts: noCounts(), bounces: new Map(), refusals: new Map() };
      this.#hours.set(key, hour);
    }
    return hour;
  }

  #domain(time: number, customer: string, address: string, column: Exclude<keyof TrafficDomain, 'domain'>): void {
    const at = time - (time % DAY_MS);
    const keyOf = (domain: string) => `${at} ${domain} ${customer}`;
    const named = domainOf(address).toLowerCase();
    const domain = this.#domains.size < MOST_DOMAINS || this.#domains.has(keyOf(named)) ? named : '';
    const key = keyOf(domain);
    let known = this.#domains.get(key);
    if (known === undefined) {
      known = { customer, at, domain, recipients: 0, delivered: 0, deferred: 0, bounced: 0 };
      this.#domains.set(key, known);
    }
    known[column] += 1;
  }
}

/** All together, with what is nobody's. */
function togetherHours(hours: Iterable<TallyHour>): TallyHour[] {
  const all = new Map<string, TallyHour>();
  for (const { at, direction, counts, bounces, refusals } of hours) {
    const key = `${at} ${direction}`;
    let sum = all.get(key);
    if (sum === undefined) {
      sum = { customer: ALL, at, direction, counts: noCounts(), bounces: new Map(), refusals: new Map() };
      all.set(key, sum);
    }
    addCounts(sum.counts, counts);
    for (const [name, count] of bounces) increase(sum.bounces, name, count);
    for (const [name, count] of refusals) increase(sum.refusals, name, count);
  }
  return [...all.values()];
}

function addDomain(
  to: Map<string, TallyDomain>,
  one: TallyDomain,
  { customer, name }: { customer: string; name: string },
): void {
  const key = `${one.at} ${name} ${customer}`;
  const sum = to.get(key);
  if (sum === undefined) {
    to.set(key, { ...one, customer, domain: name });
    return;
  }
  sum.recipients += one.recipients;
  sum.delivered += one.delivered;
  sum.deferred += one.deferred;
  sum.bounced += one.bounced;
}

function increase(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

function delayColumn(ms: number): Counted {
  const i = DELAYS_MS.findIndex((end) => ms <= end);
  return DELAY_COLUMNS[i] ?? 'later';
}
