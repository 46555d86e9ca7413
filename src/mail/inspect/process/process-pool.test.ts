import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';
import { until } from '../../../../test/support/until.ts';
import { systemClock } from '../../../platform/clock.ts';
import { createTestLog } from '../../../platform/log.ts';
import { CONTENT_LIMITS } from '../content/limits.ts';
import type { WholeContent } from '../inspection.ts';
import type { ContentQuestion, DeathCause } from './jobs.ts';
import { createInspectProcesses, type InspectProcesses } from './process-pool.ts';
import { processUsage } from './process-usage.ts';
import { startProcess, type WatchedProcess } from './watched-process.ts';

const MB = 1024 * 1024;
const log = createTestLog();
const never = new AbortController().signal;

function contentOf(text: string): WholeContent {
  const bytes = Buffer.from(text, 'latin1');
  return {
    size: bytes.length,
    bytes: async () => bytes,
    async *stream() {
      for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
    },
  };
}

const question: ContentQuestion = {
  envelope: { direction: 'inbound', stream: 'business', sender: 'a@b.test', recipients: ['c@d.test'], size: 1, at: 0 },
  limits: CONTENT_LIMITS,
  rulesVersion: '',
  ruleSets: [],
  wantsHidden: false,
};

async function withPool(
  options: { entry?: string; processes?: number; died?: (why: DeathCause) => void; timeMs?: number },
  use: (run: (text: string, signal?: AbortSignal) => ReturnType<InspectProcesses['run']>) => Promise<void>,
) {
  const { processes = 1, timeMs = 300, ...more } = options;
  const limits = () => ({ memory: 200 * MB, timeMs });
  const pool = createInspectProcesses({ processes, limits, clock: systemClock, log, ...more });
  try {
    await use((text, signal = never) => pool.run('content', question, contentOf(text), signal));
  } finally {
    pool.close();
  }
}

function openProcess(process: WatchedProcess): WatchedProcess & AsyncDisposable {
  return Object.assign(process, {
    async [Symbol.asyncDispose]() {
      process.end();
      await process.ended;
    },
  });
}

const wrong = resolve(import.meta.dirname, 'testing/wrong-process.ts');

test('content that takes memory, time or the process itself ends that process, and only its own message is told', async () => {
  const deaths: string[] = [];
  await withPool({ entry: wrong, died: (why) => void deaths.push(why) }, async (run) => {
    const ends = await Promise.all(
      ['memory', 'answer', 'loop', 'exit', 'answer', 'rubbish', 'answer'].map((text) => run(text)),
    );
    const told = ends.map((end) => (end.kind === 'died' ? end.why : end.kind));
    assert.deepEqual(told, ['memory', 'answered', 'time', 'crash', 'answered', 'answer', 'answered']);
    assert.deepEqual(deaths, ['memory', 'time', 'crash', 'answer']);
  });
});

test('memory outside of the heap is seen before it is much', async () => {
  await withPool({ entry: wrong, timeMs: 60_000 }, async (run) => {
    const began = performance.now();
    const end = await run('memory');
    assert.deepEqual([end.kind, end.kind === 'died' && end.why], ['died', 'memory']);
    assert(performance.now() - began < 20_000);
  });
});

test('a process may read the program and nothing else: no file, no network, no environment, no code of others', async () => {
  await withPool({ entry: wrong }, async (run) => {
    const end = await run('rights');
    assert(end.kind === 'answered');
    assert.deepEqual(end.answer, {
      environment: ['MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_', 'PWD'],
      files: 'ERR_ACCESS_DENIED',
      folders: 'ERR_ACCESS_DENIED',
      network: 'ERR_ACCESS_DENIED',
      code: 'failed',
    });
  });
});

test('ordinary mail does not make a process grow until it has to be replaced', async () => {
  const limits = () => ({ memory: 200 * MB, timeMs: 60_000 });
  await using process = openProcess(startProcess({ limits, clock: systemClock }));
  await process.ready;
  const words = { job: 'content', question };
  for (let i = 0; i < 1500; i++) {
    const text = `${i} report figures meeting thursday please find attached\r\n`.repeat(150);
    const file = Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
    const part = `--p\r\nContent-Type: text/html\r\n\r\n<p>${text}</p>\r\n--p\r\n`;
    const last = `Content-Type: application/octet-stream; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n${file}\r\n--p--\r\n`;
    const header = 'From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=p\r\n\r\n';
    assert.equal((await process.ask(words, contentOf(header + part + last))).kind, 'answered');
  }
  const { memory = 0 } = processUsage(process.pid ?? 0) ?? {};
  assert(memory > 0 && memory < 105 * MB, `${Math.round(memory / MB)} MB`);
});

