// The recorder and the rebuilt folder, proved on a program whose faults are known: each fault must be found, and a
// program without fault must pass.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { run, skipWithoutPrograms } from '../support/processes.ts';
import { temporaryFolder } from '../support/temp.ts';
import { cutPoints, type Mode, randomFrom, rebuild, snapshot } from './power-cut.ts';
import { readRecording, recorder } from './recording.ts';

const standIn = resolve(import.meta.dirname, 'stand-in.ts');
const skip = skipWithoutPrograms(['strace']);

/** Ids that were promised before the cut and are not whole in the rebuilt folder. */
function lostIn(folder: string, promised: string[]): string[] {
  let rows: Map<string, string | null>;
  try {
    const database = new DatabaseSync(join(folder, 'rows.db'));
    const all = database.prepare('select id, file, body from row').all() as { id: string; file: string | null }[];
    rows = new Map(all.map((row) => [row.id, row.file]));
    database.close();
  } catch {
    return promised;
  }
  const whole = (file: string, id: string) => {
    const path = join(folder, 'files', file);
    return existsSync(path) && readFileSync(path, 'utf8') === id.repeat(3000);
  };
  return promised.filter((id) => {
    const file = rows.get(id);
    return file === undefined || (file !== null && !whole(file, id));
  });
}

async function lostOverCuts(fault: string, options: { withoutSyncs?: boolean; cuts?: number } = {}): Promise<number> {
  await using temp = temporaryFolder('cut');
  const folder = temp.file('data');
  mkdirSync(folder);
  const base = snapshot(folder);
  const [strace = '', ...args] = recorder(temp.file('log'), { withoutSyncs: options.withoutSyncs === true });
  const { code, stderr } = await run(strace, [...args, process.execPath, standIn, folder, '40', fault]);
  assert.equal(code, 0, stderr);
  const recording = await readRecording(temp.file('log'), base);
  assert.equal(recording.accepted.length, 200);
  const random = randomFrom(1);
  let lost = 0;
  for (const [index, point] of cutPoints(recording, options.cuts ?? 60, random).entries()) {
    const mode: Mode = index % 3 === 0 ? 'synced' : 'some';
    rebuild(recording, { base: folder, folder: temp.file('rebuilt') }, { point, mode, random });
    const promised = recording.accepted.filter(({ line }) => line < point).map(({ id }) => id);
    lost += lostIn(temp.file('rebuilt'), promised).length;
  }
  return lost;
}

test('a program that syncs before its 250 loses nothing in a power cut', { skip }, async () => {
  assert.equal(await lostOverCuts('none'), 0);
});

test('the same program with syncs that do nothing is found to lose', { skip }, async () => {
  assert.ok((await lostOverCuts('none', { withoutSyncs: true })) > 0);
});

for (const fault of ['synchronous-normal', 'says-too-early', 'file-without-sync', 'name-without-sync']) {
  test(`a program with the fault "${fault}" is found to lose`, { skip }, async () => {
    assert.ok((await lostOverCuts(fault)) > 0);
  });
}
