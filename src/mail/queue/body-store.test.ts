import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { createTestLog } from '../../platform/log.ts';
import { openBodyReader } from './body-reader.ts';
import { openBodyStore, prepareBodyFolders } from './body-store.ts';
import { createQueueIds } from './queue-id.ts';
import { readBeginning } from './read-beginning.ts';
import { contentKeys } from './sealed-content.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { findOrphanBodies, removeOrphanBodies } from './store/body-sweep.ts';
import { enqueue, sampleMessage } from './testing/queue-samples.ts';

const newId = createQueueIds({ node: 0, thread: 1, now: () => Date.now() });

describe('bodies', () => {
  let dataDir: string;
  let directory: string;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'easymail-bodies-'));
    directory = join(dataDir, 'bodies');
    prepareBodyFolders(directory);
  });
  after(() => rm(dataDir, { recursive: true }));

  it('a body is written piece by piece and read back from its file', async () => {
    const id = newId();
    const file = await openBodyStore(directory).create(id);
    await file.write(new TextEncoder().encode('one '));
    await file.write(new TextEncoder().encode('two'));
    assert.equal(file.size, 7);
    const body = await file.finish();
    assert.equal(body.kind, 'file');
    const name = body.kind === 'file' ? body.name : '';
    assert.equal(await readFile(join(directory, name), 'utf8'), 'one two');
    assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600);
  });

  it('an aborted body leaves no file', async () => {
    const id = newId();
    const file = await openBodyStore(directory).create(id);
    await file.write(new Uint8Array(1000));
    await file.abort();
    for (const folder of await readdir(directory)) {
      assert.ok(!existsSync(join(directory, folder, id)));
    }
  });

  it('content is read by its row, from the queue or from its file; what is gone is told', async () => {
    const engine = openSqliteEngine({ path: join(dataDir, 'queue.db'), expireAfterMs: 1000 });
    const row = await enqueue(engine, sampleMessage());
    const reader = openBodyReader(dataDir);
    const body = await reader.open({ row });
    assert.equal(body.kind === 'bytes' ? Buffer.from(body.bytes).toString() : '', 'hello');
    assert.equal((await reader.open({ row: row + 1000 })).kind, 'gone');
    assert.equal((await reader.open({ row, bodyFile: '00/none' })).kind, 'gone');
    reader.close();
    await engine.close();
  });

  it('held content lies sealed on the disk, small and large, and is read as it was', async () => {
    const keys = contentKeys([Buffer.alloc(32, 5)]);
    const store = openBodyStore(directory, keys);
    await mkdir(join(dataDir, 'sealed-queue'));
    const engine = openSqliteEngine({ path: join(dataDir, 'sealed-queue', 'queue.db'), expireAfterMs: 1000 });
    const reader = openBodyReader(join(dataDir, 'sealed-queue'), keys);
    const stranger = openBodyReader(join(dataDir, 'sealed-queue'), contentKeys([Buffer.alloc(32, 6)]));
    const plain = Buffer.from('a secret in the post, '.repeat(20_000));

    const small = sampleMessage();
    small.body = await store.seal(small.meta.id, { kind: 'inline', bytes: plain.subarray(0, 500) });
    const large = sampleMessage();
    const file = await store.create(large.meta.id);
    await file.write(plain);
    large.body = await store.seal(large.meta.id, await file.finish());
    assert.ok(!existsSync(file.path), 'the plain file is gone');
    assert.ok(large.body.kind === 'file' && small.body.kind === 'inline');
    const onDisk = await readFile(join(directory, large.body.name));
    assert.equal(onDisk.indexOf('secret'), -1);
    assert.equal(Buffer.from(small.body.bytes).indexOf('secret'), -1);

    const row = await enqueue(engine, small);
    assert.deepEqual(reader.inline(row), plain.subarray(0, 500));
    await assert.rejects(stranger.open({ row }), /master key/);
    const link = join(dataDir, 'sealed-queue', 'bodies');
    await symlink(directory, link);
    const opened = await reader.open({ row: row + 1, bodyFile: large.body.name });
    assert.equal(opened.kind, 'sealed');
    const read: Uint8Array[] = [];
    if (opened.kind === 'sealed') for await (const chunk of opened.chunks) read.push(chunk);
    assert.deepEqual(Buffer.concat(read), plain);
    await assert.rejects(stranger.open({ row: row + 1, bodyFile: large.body.name }), /master key/);

    const queue = new DatabaseSync(join(dataDir, 'sealed-queue', 'queue.db'), { readOnly: true });
    await enqueue(engine, large);
    for (const [message, most] of [
      [small, 10],
      [small, 1000],
      [large, 10],
      [large, 1_000_000],
    ] as const) {
      const whole = message === small ? plain.subarray(0, 500) : plain;
      const beginning = readBeginning(queue, { id: message.meta.id, most, bodies: directory, keys });
      assert.deepEqual(Buffer.from(beginning?.bytes ?? []), whole.subarray(0, most));
      assert.equal(beginning?.size, whole.length);
    }
    await store.remove(large.body);
    assert.ok(!existsSync(join(directory, large.body.name)));
    queue.close();
    reader.close();
    stranger.close();
    await engine.close();
  });

  it('what cannot be sealed leaves neither file behind', async () => {
    const id = newId();
    const store = openBodyStore(directory, []);
    const file = await store.create(id);
    await file.write(new Uint8Array(1000));
    await assert.rejects(async () => store.seal(id, await file.finish()), /without a key/);
    for (const folder of await readdir(directory)) {
      assert.ok((await readdir(join(directory, folder))).every((name) => !name.startsWith(id)));
    }
  });

  it('files that no message names are found and removed, others stay', async () => {
    const engine = openSqliteEngine({ path: join(dataDir, 'queue.db'), expireAfterMs: 1000 });
    const kept = sampleMessage();
    kept.body = { kind: 'file', name: `aa/${kept.meta.id}` };
    await writeFile(join(directory, kept.body.name), 'kept');
    await enqueue(engine, kept);
    await writeFile(join(directory, 'bb', newId()), 'orphan');
    const log = createTestLog();
    const options = { directory, engine, log, signal: new AbortController().signal };
    const orphans = await findOrphanBodies(options);
    assert.ok(orphans.some((name) => name.startsWith('bb/')));
    await removeOrphanBodies(orphans, options);
    assert.ok(existsSync(join(directory, kept.body.name)));
    assert.deepEqual(await readdir(join(directory, 'bb')), []);
    await engine.close();
  });
});
