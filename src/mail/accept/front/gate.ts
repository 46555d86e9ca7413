// Who is let in. Everything here is decided before a session exists, from the address alone, so that a flood costs next
// to nothing:
// - registered sources always are, while there is room at all;
// - hosts whose mail was taken before ("known") come next: part of the room is kept for them too, and load changes
//   nothing for them; an address that brings no messages has a limit in a minute;
// - strangers have limits by address and network, on connections at once and in a minute; under load a tenth of them,
//   and of all strangers together only so many a second.

import type { Config } from '../../../platform/config/schema.ts';
import type { ConnectionCounters, CountedConnection } from '../connection-counters.ts';
import type { Limits } from '../conversation.ts';
import { type NamedReply, replies, withText } from '../replies.ts';
import type { ConnectionRates } from './connection-rates.ts';
import type { Dnsbl } from './dnsbl.ts';
import type { Load } from './load.ts';
import { networkOf, sourceOf } from './networks.ts';

/** What an address is to us before it has said anything. */
export type Standing = 'registered' | 'known' | 'stranger';

export interface GateOptions {
  standing: (ip: string) => Standing;
  counters: ConnectionCounters;
  rates: ConnectionRates;
  load: Load;
  limits: () => Limits;
  /** Descriptors that connections may take. */
  openFiles: number;
  settings: () => Config['strangers'];
  threads: number;
  dnsbl: Pick<Dnsbl, 'listing'> | undefined;
  now: () => number;
}

export interface Admitted {
  kind: 'admitted';
  standing: Standing;
  /** The greeting comes after this time, milliseconds. */
  pauseMs: number;
  /** What it has to wait for besides; a reply is the end of the session. Never rejects. */
  screened: Promise<NamedReply | undefined> | undefined;
  /** The connection is over; whether a message was taken over it, or it was a customer’s. Call it once. */
  leave(fruitful: boolean): void;
}

export type Admission = Admitted | { kind: 'refused'; reply: NamedReply };

/** A customer's server waits this long for its greeting, so that one that talks at once is caught. */
const SHORTEST_PAUSE_MS = 1;
/** Under load limits of strangers are divided by this. */
const BUSY_SHARE = 10;
/** At most this share of all room is kept from strangers, however few connections there may be. */
const MOST_KEPT = 0.25;

export class Gate {
  readonly #options: GateOptions;
  readonly #admissions: Allowance;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#admissions = new Allowance(options.now);
  }

  /** Connections that strangers may have in all. */
  get strangersRoom(): number {
    return this.#room - this.#kept;
  }

  /** Asked for each connection, at once. `screen`: its address is looked up in the DNS blocklists. */
  admit(ip: string, screen: boolean): Admission {
    const standing = this.#options.standing(ip);
    const counted = new Counted(this.#options.counters);
    const reply = this.#refusal(standing, ip, counted);
    if (reply !== undefined) {
      counted.leave();
      if (standing === 'stranger') this.#options.load.fruitless();
      return { kind: 'refused', reply };
    }
    return {
      kind: 'admitted',
      standing,
      pauseMs: standing === 'stranger' ? this.#options.settings().greeting_pause : SHORTEST_PAUSE_MS,
      screened: standing === 'registered' || !screen ? undefined : this.#screen(ip),
      leave: (fruitful) => {
        counted.leave();
        if (standing === 'stranger') this.#left(ip, fruitful);
        else if (standing === 'known' && fruitful) this.#forgiveSource(ip, 1);
      },
    };
  }

  #refusal(standing: Standing, ip: string, counted: Counted): NamedReply | undefined {
    if (!counted.enter('all', this.#room)) return replies.tooManyConnections;
    if (standing === 'registered') return undefined;
    // Half of what is kept is for registered sources alone.
    if (!counted.enter('unregistered', this.#room - Math.floor(this.#kept / 2))) return replies.tooManyConnections;
    const { connections_per_source } = this.#options.limits();
    if (!counted.enter(`source ${sourceOf(ip)}`, connections_per_source)) return replies.tooManyFromSource;
    // Whose one message was taken might still be anybody: it has the rate of an address, and it alone, also under load.
    if (standing === 'known') return this.#takesRate(ip, 1) ? undefined : replies.tooOftenFromSource;
    return this.#strangerRefusal(ip, counted);
  }

  #strangerRefusal(ip: string, counted: Counted): NamedReply | undefined {
    const { load, rates, settings, threads } = this.#options;
    const { connections_per_network, rate_per_network, busy_admissions } = settings();
    if (!counted.enter('strangers', this.strangersRoom)) return replies.tooManyConnections;
    const share = load.busy ? BUSY_SHARE : 1;
    const network = networkOf(ip);
    if (!this.#takesRate(ip, share)) return replies.tooOftenFromSource;
    if (!counted.enter(`network ${network}`, connections_per_network)) return replies.tooManyFromNetwork;
    if (!rates.take(`network ${network}`, atLeastOne(rate_per_network / share))) return replies.tooOftenFromNetwork;
    return load.busy && !this.#admissions.take(busy_admissions / threads) ? replies.strangersWait : undefined;
  }

  #takesRate(ip: string, share: number): boolean {
    const { rates, settings } = this.#options;
    return rates.take(`source ${sourceOf(ip)}`, atLeastOne(settings().rate_per_source / share));
  }

  #screen(ip: string): Promise<NamedReply | undefined> | undefined {
    return this.#options.dnsbl
      ?.listing(ip)
      .then((zone) => (zone === undefined ? undefined : withText(replies.listed, `Your address is listed by ${zone}`)));
  }

  #left(ip: string, fruitful: boolean): void {
    const { load, rates, settings } = this.#options;
    if (!fruitful) return load.fruitless();
    const share = load.busy ? BUSY_SHARE : 1;
    this.#forgiveSource(ip, share);
    rates.forgive(`network ${networkOf(ip)}`, atLeastOne(settings().rate_per_network / share));
  }

  #forgiveSource(ip: string, share: number): void {
    const { rates, settings } = this.#options;
    rates.forgive(`source ${sourceOf(ip)}`, atLeastOne(settings().rate_per_source / share));
  }

  /** A descriptor that is missing would stop deliveries and files as well; who cannot be counted is not let in. */
  get #room(): number {
    const { limits, openFiles, counters } = this.#options;
    return Math.min(limits().connections, openFiles, counters.most);
  }

  get #kept(): number {
    return Math.floor(Math.min(this.#options.settings().room_kept, this.#room * MOST_KEPT));
  }
}

function atLeastOne(perMinute: number): number {
  return Math.max(1, perMinute);
}

/** The places that one connection takes. */
class Counted {
  readonly #counters: ConnectionCounters;
  readonly #places: CountedConnection[] = [];

  constructor(counters: ConnectionCounters) {
    this.#counters = counters;
  }

  enter(key: string, limit: number): boolean {
    const place = this.#counters.enter(key, limit);
    if (place !== undefined) this.#places.push(place);
    return place !== undefined;
  }

  leave(): void {
    for (const place of this.#places.splice(0)) place.leave();
  }
}

/** So many a second, with a second's worth at once. */
export class Allowance {
  readonly #now: () => number;
  #left = 0;
  #at: number;

  /** `now` in milliseconds, never running backwards. */
  constructor(now: () => number) {
    this.#now = now;
    this.#at = now() - 1000;
  }

  /** Takes one, if one is left. */
  take(perSecond: number): boolean {
    const now = this.#now();
    this.#left = Math.min(Math.max(1, perSecond), this.#left + ((now - this.#at) * perSecond) / 1000);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
