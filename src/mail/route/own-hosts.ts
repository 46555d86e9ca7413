// Which names and addresses are ours: a mail exchanger among them would lead a message back to us.

import type { Resolver } from '../../network/dns-answer.ts';
import { hostAddresses } from '../../network/host-addresses.ts';
import { rememberedAddresses } from '../../network/outside-address.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Directory } from '../authorise/directory.ts';
import { canonicalIp } from './ip-address.ts';

export interface OwnHosts {
  /** Whether a mail exchanger of this name (lower case, without a final dot) is this relay. */
  named(name: string): boolean;
  /** The addresses at which a connection to a mail exchanger would reach this relay. Never rejects. */
  addresses(): Promise<{ has(ip: string): boolean }>;
}

export interface OwnHostsOptions {
  /** Asked anew each time: a reload may change it. */
  config: () => OwnHostsConfig;
  directory: Pick<Directory, 'poolHostnames'>;
  resolver: Resolver;
  clock?: Pick<Clock, 'monotonic'>;
}

export interface OwnHostsConfig {
  node: Pick<Config['node'], 'hostname'>;
  inbound: Pick<Config['inbound'], 'mx_names'>;
  delivery: Pick<Config['delivery'], 'port'>;
  listener: readonly { address: { host: string; port: number } }[];
}

/** The port that an MX record means. */
const SMTP_PORT = 25;
const NONE: ReadonlySet<string> = new Set();
/** What a name was found at counts for so long before DNS is asked again; the resolver keeps answers by their own time. */
const REMEMBERED_MS = 10_000;

/**
 * Ourselves, as an MX record may name us:
 *
 * - by the host name, a name that customers put into their MX records, or the name of a sending address;
 * - by an address of a listener on the port of mail exchangers. A listener on another port is not what an MX record
 *   means, and where mail is only sent from, somebody else may listen;
 * - by an address of the names in `inbound.mx_names`, which may be that of a machine in front of us.
 */
export function ownHosts({ config, directory, resolver, clock = systemClock }: OwnHostsOptions): OwnHosts {
  const machine = rememberedAddresses();
  const published = publishedAddresses(resolver, clock);
  return {
    named(name) {
      const { node, inbound } = config();
      if (name === node.hostname.toLowerCase() || inbound.mx_names.includes(name)) return true;
      return directory.poolHostnames().has(name);
    },
    async addresses() {
      const { listener, delivery, inbound } = config();
      // RFC 5321 5.1 speaks of port 25; with another one this is no part of the Internet's mail.
      const sets = delivery.port === SMTP_PORT ? await Promise.all(inbound.mx_names.map(published)) : [];
      const atPort = listener.filter(({ address }) => address.port === delivery.port);
      const hosts = atPort.map(({ address: { host } }) => canonicalIp(host) ?? host);
      sets.push(new Set(hosts));
      if (hosts.includes('0.0.0.0') || hosts.includes('::')) sets.push(machine());
      return { has: (ip) => sets.some((set) => set.has(ip)) };
    },
  };
}

type Addresses = ReadonlySet<string>;

/** A name of ours with what it was found at. */
interface Published {
  addresses: Promise<Addresses>;
  /** DNS has answered once. */
  answered: boolean;
  askedAt: number;
  asking: boolean;
}

/**
 * Addresses of a name, for each message. Nobody's mail waits for our own zone: but for the first answer, what was found
 * last counts while DNS is asked, and on while it gives none. A name that it never gave any for is not ours.
 */
function publishedAddresses(resolver: Resolver, clock: Pick<Clock, 'monotonic'>): (name: string) => Promise<Addresses> {
  const known = new Map<string, Published>();
  const ask = async (name: string, one: Published): Promise<Addresses> => {
    one.asking = true;
    const answer = await hostAddresses(name, resolver);
    const found = new Set(answer.kind === 'found' ? answer.addresses : []);
    if (one.answered && answer.kind !== 'temporary') one.addresses = Promise.resolve(found);
    one.answered = true;
    one.asking = false;
    one.askedAt = clock.monotonic();
    return found;
  };
  return (name) => {
    const present = known.get(name);
    if (present === undefined) {
      const first: Published = { addresses: Promise.resolve(NONE), answered: false, askedAt: 0, asking: true };
      known.set(name, first);
      first.addresses = ask(name, first);
      return first.addresses;
    }
    if (!present.asking && clock.monotonic() - present.askedAt > REMEMBERED_MS) void ask(name, present);
    return present.addresses;
  };
}
