// `[[route]]` of the configuration: which one fits a domain, and the forms of a host.

import type { Config } from '../../platform/config/schema.ts';
import type { Endpoint } from '../../platform/config/units.ts';

type StaticRoute = Config['route'][number];

/** The first route of the file that fits: the domain itself, `*.suffix` for every name below it, `*` for all. */
export function staticRoute(domain: string, routes: readonly StaticRoute[]): StaticRoute | undefined {
  return routes.find(({ domain: pattern }) => {
    if (pattern === '*') return true;
    return pattern.startsWith('*.') ? domain.endsWith(pattern.slice(1)) : domain === pattern;
  });
}

/** Reads `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address. */
export function parseHost(text: string, port: number): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return { host: text, port };
  return { host: match[1] ?? match[2] ?? text, port: match[3] === undefined ? port : Number(match[3]) };
}
