// What a relay thread has in its hands after the 250: claimed work, fresh from memory or handed out by the queue, on its
// way through dispatch.ts.

import type { Resolver } from '../network/dns-answer.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';
import type { Log } from '../platform/log.ts';
import { domainOf } from '../protocol/smtp/address.ts';
import { toLookupDomain } from '../protocol/smtp/domain.ts';
import type { Directory } from './authorise/directory.ts';
import type { SuppressionRequest } from './authorise/suppression.ts';
import { isTestAddress } from './authorise/test-address.ts';
import type { ContentSource } from './deliver/content.ts';
import type { Deliverer } from './deliver/deliverer.ts';
import { withheld } from './deliver/withheld.ts';
import { type DispatchSteps, dispatch, type EndedWork, type Routed } from './dispatch.ts';
import { type CustomerId, type MessageMeta, type Outcome, type QueueId, RELAY_CUSTOMER } from './message.ts';
import type { BodyReader } from './queue/body-reader.ts';
import type { EnqueueResult, NewMessage, Settlement, Work } from './queue/queue.ts';
import type { QueueClient } from './queue/relay-client.ts';
import { retryDelay } from './queue/retry-schedule.ts';
import { Turns } from './queue/turns.ts';
import { logOutcomes } from './report/log-outcomes.ts';
import type { NoticesMade } from './report/notices/notices.ts';
import { settlementFor } from './report/settle.ts';
import { suppressionOf } from './report/suppress.ts';
import type { OwnHosts } from './route/own-hosts.ts';
import { routeRecipient, routeTo } from './route/route-recipient.ts';
import { chooseAddresses, otherAddresses } from './route/sending-address.ts';
import { contentInMemory, contentInQueue } from './stored-content.ts';
import type { TakeIn } from './take-in.ts';
import { isToBeTold, tellSender } from './tell-sender.ts';

/** Messages a relay thread works on at once; what waits beyond waits in the queue. */
const MOST_IN_HAND = 2000;
/** Room is told anew when it has changed by this much, so that not every message costs a word. */
const ROOM_STEP = 50;

export interface DeliveryOptions {
  config: Config;
  /** Content of fresh messages that may be in memory, octets. */
  memory: number;
  directory: Directory;
  resolver: Resolver;
  own: OwnHosts;
  deliverer: Deliverer;
  takeIn: TakeIn;
  queue: QueueClient;
  reader: Pick<BodyReader, 'open'>;
  newId: () => QueueId;
  clock: Clock;
  log: Log;
  outcome: (work: Work, outcome: Outcome) => void;
  /** A notice of ours goes into the queue. */
  notice: (meta: MessageMeta) => void;
  noAddress: (customer: string) => void;
  /** An address that is not to be tried again for this customer. */
  suppress: (request: SuppressionRequest) => void;
}

export interface Delivery {
  /** Makes a new message durable, and begins at once with what the queue lets this thread have. */
  enqueue(message: NewMessage): Promise<EnqueueResult>;
  readonly inHand: number;
  /** Takes no more work; resolves when nothing is in hand any longer. */
  close(): Promise<void>;
}

/** Opens the way out of the queue. */
export function createDelivery(options: DeliveryOptions): Delivery {
  return new WorkInHand(options);
}

