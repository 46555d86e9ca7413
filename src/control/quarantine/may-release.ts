// Who may let a message out of quarantine. What nobody could look into as a whole is not a customer's to let go, and a
// virus goes with two people of the operator or not at all.

import type { HeldReason } from '../../mail/inspect/held-reason.ts';
import type { HeldMessage } from '../../mail/queue/read-held.ts';

export type Side = 'operator' | 'customer';

/** Why it may not be let go by this side; nothing where it may. */
export function releaseRefusal(
  { reasons }: Pick<HeldMessage, 'reasons'>,
  side: Side,
): 'virus' | 'operator' | undefined {
  if (reasons.includes('virus')) return 'virus';
  return side === 'customer' && reasons.some((reason) => OPERATORS.has(reason)) ? 'operator' : undefined;
}

const OPERATORS: ReadonlySet<HeldReason> = new Set(['unscanned', 'ambiguous', 'person']);

/** The same in words for whoever asked. */
export const REFUSAL_PROBLEMS = {
  virus: 'virus-needs-two',
  operator: 'release-by-operator',
} as const;
