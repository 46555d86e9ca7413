// The long form of the fuzz test: `node test/dialogues/fuzz-long.ts [sessions] [seed]`, a million by default. Sessions of
// known words and of noise, cut anywhere, with handlers that answer at once or late; what must hold for each is checked,
// and the heap is watched. A session that fails is told with its seed, which plays it alone: `… 1 SEED`.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SessionHandler } from '../../src/mail/accept/handler.ts';
import type { MemoryOptions } from './memory-session.ts';
import { keys, play, playLate, words } from './play.ts';

const [count = 1_000_000, firstSeed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
/** One session in so many has a handler that answers late: those take turns of the event loop. */
const LATE = 50;
const LOOKS = 20;
/** What a heap may grow by between the first looks and the last: caches fill, code is compiled. */
const GROWTH = 16 * 1024 ** 2;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Mulberry32: quick, and the same sessions for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function octetsOf(random: (below: number) => number): Buffer {
  const pieces: Buffer[] = [];
  // Most begin as a transaction, so that the words after it mean something.
  if (random(3) > 0) pieces.push(Buffer.from('EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n'));
  for (let left = random(40); left > 0; left--) {
    if (random(20) > 0) pieces.push(Buffer.from(words[random(words.length)] ?? '', 'latin1'));
    else pieces.push(Buffer.from(Array.from({ length: random(60) }, () => random(256))));
  }
  return Buffer.concat(pieces);
}

const late = async <T>(value: T): Promise<T> => {
  await new Promise((resolve) => setImmediate(resolve));
  return value;
};
const lateHooks: Partial<SessionHandler> = {
  credentials: () => late(keys),
  mail: () => late(undefined),
  rcpt: () => late(undefined),
  header: () => late(undefined),
  body: () => late<void>(undefined),
};

async function one(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const octets = octetsOf(random);
  const cuts = Array.from({ length: random(20) }, () => random(2000));
  const options: MemoryOptions = { tls: random(2) === 0, tester: random(3) === 0 };
  if (random(LATE) === 0) await playLate(octets, cuts, { ...options, hooks: lateHooks });
  else play(octets, cuts, { ...options, hooks: { credentials: () => keys, mayAskNotices: () => random(2) === 0 } });
}

function heapNow(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const step = Math.max(1, Math.ceil(count / LOOKS));
const heaps: number[] = [];
const begun = performance.now();
for (let session = 0; session < count; session++) {
  try {
    await one(firstSeed + session);
  } catch (error) {
    console.error(`session with seed ${firstSeed + session} failed`, error);
    process.exit(1);
  }
  if ((session + 1) % step !== 0) continue;
  heaps.push(heapNow());
  const seconds = (performance.now() - begun) / 1000;
  const heap = ((heaps.at(-1) ?? 0) / 1024 ** 2).toFixed(1);
  console.log(`${session + 1} sessions, ${seconds.toFixed(0)} s, heap ${heap} MB`);
}
const early = Math.max(...heaps.slice(0, 3));
const growth = (heaps.at(-1) ?? 0) - early;
console.log(`seed ${firstSeed}, heap grew by ${(growth / 1024 ** 2).toFixed(1)} MB since its first looks`);
if (growth > GROWTH) {
  console.error('the heap grows');
  process.exitCode = 1;
}