class WorkInHand implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #steps: DispatchSteps;
  readonly #nobodyWaits = () => {};
  readonly #turns: Turns;
  inHand = 0;
  #memoryUsed = 0;
  #roomTold = 0;
  #closed = false;
  #idle: () => void = this.#nobodyWaits;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#steps = deliverySteps(options);
    this.#turns = new Turns(options.clock);
    options.queue.onWork((works) => {
      // The queue counts what it hands out off the room that it was told of.
      this.#roomTold = Math.max(0, this.#roomTold - works.length);
      for (const together of byMessage(works)) {
        const [work] = together;
        if (work !== undefined) this.#begin(together, contentInQueue(options.reader, work), 0);
      }
    });
    this.#tellRoom();
  }

  async enqueue(message: NewMessage): Promise<EnqueueResult> {
    const { body } = message;
    const octets = body.kind === 'inline' ? body.bytes.byteLength : 0;
    const claim = !this.#closed && this.inHand < MOST_IN_HAND && this.#memoryUsed + octets <= this.#options.memory;
    if (claim) this.#memoryUsed += octets;
    const begun = this.#turns.begin(message.meta.customer);
    const turn = begun instanceof Promise ? await begun : begun;
    let result: EnqueueResult;
    try {
      result = await this.#options.queue.enqueue(message, claim);
    } finally {
      this.#turns.end(turn);
    }
    if (result.kind === 'accepted' && result.claimed.length > 0) {
      const works = byDestination(result, message);
      const work = works[0];
      if (body.kind === 'inline') this.#begin(works, contentInMemory(body.bytes), claim ? octets : 0);
      else if (work !== undefined) this.#begin(works, contentInQueue(this.#options.reader, work), 0);
    } else if (claim) {
      this.#memoryUsed -= octets;
    }
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.queue.room(0);
    this.#options.takeIn.close();
    await this.#options.deliverer.close();
    if (this.inHand > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #begin(works: Work[], content: ContentSource, memory: number): void {
    this.inHand += 1;
    void this.#run(works, content, memory);
  }

  async #run(works: Work[], content: ContentSource, memory: number): Promise<void> {
    try {
      await dispatch(works, content, this.#steps);
    } catch (err) {
      this.#options.log.error('dispatch failed', { err, id: works[0]?.meta.id });
    }
    this.inHand -= 1;
    this.#memoryUsed -= memory;
    this.#tellRoom();
    if (this.inHand === 0) this.#idle();
  }

  #tellRoom(): void {
    const room = this.#closed ? 0 : Math.max(0, MOST_IN_HAND - this.inHand);
    if (Math.abs(room - this.#roomTold) < ROOM_STEP && room !== MOST_IN_HAND) return;
    this.#roomTold = room;
    this.#options.queue.room(room);
  }
}

/** What an operator leads to other hosts may be for several domains; whose protection looks at it goes by the domain. */
function byDomain(work: Work): Work[] {
  if (work.reroute === undefined || domainsOf(work).length === 1) return [work];
  const some = Map.groupBy(work.recipients, ({ address }) => domainOf(address));
  return [...some.values()].map((recipients) => ({ ...work, recipients }));
}

/** Domains of the recipients, as the directory knows them. */
function domainsOf({ recipients }: Work): string[] {
  return [...new Set(recipients.map(({ address }) => toLookupDomain(domainOf(address)) ?? ''))];
}

/** Work of a message that is to be ended without an attempt stays together, for its notices; all other goes its own way. */
function byMessage(works: Work[]): Work[][] {
  if (works.every(({ task }) => task === 'deliver')) return works.map(byDomain);
  const rows = Map.groupBy(works, ({ row, task }) => (task === 'deliver' ? undefined : `${row} ${task}`));
  return [...rows].flatMap(([key, some]) => (key === undefined ? some.map(byDomain) : [some]));
}

/** The claimed recipients of a fresh message, a work for each destination. */
function byDestination(result: Extract<EnqueueResult, { kind: 'accepted' }>, message: NewMessage): Work[] {
  const works = new Map<string, Work>();
  for (const recipient of result.claimed) {
    const known = works.get(recipient.destination);
    if (known !== undefined) {
      known.recipients.push(recipient);
      continue;
    }
    works.set(recipient.destination, {
      row: result.row,
      meta: message.meta,
      destination: recipient.destination,
      recipients: [recipient],
      ...(message.body.kind === 'file' && { bodyFile: message.body.name }),
      heldMs: 0,
      task: 'deliver',
    });
  }
  return [...works.values()];
}

/** Invariant 3: what is unexpected defers. Work that nobody settles would stay in this thread's hands until it ends. */
const UNEXPECTED: Outcome = { kind: 'deferred', cause: { from: 'us', cause: 'internal' }, scope: 'message' };

function deliverySteps(options: DeliveryOptions): DispatchSteps {
  const log = (step: string, work: Work, err: unknown) =>
    options.log.error('delivery failed unexpectedly', { step, id: work.meta.id, err });
  return {
    route: (work) =>
      route(work, options).catch((err: unknown) => {
        log('route', work, err);
        return { kind: 'outcome', outcome: UNEXPECTED };
      }),
    takeIn: (work, routed, content) =>
      takeIn(work, options, { ...routed, content }).catch((err: unknown) => {
        log('take in', work, err);
        return { kind: 'outcome', outcome: UNEXPECTED };
      }),
    deliver: (work, routed, content) =>
      deliver(work, options, { ...routed, content }).catch((err: unknown) => {
        log('deliver', work, err);
        return work.recipients.map(() => UNEXPECTED);
      }),
    report: (ended, content) =>
      report(ended, options, { content }).catch((err: unknown) => {
        for (const { work } of ended) log('report', work, err);
        const later = ended.map((one) => ({ ...one, outcomes: one.outcomes.map(deliveredOrLater) }));
        return report(later, options, { content, quiet: true });
      }),
  };
}

async function route(work: Work, options: DeliveryOptions): Promise<Routed> {
  const { config, directory, resolver } = options;
  if (endsHere(work, options)) return { kind: 'outcome', outcome: arrived(work, options) };
  const context = {
    directory,
    resolver,
    routes: config.route,
    delivery: config.delivery,
    own: options.own,
    testing: isOurTest(work, directory),
    ...takenFor(work, directory),
  };
  const answer =
    work.reroute === undefined
      ? await routeRecipient(work.destination, context)
      : await routeTo(work.reroute, domainsOf(work)[0] ?? '', context);
  if (answer.kind === 'bounce') return { kind: 'outcome', outcome: { kind: 'bounced', cause: answer.cause } };
  if (answer.kind === 'defer') {
    const reason = answer.cause.from === 'us' ? answer.cause.cause : 'remote';
    options.queue.news({ destination: work.destination, state: 'closed', reason });
    return { kind: 'outcome', outcome: { kind: 'deferred', cause: answer.cause, scope: 'destination' } };
  }
  const customer = directory.customer(work.meta.customer);
  const request = customer && {
    customer,
    stream: work.meta.stream,
    direction: work.meta.direction,
    destination: work.destination,
    hostname: config.node.hostname,
  };
  const addresses = request === undefined ? 'none' : chooseAddresses(request, directory);
  if (addresses !== 'none' && request !== undefined) {
    return { kind: 'hosts', route: answer, addresses, otherAddresses: () => otherAddresses(request, directory) };
  }
  options.noAddress(work.meta.customer);
  const cause = { from: 'us', cause: 'no-address' } as const;
  return { kind: 'outcome', outcome: { kind: 'deferred', cause, scope: 'message' } };
}

/** For whom it came in. What we write ourselves reaches a customer that was deactivated at its own mail hosts too. */
function takenFor({ meta, destination }: Work, directory: Directory): { takenFor?: CustomerId } {
  if (meta.direction === 'inbound') return { takenFor: meta.customer };
  const owner = meta.customer === RELAY_CUSTOMER && meta.ours === true ? directory.domain(destination) : undefined;
  return owner === undefined ? {} : { takenFor: owner.customer };
}

/** A customer's message to its own test address: it has come the whole way. */
function endsHere({ meta, destination, recipients }: Work, { config, directory }: DeliveryOptions): boolean {
  const { hostname } = config.node;
  if (meta.direction !== 'outbound' || destination !== hostname.toLowerCase()) return false;
  const customer = directory.customer(meta.customer);
  return recipients.every(({ address }) => isTestAddress(customer, address, hostname));
}

function arrived({ recipients }: Work, { config, clock }: DeliveryOptions): Outcome {
  const number = (recipients[0]?.attempts ?? 0) + 1;
  const attempt = { number, at: clock.now(), durationMs: 0, host: config.node.hostname, conversation: [] };
  return { kind: 'delivered', reply: { code: 250, enhanced: '2.1.5', text: 'arrived at the test address' }, attempt };
}

/** Our own message that tries the way to a new customer's mail hosts. */
function isOurTest({ meta, destination, recipients }: Work, directory: Directory): boolean {
  if (meta.customer !== RELAY_CUSTOMER) return false;
  const owner = directory.domain(destination)?.customer;
  const to = owner === undefined ? undefined : directory.customer(owner)?.test?.to;
  return to !== undefined && recipients.every(({ address }) => address.toLowerCase() === to.toLowerCase());
}

async function takeIn(
  work: Work,
  { directory, takeIn }: DeliveryOptions,
  { content, ...routed }: RoutedContent,
): Promise<Routed> {
  const kept = work.recipients.map((recipient) => withheld(work.meta, recipient, directory));
  const recipients = work.recipients.filter((_, position) => kept[position] === undefined);
  const customer = routed.route.receiver;
  // Nobody is left whom it could come in for; the next step says what becomes of them.
  if (customer === undefined || recipients.length === 0) return routed;
  const asked = await takeIn.ask({ ...work, recipients }, customer, content);
  if (asked.kind === 'pass') return { ...routed, ...(asked.shown !== undefined && { shown: asked.shown }) };
  const outcomes = kept.map((outcome) => outcome ?? asked.outcome);
  return { kind: 'ended', outcomes, ...(asked.takenIn !== undefined && { takenIn: asked.takenIn }) };
}

type RoutedContent = Extract<Routed, { kind: 'hosts' }> & { content: ContentSource };

async function deliver(stored: Work, options: DeliveryOptions, routed: RoutedContent): Promise<Outcome[]> {
  const { shown } = routed;
  const work = shown === undefined ? stored : { ...stored, meta: shown.meta };
  const job = shown === undefined ? routed : { ...routed, content: shown.content };
  const kept = work.recipients.map((recipient) => withheld(work.meta, recipient, options.directory));
  if (kept.every((outcome) => outcome === undefined)) return options.deliverer.deliver({ work, ...job });
  const recipients = work.recipients.filter((_, position) => kept[position] === undefined);
  const outcomes =
    recipients.length === 0 ? [] : await options.deliverer.deliver({ work: { ...work, recipients }, ...job });
  return work.recipients.map((recipient, position) => {
    return kept[position] ?? outcomes[recipients.indexOf(recipient)] ?? UNEXPECTED;
  });
}

function deliveredOrLater(outcome: Outcome): Outcome {
  return outcome.kind === 'delivered' || outcome.kind === 'untouched' ? outcome : UNEXPECTED;
}

async function report(
  ended: readonly EndedWork[],
  options: DeliveryOptions,
  { content, quiet }: { content: ContentSource /** Nobody is told. */; quiet?: true },
): Promise<void> {
  const now = options.clock.now();
  const told = quiet !== true && isToBeTold(ended, options.config.delivery.expire_after, now);
  const notices = told ? await tellSender(ended, content, { ...options, now }) : [];
  // In this order: a notice stands in the settlement of the first that it tells of.
  await Promise.all(ended.map((one, i) => settle(one, options, { now, notices: notices[i] })));
}

async function settle(
  { work, outcomes, takenIn }: EndedWork,
  options: DeliveryOptions,
  { now, notices }: { now: number; notices: NoticesMade | undefined },
): Promise<void> {
  const { config, queue } = options;
  const settlement: Settlement = settlementFor(work, outcomes, {
    now,
    // An address that comes back should not wait for a schedule that grew in the meantime.
    retryDelay: (attempts) => retryDelay(config.retry, outcomes.every(waitsForAddress) ? 1 : attempts),
    expireAfterMs: config.delivery.expire_after,
    ...(notices !== undefined && { notices }),
    ...(takenIn !== undefined && { takenIn: takenIn.message }),
  });
  for (const { meta } of notices?.messages ?? []) options.notice(meta);
  for (const outcome of outcomes) options.outcome(work, outcome);
  logOutcomes(options.log, work, outcomes);
  const isDurable = await queue.settle(settlement);
  if (isDurable) takenIn?.durable();
  suppressGone(work, outcomes, options);
}

/** After the settle: a crash in between may lose the suppression, never the message. */
function suppressGone(work: Work, outcomes: readonly Outcome[], { clock, suppress }: DeliveryOptions): void {
  for (const [position, outcome] of outcomes.entries()) {
    const recipient = work.recipients[position];
    if (outcome.kind !== 'bounced' || recipient === undefined) continue;
    const request = suppressionOf(work.meta, recipient.address, { cause: outcome.cause, at: clock.now() });
    if (request !== undefined) suppress(request);
  }
}

function waitsForAddress(outcome: Outcome): boolean {
  return outcome.kind === 'deferred' && outcome.cause.from === 'us' && outcome.cause.cause === 'no-address';
}
