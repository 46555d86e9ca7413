// Rows of protection as the mail path looks them up (`protectionKey`).

import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { DirectoryChange, ProtectionFact } from '../../mail/authorise/directory.ts';
import { type ListedSender, listedSenderKey } from '../../mail/inspect/listed-senders.ts';
import { type ProtectionOverrides, protectionKey } from '../../mail/inspect/protection.ts';
import type { Action, Condition, Rule } from '../../mail/inspect/rules/rule.ts';
import type { RuleSet } from '../../mail/inspect/rules/rule-set.ts';
import type { ProtectionRuleRow, ProtectionSenderRow, ProtectionSettingsRow } from './tables.ts';

/** All facts, row by row; nothing else may use the database meanwhile. */
export function* protectionFacts(raw: DatabaseSync): Generator<ProtectionFact> {
  for (const row of raw.prepare("select * from protection_settings where overrides <> '{}'").iterate()) {
    yield settingsFact(row as unknown as ProtectionSettingsRow);
  }
  yield* ruleFacts(raw);
  for (const row of raw.prepare('select * from protection_sender').iterate()) {
    yield senderFact(row as unknown as ProtectionSenderRow);
  }
}

/** One fact for all rules of a customer. */
function* ruleFacts(raw: DatabaseSync): Generator<ProtectionFact> {
  let rows: ProtectionRuleRow[] = [];
  const inOrder = 'select * from protection_rule where enabled = 1 order by customer, position, id';
  for (const each of raw.prepare(inOrder).iterate()) {
    const row = each as unknown as ProtectionRuleRow;
    const customer = rows[0]?.customer;
    if (customer !== undefined && customer !== row.customer) {
      yield rulesFact(customer, rows);
      rows = [];
    }
    rows.push(row);
  }
  const [first] = rows;
  if (first !== undefined) yield rulesFact(first.customer, rows);
}

export function settingsFact({ customer, direction, stream, overrides }: ProtectionSettingsRow): ProtectionFact {
  return {
    key: protectionKey('settings', customer, direction, stream),
    value: JSON.parse(overrides) as ProtectionOverrides,
  };
}

/** The change of a scope of settings; one that inherits everything is no fact. */
export function settingsChange(row: ProtectionSettingsRow): DirectoryChange {
  const fact = settingsFact(row);
  return { kind: 'protection', key: fact.key, fact: row.overrides === '{}' ? null : fact };
}

/** Rules in order; those that are off are left out. */
function rulesFact(customer: string, rows: readonly ProtectionRuleRow[]): ProtectionFact {
  const rules = rows.filter(({ enabled }) => enabled === 1).map(ruleOf);
  const version = hash('sha256', JSON.stringify(rules), 'hex').slice(0, 24);
  const value: RuleSet = { of: customer === '' ? 'operator' : 'customer', version, rules };
  return { key: protectionKey('rules', customer), value };
}

/** The change of all rules of a customer. */
export function rulesChange(customer: string, rows: readonly ProtectionRuleRow[]): DirectoryChange {
  const fact = rulesFact(customer, rows);
  const none = (fact.value as RuleSet).rules.length === 0;
  return { kind: 'protection', key: fact.key, fact: none ? null : fact };
}

/** A rule as it is evaluated. */
export function ruleOf({ id, name, position, enabled, conditions, actions, last }: ProtectionRuleRow): Rule {
  return {
    id,
    name,
    position,
    enabled: enabled === 1,
    conditions: JSON.parse(conditions) as Condition[],
    actions: JSON.parse(actions) as Action[],
    last: last === 1,
  };
}

function senderFact({ id, list, until, ...name }: ProtectionSenderRow): ProtectionFact {
  const value: ListedSender = { id, list, ...(until !== null && { until }) };
  return { key: listedSenderKey(name), value };
}

/** The change of an entry that came, or went. */
export function senderChange(row: ProtectionSenderRow, gone = false): DirectoryChange {
  const fact = senderFact(row);
  return { kind: 'protection', key: fact.key, fact: gone ? null : fact };
}
