// The job that looks finds what the other job has left: here nothing was dropped at all.

import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temp.ts';
import { openHostStore } from '../../../mail/authorise/greylist/host-store.ts';
import { openRecipientStore } from '../../../mail/authorise/recipients/recipient-store.ts';
import { openQueueDatabase } from '../../../mail/queue/sqlite/open-database.ts';
import { deliveredTexts, sampleMeta } from '../../../mail/trace/sample-events.ts';
import { openTraceWriter } from '../../../mail/trace/trace-writer.ts';
import { createTestLog } from '../../../platform/log.ts';
import { openControlDatabase } from '../../database/control-database.ts';
import { type LookTask, look } from './look.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const SIX_MONTHS = 184 * DAY;
const OLD = NOW - SIX_MONTHS - 3 * DAY;

function task(dataDir: string, backups?: string): LookTask {
  const limits = {
    trace: SIX_MONTHS,
    records: SIX_MONTHS,
    audit: SIX_MONTHS,
    exports: 7 * DAY,
    ledger: SIX_MONTHS,
    knownRecipients: 31 * DAY,
    knownHosts: 60 * DAY,
    webhookLog: 7 * DAY,
    backups: 30 * DAY,
    margin: 2 * DAY,
  };
  return { role: 'look', dataDir, ...(backups !== undefined && { backups }), limits, now: NOW };
}

async function seedControl(path: string, at: number): Promise<void> {
  const control = openControlDatabase(path);
  const { raw } = control;
  raw.prepare("insert into audit (id, at, who, action, object, hash) values (1, ?, 'x', 'a', 'o', x'00')").run(at);
  raw.prepare("insert into control_event (id, type, at, data) values ('e', 'webhook.test', ?, '{}')").run(at);
  raw
    .prepare("insert into notice_sent (at, kind, recipient, language, state) values (?, 'x', 'a@b.lu', 'en', 'sent')")
    .run(at);
  raw.prepare("insert into login_history (person, at, outcome, how) values ('p', ?, 'signed_in', 'password')").run(at);
  raw.prepare("insert into retention_run (job, at, result) values ('drop', ?, '{}')").run(at);
  raw
    .prepare(
      "insert into privacy_erasure (hash, customer, at, request, suppression) values ('h', 'acme', ?, 'r', 'keep')",
    )
    .run(at);
  raw
    .prepare(`insert into privacy_request (id, customer, kind, mark, reason, suppression, language, state, who, asked_at, completed_at)
      values ('prq', 'acme', 'export', 'm', 'r', 'keep', 'en', 'completed', 'x', ?1, ?1)`)
    .run(at);
  await control.close();
}

function seedQueue(path: string, at: number): void {
  const queue = openQueueDatabase(path);
  queue
    .prepare(`insert into message (row, id, customer, sender, accepted_at, size, recipients, meta)
      values (1, 'id', 'acme', 's', ?, 1, 1, '{}')`)
    .run(at);
  queue.prepare('insert into outbox values (1, 2, ?)').run(`{"type":"message.accepted","at":${at}}\n{"at":${at + 1}}`);
  queue.close();
}

function seedTrace(folder: string, at: number): void {
  const clock = { now: () => at, monotonic: () => 0 };
  const writer = openTraceWriter({ folder, clock, log: createTestLog(), onSetAside: () => {} });
  writer.write([{ seq: 1, events: deliveredTexts(sampleMeta(at, 1), ['bob@example.org']).join('\n') }], []);
  writer.close();
}

function seedFile(path: string, at: number): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'x');
  utimesSync(path, at / 1000, at / 1000);
}

