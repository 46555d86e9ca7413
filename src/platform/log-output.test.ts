import assert from 'node:assert/strict';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { test } from 'node:test';
import { runOrThrow } from '../../test/support/processes.ts';
import { temporaryFolder } from '../../test/support/temp.ts';
import { createLogOutput } from './log-output.ts';

const lost = (lines: number) => `lost ${lines}\n`;

async function openPipe(path: string) {
  await runOrThrow('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

function readAll(fd: number): string {
  const pieces: string[] = [];
  const octets = Buffer.alloc(64 * 1024);
  for (;;) {
    let read = 0;
    try {
      read = readSync(fd, octets);
    } catch {
      // Nothing there now.
    }
    if (read === 0) return pieces.join('');
    pieces.push(octets.toString('latin1', 0, read));
  }
}

test('lines wait until there are many, or until they are flushed', async () => {
  await using folder = temporaryFolder('log');
  const path = folder.file('out');
  const output = createLogOutput(openSync(path, 'a'), lost);
  output.write('one\n');
  assert.equal(readFileSync(path, 'utf8'), '');
  output.flush();
  assert.equal(readFileSync(path, 'utf8'), 'one\n');
  for (let i = 0; i < 100; i++) output.write(`${'x'.repeat(99)}\n`);
  assert(readFileSync(path, 'utf8').length >= 8192);
  output.flush();
  assert.equal(readFileSync(path, 'utf8').length, 4 + 100 * 100);
});

test('a reader that stands still is not waited for; what it missed is said once it goes on', async () => {
  await using folder = temporaryFolder('log');
  const { reader, writer } = await openPipe(folder.file('pipe'));
  const output = createLogOutput(writer, lost);
  const lines = Array.from({ length: 3000 }, (_, i) => `${String(i).padStart(999, '.')}\n`);
  for (const line of lines) output.write(line);
  output.flush();
  let read = '';
  for (let i = 0; i < 100 && !read.includes('lost'); i++) {
    read += readAll(reader);
    output.flush();
  }
  const [, count = ''] = /lost (\d+)\n$/.exec(read) ?? [];
  const kept = lines.length - Number(count);
  assert.equal(read, `${lines.slice(0, kept).join('')}lost ${count}\n`);
  assert(kept > 1000 && kept < lines.length, `${kept} lines kept`);
  output.write('on\n');
  output.flush();
  assert.equal(readAll(reader), 'on\n');
});

test('a reader that is gone, or a disk without room, costs lines and nothing else', { timeout: 10_000 }, async () => {
  await using folder = temporaryFolder('log');
  const path = folder.file('pipe');
  const { reader, writer } = await openPipe(path);
  const output = createLogOutput(writer, lost);
  closeSync(reader);
  for (let i = 0; i < 3; i++) {
    output.write('unread\n');
    output.flush();
  }
  const again = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  output.flush();
  output.write('read\n');
  output.flush();
  assert.equal(readAll(again), 'lost 3\nread\n');
  const full = createLogOutput(openSync('/dev/full', 'a'), lost);
  full.write('no room\n');
  full.flush();
});
