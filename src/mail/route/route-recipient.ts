// Where mail for a domain goes: the customer's own hosts, a static route, or MX (RFC 5321 5.1).

import type { Resolver } from '../../network/dns-answer.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Directory } from '../authorise/directory.ts';
import type { OwnHosts } from './own-hosts.ts';
import type { RouteAnswer } from './route.ts';

export interface RouteContext {
  directory: Directory;
  resolver: Resolver;
  /** `[[route]]`, in the order of the file: the first that fits counts. */
  routes: Config['route'];
  delivery: Pick<Config['delivery'], 'port' | 'allow_private' | 'connections_per_destination'>;
  own: OwnHosts;
  /** For the order among equals; from 0 to below 1. */
  random?: () => number;
}

/** Where mail for a domain (lower-case A-labels) goes. Never rejects: what is unexpected defers. */
export async function routeRecipient(_domain: string, _context: RouteContext): Promise<RouteAnswer> {
  return { kind: 'defer', cause: { from: 'us', cause: 'internal' } };
}

/** Where an operator's `reroute` sends a message: `host`, `host:port` or `[v6]:port`, in order. Never rejects. */
export async function routeTo(_hosts: readonly string[], _context: RouteContext): Promise<RouteAnswer> {
  return { kind: 'defer', cause: { from: 'us', cause: 'internal' } };
}
