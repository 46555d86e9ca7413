// What a rule must be besides well written: it does what it can, and sends nothing to strangers.

import type { Directory } from '../../mail/authorise/directory.ts';
import { isAboutAttachment } from '../../mail/inspect/rules/compile.ts';
import { isOwnAddress, operatorDomains } from '../../mail/inspect/rules/own-address.ts';
import type { Condition } from '../../mail/inspect/rules/rule.ts';
import { fault } from '../api/field-faults.ts';
import { type ProblemError, problem } from '../api/problem.ts';
import type { Side } from './protection.ts';
import type { RuleFields } from './rule-schema.ts';
import type { RuleOwner } from './rules.ts';

export interface RuleOwnerFacts {
  owner: RuleOwner;
  /** Who asks. */
  side: Side;
  directory: Pick<Directory, 'domain'>;
  operator: { postmaster: readonly string[]; names: readonly string[] };
}

/** Throws a Problem (400) that names every field at fault. */
export function assertRule(rule: RuleFields, facts: RuleOwnerFacts): void {
  const faults = ruleFaults(rule, facts);
  if (faults.length > 0) throw problem('rule-unfit', {}, faults);
}

/** Everything that is wrong with a rule that is well written. */
export function ruleFaults(rule: RuleFields, facts: RuleOwnerFacts): ProblemError[] {
  return [...removalFaults(rule), ...customerFaults(rule, facts), ...headerFaults(rule), ...readerFaults(rule, facts)];
}

/** A rule that asks nothing of attachments would take out none. */
function removalFaults({ conditions, actions }: RuleFields): ProblemError[] {
  if ((conditions as Condition[]).some(isAboutAttachment)) return [];
  return actions.flatMap((action, index) =>
    action.do === 'remove-part' ? [fault(`actions.${index}.do`, 'needs-attachment-condition')] : [],
  );
}

/** A customer's rules hold for its own mail as it is. */
function customerFaults({ conditions }: RuleFields, { owner }: RuleOwnerFacts): ProblemError[] {
  if (owner === '') return [];
  return conditions.flatMap(({ on }, index) =>
    on === 'customer' ? [fault(`conditions.${index}.on`, 'operators-rules')] : [],
  );
}

/** Our own mark says that a field is ours: the relay writes it, no rule. */
function headerFaults({ actions }: RuleFields): ProblemError[] {
  const names = actions.flatMap((action) => (action.do === 'header' ? [action.name.toLowerCase()] : []));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return twice.map((name) => fault('actions', 'field-written-twice', { field: name }));
}

/** A copy to a stranger would be a way to take mail out of the house. */
function readerFaults({ actions }: RuleFields, { owner, side, directory, operator }: RuleOwnerFacts): ProblemError[] {
  // A customer must not be able to fill the operator's mailboxes.
  const readers = { directory, customer: owner, operator: side === 'operator' ? operatorDomains(operator) : [] };
  return actions.flatMap((action, index) => {
    const to = action.do === 'copy' ? [action.to] : action.do === 'notify' ? action.to : [];
    return to
      .filter((address) => !isOwnAddress(readers, address))
      .map((address) => ({
        field: `actions.${index}.to`,
        message:
          owner === ''
            ? `${address} is no address of the operator (operator.postmaster, operator.names)`
            : `${address} is in no verified domain of the customer`,
      }));
  });
}
