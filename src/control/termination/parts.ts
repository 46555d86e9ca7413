// What the parts of termination work with.

import type { SecretBox } from '../../platform/secret-box.ts';
import type { Customers } from '../customers/customers.ts';
import type { Notices } from '../notices/notices.ts';
import type { ServiceParts } from '../services.ts';

/** What the service is made of. */
export interface TerminationParts
  extends Pick<
    ServiceParts,
    'database' | 'changes' | 'clock' | 'log' | 'config' | 'freshResolver' | 'store' | 'reader'
  > {
  customers: Customers;
  notices: Notices;
  /** Keeps the key that signs certificates. */
  box: SecretBox;
}

/** Whom a customer that leaves turns to. */
export function contactOf({ config }: Pick<TerminationParts, 'config'>): string {
  const { termination, node } = config();
  return termination.contact ?? `postmaster@${node.hostname.toLowerCase()}`;
}
