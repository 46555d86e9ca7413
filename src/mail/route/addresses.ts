// The addresses of hosts, of both families at once.

import type { Resolver } from '../../network/dns-answer.ts';
import { canonicalIp } from './ip-address.ts';

export type HostAddresses =
  | { kind: 'found'; addresses: string[] }
  | { kind: 'none'; missing: 'domain' | 'record' }
  | { kind: 'temporary'; detail: string };

/**
 * IPv6 and IPv4 addresses of a name, IPv6 first (RFC 6724), or the address that the name itself is. A fault in one
 * family counts only where the other has nothing.
 */
export async function hostAddresses(name: string, resolver: Resolver): Promise<HostAddresses> {
  const literal = canonicalIp(name);
  if (literal !== undefined) return { kind: 'found', addresses: [literal] };
  const [v6, v4] = await Promise.all([resolver.aaaa(name), resolver.a(name)]);
  const addresses = [v6, v4].flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
  if (addresses.length > 0) return { kind: 'found', addresses: addresses.map((ip) => canonicalIp(ip) ?? ip) };
  if (v6.kind === 'temporary') return v6;
  if (v4.kind === 'temporary') return v4;
  const missing = v4.kind === 'none' && v4.missing === 'domain' ? 'domain' : 'record';
  return { kind: 'none', missing };
}

/** A new list in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [all[i], all[j]];
    if (a !== undefined && b !== undefined) [all[i], all[j]] = [b, a];
  }
  return all;
}
