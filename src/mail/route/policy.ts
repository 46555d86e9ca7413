// What a receiving domain demands of TLS. The place for DANE (RFC 7672), MTA-STS (RFC 8461) and REQUIRETLS (RFC 8689):
// each can only make the policy stricter than the one given.

import type { TlsPolicy } from './route.ts';

/** The TLS policy towards the MX hosts of a domain. Nobody demands anything yet. */
export function domainTlsPolicy(_domain: string): TlsPolicy {
  return 'opportunistic';
}
