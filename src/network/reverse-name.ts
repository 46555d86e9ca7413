// RFC 1035 3.5, RFC 3596 2.5: the name under which an address has its PTR record; RFC 5782 2.1, 2.4: the name under which
// a DNS blocklist has it.

import ipaddr from 'ipaddr.js';

/** The name, or undefined where the text is no address. */
export function reverseName(ip: string): string | undefined {
  const reversed = reversedLabels(ip);
  if (reversed === undefined) return undefined;
  return `${reversed.labels}.${reversed.kind === 'ipv4' ? 'in-addr' : 'ip6'}.arpa`;
}

/** The name below the list's zone, or undefined where the text is no address. */
export function blocklistName(ip: string, zone: string): string | undefined {
  const reversed = reversedLabels(ip);
  return reversed === undefined ? undefined : `${reversed.labels}.${zone}`;
}

function reversedLabels(ip: string): { kind: 'ipv4' | 'ipv6'; labels: string } | undefined {
  if (!ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  const bytes = address.toByteArray();
  const kind = address.kind();
  if (kind === 'ipv4') return { kind, labels: bytes.toReversed().join('.') };
  const digits = Buffer.from(bytes).toString('hex');
  return { kind, labels: digits.split('').toReversed().join('.') };
}
