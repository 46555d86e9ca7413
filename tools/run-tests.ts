// Runs all tests: most files two at a time, since they wait more than they work; those that look at times, or kill what
// runs, one at a time. A file that fails beside others has one more run alone, which is said: on a machine of two cores
// real servers sometimes answer later than a test waits. Ends with one line for all: `N passed, N failed`.

import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const TIMEOUT_MS = 300_000;
const ALONE = [
  'test/crash/*.test.ts',
  'test/behaviours/{backlog,busy-api,floods,start,webhooks}.test.ts',
  'test/interop/peers.test.ts',
];
const ALL = ['src/**/*.test.ts', 'test/**/*.test.ts'];
/** More than these failing is no accident. */
const MOST_AGAIN = 5;

interface Counts {
  passed: number;
  failed: number;
}

/** The counts of each file. */
async function runFiles(files: string[], concurrency: number): Promise<Map<string, Counts>> {
  const byFile = new Map<string, Counts>();
  if (files.length === 0) return byFile;
  const events = run({ files, concurrency, timeout: TIMEOUT_MS });
  events.on('test:summary', ({ file, counts, success }) => {
    if (file === undefined) return;
    const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
    byFile.set(relative('.', file), { passed: counts.passed, failed: success ? failed : Math.max(1, failed) });
  });
  const broken = new Set<string>();
  events.on('test:fail', ({ file }) => broken.add(relative('.', file ?? '')));
  for await (const line of events.compose(spec)) process.stdout.write(String(line));
  // A file that ended before it could count its tests; one that has none is no fault.
  for (const file of broken) if (!byFile.has(file)) byFile.set(file, { passed: 0, failed: 1 });
  return byFile;
}

const failing = (counts: Map<string, Counts>) =>
  [...counts].filter(([, { failed }]) => failed > 0).map(([file]) => file);

const alone = globSync(ALONE);
const together = globSync(ALL).filter((file) => !alone.includes(file));
const counts = new Map([...(await runFiles(together.sort(), 2)), ...(await runFiles(alone.sort(), 1))]);
const again = failing(counts);
if (again.length > 0 && again.length <= MOST_AGAIN) {
  process.stdout.write(`\nfailed, and runs once more, alone:\n${again.join('\n')}\n\n`);
  for (const [file, result] of await runFiles(again, 1)) counts.set(file, result);
}
const sum = (one: keyof Counts) => [...counts.values()].reduce((total, result) => total + result[one], 0);
const stillFailing = failing(counts);
for (const file of again)
  process.stdout.write(`${stillFailing.includes(file) ? 'failed' : 'passed only alone'}: ${file}\n`);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = stillFailing.length === 0 ? 0 : 1;
