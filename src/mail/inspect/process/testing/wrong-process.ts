// An inspect process that does what the message says: tests of those who watch it start it in place of the real one.

import { readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { FRAME_HEAD, frameStart, readFrameHead } from '../frames.ts';

function read(length: number): Buffer {
  const octets = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const got = readSync(0, octets, at, length - at, null);
    if (got === 0) process.exit(0);
    at += got;
  }
  return octets;
}

function attempt(act: () => void): string {
  try {
    act();
    return 'done';
  } catch (err) {
    return (err as NodeJS.ErrnoException).code ?? 'failed';
  }
}

function connected(): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(9, '127.0.0.1');
    socket
      .once('connect', () => resolve('done'))
      .once('error', (err) => resolve('code' in err ? String(err.code) : ''));
  });
}

const kept: Buffer[] = [];
const acts: Record<string, () => unknown> = {
  answer: () => ({ pid: process.pid }),
  memory: () => {
    for (;;) kept.push(Buffer.alloc(4 * 1024 * 1024, 1));
  },
  loop: () => {
    for (;;) kept.length = 0;
  },
  exit: () => process.exit(3),
  rubbish: () => void writeSync(1, Buffer.alloc(64, 0xff)),
  rights: async () => ({
    environment: Object.keys(process.env).sort(),
    files: attempt(() => readFileSync('/etc/hostname')),
    folders: attempt(() => readdirSync('/')),
    network: await connected(),
    code: attempt(() => void Reflect.construct(Function, ['return 1'])),
  }),
};

writeSync(1, frameStart({ ready: true }, 0));
for (;;) {
  const { words, octets } = readFrameHead(read(FRAME_HEAD));
  read(words);
  const content = read(octets).toString('latin1');
  const answer = await acts[content.split('\n')[0] ?? '']?.();
  writeSync(1, frameStart(answer ?? {}, 0));
}
