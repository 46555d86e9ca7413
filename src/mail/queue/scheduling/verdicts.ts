// What attempts say of a site or a destination: open, closed, or how much more it takes.

import type { Clock } from '../../../platform/clock.ts';
import type { DestinationNews, SettledOutcome, StoredSettlement } from '../queue.ts';
import type { Destination } from './destination.ts';
import type { Destinations } from './destinations.ts';
import { Gate } from './gate.ts';
import type { Lanes } from './lanes.ts';
import { Site } from './site.ts';

export interface VerdictsParts {
  clock: Clock;
  random: () => number;
  destinations: Destinations;
  lanes: Lanes;
}

export class Verdicts {
  readonly #parts: VerdictsParts;

  constructor(parts: VerdictsParts) {
    this.#parts = parts;
  }

  /** One verdict an attempt, however many recipients it had. */
  learn(destination: Destination, recipients: StoredSettlement['recipients']): void {
    const outcomes = recipients.map(({ outcome }) => outcome);
    const { site } = destination;
    if (outcomes.some((outcome) => outcome.kind === 'delivered' && outcome.takenIn !== true)) {
      this.#open(destination);
      site.succeeded();
      return;
    }
    const closing = outcomes.find((outcome) => outcome.kind === 'deferred' && outcome.scope === 'destination');
    if (closing?.kind === 'deferred') {
      this.#close(isOwnTrouble(closing) ? destination : site, causeText(closing));
      return;
    }
    if (outcomes.some(isRemoteReply)) this.#open(destination);
    if (outcomes.some((outcome) => outcome.kind === 'deferred' && !isPutOffHere(outcome))) site.refused();
  }

  /** A relay thread learned something about a destination. */
  news(news: DestinationNews): void {
    const { destinations, lanes } = this.#parts;
    const destination = destinations.get(news.destination);
    if (news.site !== undefined) {
      const site = destinations.site(news.site);
      if (news.connections !== undefined) site.connections = news.connections;
      lanes.move(destination, site);
    }
    if (news.state === 'open') this.#open(destination);
    else this.#close(news.site === undefined ? destination : destination.site, news.reason ?? 'closed');
  }

  /** An operator wants it tried now: what is closed gets its probe at once. */
  probeNow(destination: Destination): void {
    const now = this.#parts.clock.monotonic();
    const { gate, site } = destination;
    for (const one of [gate, site.gate]) if (one !== undefined) one.until = Math.min(one.until, now);
  }

  #close(what: Destination | Site, reason: string): void {
    const { clock, random, lanes } = this.#parts;
    const now = clock.monotonic();
    if (what.gate === undefined) {
      what.gate = new Gate(reason, now, random);
      if (what instanceof Site) what.closed();
    } else {
      what.gate.failed(reason, now);
    }
    lanes.wakeAt(what.gate.until, what);
  }

  #open(destination: Destination): void {
    if (destination.gate === undefined && destination.site.gate === undefined) return;
    destination.gate = undefined;
    destination.site.gate = undefined;
    this.#parts.lanes.wakeUp(destination);
  }
}

/** The trouble is the domain's own, whatever hosts it shares with others. */
function isOwnTrouble({ cause }: SettledOutcome & { kind: 'deferred' }): boolean {
  return cause.from === 'us' && (cause.cause.startsWith('dns-') || cause.cause === 'recipient-paused');
}

/** No host was asked: a scanner of ours that is down, or a suspension, says nothing of the mail hosts behind it. */
function isPutOffHere({ cause }: SettledOutcome & { kind: 'deferred' }): boolean {
  return cause.from === 'us' && (cause.cause === 'protection-later' || cause.cause === 'recipient-paused');
}

function isRemoteReply(outcome: SettledOutcome): boolean {
  return (outcome.kind === 'deferred' || outcome.kind === 'bounced') && outcome.cause.from === 'remote';
}

function causeText({ cause }: SettledOutcome & { kind: 'deferred' }): string {
  return cause.from === 'us' ? cause.cause : `${cause.host}: ${cause.reply.code} ${cause.reply.text}`;
}
