// The control store: every table has a rule here, or is told of as one that nobody thought of.

import type { DatabaseSync } from 'node:sqlite';
import type { LookLimits, LookRun } from './look.ts';
import { olderRows, tablesOf, withDatabase } from './read-only.ts';

const DAY_MS = 86_400_000;

/** `time` is what its age counts from, in milliseconds since 1970. */
interface Rule {
  time: string;
  kept: (limits: LookLimits) => number;
  what: string;
}

const RULES: Readonly<Record<string, Rule>> = {
  audit: { time: 'at', kept: ({ audit }) => audit, what: 'entries of the audit' },
  control_event: { time: 'at', kept: ({ records }) => records, what: 'events' },
  idempotency_key: { time: 'at', kept: () => DAY_MS, what: 'answers to repeated requests' },
  login_history: { time: 'at', kept: ({ records }) => records, what: 'sign-ins' },
  session: { time: 'expires_at', kept: () => 0, what: 'sessions that ended' },
  access_token: { time: 'expires_at', kept: () => 0, what: 'tokens that ended' },
  device: { time: 'last_used_at', kept: () => 366 * DAY_MS, what: 'devices not used for a year' },
  api_key: {
    time: 'min(coalesce(revoked_at, 9e15), coalesce(expires_at, 9e15))',
    kept: ({ records }) => records,
    what: 'API keys that ended',
  },
  link: {
    time: 'min(coalesce(revoked_at, 9e15), expires_at)',
    kept: ({ records }) => records,
    what: 'links that ended',
  },
  notice_sent: { time: 'at', kept: ({ records }) => records, what: 'notes of notices to people' },
  privacy_request: {
    time: 'coalesce(completed_at, 9e15)',
    kept: ({ records }) => records,
    what: 'requests about privacy',
  },
  privacy_erasure: { time: 'at', kept: ({ ledger }) => ledger, what: 'entries of the ledger of erasures' },
  retention_run: { time: 'at', kept: ({ records }) => records, what: 'runs of the retention' },
};

/** Kept as long as what they belong to, with nothing in them that ages by itself; each with the reason. */
const LASTING: Readonly<Record<string, string>> = {
  pool: 'our own addresses',
  pool_address: 'our own addresses',
  customer: 'until the customer is removed',
  domain: 'until the customer is removed',
  dkim_key: 'destroyed with the domain',
  source: 'until the customer is removed',
  sending_grant: 'until it is taken back',
  login: 'until it is taken back',
  certificate: 'until it is taken back',
  recipient: 'until the customer takes it off',
  suppression: 'until it is lifted',
  person: 'until the user is removed',
  passkey: 'with the user',
  recovery_code: 'with the user',
  privacy_key: 'one key',
  privacy_waiting: 'ids of messages, until no event of them can come any more',
};

/** What is overdue in the control store, and tables without a rule. */
export function lookAtControl(path: string, limits: LookLimits, now: number): LookRun {
  return withDatabase(path, (db) => {
    const run: LookRun = { findings: [], unknown: [] };
    for (const table of tablesOf(db)) {
      const rule = RULES[table];
      if (rule === undefined) {
        if (LASTING[table] === undefined) run.unknown.push(`control.db: nobody said how long ${table} is kept`);
        continue;
      }
      const finding = lookAtTable(db, table, { rule, limits, now });
      if (finding !== undefined) run.findings.push(finding);
    }
    return run;
  });
}

function lookAtTable(
  db: DatabaseSync,
  table: string,
  { rule, limits, now }: { rule: Rule; limits: LookLimits; now: number },
): ReturnType<typeof olderRows> {
  const before = now - rule.kept(limits) - limits.margin;
  return olderRows(db, { store: 'control', table, time: rule.time, before, what: rule.what });
}
