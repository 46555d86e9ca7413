// The customer of the crash tests: all that writes something of its own is on. Signatures, return paths of ours, notices
// of a delay after a second.

import { acmeProvision, type Table } from '../support/relay.ts';

export const COMPLETE_CONFIG: Table = {
  notices: { delay_after: '1s' },
  bounces: { domain: 'bounce.relay.test' },
};

/** What is applied; the customer's mail host is the receiver. */
export function completeCitizen(receiverPort: number): Table {
  const provision = acmeProvision({ mailhost: { host: '127.0.0.1', port: receiverPort } });
  const [customer] = provision['customer'] as Table[];
  const [domain] = (customer?.['domains'] ?? []) as Table[];
  return {
    ...provision,
    customer: [{ ...customer, return_path: 'relay', domains: [{ ...domain, dkim: { published: true } }] }],
  };
}
