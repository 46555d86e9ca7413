import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, it } from 'node:test';
import { createTestLog } from '../../../platform/log.ts';
import type { CustomerId } from '../../message.ts';
import { contentInQueue, wholeOf } from '../../stored-content.ts';
import { openBodyReader } from '../body-reader.ts';
import { openBodyStore } from '../body-store.ts';
import type { NewMessage } from '../queue.ts';
import { outcomes, sampleMessage, settlementOf } from '../testing/queue-samples.ts';
import { accepted, cleanUp, cleanups, control, KEYS, relay, scene, until } from '../testing/store-scene.ts';

afterEach(cleanUp);

const SECRET = 'Subject: a secret in the post\r\n\r\n';
const LARGE = SECRET.repeat(20_000);
const OPERATOR = { kind: 'operator' };

/** How many messages are noted as to be sealed. */
function waiting(dataDir: string): number {
  const queue = new DatabaseSync(join(dataDir, 'queue.db'), { readOnly: true });
  const found = queue.prepare('select count(*) as n from to_seal').get();
  queue.close();
  return Number(found?.['n']);
}

function inline(octets: number, customer = 'acme'): NewMessage {
  const bytes = Buffer.from(SECRET.repeat(Math.ceil(octets / SECRET.length)));
  return sampleMessage({ customer, body: { kind: 'inline', bytes } });
}

async function inFile(dataDir: string): Promise<NewMessage & { body: { name: string } }> {
  const message = sampleMessage();
  const file = await openBodyStore(join(dataDir, 'bodies')).create(message.meta.id);
  await file.write(Buffer.from(LARGE));
  const body = await file.finish();
  assert.ok(body.kind === 'file');
  return { ...message, body };
}

/** The content of a message as delivery reads it. */
function read(dataDir: string, work: { row: number; bodyFile?: string }): Promise<Uint8Array | undefined> {
  const reader = openBodyReader(dataDir, KEYS);
  cleanups.push(() => reader.close());
  return wholeOf(contentInQueue(reader, work), 10_000_000);
}

/** Files of the data folder, below it too, that hold the secret. */
async function tellTales(dataDir: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes('secret in the post')) found.push(entry.name);
  }
  return found;
}

describe('what is held after it was taken', () => {
  it('is sealed, small and large, by hand and with its customer; once let go it is delivered as it was', async () => {
    const { dataDir, store, start } = await scene();
    const { client } = relay(store);
    const { apply } = control(store);
    const large = await inFile(dataDir);
    const small = [inline(20), inline(6000), inline(70_000)];
    const sent = new Map<number, string>();
    for (const message of [...small, large, inline(30_000, 'other')]) {
      const { row } = await accepted(client, message, false);
      sent.set(row, message.body.kind === 'inline' ? Buffer.from(message.body.bytes).toString() : LARGE);
    }
    await apply({ verb: 'hold', query: { customer: 'acme' as CustomerId }, reason: OPERATOR });
    await apply({ verb: 'suspend', customer: 'other' as CustomerId });
    // A process may have ended before its transaction, and left a part of the file.
    const leftover = join(dataDir, 'bodies', `${large.body.name}.sealed`);
    await writeFile(leftover, 'a part');
    await until('all is sealed', () => waiting(dataDir) === 0);
    await until('the plain file is gone', () => !existsSync(join(dataDir, 'bodies', large.body.name)));
    await store.stop();
    assert.deepEqual(await tellTales(dataDir), []);

    const again = start();
    const { client: later, work } = relay(again);
    const verbs = control(again);
    await verbs.apply({ verb: 'release', query: { customer: 'acme' as CustomerId }, kind: 'operator' });
    await verbs.apply({ verb: 'resume', customer: 'other' as CustomerId });
    later.room(10);
    await until('work', () => work.length === 5);
    for (const one of work) {
      assert.equal(Buffer.from((await read(dataDir, one)) ?? []).toString(), sent.get(one.row));
    }
  });

  it('is not touched while it is in flight', async () => {
    const { dataDir, store } = await scene();
    const { client } = relay(store);
    const { apply } = control(store);
    client.room(10);
    const message = await inFile(dataDir);
    const { row, claimed } = await accepted(client, message);
    assert.equal(claimed.length, 1);
    await apply({ verb: 'hold', query: { id: message.meta.id }, reason: OPERATOR });
    // Held from the first on, so that it is never handed out.
    await accepted(client, { ...inline(100), hold: OPERATOR }, false);
    await until('the other is sealed', () => waiting(dataDir) === 1);
    assert.ok(existsSync(join(dataDir, 'bodies', message.body.name)));
    await client.settle(settlementOf(message, { row }, outcomes.refused, { dueAt: Date.now() + 60_000 }));
    await until('it is sealed', () => waiting(dataDir) === 0);
    await until('the plain file is gone', () => !existsSync(join(dataDir, 'bodies', message.body.name)));
  });

  it('does not stand in the way of new mail, however much it is', async (context) => {
    const { dataDir, store } = await scene();
    const { client } = relay(store);
    const { apply } = control(store);
    const all = Array.from({ length: 2000 }, () => inline(10_000));
    await Promise.all(all.map((message) => accepted(client, message, false)));
    await apply({ verb: 'hold', query: {}, reason: OPERATOR });
    const began = performance.now();
    const took: number[] = [];
    while (waiting(dataDir) > 0) {
      const before = performance.now();
      await accepted(client, inline(1000), false);
      took.push(performance.now() - before);
      assert.ok(performance.now() - began < 60_000, 'never done');
    }
    took.sort((one, other) => one - other);
    context.diagnostic(
      `${all.length} sealed in ${Math.round(performance.now() - began)} ms; ${took.length} taken meanwhile, ` +
        `the middle one in ${Math.round(took[took.length >> 1] ?? 0)} ms, the longest ${Math.round(took.at(-1) ?? 0)} ms`,
    );
    assert.ok(took.length > 10, 'new mail waited');
  });

  it('stays in the clear, and is told of, where it cannot be sealed', async () => {
    const lines: string[] = [];
    const log = createTestLog((line) => void lines.push(line));
    const { dataDir, store } = await scene({ contentKeys: [] }, { log });
    const { client } = relay(store);
    const message = inline(100);
    const { row } = await accepted(client, message, false);
    await control(store).apply({ verb: 'hold', query: {}, reason: OPERATOR });
    await until('it is told of', () => lines.some((line) => line.includes('held content not sealed')));
    assert.ok(lines.every((line) => !line.includes('secret in the post')));
    assert.equal(waiting(dataDir), 1);
    assert.equal(
      (await read(dataDir, { row }))?.length,
      message.body.kind === 'inline' ? message.body.bytes.length : 0,
    );
  });
});
