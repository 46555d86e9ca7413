// RFC 1035 3.5, RFC 3596 2.5: the name under which an address has its PTR record.

import ipaddr from 'ipaddr.js';

/** The name, or undefined where the text is no address. */
export function reverseName(ip: string): string | undefined {
  if (!ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  const bytes = address.toByteArray();
  if (address.kind() === 'ipv4') return `${bytes.toReversed().join('.')}.in-addr.arpa`;
  const digits = Buffer.from(bytes).toString('hex');
  return `${digits.split('').toReversed().join('.')}.ip6.arpa`;
}
