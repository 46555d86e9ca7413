// Checks as people and the API see them.

import { type Kysely, sql } from 'kysely';
import type { ControlTables } from '../database/tables.ts';
import { NEEDS } from './kinds.ts';
import type { CheckKind, CheckState, SubjectKind } from './tables.ts';

/** One check of one thing. Times in milliseconds since 1970. */
export interface CheckView {
  customer: string;
  kind: CheckKind;
  /** Domain, `host:port` or network. */
  object: string;
  state: CheckState;
  /** Whether the customer cannot go live without it. */
  required: boolean;
  expected: string;
  found: string;
  /** One sentence on what to change; empty where nothing is. */
  advice: string;
  /** The same in parts, for other languages; absent where nothing is to be changed. */
  code?: string;
  values?: Readonly<Record<string, string>>;
  lookedAt?: number;
  /** Since when it is in this state. */
  since: number;
}

export interface CheckQuery {
  customer?: string | undefined;
  state?: CheckState | undefined;
  kind?: CheckKind | undefined;
  object?: string | undefined;
  limit: number;
  /** Behind this one, in the order of customer, kind and object. */
  after?: readonly [customer: string, kind: string, object: string] | undefined;
}

type Db = Kysely<ControlTables>;

/** Checks in the order of customer, kind and object. */
export async function listChecks(db: Db, query: CheckQuery, spfRequired: boolean): Promise<CheckView[]> {
  let select = db
    .selectFrom('check_result as result')
    .leftJoin('check_subject as subject', (join) =>
      join
        .onRef('subject.customer', '=', 'result.customer')
        .onRef('subject.object', '=', 'result.object')
        .on('subject.kind', '=', SUBJECT_OF_RESULT),
    )
    .select(['result.customer', 'result.kind', 'result.object', 'result.state', 'expected', 'found', 'advice', 'since'])
    .select(['result.code', 'result.code_values'])
    .select('looked_at')
    .orderBy('result.customer')
    .orderBy('result.kind')
    .orderBy('result.object')
    .limit(query.limit);
  if (query.customer !== undefined) select = select.where('result.customer', '=', query.customer);
  if (query.state !== undefined) select = select.where('result.state', '=', query.state);
  // In these words the index of what is not as it should be can be used.
  if (query.state !== undefined && query.state !== 'ok') select = select.where(sql<boolean>`result.state <> 'ok'`);
  if (query.kind !== undefined) select = select.where('result.kind', '=', query.kind);
  if (query.object !== undefined) select = select.where('result.object', '=', query.object);
  if (query.after !== undefined) {
    const [customer, kind, object] = query.after;
    select = select.where((expression) =>
      expression(
        expression.refTuple('result.customer', 'result.kind', 'result.object'),
        '>',
        expression.tuple(customer, kind as CheckKind, object),
      ),
    );
  }
  return (await select.execute()).map(({ looked_at, code, code_values, ...row }) => ({
    ...row,
    ...(code !== null && { code, values: JSON.parse(code_values ?? '{}') as Record<string, string> }),
    required: isRequired(row.kind, spfRequired),
    ...(looked_at !== null && { lookedAt: looked_at }),
  }));
}

const SUBJECT_OF_RESULT = sql<SubjectKind>`case result.kind
  when 'mailhost' then 'mailhost' when 'source' then 'source' when 'grant' then 'grant' else 'domain' end`;

/** Whether a check of this kind keeps a customer from going live. */
export function isRequired(kind: CheckKind, spfRequired: boolean): boolean {
  if (kind === 'spf' && !spfRequired) return false;
  return NEEDS.some((need) => need.kind === kind && need.for.length > 0);
}
