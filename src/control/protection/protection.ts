// How mail is protected, as people say it: settings, rules of the content filter, lists of senders; of the operator for
// everybody, and of each customer.

import type { ContentAnswer } from '../../mail/inspect/process/jobs.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { Step } from '../customers/step.ts';
import type { ServiceParts } from '../services.ts';
import { createDryRuns, type DryRun } from './dry-run.ts';
import { rulesChange, senderChange, settingsChange } from './facts.ts';
import type { RuleFields } from './rule-schema.ts';
import { type Asker, Rules } from './rules.ts';
import { Senders } from './senders.ts';
import { Settings } from './settings.ts';
import type { ProtectionRuleRow } from './tables.ts';

export type ProtectionParts = Pick<ServiceParts, 'database' | 'changes' | 'directory' | 'clock' | 'config' | 'log'> & {
  /** Rejects with a 404 where there is no such customer. */
  assertCustomer: (customer: CustomerId) => Promise<void>;
};

/** Whose people ask: a customer's own may change less. */
export type Side = 'operator' | 'customer';

export interface Protection {
  settings: Settings;
  rules: Rules;
  senders: Senders;
  /** Which rules a message meets; throws a Problem where that cannot be said. */
  test(this: void, asker: Asker, question: RuleQuestion): Promise<{ answer: ContentAnswer; rows: ProtectionRuleRow[] }>;
  /** Takes away what a customer has, in the change that removes it. */
  erase(step: Step, customer: string): Promise<void>;
  close(): Promise<void>;
}

/** A message, and whose rules it is to be tried with. */
export interface RuleQuestion {
  /** Empty: the operator's rules alone. */
  customer: CustomerId | '';
  envelope: Omit<DryRun['envelope'], 'at'> & { at?: number };
  content: Uint8Array;
  draft: RuleFields | undefined;
  /** Rules that are off are asked too. */
  off: boolean;
}

/** Opens the service. */
export function openProtection(parts: ProtectionParts): Protection {
  const rules = new Rules(parts);
  const dryRuns = createDryRuns(parts);
  return {
    settings: new Settings(parts),
    rules,
    senders: new Senders(parts),
    async test(asker, { customer, envelope, content, draft, off }) {
      if (customer !== '') await parts.assertCustomer(customer);
      if (draft !== undefined) rules.assert(asker, customer, draft);
      const owners = customer === '' ? ([''] as const) : (['', customer] as const);
      const lists = await Promise.all(owners.map((owner) => rules.all(owner)));
      const rows = lists.flat().filter(({ enabled }) => off || enabled === 1);
      const at = envelope.at ?? parts.clock.now();
      return { answer: await dryRuns.run({ envelope: { ...envelope, customer, at }, content, rows, draft }), rows };
    },
    erase: eraseOf,
    close: () => dryRuns.close(),
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
