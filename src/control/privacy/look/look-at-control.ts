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

const REMOVED = "customer in (select id from account where stage = 'removed')";

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
  message_export: { time: 'coalesce(ended_at, 9e15)', kept: ({ exports }) => exports, what: 'exports of searches' },
  message_share: { time: 'expires_at', kept: ({ records }) => records, what: 'links to messages that ended' },
  link: { time: 'expires_at', kept: ({ records }) => records, what: 'links that ended' },
  notice_sent: { time: 'at', kept: ({ records }) => records, what: 'notes of notices to people' },
  quarantine_action: { time: 'at', kept: ({ records }) => records, what: 'acts in quarantine' },
  quarantine_virus: { time: 'expires_at', kept: () => 7 * DAY_MS, what: 'first people for mail with a virus' },
  quarantine_told: { time: 'until', kept: () => 60 * DAY_MS, what: 'announced removals from quarantine' },
  privacy_request: {
    time: 'coalesce(completed_at, 9e15)',
    kept: ({ records }) => records,
    what: 'requests about privacy',
  },
  bulk_job: { time: 'coalesce(ended_at, 9e15)', kept: ({ records }) => records, what: 'jobs over many messages' },
  privacy_erasure: { time: 'at', kept: ({ ledger }) => ledger, what: 'entries of the ledger of erasures' },
  transition: {
    time: `case when ${REMOVED} then at else 9e15 end`,
    kept: ({ records }) => records,
    what: 'stages of customers that are removed',
  },
  suspension: {
    time: `case when ${REMOVED} then at else 9e15 end`,
    kept: ({ records }) => records,
    what: 'suspensions of customers that are removed',
  },
  account: {
    time: "case when stage = 'removed' and contacts <> '[]' then stage_at else 9e15 end",
    kept: () => 0,
    what: 'contacts of customers that are removed',
  },
  entry: {
    time: `case when ${REMOVED} then changed_at else 9e15 end`,
    kept: () => 0,
    what: 'entries of removed customers',
  },
  person: {
    time: `case when ${REMOVED} then made_at else 9e15 end`,
    kept: () => 0,
    what: 'users of removed customers',
  },
  termination: {
    time: "case when readers <> '[]' then coalesce(removed_at, 9e15) else 9e15 end",
    kept: ({ records }) => records,
    what: 'readers of the ends of customers',
  },
  protection_sender: { time: 'coalesce(until, 9e15)', kept: () => 0, what: 'listed senders whose time is over' },
  retention_run: { time: 'at', kept: ({ records }) => records, what: 'runs of the retention' },
};

/** Kept as long as what they belong to, with nothing in them that ages by itself; each with the reason. */
const LASTING: Readonly<Record<string, string>> = {
  audit_anchor: 'no personal data',
  certificate: 'until it is taken back',
  certificate_signing_key: 'a key of ours',
  check_changed: 'gone with the next look',
  check_result: 'with what it tells of',
  check_subject: 'with what it tells of',
  contract: 'commercial law',
  customer: 'until the customer is removed',
  dkim_key: 'destroyed with the domain',
  dns_grant: 'with what it tells of',
  domain: 'until the customer is removed',
  domain_ownership: 'with what it tells of',
  grant_token: 'until the customer is removed',
  login: 'until it is taken back',
  passkey: 'with the user',
  pool: 'our own addresses',
  pool_address: 'our own addresses',
  privacy_key: 'one key',
  privacy_waiting: 'ids of messages, until no event of them can come any more',
  identity_limit: 'until it ends or is lifted, or the customer is removed',
  identity_tolerance: 'until its date, or the customer is removed',
  protection_rule: 'until it is taken off, or the customer is removed',
  protection_settings: 'says who changed it last; until it is changed again, or the customer is removed',
  quarantine_digest: 'one time a customer, until it is removed',
  recipient: 'until the customer takes it off',
  recovery_code: 'with the user',
  removal_certificate: 'proof of the removal',
  saved_search: 'until the person deletes it, or is removed',
  sending_grant: 'until it is taken back',
  source: 'until the customer is removed',
  subscription: 'commercial law',
  suppression: 'until it is lifted',
  termination_mail: 'with the readers of its termination',
  termination_record: 'names of hosts alone',
  touch: 'which side, no names',
  waiting_source: 'until the operator says yes or no',
  webhook: 'until the customer is removed',
  webhook_secret: 'with the webhook',
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
