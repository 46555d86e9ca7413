// Loaded before each test file by tools/run-tests.ts: when the file ends, the seconds of processor that it and all that
// it started and waited for have used are written to the folder that EASYMAIL_TEST_USAGE names. Linux only. A file that
// is still there after its time ends by itself, with all that it started: Node's runner would wait for it for ever.

import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ticks a second of `/proc`, on every Linux that Node runs on. */
const TICKS = 100;
/** Fields 16 and 17 of `/proc/self/stat`, counted behind the name: processor of children that were waited for. */
const CHILDREN = [13, 14];

/** Some seconds more than the runner gives it, so that its failure is told by the runner. */
const MOST_MS = 310_000;

const folder = process.env['EASYMAIL_TEST_USAGE'];
const file = process.argv[1];
// Programs that tests start are counted with them, not by themselves.
delete process.env['EASYMAIL_TEST_USAGE'];

function secondsOfChildren(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return CHILDREN.reduce((sum, at) => sum + Number(fields[at]), 0) / TICKS;
}

if (folder !== undefined && file !== undefined && process.platform === 'linux') {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6 + secondsOfChildren();
    appendFileSync(join(folder, 'usage.jsonl'), `${JSON.stringify({ file, seconds })}\n`);
  });
}

setTimeout(() => {
  process.stderr.write(`${file} did not end within ${MOST_MS / 1000} s\n`);
  process.exit(1);
}, MOST_MS).unref();
