// The row of a limited sender, and the change that writes it: audit, event, and what the mail path hears.

import type { Habits, Level } from '../../mail/identities/habits.ts';
import { type Identity, isShared } from '../../mail/identities/identity.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { Step } from '../customers/step.ts';
import { limitsChange } from './limit-facts.ts';
import type { IdentityLimitRow } from './tables.ts';

/** Recipients a minute of what is slowed; a server gets twice its busiest minute in the mean. */
const SLOW = 10;
const SLOW_SHARED = 60;

/** The row of a level other than free. */
export function rowOf(
  customer: CustomerId,
  identity: Identity,
  {
    level,
    habits,
    by,
    reason,
    byCustomer = false,
  }: { level: Exclude<Level, { kind: 'free' }>; habits: Habits; by: string; reason: string; byCustomer?: boolean },
): IdentityLimitRow {
  const usual = Math.ceil((2 * habits.busiest) / 60);
  const perMinute = isShared(identity.kind) ? Math.max(SLOW_SHARED, usual) : SLOW;
  return {
    customer,
    ...identity,
    level: level.kind,
    since: level.since,
    until: level.kind === 'locked' ? (level.until ?? null) : null,
    per_minute: level.kind === 'slowed' ? perMinute : null,
    signs: JSON.stringify(level.signs),
    by,
    reason,
    by_customer: byCustomer ? 1 : 0,
  };
}

/** Within a change: writes it, or takes it away. */
export async function writeLimit(
  step: Step,
  customer: CustomerId,
  identity: Identity,
  change: { before: IdentityLimitRow | undefined; row: IdentityLimitRow | undefined; reason: string },
): Promise<void> {
  const { before, row, reason } = change;
  if (row === undefined) {
    await step.trx
      .deleteFrom('identity_limit')
      .where('customer', '=', customer)
      .where('name', '=', identity.name)
      .where('kind', '=', identity.kind)
      .execute();
  } else {
    await step.trx.replaceInto('identity_limit').values(row).execute();
  }
  const what = row === undefined ? 'unlocked' : row.level === 'slowed' ? 'limited' : 'locked';
  step.audit.push({
    action: `identity.${what}`,
    object: objectOf(identity),
    customer,
    before: before ?? null,
    after: row ?? { reason },
  });
  step.events.push({
    type: `identity.${what}`,
    customer,
    data: {
      identity: identity.name,
      kind: identity.kind,
      ...(row === undefined
        ? { by: step.by.who }
        : { signs: JSON.parse(row.signs) as string[], until: row.until, by: step.by.who }),
    },
  });
  step.directory.push(await limitsChange(step.trx, customer));
}

/** As the audit names an identity. */
export function objectOf({ kind, name }: Identity): string {
  return `identity ${kind} ${name}`;
}
