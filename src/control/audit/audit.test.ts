import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import { createTestLog } from '../../platform/log.ts';
import { createSecretBox } from '../../platform/secret-box.ts';
import { type AuditService, openAudit } from './audit-service.ts';

const DAY_MS = 86_400_000;
let world: ControlWorld | undefined;
let audit: AuditService | undefined;
let alarm: string | undefined;

async function open(entries = 6): Promise<{ world: ControlWorld; audit: AuditService }> {
  const made = new ControlWorld();
  world = made;
  alarm = undefined;
  audit = openOn(made);
  for (let i = 1; i <= entries; i++) await change(made, i);
  return { world: made, audit };
}

function openOn(made: ControlWorld): AuditService {
  return openAudit({
    database: made.control.database,
    changes: made.control.changes,
    clock: { now: () => 1_800_000_000_000, monotonic: () => 0 },
    log: createTestLog(),
    config: () => ({ node: { data_dir: made.folder } }) as never,
    secretBox: (purpose) => createSecretBox([Buffer.alloc(32, 7)], purpose),
    alarms: () => ({ audit: (fault) => void (alarm = fault) }),
  });
}

function change(made: ControlWorld, i: number): Promise<void> {
  const one = { action: 'changed', object: `thing ${i % 2}`, customer: 'acme', before: null, after: { i } };
  return made.control.changes.make({ who: `p${i % 3}` }, async () => ({ result: undefined, audit: [one] }));
}

/** What only somebody with the file in hands can do: the triggers are taken away first. */
function tamper(made: ControlWorld, sql: string): void {
  const { raw } = made.control.database;
  const triggers = raw.prepare("select name from sqlite_master where type = 'trigger'").all();
  for (const { name } of triggers) raw.exec(`drop trigger ${String(name)}`);
  raw.exec(sql);
}

afterEach(async () => {
  await audit?.close();
  await world?.end();
  world = undefined;
  audit = undefined;
});

