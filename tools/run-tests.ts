// Runs all tests. First most of them: one file at a time of those in a browser, which work, and beside it two of the
// others, which wait more than they work. Then those that look at times, two at a time; then those that measure, or kill
// what runs under full load, alone. A file that fails beside others has one more run alone, which is said: on a machine of
// two cores real servers sometimes answer later than a test waits. Ends with the files that took longest, and one line for
// all: `N passed, N failed`.

import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const TIMEOUT_MS = 300_000;
/** What runs together; a file belongs to the first that names it. */
const ALONE = ['test/crash/{clock-back,crash,full-queue}.test.ts', 'test/behaviours/{backlog,busy-api,floods}.test.ts'];
const PAIRS = ['test/crash/*.test.ts', 'test/behaviours/{start,webhooks}.test.ts', 'test/interop/peers.test.ts'];
const BROWSER = ['test/browser/*.test.ts'];
/** Those that take longest begin first, so that none of them is left for the end. */
const OTHERS = ['test/{behaviours,interop}/*.test.ts', 'src/**/*.test.ts', 'test/**/*.test.ts'];
/** More than these failing is no accident. */
const MOST_AGAIN = 5;
/** Node adds to its compiled code and removes nothing; the files of one checkout are about 3,000, for each set of flags. */
const MOST_COMPILED = 30_000;
const SLOWEST = 10;

function printNow(text: string): void {
  process.stdout.write(text);
}

function isLarge(folder: string): boolean {
  try {
    return readdirSync(folder, { recursive: true }).length > MOST_COMPILED;
  } catch {
    return false; // there is none yet
  }
}

interface Result {
  passed: number;
  failed: number;
  seconds: number;
}

const usage = mkdtempSync(join(tmpdir(), 'easymail-usage-'));
// Compiled once for all files, as bin/easymail does for the relays among them.
const compiled = resolve('node_modules/.cache/easymail');
process.env['NODE_COMPILE_CACHE'] ??= compiled;
if (isLarge(compiled)) rmSync(compiled, { recursive: true, force: true });
process.env['EASYMAIL_TEST_USAGE'] = usage;

/** The results of each file; `print` is given what they say, as they say it. */
async function runFiles(files: string[], concurrency: number, print = printNow): Promise<Map<string, Result>> {
  const byFile = new Map<string, Result>();
  if (files.length === 0) return byFile;
  const execArgv = ['--import', resolve(import.meta.dirname, 'measure-test-file.ts')];
  const events = run({ files, concurrency, timeout: TIMEOUT_MS, execArgv });
  events.on('test:summary', ({ file, counts, success, duration_ms: ms }) => {
    if (file === undefined) return;
    const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
    const result = { passed: counts.passed, failed: success ? failed : Math.max(1, failed), seconds: ms / 1000 };
    byFile.set(relative('.', file), result);
  });
  const broken = new Set<string>();
  events.on('test:fail', ({ file }) => broken.add(relative('.', file ?? '')));
  for await (const line of events.compose(spec)) print(String(line));
  // A file that ended before it could count its tests; one that has none is no fault.
  for (const file of broken) if (!byFile.has(file)) byFile.set(file, { passed: 0, failed: 1, seconds: 0 });
  return byFile;
}

/** Seconds of processor by file, as measure-test-file.ts left them. */
function processorByFile(): Map<string, number> {
  const byFile = new Map<string, number>();
  const [name] = globSync(join(usage, '*.jsonl'));
  for (const line of name === undefined ? [] : readFileSync(name, 'utf8').trim().split('\n')) {
    const { file, seconds } = JSON.parse(line) as { file: string; seconds: number };
    byFile.set(relative('.', file), seconds);
  }
  return byFile;
}

function tellSlowest(results: Map<string, Result>): void {
  const processor = processorByFile();
  const slowest = [...results].sort(([, a], [, b]) => b.seconds - a.seconds).slice(0, SLOWEST);
  for (const [file, { seconds }] of slowest) {
    const used = processor.get(file)?.toFixed(0) ?? '?';
    process.stdout.write(`${seconds.toFixed(0).padStart(4)} s, ${used.padStart(3)} s of processor: ${file}\n`);
  }
}

const failing = (results: Map<string, Result>) =>
  [...results].filter(([, { failed }]) => failed > 0).map(([file]) => file);

const taken = new Set<string>();
const [alone = [], pairs = [], browser = [], others = []] = [ALONE, PAIRS, BROWSER, OTHERS].map((patterns) =>
  patterns.flatMap((pattern) => globSync(pattern).sort()).filter((file) => !taken.has(file) && taken.add(file)),
);

const results = new Map<string, Result>();
const keep = (some: Map<string, Result>) => some.forEach((result, file) => results.set(file, result));
const inBrowser: string[] = [];
await Promise.all([
  runFiles(browser, 1, (text) => void inBrowser.push(text)).then(keep),
  runFiles(others, 2).then(keep),
]);
process.stdout.write(inBrowser.join(''));
keep(await runFiles(pairs, 2));
keep(await runFiles(alone, 1));
const again = failing(results);
if (again.length > 0 && again.length <= MOST_AGAIN) {
  process.stdout.write(`\nfailed, and runs once more, alone:\n${again.join('\n')}\n\n`);
  keep(await runFiles(again, 1));
}
tellSlowest(results);
rmSync(usage, { recursive: true });
const sum = (one: keyof Result) => [...results.values()].reduce((total, result) => total + result[one], 0);
const stillFailing = failing(results);
for (const file of again)
  process.stdout.write(`${stillFailing.includes(file) ? 'failed' : 'passed only alone'}: ${file}\n`);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = stillFailing.length === 0 ? 0 : 1;