async function seed(dataDir: string, backups: string, at: number): Promise<void> {
  mkdirSync(join(dataDir, 'trace'), { recursive: true });
  await seedControl(join(dataDir, 'control.db'), at);
  seedQueue(join(dataDir, 'queue.db'), at);
  seedTrace(join(dataDir, 'trace'), at);
  const limits = () => ({ known: 100, known_kept: 1e15 });
  const known = openRecipientStore({
    path: join(dataDir, 'recipients.db'),
    limits,
    now: () => at,
    log: createTestLog(),
  });
  known.learned([{ key: 'acme host bob@acme.test', what: 'known', at }]);
  known.close();
  const hosts = openHostStore({
    path: join(dataDir, 'hosts.db'),
    limits: () => ({ passed: 100, tried: 100, passed_kept: 1e15, retry_within: 1e15 }),
    now: () => at,
    log: createTestLog(),
  });
  hosts.learned([{ key: 'k', what: 'passed', first: at, last: at }]);
  hosts.close();
  const day = new Date(at).toISOString().slice(0, 10);
  writeFileSync(join(dataDir, 'trace', `${day}.db.unreadable-${at}`), 'x');
  const webhooks = new DatabaseSync(join(dataDir, 'webhooks.db'));
  webhooks.exec('create table delivery (id integer primary key, ended_at integer, made_at integer)');
  webhooks.prepare('insert into delivery (ended_at, made_at) values (?1, ?1)').run(at);
  webhooks.close();
  seedFile(join(dataDir, 'bodies', 'ab', '0123456789abcdefg'), at);
  seedFile(join(dataDir, 'exports', 'prq_x.jsonl'), at);
  mkdirSync(backups, { recursive: true });
  writeFileSync(join(backups, 'erasures.jsonl'), `{"hash":"h","at":${at}}\n`);
  for (const when of [at, NOW]) {
    mkdirSync(join(backups, `${new Date(when).toISOString().slice(0, 19).replaceAll(':', '-')}Z`), { recursive: true });
  }
}

test('what is overdue is found in every store, and nothing where all is young', async () => {
  await using folder = temporaryFolder('look');
  await seed(folder.file('old'), folder.file('old-backups'), OLD);
  const { findings, unknown } = look(task(folder.file('old'), folder.file('old-backups')));
  assert.deepEqual(unknown, []);
  const day = new Date(OLD).toISOString().slice(0, 10);
  assert.deepEqual(
    findings.map(({ where }) => where).sort(),
    [
      'audit',
      'bodies/',
      'control_event',
      'delivery',
      'erasures.jsonl',
      'exports/',
      'host',
      'login_history',
      'message',
      'notice_sent',
      'outbox',
      'privacy_erasure',
      'privacy_request',
      'recipient',
      'retention_run',
      `trace/${day}.db`,
      `trace/${day}.db.unreadable-${OLD}`,
      `${new Date(OLD).toISOString().slice(0, 19).replaceAll(':', '-')}Z`,
    ].sort(),
  );
  for (const { count, oldest } of findings) {
    assert.equal(count, 1);
    assert.equal(oldest?.slice(0, 10), day);
  }
  await seed(folder.file('young'), folder.file('young-backups'), NOW - 3_600_000);
  assert.deepEqual(look(task(folder.file('young'), folder.file('young-backups'))), { findings: [], unknown: [] });
});

test('what nobody has a rule for is told of: a table, a file, a day that holds another', async () => {
  await using folder = temporaryFolder('look');
  const control = openControlDatabase(folder.file('control.db'));
  control.raw.exec('create table diary (secret text)');
  await control.close();
  mkdirSync(folder.file('trace'));
  writeFileSync(folder.file('trace', 'notes.txt'), 'x');
  writeFileSync(folder.file('customers.csv'), 'x');
  writeFileSync(folder.file('queue.db'), 'this is no database, and longer than a header would have to be');
  const { findings, unknown } = look(task(folder.path));
  assert.deepEqual(findings, []);
  assert.match(unknown.join('\n'), /diary/);
  assert.match(unknown.join('\n'), /notes\.txt/);
  assert.match(unknown.join('\n'), /customers\.csv/);
  assert.match(unknown.join('\n'), /queue could not be looked at/);
});

test('every table of the control store has a rule', async () => {
  await using folder = temporaryFolder('look');
  const control = openControlDatabase(folder.file('control.db'));
  await control.close();
  assert.deepEqual(look(task(folder.path)).unknown, []);
});
