// Rules of the content filter as they are kept: made, changed, moved, taken away; each change tells the mail path all rules
// of its customer.

import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { assertVersion, type ExpectedVersions } from '../api/etag.ts';
import { fault } from '../api/field-faults.ts';
import { type ProblemError, problem } from '../api/problem.ts';
import type { Change } from '../changes.ts';
import type { ControlTables } from '../database/tables.ts';
import type { Language } from '../notices/languages.ts';
import { rulesChange } from './facts.ts';
import type { ProtectionParts, Side } from './protection.ts';
import type { ReadyMadeName } from './ready-made.ts';
import { readyMadeRules } from './ready-made-words.ts';
import { assertRule, type RuleOwnerFacts, ruleFaults } from './rule-checks.ts';
import type { RuleFields } from './rule-schema.ts';
import type { ProtectionRuleRow } from './tables.ts';

/** Whose rules: a customer's, or (empty) the operator's, which hold for everybody. */
export type RuleOwner = CustomerId | '';

export interface RuleQuery {
  /** Absent: of everybody. */
  owner?: RuleOwner;
  enabled?: boolean;
  after?: { customer: string; position: number; id: string };
  limit: number;
}

/** Who asks, and from which side. */
export interface Asker {
  by: Actor;
  side: Side;
}

/** Rules that one customer, and the operator, may have: each is asked about each of its messages. */
const MOST_RULES = 200;
/** Characters of all rules of one owner: every relay thread keeps them. */
const MOST_TEXT = 1_000_000;

export class Rules {
  readonly #parts: ProtectionParts;

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
  }

  /** In the order of owners (the operator first) and of their rules. */
  list({ owner, enabled, after, limit }: RuleQuery): Promise<ProtectionRuleRow[]> {
    let query = this.#parts.database.reads
      .selectFrom('protection_rule')
      .selectAll()
      .orderBy('customer')
      .orderBy('position')
      .orderBy('id')
      .limit(limit);
    if (owner !== undefined) query = query.where('customer', '=', owner);
    if (enabled !== undefined) query = query.where('enabled', '=', Number(enabled));
    if (after !== undefined) {
      const { customer, position, id } = after;
      query = query.where((where) =>
        where.eb(where.refTuple('customer', 'position', 'id'), '>', where.tuple(customer, position, id)),
      );
    }
    return query.execute();
  }

  /** All rules of one owner, in order. */
  all(owner: RuleOwner): Promise<ProtectionRuleRow[]> {
    return rulesOf(this.#parts.database.reads, owner);
  }

  /** Throws a 404 where there is none. */
  get(id: string): Promise<ProtectionRuleRow> {
    return ruleOr404(this.#parts.database.reads, id);
  }

  /** Adds a rule behind the others, or at a place. */
  async create(asker: Asker, owner: RuleOwner, rule: RuleFields & { position?: number }): Promise<ProtectionRuleRow> {
    if (owner !== '') await this.#parts.assertCustomer(owner);
    const [row] = await this.#add(asker, owner, { rules: [rule], madeFrom: null, position: rule.position });
    if (row === undefined) throw new Error('a rule was not written');
    return row;
  }

  /** Adds the rules of a ready-made set behind the others. Throws a 409 where one of them is there already. */
  async adopt(
    asker: Asker,
    owner: RuleOwner,
    { set, enabled, language }: { set: ReadyMadeName; enabled: boolean; language: Language },
  ): Promise<ProtectionRuleRow[]> {
    if (owner !== '') await this.#parts.assertCustomer(owner);
    const rules = readyMadeRules(set, language).map((rule) => ({ ...rule, enabled }));
    return this.#add(asker, owner, { rules, madeFrom: set, position: undefined });
  }

  /** Changes what is given; `position` moves it, and the others make room. */
  change(
    asker: Asker,
    id: string,
    { fields, position, expected }: { fields: Partial<RuleFields>; position?: number; expected: ExpectedVersions },
  ): Promise<ProtectionRuleRow> {
    return this.#parts.changes.make(asker.by, async (trx, now): Promise<Change<ProtectionRuleRow>> => {
      const before = await ruleOr404(trx, id);
      assertVersion(expected, before.version);
      const said = rowFields({ ...fieldsOf(before), ...fields });
      const place = position ?? before.position;
      const row = { ...before, ...said, position: place };
      if (JSON.stringify(row) === JSON.stringify(before)) return { result: before, audit: [] };
      this.assert(asker, before.customer, fieldsOf(row));
      const after = { ...row, version: before.version + 1, changed_at: now, changed_by: asker.by.who };
      await trx.replaceInto('protection_rule').values(after).execute();
      const rows = await renumber(trx, before.customer, { id, position: place });
      assertRoom(rows);
      const result = rows.find((one) => one.id === id) ?? after;
      return told(asker.by, { action: 'changed', rows, before: [before], after: [result], result });
    });
  }

  async remove(asker: Asker, id: string, expected: ExpectedVersions): Promise<void> {
    await this.#parts.changes.make(asker.by, async (trx): Promise<Change<void>> => {
      const before = await ruleOr404(trx, id);
      assertVersion(expected, before.version);
      await trx.deleteFrom('protection_rule').where('id', '=', id).execute();
      const rows = await renumber(trx, before.customer);
      return told(asker.by, { action: 'deleted', rows, before: [before], after: [], result: undefined });
    });
  }

  #add(
    asker: Asker,
    owner: RuleOwner,
    { rules, madeFrom, position }: { rules: RuleFields[]; madeFrom: string | null; position: number | undefined },
  ): Promise<ProtectionRuleRow[]> {
    for (const rule of rules) this.assert(asker, owner, rule);
    return this.#parts.changes.make(asker.by, async (trx, now): Promise<Change<ProtectionRuleRow[]>> => {
      const before = await rulesOf(trx, owner);
      if (madeFrom !== null && before.some((row) => row.made_from === madeFrom)) {
        throw problem('rule-set-there', {}, [fault('set', 'in-use')]);
      }
      const added = rules.map(
        (rule, index): ProtectionRuleRow => ({
          id: `rul_${randomBytes(12).toString('hex')}`,
          customer: owner,
          position: before.length + 1 + index,
          ...rowFields(rule),
          made_from: madeFrom,
          version: 1,
          made_at: now,
          changed_at: now,
          changed_by: asker.by.who,
        }),
      );
      assertRoom([...before, ...added]);
      await trx.insertInto('protection_rule').values(added).execute();
      const moved = added.length === 1 ? added[0] : undefined;
      const rows = await renumber(trx, owner, moved && { id: moved.id, position: position ?? moved.position });
      const ids = new Set(added.map(({ id }) => id));
      const result = rows.filter(({ id }) => ids.has(id));
      return told(asker.by, { action: 'created', rows, before: [], after: result, result });
    });
  }

  /** Throws a Problem (400) where a rule cannot be used. */
  assert(asker: Asker, owner: string, rule: RuleFields): void {
    assertRule(rule, this.#facts(asker, owner));
  }

  /** The same faults, told. */
  faults(asker: Asker, owner: string, rule: RuleFields): ProblemError[] {
    return ruleFaults(rule, this.#facts(asker, owner));
  }

  #facts({ side }: Asker, owner: string): RuleOwnerFacts {
    const { directory, config } = this.#parts;
    return { owner: owner as RuleOwner, side, directory, operator: config().operator };
  }
}

