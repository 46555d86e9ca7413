// The way of a job to its site: a connection of its kind, from one of our addresses that the site takes mail from.
//
// - A connection that is refused while others of its kind stand says that there are too many: the job waits for one of
//   those, and there are no more of them for a while.
// - One that is refused while there is no other may be about our address: the next address that the message may leave
//   from is tried. Where that gets through, the first is left out for a while.
// - Where nothing helps, the destination is closed; unless the site takes mail from others of our addresses, then only
//   this message waits.

import type { ConnectionPool, Lease } from '../../network/connection-pool.ts';
import type { Exchange } from '../../network/smtp-wire.ts';
import type { Cause, Outcome } from '../message.ts';
import type { SendingAddresses } from '../route/sending-address.ts';
import { addressKey } from './address-refusals.ts';
import type { DeliverContext, DeliveryJob } from './deliverer.ts';
import type { News } from './news.ts';
import type { TurnedAway } from './outcome.ts';
import type { Reached } from './reach.ts';
import { type JobResult, runJob } from './run-job.ts';

/** Times that a job waits for a connection of others; then it is not about their number. */
const MOST_WAITS = 3;
/** Addresses of ours that are tried for one job. */
const MOST_ADDRESSES = 3;

/** A job on its way. */
interface Way {
  job: DeliveryJob;
  slots: number;
  waits: number;
  /** What was said on connections that led to nothing. */
  earlier: Exchange[];
  /** Addresses that were turned away, and why. */
  suspects: { addresses: SendingAddresses; cause: Cause }[];
}

export class Ways {
  readonly #pool: ConnectionPool<Reached>;
  readonly #news: News;
  readonly #context: DeliverContext;

  constructor(pool: ConnectionPool<Reached>, news: News, context: DeliverContext) {
    this.#pool = pool;
    this.#news = news;
    this.#context = context;
  }

  /** Delivers over one of so many connections. Never rejects. */
  async deliver(job: DeliveryJob, slots: number): Promise<Outcome[]> {
    const { refusals } = this.#context;
    const { recipients } = job.work;
    const refusal = refusals.refusal(job.route.site, job.addresses);
    const first = refusal === undefined ? job : this.#fromOther(job, []);
    if (refusal !== undefined && first === undefined && refusals.takesOthers(job.route.site, job.addresses)) {
      return recipients.map(() => ({ kind: 'deferred', cause: refusal, scope: 'message' }));
    }
    const way: Way = { job: first ?? job, slots, waits: 0, earlier: [], suspects: [] };
    for (;;) {
      const { route } = way.job;
      const lease = await this.#pool.lease({ site: route.site, key: poolKey(way.job), slots });
      if (lease === 'closed') return recipients.map(() => ({ kind: 'untouched' }));
      const result = await runJob(way.job, lease.session, this.#context, [...way.earlier]);
      if (result.turnedAway !== undefined && this.#goesOn(way, lease, result.turnedAway)) continue;
      return this.#conclude(way, lease, result);
    }
  }

  /** Whether there is another way than this, which was turned away; the slot is given back then. */
  #goesOn(way: Way, lease: Lease<Reached>, { how, cause, log }: TurnedAway): boolean {
    const { addresses, route } = way.job;
    if (how === 'refused' && way.waits < MOST_WAITS && this.#pool.beside(lease) > 0) {
      way.waits++;
      this.#context.counted.connections.add(1, { result: 'crowded' });
      this.#pool.crowded(lease);
      return true;
    }
    this.#pool.notCrowded(route.site);
    // A host that only says nothing is most likely down, for all addresses.
    if (how === 'silent' && !this.#context.refusals.takesOthers(route.site, addresses)) return false;
    way.suspects.push({ addresses, cause });
    const next = way.suspects.length < MOST_ADDRESSES ? this.#fromOther(way.job, way.suspects) : undefined;
    if (next === undefined) return false;
    this.#pool.giveUp(route.site, lease.request.key);
    this.#pool.done(lease, undefined);
    way.earlier = log;
    way.job = next;
    return true;
  }

  /** The job from the next address that was not turned away. */
  #fromOther(job: DeliveryJob, tried: Way['suspects']): DeliveryJob | undefined {
    const known = new Set(tried.map(({ addresses }) => addressKey(addresses)));
    const { refusals } = this.#context;
    const addresses = job
      .otherAddresses?.()
      .find((other) => !known.has(addressKey(other)) && refusals.refusal(job.route.site, other) === undefined);
    return addresses && { ...job, addresses };
  }

  #conclude(way: Way, lease: Lease<Reached>, { outcomes, session, turnedAway }: JobResult): Outcome[] {
    const { job, suspects } = way;
    const { route, addresses } = job;
    const { refusals } = this.#context;
    const through = outcomes.some(gotThrough);
    if (through) refusals.gotThrough(route.site, addresses);
    const closed = outcomes.find((outcome) => outcome.kind === 'deferred' && outcome.scope === 'destination');
    const ours = closed !== undefined && refusals.takesOthers(route.site, addresses);
    // Others of its kind are at work: the site is there.
    const crowded = turnedAway?.how === 'refused' && this.#pool.beside(lease) > 0;
    if (through || ours) for (const one of suspects) refusals.note(route.site, one.addresses, one.cause);
    // Before the slot goes on: who waits for the same would only run into it again.
    if (closed !== undefined && !crowded) this.#pool.giveUp(route.site, lease.request.key);
    this.#pool.done(lease, session);
    if (ours || crowded) return outcomes.map(ofThisMessage);
    for (const name of destinationsOf(job)) {
      if (closed?.kind === 'deferred') this.#news.closed(name, route, closed.cause);
      else if (through) this.#news.open(name, route);
    }
    return outcomes;
  }
}

function ofThisMessage(outcome: Outcome): Outcome {
  return outcome.kind === 'deferred' ? { ...outcome, scope: 'message' } : outcome;
}

/** Destinations of the job's recipients. */
export function destinationsOf({ work }: DeliveryJob): Set<string> {
  return new Set(work.recipients.map(({ destination }) => destination));
}

/** Connections are alike where our addresses and the TLS policy are. DANE and MTA-STS will add theirs here. */
function poolKey({ addresses, route }: DeliveryJob): string {
  return `${addressKey(addresses)} ${route.tls}`;
}

/** Whether the receiver said something about the message or its recipient. */
function gotThrough(outcome: Outcome): boolean {
  if (outcome.kind === 'delivered') return true;
  if (outcome.kind !== 'bounced' && outcome.kind !== 'deferred') return false;
  return outcome.cause.from === 'remote' && ['rcpt', 'data', 'dot'].includes(outcome.cause.stage);
}
