// How mail is protected, as people say it: settings, rules of the content filter, lists of senders; of the operator for
// everybody, and of each customer.

import type { CustomerId } from '../../mail/message.ts';
import type { Step } from '../customers/step.ts';
import type { ServiceParts } from '../services.ts';
import { rulesChange, senderChange, settingsChange } from './facts.ts';
import { Rules } from './rules.ts';
import { Senders } from './senders.ts';
import { Settings } from './settings.ts';

export type ProtectionParts = Pick<ServiceParts, 'database' | 'changes' | 'directory' | 'clock' | 'config'> & {
  /** Rejects with a 404 where there is no such customer. */
  assertCustomer: (customer: CustomerId) => Promise<void>;
};

/** Whose people ask: a customer's own may change less. */
export type Side = 'operator' | 'customer';

export interface Protection {
  settings: Settings;
  rules: Rules;
  senders: Senders;
  /** Takes away what a customer has, in the change that removes it. */
  erase(step: Step, customer: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the service. */
export function openProtection(parts: ProtectionParts): Protection {
  return {
    settings: new Settings(parts),
    rules: new Rules(parts),
    senders: new Senders(parts),
    erase: eraseOf,
    close: async () => {},
  };
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
