import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processTree, startProcess } from '../../test/support/processes.ts';
import { until } from '../../test/support/until.ts';
import { createTestLog } from '../platform/log.ts';
import { stopAll } from './stop-in-time.ts';

const MODULES = { log: '../platform/log.ts', stop: './stop-in-time.ts' };

/** A process that stops, and does so for as long as `body` goes on. */
function stopping(limits: { exitMs: number; killMs: number }, body: string) {
  const { log, stop } = MODULES;
  const program = `
    import { createLog } from ${JSON.stringify(import.meta.resolve(log))};
    import { stopInTime } from ${JSON.stringify(import.meta.resolve(stop))};
    const log = createLog({ level: 'info', thread: 'main' });
    stopInTime({ log, ...${JSON.stringify(limits)}, waitsFor: () => 'the moon' });
    log.always('stopping');
    ${body}`;
  return startProcess(process.execPath, ['--input-type=module', '-e', program]);
}

test('a stop that hangs ends with 1, and the log says what it waited for', async () => {
  await using running = stopping({ exitMs: 200, killMs: 60_000 }, 'setInterval(() => {}, 1000);');
  assert.deepEqual(await running.exited, { code: 1, signal: null });
  assert.match(running.output(), /"level":"error".*"waits_for":"the moon".*the stop took too long/);
});

test('a process that cannot even exit is killed', async () => {
  await using running = stopping({ exitMs: 100, killMs: 1000 }, 'for (;;);');
  assert.deepEqual(await running.exited, { code: null, signal: 'SIGKILL' });
});

test('what watches over a stop ends with it', async () => {
  await using running = stopping({ exitMs: 60_000, killMs: 60_000 }, 'setInterval(() => {}, 1000);');
  await running.waitForLine(/stopping/);
  const watching = await until('the watching process', () => {
    const children = processTree(running.pid).slice(1);
    return children.length >= 2 ? children : undefined;
  });
  await running.stop('SIGKILL');
  await until('its end', () => (watching.some((pid) => processTree(pid).length > 0) ? undefined : true));
});

test('steps that fail or hang do not keep others from their end', async () => {
  const lines: string[] = [];
  const done: string[] = [];
  const log = createTestLog((line) => lines.push(line));
  const isWell = await stopAll(
    [
      { name: 'failing', end: () => Promise.reject(new Error('no')) },
      { name: 'hanging', end: () => new Promise(() => {}), withinMs: 10 },
      { name: 'last', end: () => done.push('last') },
    ],
    log,
    (name) => done.push(`begins ${name}`),
  );
  assert.equal(isWell, false);
  assert.deepEqual(done, ['begins failing', 'begins hanging', 'begins last', 'last']);
  assert.match(lines.join(''), /"name":"failing".*\n.*"name":"hanging"/);
  assert.equal(await stopAll([{ name: 'one', end: () => {} }], log, () => {}), true);
});
