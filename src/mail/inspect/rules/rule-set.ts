// The rules that a message is looked at by: the operator's, then its customer's.

import type { CustomerId } from '../../message.ts';
import { type ProtectionFacts, protectionKey } from '../protection.ts';
import type { Rule } from './rule.ts';

/** The rules in force of one scope, as they lie in the directory under `protectionKey('rules', customer)`. */
export interface RuleSet {
  of: 'operator' | 'customer';
  /** Another one for every other content: what was compiled or remembered for a version holds for it alone. */
  version: string;
  /** Enabled ones, in order. */
  rules: readonly Rule[];
}

/** The sets for mail of this customer, in order; empty where nobody made a rule. */
export function rulesFor(facts: ProtectionFacts, customer: CustomerId | ''): RuleSet[] {
  const names = customer === '' ? [''] : ['', customer];
  return names.flatMap((name) => {
    const set = facts.protection(protectionKey('rules', name)) as RuleSet | undefined;
    return set === undefined || set.rules.length === 0 ? [] : [set];
  });
}

/** One name for all rules together. */
export function versionOf(sets: readonly RuleSet[]): string {
  return sets.map(({ version }) => version).join('.');
}
