// How mail is protected, as people say it: settings, rules of the content filter, lists of senders; of the operator for
// everybody, and of each customer.

import type { Step } from '../customers/step.ts';
import type { ServiceParts } from '../services.ts';
import { rulesChange, senderChange, settingsChange } from './facts.ts';

export type ProtectionParts = Pick<ServiceParts, 'database' | 'changes' | 'directory' | 'clock' | 'config' | 'log'>;

export interface Protection {
  /** Takes away what a customer has, in the change that removes it. */
  erase(step: Step, customer: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the service. */
export function openProtection(_parts: ProtectionParts): Protection {
  return { erase: eraseOf, close: async () => {} };
}

async function eraseOf({ trx, directory }: Step, customer: string): Promise<void> {
  const settings = await trx
    .deleteFrom('protection_settings')
    .where('customer', '=', customer)
    .returningAll()
    .execute();
  const rules = await trx.deleteFrom('protection_rule').where('customer', '=', customer).returning('id').execute();
  const senders = await trx.deleteFrom('protection_sender').where('customer', '=', customer).returningAll().execute();
  directory.push(...settings.map((row) => settingsChange({ ...row, overrides: '{}' })));
  if (rules.length > 0) directory.push(rulesChange(customer, []));
  directory.push(...senders.map((row) => senderChange(row, true)));
}
