// The addresses of hosts, of both families at once; and of those only what the guard of outside connections lets through.

import { formatIp, parseIp } from '../protocol/ip/network.ts';
import type { Resolver } from './dns-answer.ts';
import type { OutsideGuard } from './outside-address.ts';

export type HostAddresses =
  | { kind: 'found'; addresses: string[] }
  | { kind: 'none'; missing: 'domain' | 'record' }
  | { kind: 'temporary'; detail: string };

/**
 * IPv6 and IPv4 addresses of a name, IPv6 first (RFC 6724), or the address that the name itself is. A fault in one
 * family counts only where the other has nothing.
 */
export async function hostAddresses(name: string, resolver: Resolver): Promise<HostAddresses> {
  const literal = parseIp(name);
  if (literal !== undefined) return { kind: 'found', addresses: [formatIp(literal)] };
  const [v6, v4] = await Promise.all([resolver.aaaa(name), resolver.a(name)]);
  const addresses = [v6, v4].flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
  if (addresses.length > 0) return { kind: 'found', addresses: addresses.map(canonical) };
  if (v6.kind === 'temporary') return v6;
  if (v4.kind === 'temporary') return v4;
  const missing = v4.kind === 'none' && v4.missing === 'domain' ? 'domain' : 'record';
  return { kind: 'none', missing };
}

/**
 * The same for a name that somebody else chose: addresses that may be connected to, and to nothing but these very
 * addresses (a second look-up might say something else). `refused` where there are some, and none is allowed.
 */
export async function outsideAddresses(
  name: string,
  { resolver, guard }: { resolver: Resolver; guard: OutsideGuard },
): Promise<HostAddresses | { kind: 'refused'; reason: string }> {
  const found = await hostAddresses(name, resolver);
  if (found.kind !== 'found') return found;
  const addresses = found.addresses.filter((ip) => guard.refuses(ip) === undefined);
  if (addresses.length > 0) return { kind: 'found', addresses };
  const reasons = new Set(found.addresses.map((ip) => guard.refuses(ip)));
  return { kind: 'refused', reason: [...reasons].filter((reason) => reason !== undefined).join(', ') };
}

function canonical(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? text : formatIp(ip);
}
