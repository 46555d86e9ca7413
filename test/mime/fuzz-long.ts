// The long form of the walker's fuzz test: `node test/mime/fuzz-long.ts [inputs] [seed]`, a million by default. Each input
// must be walked in time and within the limits, and memory must not grow. One that fails is written to the log whole, with
// its seed.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inputs, mustHold } from '../support/mime-fuzz.ts';

const [count = 1_000_000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
const LOOKS = 20;
/** What a heap may grow by between the first looks and the last: code is compiled. */
const GROWTH = 16 * 1024 ** 2;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Octets outside of the heap are given back between turns of the event loop, not before. */
async function heapNow(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const every = Math.max(1, Math.floor(count / LOOKS));
const memory: number[] = [];
let done = 0;
let slowest = 0;
console.log(`${count} inputs, seed ${seed}`);
for (const input of inputs(seed)) {
  const began = performance.now();
  try {
    mustHold(input);
  } catch (error) {
    console.log(`input ${done} of seed ${seed}: ${JSON.stringify(input.toString('latin1'))}`);
    throw error;
  }
  slowest = Math.max(slowest, performance.now() - began);
  if (++done % every === 0) {
    memory.push(await heapNow());
    console.log(
      `${done} inputs, ${Math.round((memory.at(-1) ?? 0) / 1024 ** 2)} MB, slowest ${Math.round(slowest)} ms`,
    );
  }
  if (done >= count) break;
}
const growth = (memory.at(-1) ?? 0) - Math.max(...memory.slice(0, 3));
console.log(`the heap grew by ${(growth / 1024 ** 2).toFixed(1)} MB since its first looks`);
if (growth > GROWTH) {
  console.error('the heap grows');
  process.exitCode = 1;
}
