// Where a recipient's mail goes, and from which of our addresses.

import type { Cause, CustomerId } from '../message.ts';

/** TLS towards a host. RFC 7435 opportunistic; `verify` needs a valid certificate for the host's name. */
export type TlsPolicy = 'opportunistic' | 'verify' | 'none';

export interface Host {
  name: string;
  port: number;
  /** Addresses to try, in order; never empty. */
  addresses: string[];
}

/** Hosts in the order they are to be tried. */
export interface RoutedHosts {
  kind: 'hosts';
  /** Names what the hosts are together; equal for domains that share their hosts. Connections are reused by it. */
  site: string;
  hosts: Host[];
  tls: TlsPolicy;
  /** Which rule decided, for trace and explain: `customer domain`, `route *`, `mx`, `implicit mx`, `reroute`. */
  rule: string;
  /** Connections to the site allowed over all threads. */
  connections: number;
  /** It is mail for this customer's domain, whatever hosts it is led to. */
  receiver?: CustomerId;
  /** These are the mail hosts of this customer. */
  mailHostsOf?: CustomerId;
  /** These are the mail hosts of a customer whose users' forwards pass: what it gets is stamped for it. */
  stampFor?: CustomerId;
}

export type RouteAnswer =
  | RoutedHosts
  | { kind: 'bounce'; cause: Cause }
  /** `destination` scope always: nobody's mail for this domain would fare better now. */
  | { kind: 'defer'; cause: Cause };

/** One of our addresses, ready to be bound to. */
export interface SendingAddress {
  ip: string;
  family: 4 | 6;
  hostname: string;
  pool: string;
}
