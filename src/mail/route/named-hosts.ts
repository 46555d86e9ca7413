// Hosts that the operator or a customer named: their addresses, in whatever network those are where it was the operator.

import { hostAddresses } from '../../network/host-addresses.ts';
import { createOutsideGuard, type OutsideGuard } from '../../network/outside-address.ts';
import type { Endpoint } from '../../platform/config/units.ts';
import type { Host, RouteAnswer, TlsPolicy } from './route.ts';
import type { RouteContext } from './route-recipient.ts';
import { siteName } from './site.ts';

export interface NamedHosts {
  /** `guarded`: a customer's word, which leads to no private or loopback address. */
  hosts: readonly (Endpoint & { guarded?: true })[];
  tls: TlsPolicy;
  rule: string;
  connections: number;
}

/**
 * The route to these hosts. Whatever DNS says of their names, mail waits: the names are configuration, and a fault in
 * that is mended, not bounced.
 */
export async function namedHosts(context: RouteContext, named: NamedHosts): Promise<RouteAnswer> {
  const { tls, rule, connections } = named;
  const found = await Promise.all(named.hosts.map(({ host }) => hostAddresses(host, context.resolver)));
  let guard: OutsideGuard | undefined;
  const hosts: Host[] = [];
  for (const [i, { host, port, guarded }] of named.hosts.entries()) {
    const answer = found[i];
    if (answer?.kind !== 'found') continue;
    let { addresses } = answer;
    if (guarded === true) {
      guard ??= createOutsideGuard({ allowPrivate: context.delivery.allow_private });
      addresses = addresses.filter((ip) => guard?.refuses(ip) === undefined);
    }
    if (addresses.length > 0) hosts.push({ name: host.toLowerCase(), port, addresses });
  }
  if (hosts.length > 0) {
    // The site is that of all hosts named, so that it does not change with what DNS finds of them.
    const site = siteName(named.hosts.map(({ host, port }) => ({ name: host.toLowerCase(), port })));
    return { kind: 'hosts', site, hosts, tls, rule, connections };
  }
  const fault = found.find((answer) => answer.kind === 'temporary');
  const names = named.hosts.map(({ host }) => host).join(', ');
  return fault?.kind === 'temporary'
    ? { kind: 'defer', cause: { from: 'us', cause: 'dns-temporary', detail: `${names}: ${fault.detail}` } }
    : { kind: 'defer', cause: { from: 'us', cause: 'dns-no-host', detail: `${names}: no address` } };
}
