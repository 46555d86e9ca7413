// Which names and addresses are ours: a mail exchanger among them would lead a message back to us.

import type { Resolver } from '../../network/dns-answer.ts';
import { hostAddresses } from '../../network/host-addresses.ts';
import { rememberedAddresses } from '../../network/outside-address.ts';
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

/**
 * Ourselves, as an MX record may name us:
 *
 * - by the host name, a name that customers put into their MX records, or the name of a sending address;
 * - by an address of a listener on the port of mail exchangers. A listener on another port is not what an MX record
 *   means, and where mail is only sent from, somebody else may listen;
 * - by an address of the names in `inbound.mx_names`, which may be that of a machine in front of us.
 */
export function ownHosts({ config, directory, resolver }: OwnHostsOptions): OwnHosts {
  const machine = rememberedAddresses();
  return {
    named(name) {
      const { node, inbound } = config();
      if (name === node.hostname.toLowerCase() || inbound.mx_names.includes(name)) return true;
      return directory.poolHostnames().has(name);
    },
    async addresses() {
      const { listener, delivery, inbound } = config();
      // RFC 5321 5.1 speaks of port 25; with another one this is no part of the Internet's mail.
      const sets = [delivery.port === SMTP_PORT ? await addressesOf(inbound.mx_names, resolver) : NONE];
      const atPort = listener.filter(({ address }) => address.port === delivery.port);
      const hosts = atPort.map(({ address: { host } }) => canonicalIp(host) ?? host);
      sets.push(new Set(hosts));
      if (hosts.includes('0.0.0.0') || hosts.includes('::')) sets.push(machine());
      return { has: (ip) => sets.some((set) => set.has(ip)) };
    },
  };
}

/** What the resolver does not know at the moment is not ours: nobody's mail waits for our own zone. */
async function addressesOf(names: readonly string[], resolver: Resolver): Promise<ReadonlySet<string>> {
  const found = await Promise.all(names.map((name) => hostAddresses(name, resolver)));
  return new Set(found.flatMap((answer) => (answer.kind === 'found' ? answer.addresses : [])));
}