test('nor do large attachments', async () => {
  const limits = () => ({ memory: 200 * MB, timeMs: 60_000 });
  await using process = openProcess(startProcess({ limits, clock: systemClock }));
  await process.ready;
  const file = randomBytes(3 * MB)
    .toString('base64')
    .replaceAll(/.{76}/g, '$&\r\n');
  const type = 'Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n';
  const looks = setInterval(() => process.watch(), 5);
  try {
    for (let i = 0; i < 20; i++) {
      const mail = contentOf(`From: a@b.test\r\nSubject: ${i}\r\nMIME-Version: 1.0\r\n${type}\r\n${file}`);
      assert.equal((await process.ask({ job: 'content', question }, mail)).kind, 'answered');
    }
  } finally {
    clearInterval(looks);
  }
  assert(!process.worn);
});

test('a process that somebody ends while it has nothing to do is replaced, and nothing waits for it', async () => {
  await withPool({ entry: wrong }, async (run) => {
    const first = await run('answer');
    assert(first.kind === 'answered');
    const { pid } = first.answer as unknown as { pid: number };
    process.kill(pid, 'SIGKILL');
    await until('its end', () => (existsSync(`/proc/${pid}`) ? undefined : true));
    const second = await run('answer', AbortSignal.timeout(20_000));
    assert(second.kind === 'answered');
    assert.notEqual((second.answer as unknown as { pid: number }).pid, pid);
  });
});

const skipWithoutSetpriv =
  spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'true']).status === 0 ? false : 'no setpriv';

test('who is killed takes along the process that works for it', { skip: skipWithoutSetpriv }, async () => {
  const program = resolve(import.meta.dirname, 'testing/endless-work.ts');
  const relay = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [said] = (await once(relay.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    // It is at work: it does not read, and would not hear that nobody is there any more.
    await until('its work', () => ((processUsage(pid)?.cpuMs ?? 0) > 300 ? true : undefined));
    relay.kill('SIGKILL');
    await until('its end', () => (processUsage(pid) === undefined ? true : undefined));
  } finally {
    relay.kill('SIGKILL');
  }
});

test('small mail goes to one process while that keeps up, and to another where it does not', async () => {
  await withPool({ entry: wrong, processes: 2, timeMs: 5000 }, async (run) => {
    const pidOf = (end: Awaited<ReturnType<typeof run>>) =>
      end.kind === 'answered' ? (end.answer as unknown as { pid: number }).pid : end.why;
    const large = `answer\n${'x'.repeat(MB)}`;
    const both = async () => new Set((await Promise.all([run(large), run(large)])).map(pidOf));
    await until('both processes', async () => ((await both()).size === 2 ? true : undefined));
    const small = await Promise.all(Array.from({ length: 6 }, () => run('answer')));
    assert.equal(new Set(small.map(pidOf)).size, 1);
    const giveUp = new AbortController();
    let ended = false;
    const stuck = run('loop', giveUp.signal).finally(() => {
      ended = true;
    });
    assert.equal((await run('answer')).kind, 'answered');
    assert.equal(ended, false);
    giveUp.abort();
    await assert.rejects(stuck);
  });
});

test('what is given up while it waits is not asked, and what runs is not waited for', async () => {
  await withPool({ entry: wrong, timeMs: 500 }, async (run) => {
    await run('answer');
    const giveUp = new AbortController();
    const running = run('loop', giveUp.signal);
    const waiting = run('exit', giveUp.signal);
    const later = run('answer');
    giveUp.abort();
    await assert.rejects(running);
    await assert.rejects(waiting);
    assert.equal((await later).kind, 'answered');
  });
});

test('content that cannot be read blames nobody, and the process is replaced', async () => {
  const deaths: string[] = [];
  const pool = createInspectProcesses({
    processes: 1,
    limits: () => ({ memory: 200 * MB, timeMs: 2000 }),
    clock: systemClock,
    log,
    died: (why) => void deaths.push(why),
  });
  const broken: WholeContent = { ...contentOf('x'), bytes: () => Promise.reject(new Error('the disk is gone')) };
  await assert.rejects(pool.run('content', question, broken, never), /the disk is gone/);
  assert.equal((await pool.run('content', question, contentOf('Subject: x\r\n\r\nx'), never)).kind, 'answered');
  assert.deepEqual(deaths, []);
  pool.close();
});

test('messages of any size come through a process as they are, one after the other', async () => {
  await withPool({ processes: 2, timeMs: 10_000 }, async (run) => {
    const sizes = [0, 10, 100_000, 5 * MB];
    const ends = await Promise.all([...sizes, ...sizes].map((size) => run(`Subject: x\r\n\r\n${'a'.repeat(size)}`)));
    assert.deepEqual([...new Set(ends.map(({ kind }) => kind))], ['answered']);
  });
});

test('a program that cannot start rejects nothing for good: what waits is given up by its own deadline', async () => {
  const pool = createInspectProcesses({
    processes: 1,
    limits: () => ({ memory: 200 * MB, timeMs: 2000 }),
    clock: systemClock,
    log,
    entry: '/nowhere.ts',
  });
  await assert.rejects(pool.run('content', question, contentOf('x'), AbortSignal.timeout(300)));
  pool.close();
});