/** What somebody says of a rule, as it is kept. */
function rowFields({ name, enabled, conditions, actions, last }: RuleFields) {
  return {
    name,
    enabled: Number(enabled),
    conditions: JSON.stringify(conditions),
    actions: JSON.stringify(actions),
    last: Number(last),
  };
}

/** The same, read back. */
export function fieldsOf({ name, enabled, conditions, actions, last }: ProtectionRuleRow): RuleFields {
  return {
    name,
    enabled: enabled === 1,
    conditions: JSON.parse(conditions) as RuleFields['conditions'],
    actions: JSON.parse(actions) as RuleFields['actions'],
    last: last === 1,
  };
}

function rulesOf(db: Pick<Transaction<ControlTables>, 'selectFrom'>, owner: string): Promise<ProtectionRuleRow[]> {
  return db
    .selectFrom('protection_rule')
    .selectAll()
    .where('customer', '=', owner)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

async function ruleOr404(db: Pick<Transaction<ControlTables>, 'selectFrom'>, id: string): Promise<ProtectionRuleRow> {
  const row = await db.selectFrom('protection_rule').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw problem('no-such-rule');
  return row;
}

/** Places from 1 without gaps, with one rule where it was asked for; answers all rules of the owner in order. */
async function renumber(
  trx: Transaction<ControlTables>,
  owner: string,
  moved?: { id: string; position: number },
): Promise<ProtectionRuleRow[]> {
  const rows = await rulesOf(trx, owner);
  const ordered = rows.filter(({ id }) => id !== moved?.id);
  const one = rows.find(({ id }) => id === moved?.id);
  if (one !== undefined && moved !== undefined) ordered.splice(moved.position - 1, 0, one);
  const placed = ordered.map((row, index) => ({ ...row, position: index + 1 }));
  for (const [index, row] of placed.entries()) {
    if (ordered[index]?.position === row.position) continue;
    await trx.updateTable('protection_rule').set({ position: row.position }).where('id', '=', row.id).execute();
  }
  return placed;
}

function assertRoom(rows: readonly ProtectionRuleRow[]): void {
  if (rows.length > MOST_RULES) throw problem('too-many-rules', { most: MOST_RULES });
  const text = rows.reduce((sum, { conditions, actions }) => sum + conditions.length + actions.length, 0);
  if (text > MOST_TEXT) throw problem('rules-too-long');
}

/** Audit, event and word to the mail path of a change of rules. */
function told<T>(
  by: Actor,
  {
    action,
    rows,
    before,
    after,
    result,
  }: {
    action: 'created' | 'changed' | 'deleted';
    /** All rules of the owner, as they are now. */
    rows: readonly ProtectionRuleRow[];
    before: readonly ProtectionRuleRow[];
    after: readonly ProtectionRuleRow[];
    result: T;
  },
): Change<T> {
  const named = after.length > 0 ? after : before;
  const owner = named[0]?.customer ?? '';
  const about = owner === '' ? {} : { customer: owner };
  return {
    result,
    audit: named.map((row, index) => ({
      action,
      object: `rule ${row.id}`,
      ...about,
      before: auditedOf(before[index]),
      after: auditedOf(after[index]),
    })),
    directory: [rulesChange(owner, rows)],
    events: named.map(({ id }) => ({
      type: 'protection.changed' as const,
      ...about,
      data: { what: 'rule', rule: id, action, by: by.who },
    })),
  };
}

function auditedOf(row: ProtectionRuleRow | undefined): unknown {
  return row === undefined ? null : { ...fieldsOf(row), position: row.position };
}
