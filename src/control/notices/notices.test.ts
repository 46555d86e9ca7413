import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { QueueId } from '../../mail/message.ts';
import type { OwnMail } from '../../mail/report/operations.ts';
import { configSchema } from '../../platform/config/schema.ts';
import { createTestLog } from '../../platform/log.ts';
import { type ControlDatabase, openControlDatabase } from '../database/control-database.ts';
import { type Notices, type NoticesOptions, openNotices } from './notices.ts';
import { sumUp } from './summaries.ts';

const HOUR = 3_600_000;
const to = { address: 'Anna@World.test', language: 'en' } as const;
const act = { at: 0, account: 'anna@world.test' };
const config = configSchema.parse({
  node: { hostname: 'relay.test', data_dir: '/nowhere' },
  listener: [{ address: '127.0.0.1:25', roles: ['outbound'] }],
});

let folder: string;
let database: ControlDatabase;
let sent: OwnMail[];
let now: number;
let failures: Error[];
let notices: Notices;
let options: NoticesOptions;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notices-'));
  database = openControlDatabase(join(folder, 'control.db'));
  sent = [];
  failures = [];
  now = 1_800_000_000_000;
  options = {
    database,
    clock: { now: () => now, monotonic: () => now },
    log: createTestLog(),
    config: () => config,
    sendMail: async (mail) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      sent.push(mail);
      return `id${sent.length}` as QueueId;
    },
  };
  notices = openNotices(options);
});

afterEach(async () => {
  await notices.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

test('what was sent to whom is kept, without its words', async () => {
  const link = 'https://relay.test/secret-token';
  await notices.tell('invitation', to, { inviter: 'Op', link, until: now }, { customer: 'acme' });
  const [row, ...others] = await notices.list({ limit: 10, recipient: 'anna@WORLD.test' });
  assert.deepEqual(others, []);
  assert.deepEqual(
    [row?.kind, row?.customer, row?.recipient, row?.state, row?.message],
    ['invitation', 'acme', 'anna@world.test', 'sent', 'id1'],
  );
  assert.doesNotMatch(JSON.stringify(database.raw.prepare('select * from notice_sent').all()), /secret-token/);
  assert.match(sent[0]?.text ?? '', /secret-token/);
});

test('so many of a kind an hour; the rest is told in one mail afterwards, once', async () => {
  const told = [];
  for (let i = 0; i < 10; i++) told.push((await notices.tell('new_sign_in', to, act, { customer: 'acme' })).kind);
  assert.deepEqual(told, [...Array<string>(6).fill('sent'), ...Array<string>(4).fill('withheld')]);
  assert.equal((await notices.tell('password_changed', to, act)).kind, 'sent', 'other kinds are not held up');
  assert.equal((await notices.tell('new_sign_in', { ...to, address: 'b@world.test' }, act)).kind, 'sent');
  const sums = { ...options, tell: notices.tell };
  await sumUp(sums);
  assert.equal(sent.length, 8, 'not before the hour is over');
  now += HOUR;
  await sumUp(sums);
  await sumUp(sums);
  assert.equal(sent.length, 9);
  assert.equal(sent[8]?.subject, 'Further notices: new sign-ins to your account');
  assert.match(sent[8]?.text ?? '', /there were 4 more notices/);
  assert.equal((await notices.tell('new_sign_in', to, act)).kind, 'sent', 'and it begins anew');
});

test('many at once are counted as many', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => notices.tell('new_sign_in', to, act)));
  assert.equal(all.filter(({ kind }) => kind === 'sent').length, 6);
});

test('links that are too many are dropped: a link of yesterday is of no use', async () => {
  const values = { link: 'https://relay.test/x', until: now };
  for (let i = 0; i < 7; i++) await notices.tell('password_reset', to, values);
  now += 2 * HOUR;
  await sumUp({ ...options, tell: notices.tell });
  assert.equal(sent.length, 5);
});

test('a customer’s link-holder cannot have mails sent to the whole world', async () => {
  const values = { customer: 'Acme', sender: 'Anna', link: 'https://relay.test/x', until: now };
  let out = 0;
  for (let i = 0; i < 30; i++) {
    const reader = { ...to, address: `p${i}@world.test` };
    const told = await notices.tell('records_for_colleague', reader, values, { customer: 'acme' });
    if (told.kind === 'sent') out += 1;
  }
  assert.equal(out, 10);
  assert.equal((await notices.tell('records_for_colleague', to, values, { customer: 'beta' })).kind, 'sent');
});

test('a queue that is away for a moment is waited for; one that stays away is told', async () => {
  failures = [new Error('the store thread is gone')];
  assert.equal((await notices.tell('new_sign_in', to, act)).kind, 'sent');
  failures = [new RangeError('no address')];
  await assert.rejects(notices.tell('new_sign_in', to, act), RangeError);
  assert.deepEqual(
    (await notices.list({ limit: 10 })).map(({ state }) => state),
    ['failed', 'sent'],
  );
});

test('notices about the end of a contract are never held back', async () => {
  const values = { customer: 'Acme', deactivation: '2026-12-22', removal: '2027-03-22', contact: 'c' };
  for (let i = 0; i < 30; i++) assert.equal((await notices.tell('termination_reminder', to, values)).kind, 'sent');
});
