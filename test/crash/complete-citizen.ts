// The customer of the crash tests: all that writes something of its own is on. Signatures, return paths of ours, notices
// of a delay after a second. And a second one, whose mail of the first comes in at it.

import { acmeProvision, type Table } from '../support/relay.ts';

export const COMPLETE_CONFIG: Table = {
  notices: { delay_after: '1s' },
  bounces: { domain: 'bounce.relay.test' },
};

/** The other customer's domain, and its name. */
export const INSIDE = { customer: 'inside', domain: 'inside.test' };

/** What is applied; the mail host of both customers is the receiver. */
export function completeCitizen(receiverPort: number): Table {
  const provision = acmeProvision({ mailhost: { host: '127.0.0.1', port: receiverPort } });
  const [customer] = provision['customer'] as Table[];
  const [domain] = (customer?.['domains'] ?? []) as Table[];
  const { mailhosts = [] } = customer ?? {};
  const inside = {
    id: INSIDE.customer,
    pools: ['standard'],
    mailhosts,
    domains: [{ name: INSIDE.domain, outbound: true, inbound: true, subdomains: false, verified: true }],
  };
  return {
    ...provision,
    customer: [{ ...customer, return_path: 'relay', domains: [{ ...domain, dkim: { published: true } }] }, inside],
  };
}
