// Runs all tests: most files two at a time, since they wait more than they work; those that look at times, or kill what
// runs, one at a time. Ends with one line for both: `N passed, N failed`.

import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const TIMEOUT_MS = 300_000;
const ALONE = [
  'test/crash/*.test.ts',
  'test/behaviours/{backlog,busy-api,floods,start,webhooks}.test.ts',
  'test/interop/peers.test.ts',
];
const ALL = ['src/**/*.test.ts', 'test/**/*.test.ts'];

interface Counts {
  passed: number;
  failed: number;
}

async function runFiles(files: string[], concurrency: number): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0 };
  const events = run({ files, concurrency, timeout: TIMEOUT_MS });
  events.on('test:summary', ({ file, counts: all, success }) => {
    if (file !== undefined) return;
    counts.passed = all.passed;
    counts.failed = all.tests - all.passed - all.skipped - all.todo;
    if (!success && counts.failed === 0) counts.failed = 1;
  });
  for await (const line of events.compose(spec)) process.stdout.write(String(line));
  return counts;
}

const alone = globSync(ALONE);
const together = globSync(ALL).filter((file) => !alone.includes(file));
const first = await runFiles(together.sort(), 2);
const second = await runFiles(alone.sort(), 1);
const failed = first.failed + second.failed;
process.stdout.write(`${first.passed + second.passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
