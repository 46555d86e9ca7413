import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createTestLog } from '../../platform/log.ts';
import { openBodyReader } from './body-reader.ts';
import { openBodyStore, prepareBodyFolders } from './body-store.ts';
import { createQueueIds } from './queue-id.ts';
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
