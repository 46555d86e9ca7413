// An inspect process: takes hostile content apart, one message after the other. It can read the relay's program and
// nothing else, has nothing of its environment, and writes to nothing but the pipe to the thread that it belongs to.
// Whoever makes it use too much ends it (watched-process.ts).

import { readSync, writeSync } from 'node:fs';
import { FRAME_HEAD, frameStart, readFrameHead } from './frames.ts';
import type { JobName, Jobs } from './jobs.ts';
import { runJob } from './run-job.ts';

const STDIN = 0;
const STDOUT = 1;
/** Octets of a content whose garbage is worth a few milliseconds. */
const LARGE = 256 * 1024;

/** A question as it comes over the pipe. */
interface Asked<Name extends JobName = JobName> {
  job: Name;
  question: Jobs[Name]['question'];
}

/** Questions about ordinary mail come into one place, mostly with one call of the system, and leave no garbage. */
const place = Buffer.allocUnsafeSlow(128 * 1024);

/** Reads until so many octets are there, and more if they came along; fewer at the end of the pipe. */
function fill(octets: Buffer, from: number, wanted: number): number {
  let filled = from;
  while (filled < wanted) {
    const read = readSync(STDIN, octets, filled, octets.length - filled, null);
    if (read === 0) return filled;
    filled += read;
  }
  return filled;
}

function writeAll(octets: Uint8Array): void {
  let written = 0;
  while (written < octets.length) written += writeSync(STDOUT, octets, written);
}

/** Nobody asks before the answer is there: what follows a head is the rest of that frame and nothing else. */
function nextQuestion(): { asked: Asked; content: Buffer } | undefined {
  const there = fill(place, 0, FRAME_HEAD);
  if (there < FRAME_HEAD) return undefined;
  const { words, octets } = readFrameHead(place);
  const end = FRAME_HEAD + words + octets;
  let frame = place;
  if (end > place.length) {
    frame = Buffer.allocUnsafeSlow(end);
    place.copy(frame, 0, 0, there);
  }
  if (fill(frame, there, end) < end) return undefined;
  const text = frame.toString('utf8', FRAME_HEAD, FRAME_HEAD + words);
  return { asked: JSON.parse(text) as Asked, content: frame.subarray(FRAME_HEAD + words, end) };
}

/** Answers questions up to a large one, of which nothing is to be left when the next comes. False at the end. */
async function answerNext(): Promise<boolean> {
  for (let next = nextQuestion(); next !== undefined; next = nextQuestion()) {
    const { answer, octets } = await runJob(next.asked.job, next.asked.question, next.content);
    const beside = octets.reduce((sum, some) => sum + some.byteLength, 0);
    writeAll(frameStart(answer, beside));
    for (const some of octets) writeAll(some);
    if (next.content.length > LARGE) return true;
  }
  return false;
}

// A signal to all processes of the service is for the relay, which ends orderly and takes this one along.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
writeAll(frameStart({ ready: true }, 0));
while (await answerNext()) globalThis.gc?.();
