import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBodiesReader, writeBodies } from './bodies-archive.ts';

test('bodies are put back as they were, those of held mail too; a name that is none is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bodies-archive-'));
  try {
    const names = ['0a/1k80dag2700vm0000', 'ff/1k80dag2700vm0001.sealed'];
    for (const name of [...names, 'ff/1k80dag2700vm0002.other']) {
      mkdirSync(join(folder, 'from', name.slice(0, 2)), { recursive: true });
      writeFileSync(join(folder, 'from', name), `content of ${name}`);
    }
    const archive = (wanted: string[]) => {
      const pieces: Uint8Array[] = [];
      writeBodies(join(folder, 'from'), wanted, (piece) => pieces.push(Buffer.from(piece)));
      return Buffer.concat(pieces);
    };
    const synced: string[] = [];
    const reader = createBodiesReader(join(folder, 'to'), (path) => synced.push(path));
    const octets = archive(names);
    for (let at = 0; at < octets.length; at += 13) reader.take(octets.subarray(at, at + 13));
    assert.equal(reader.end(), 2);
    for (const name of names) assert.equal(readFileSync(join(folder, 'to', name), 'utf8'), `content of ${name}`);
    assert.equal(synced.length, 2);
    assert.throws(() => createBodiesReader(join(folder, 'to'), () => {}).take(archive(['ff/1k80dag2700vm0002.other'])));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