describe('the audit', () => {
  test('as it was written is found to be so', async () => {
    const { audit } = await open();
    const { ok, entries, first, last, faults } = await audit.verify();
    assert.deepEqual([ok, entries, first, last, faults], [true, 6, 1, 6, []]);
  });

  test('takes no change and no removal, not even from us', async () => {
    const { world } = await open();
    const { raw } = world.control.database;
    assert.throws(() => raw.exec("update audit set who = 'nobody' where id = 3"), /never changed/);
    assert.throws(() => raw.exec('delete from audit where id = 3'), /behind an anchor/);
    assert.throws(() => raw.exec("insert into audit_anchor values (3, 0, x'00', x'00')"), /takes the place/);
    assert.throws(
      () =>
        raw.exec(
          'replace into audit select id, at, \'x\', "from", action, object, customer, reason, before, after, hash from audit where id = 3',
        ),
      /at its end alone/,
    );
  });

  for (const [what, sql, id] of [
    ['a word that was changed', "update audit set who = 'nobody' where id = 3", 3],
    ['a reason that was put in', "update audit set reason = 'asked to' where id = 4", 4],
    ['a time that was moved', 'update audit set at = at - 1 where id = 2', 2],
    ['an entry that was taken out', 'delete from audit where id = 3', 4],
    ['the first entry that was taken out', 'delete from audit where id = 1', 2],
    [
      'two that were exchanged',
      'update audit set id = -1 where id = 3; update audit set id = 3 where id = 4; update audit set id = 4 where id = -1',
      3,
    ],
    [
      'a hash that was put right for the changed entry alone',
      "update audit set who = 'x', hash = x'00' where id = 3",
      3,
    ],
    [
      'an anchor that is not ours',
      "delete from audit where id < 3; insert into audit_anchor select 2, 0, hash, x'00' from audit where id = 3",
      2,
    ],
  ] as const) {
    test(`finds ${what}`, async () => {
      const { world, audit } = await open();
      tamper(world, sql);
      const { ok, faults } = await audit.verify();
      assert.equal(ok, false);
      assert.equal(faults[0]?.id, id, JSON.stringify(faults));
      assert.match(String(alarm), /entry/);
    });
  }

  test('finds an end that was cut off, or written anew, by the heads that were noted', async () => {
    const { world, audit } = await open();
    await audit.look();
    tamper(world, 'delete from audit where id > 4');
    assert.match((await audit.verify()).faults[0]?.what ?? '', /missing at the end/);
    // Written on, the chain alone looks whole.
    await change(world, 15);
    await change(world, 16);
    const { faults } = await audit.verify();
    assert.deepEqual(
      faults.map(({ id }) => id),
      [6],
    );
    assert.match(faults[0]?.what ?? '', /is not what it was/);
    alarm = undefined;
    await audit.look();
    assert.match(String(alarm), /entry 6/);
  });

  test('heads are noted line by line; one that was cut off by a crash is no tampering, more are', async () => {
    const { world, audit } = await open();
    await audit.look();
    const file = join(world.folder, 'audit-heads.jsonl');
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 2);
    appendFileSync(file, '{"id":1,');
    assert.equal((await audit.verify()).ok, true);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, 'gone\ngone\n');
    assert.equal((await audit.verify()).ok, false);
    writeFileSync(file, whole);
    assert.equal((await audit.verify()).ok, true);
    rmSync(file);
    assert.equal((await audit.verify()).ok, false);
  });

  test('a head that a crash cut off does not take the next one with it', async () => {
    const { world, audit } = await open(1);
    await audit.look();
    appendFileSync(join(world.folder, 'audit-heads.jsonl'), '{"id":1,');
    await audit.close();
    const again = openOn(world);
    await change(world, 2);
    await again.look();
    const { ok, heads, faults } = await again.verify();
    await again.close();
    assert.deepEqual([ok, heads, faults], [true, 2, []]);
  });

  test('an end that was written anew is found although the heads were written anew with it, or taken away', async () => {
    const { world, audit } = await open();
    await audit.look();
    const { raw } = world.control.database;
    tamper(world, 'delete from audit where id > 4');
    await change(world, 15);
    await change(world, 16);
    const { hash } = raw.prepare('select hash from audit where id = 6').get() as { hash: Uint8Array };
    const head = { id: 6, hash: Buffer.from(hash).toString('hex'), at: '2027-01-15T08:00:00.000Z' };
    const file = join(world.folder, 'audit-heads.jsonl');
    for (const lines of [[], [head], [{ ...head, seal: 'AAAA' }]]) {
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const { faults } = await audit.verify();
      const told = faults.map(({ id, what }) => `${id} ${what}`).join('\n');
      assert.match(told, /^6 had its head noted .* and the note is gone$/m);
      assert.match(told, /^6 is not what it was/m);
      assert.equal(/not made here/.test(told), lines.length > 0, told);
    }
  });

  test('loses its beginning at its date, and what is left is still a chain', async () => {
    const { world, audit } = await open(3);
    assert.equal(await audit.prune(1_800_000_000_000), 0);
    assert.equal(await audit.prune(1_800_000_000_001), 3);
    const left = await audit.verify();
    assert.deepEqual([left.ok, left.first, left.last, left.dropped_up_to], [true, 4, 4, 3]);
    await change(world, 9);
    assert.equal((await audit.verify()).ok, true);
    assert.throws(() => world.control.database.raw.exec('delete from audit_anchor'), /never removed/);
    tamper(world, 'delete from audit where id = 4');
    assert.equal((await audit.verify()).ok, false);
  });

  test('is listed by object, customer, who, action and time', async () => {
    const { audit } = await open();
    const ids = async (query: object) => (await audit.list({ limit: 100, ...query })).map(({ id }) => id);
    assert.deepEqual(await ids({ object: 'thing 1' }), [5, 3, 1]);
    assert.deepEqual(await ids({ who: 'p0' }), [6, 3]);
    assert.deepEqual(await ids({ customer: 'other' }), []);
    assert.deepEqual(await ids({ action: 'changed', before: 3 }), [2, 1]);
    assert.deepEqual(await ids({ since: 1_800_000_000_000 - DAY_MS, until: 1_800_000_000_001 }), [6, 5, 4, 3, 2, 1]);
    assert.deepEqual(await ids({ since: 1_800_000_000_001 }), []);
    assert.deepEqual(await ids({ until: 1_800_000_000_000 }), []);
  });
});
