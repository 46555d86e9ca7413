import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressHash } from '../../mail/erased-address.ts';
import { openControlDatabase } from '../database/control-database.ts';
import { eraseByHash, eraseRows, eraseTexts, findAddress } from './places.ts';

const ANNA = 'Anna@World.test';
const KEY = Buffer.alloc(32, 7);

/** A store in which two customers leave, both told by way of the same address. */
function world() {
  const folder = mkdtempSync(join(tmpdir(), 'places-'));
  const database = openControlDatabase(join(folder, 'control.db'));
  const { raw } = database;
  const end = raw.prepare(
    `insert into termination (id, customer, name, language, cause, reason, by, ended, begun_at, readers)
     values (?, ?, 'A', 'en', 'operator', 'r', 'b', '2026-11-22', 1, ?)`,
  );
  const mail = raw.prepare(
    "insert into termination_mail (termination, kind, recipient, language, made_at) values (?, 'termination_notice', ?, 'en', 1)",
  );
  for (const [id, customer] of [
    [1, 'acme'],
    [2, 'other'],
  ] as const) {
    end.run(
      id,
      customer,
      JSON.stringify([
        { address: ANNA, language: 'en' },
        { address: 'b@c.test', language: 'en' },
      ]),
    );
    mail.run(id, ANNA);
  }
  const close = async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  };
  const texts = (id: number) => JSON.stringify(raw.prepare('select readers from termination where id = ?').get(id));
  const mails = () =>
    raw
      .prepare('select recipient from termination_mail order by id')
      .all()
      .map((row) => row['recipient']);
  return { raw, close, texts, mails };
}

test('an address that was told of the end of a customer is found, and erased for that customer alone', async () => {
  const { raw, close, texts, mails } = world();
  try {
    assert.deepEqual(
      findAddress(raw, 'acme', ANNA).map(({ kind, row }) => [kind, row['kind']]),
      [['mail about the end of the service', 'termination_notice']],
    );
    assert.deepEqual(eraseRows(raw, 'acme', ANNA), { 'mail about the end of the service': 1 });
    const hashes = new Map([['acme', new Set([addressHash(KEY, 'acme', ANNA)])]]);
    assert.deepEqual(eraseTexts(raw, 'acme', { key: KEY, hashes }), { 'people told of the end of the service': 1 });
    assert.doesNotMatch(texts(1), /anna@/i);
    assert.match(texts(1), /b@c\.test/);
    assert.match(texts(2), /Anna@World\.test/);
    // The notice counts as given, to nobody who can be named.
    assert.deepEqual(mails(), ['erased', ANNA]);
  } finally {
    await close();
  }
});

test('the same after a restore, by hashes alone', async () => {
  const { raw, close, mails } = world();
  try {
    const hashes = new Map([['acme', new Set([addressHash(KEY, 'acme', ANNA)])]]);
    assert.equal(eraseByHash(raw, { key: KEY, hashes }, { key: KEY, hashes: new Map() }), 1);
    assert.deepEqual(mails(), ['erased', ANNA]);
  } finally {
    await close();
  }
});

test('who is listed as a sender, or has listed one, is found and erased as the request says', async () => {
  const { raw, close } = world();
  try {
    const list = raw.prepare(
      `insert into protection_sender (id, customer, direction, list, sender, recipient, note, made_at, made_by)
       values (?, ?, 'inbound', 'allow', ?, ?, '', 1, 'b')`,
    );
    list.run('1', 'acme', 'anna@world.test', '');
    list.run('2', 'acme', 'friend@else.test', 'anna@world.test');
    list.run('3', 'other', 'anna@world.test', '');
    const kinds = findAddress(raw, 'acme', ANNA).map(({ kind }) => kind);
    assert.ok(kinds.includes('listed sender') && kinds.includes('sender listed for one recipient'), kinds.join());
    const left = () => raw.prepare('select id from protection_sender order by id').all();
    eraseRows(raw, 'acme', ANNA);
    assert.equal(left().length, 3);
    const hashes = new Map([['acme', new Set([addressHash(KEY, 'acme', ANNA)])]]);
    eraseByHash(raw, { key: KEY, hashes: new Map() }, { key: KEY, hashes });
    assert.deepEqual(
      left().map((row) => row['id']),
      ['3'],
    );
  } finally {
    await close();
  }
});
