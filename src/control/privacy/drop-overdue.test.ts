import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import type { TraceClient } from '../../mail/trace/trace-client.ts';
import { configSchema } from '../../platform/config/schema.ts';
import { type DropParts, dropOverdue } from './drop-overdue.ts';
import { type Erasure, exportErasure, LEDGER_FILE, readLedger } from './erasure-ledger.ts';
import { makeRegister, registerText } from './register.ts';
import { DATA_KINDS } from './retention.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const KEPT = 184 * DAY;
let world: ControlWorld | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

function configOf(folder: string) {
  return configSchema.parse({
    node: { hostname: 'relay.test', data_dir: folder },
    listener: [{ address: '127.0.0.1:25', roles: ['outbound'] }],
    backup: { folder: join(folder, 'backups'), key_file: 'key' },
  });
}

function open(more: Partial<DropParts> = {}): { world: ControlWorld; parts: DropParts; asked: number[] } {
  world = new ControlWorld();
  const asked: number[] = [];
  const { control, folder } = world;
  const config = configOf(folder);
  const retain = async (since: number) => {
    asked.push(since);
    return { dropped: ['2026-01-01'] };
  };
  const parts: DropParts = {
    database: control.database,
    changes: control.changes,
    clock: { now: () => NOW, monotonic: () => 0 },
    config: () => config,
    trace: () => ({ retain }) as unknown as TraceClient,
    traceFolder: join(folder, 'trace'),
    exportsFolder: join(folder, 'exports'),
    pruneAudit: async () => 7,
    ...more,
  };
  return { world, parts, asked };
}

function seed({ control, folder }: ControlWorld): void {
  const { raw } = control.database;
  const event = raw.prepare("insert into control_event (id, type, at, data) values (?, 'webhook.test', ?, '{}')");
  // More than one stretch, many of them of the very same time.
  for (let i = 0; i < 5000; i++) event.run(`old-${i}`, NOW - KEPT - (i < 4500 ? 1 : i));
  event.run('young', NOW - KEPT);
  const request = raw.prepare(`insert into privacy_request
    (id, customer, kind, address, mark, reason, suppression, language, state, who, asked_at, completed_at)
    values (?, 'acme', 'export', 'a@b.lu', 'm', 'r', 'keep', 'en', 'completed', 'x', ?, ?)`);
  request.run('old', NOW - KEPT - 5 * DAY, NOW - KEPT - 1);
  request.run('unanswered', NOW - KEPT - 5 * DAY, null);
  const erasure = raw.prepare(
    "insert into privacy_erasure (hash, customer, at, request, suppression) values ('h', 'acme', ?, 'r', 'keep')",
  );
  erasure.run(NOW - KEPT - 1);
  erasure.run(NOW - KEPT);
  mkdirSync(join(folder, 'exports'));
  for (const [name, age] of [
    ['old', 8 * DAY],
    ['young', DAY],
  ] as const) {
    writeFileSync(join(folder, 'exports', name), 'x');
    utimesSync(join(folder, 'exports', name), (NOW - age) / 1000, (NOW - age) / 1000);
  }
  mkdirSync(join(folder, 'backups'));
  const line = (at: number) =>
    JSON.stringify({ hash: 'a'.repeat(64), customer: 'acme', at, request: 'r', suppression: 'keep' });
  writeFileSync(join(folder, 'backups', LEDGER_FILE), `${line(NOW - KEPT - 1)}\n${line(NOW)}\n`);
}

test('what is past its time goes, what is not stays, and the run is told of', async () => {
  const { world, parts, asked } = open();
  seed(world);
  const run = await dropOverdue(parts);
  assert.deepEqual(run, {
    dropped: {
      trace: 1,
      audit: 7,
      'events of the control plane': 5000,
      'requests about privacy': 1,
      'ledger of erasures': 2,
      'results of exports': 1,
    },
    failed: {},
  });
  assert.deepEqual(asked, [NOW - KEPT]);
  const { raw } = world.control.database;
  const ids = (sql: string) =>
    raw
      .prepare(sql)
      .all()
      .map((row) => row['id']);
  assert.deepEqual(ids("select id from control_event where type = 'webhook.test'"), ['young']);
  assert.deepEqual(ids('select id from privacy_request'), ['unanswered']);
  assert.equal(existsSync(join(world.folder, 'exports', 'old')), false);
  assert.equal(existsSync(join(world.folder, 'exports', 'young')), true);
  assert.equal(readLedger(join(world.folder, 'backups', LEDGER_FILE)).length, 1);
  const told = raw.prepare("select data from control_event where type = 'retention.run_completed'").all();
  assert.deepEqual(JSON.parse(String(told[0]?.['data'])), run);
  assert.deepEqual((await dropOverdue({ ...parts, pruneAudit: async () => 0 })).dropped, { trace: 1 });
});

test('a kind that cannot be dropped stops none of the others, and is named', async () => {
  const { world, parts } = open({
    trace: () => {
      throw new Error('the trace thread is gone');
    },
  });
  seed(world);
  const { dropped, failed } = await dropOverdue(parts);
  assert.deepEqual(failed, { trace: 'the trace thread is gone' });
  assert.equal(dropped['events of the control plane'], 5000);
});

test('the register says what is kept as the configuration has it, and what the operator has not said', () => {
  const config = { ...configOf('/nowhere') };
  config.trace = { ...config.trace, retention: 30 * DAY };
  const register = makeRegister(config, NOW);
  assert.equal(register.data.length, DATA_KINDS.length);
  assert.equal(register.data.find(({ kind }) => kind === 'trace')?.kept_days, 30);
  assert.deepEqual(register.processing, ['storage', 'consultation', 'erasure or destruction']);
  assert.equal(register.place, 'Luxembourg');
  assert.equal(register.missing.length, 3);
  config.operator = { ...config.operator, name: 'Telecom S.A.', address: 'Luxembourg' };
  config.privacy = { ...config.privacy, data_protection_officer: { name: 'D. P. O.', email: 'dpo@example.lu' } };
  const text = registerText(makeRegister(config, NOW));
  assert.match(text, /Telecom S\.A\., Luxembourg/);
  assert.match(text, /D\. P\. O\., dpo@example\.lu/);
  assert.doesNotMatch(text, /Not said yet/);
  // The tables' bars would break in a text that has one.
  const width = text
    .split('\n')
    .find((line) => line.startsWith('| kind'))
    ?.split('|').length;
  for (const line of text.split('\n').filter((one) => one.startsWith('|'))) assert.equal(line.split('|').length, width);
});

test('a torn last line of the ledger is passed over, any other fault is not', () => {
  const { world } = open();
  const path = join(world.folder, 'ledger');
  const line = JSON.stringify({ hash: 'a'.repeat(64), customer: 'acme', at: 1, request: 'r', suppression: 'keep' });
  writeFileSync(path, `${line}\n${line.slice(0, 20)}`);
  assert.equal(readLedger(path).length, 1);
  const torn = join(world.folder, LEDGER_FILE);
  writeFileSync(torn, `${line}\n${line.slice(0, 20)}`);
  exportErasure(world.folder, JSON.parse(line) as Erasure);
  assert.equal(readLedger(torn).length, 2);
  writeFileSync(path, `${line.slice(0, 20)}\n${line}\n`);
  assert.throws(() => readLedger(path), /line 1 of .* is no erasure/);
  assert.equal(readFileSync(path, 'utf8').includes('@'), false);
});
