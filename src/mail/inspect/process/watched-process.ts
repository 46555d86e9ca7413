// One inspect process as its relay thread sees it: started, asked one thing at a time, watched, ended.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../../platform/clock.ts';
import type { WholeContent } from '../inspection.ts';
import { FrameReader, frameStart } from './frames.ts';
import type { DeathCause } from './jobs.ts';
import { endFirstWithoutMemory, processUsage } from './process-usage.ts';

export interface ProcessLimits {
  /** Octets that it may hold, beside what the message it works on is allowed. */
  memory: number;
  /** Milliseconds of processor for one message. */
  timeMs: number;
}

/** What came back. */
export type Answered = { kind: 'answered'; words: unknown; octets: Buffer } | { kind: 'died'; why: DeathCause };

export interface WatchedProcess {
  /** Resolves once it can be asked; rejects where it ends before. */
  readonly ready: Promise<void>;
  /** Resolves once it has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Asks; only when it is ready and has nothing to do. Rejects where the content cannot be read. */
  ask(words: unknown, content: WholeContent): Promise<Answered>;
  /** Looks at what it uses, and ends it where that is too much. Cheap while it has nothing to do. */
  watch(): void;
  /** It has grown: better a new one than one that the next message is blamed for. */
  readonly worn: boolean;
  readonly pid: number | undefined;
  end(): void;
}

const ROOT = resolve(import.meta.dirname, '../../../..');
const ENTRY = resolve(import.meta.dirname, 'inspect-process.ts');
/** Octets of working memory for each octet of the message, beside `limits.memory`. */
const MEMORY_FOR_CONTENT = 8;
/** A machine that is busy gives a process little time: by the clock it may take so much longer. */
const WALL_FOR_CPU = 5;
/** What takes less is not looked at. */
const WATCHED_AFTER_MS = 20;
/** Past this share of the limit it is worn. */
const WORN_SHARE = 0.6;
/** Seconds of processor in its whole life. The system ends it then, also where nobody watches any longer. */
const LIFE_S = 3600;
/** Past this share of its life it is worn; looked at after so many messages. */
const LIFE_SHARE = 0.5;
const LIFE_LOOK = 200;
/** Content up to this size is copied behind its question: one piece costs less than two. */
const COPIED = 64 * 1024;
/** Content up to this size is handed over in one piece. */
const ONE_PIECE = 512 * 1024;

/** The options of Node that leave the process nothing but the program: no files, network, processes, threads, addons. */
function rights(): string[] {
  const readable = ['src', 'node_modules', 'package.json'].map((name) => `--allow-fs-read=${resolve(ROOT, name)}`);
  return ['--permission', ...readable, '--disallow-code-generation-from-strings', '--no-warnings'];
}

/**
 * Garbage of one message is gone with the next few, and one thread works: a process that only ordinary mail makes grow
 * would be replaced again and again, and the next one be slow until its code is compiled.
 */
const SMALL = ['--max-semi-space-size=2', '--v8-pool-size=1', '--expose-gc'];
/** Freed memory goes back to one place, not to one for each thread, and of what is large to the system. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };

/** Where the system has it (Linux): whoever is killed while its process works takes that one along. */
const WITH_PARENT = 'setpriv --pdeathsig KILL --';
/** No core with somebody's mail in it, no octet into any file, no life without end, nor without the relay. */
const BOUNDS = [
  `ulimit -c 0; ulimit -f 0; ulimit -t ${LIFE_S}`,
  `if ${WITH_PARENT} true 2>/dev/null; then exec ${WITH_PARENT} "$0" "$@"; fi`,
  'exec "$0" "$@"',
].join('; ');

export interface ProcessOptions {
  /** Asked at each look. */
  limits: () => ProcessLimits;
  clock: Clock;
  /** The program; tests have one that does wrong. */
  entry?: string;
}

/** Starts a process. */
export function startProcess(options: ProcessOptions): WatchedProcess {
  return new Running(options);
}

interface Work {
  /** Milliseconds since the clock began. */
  began: number;
  /** Processor time before it, once that was looked at. */
  cpuBefore: number | undefined;
  size: number;
  end: (answered: Answered) => void;
}

class Running implements WatchedProcess {
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly #gone = Promise.withResolvers<void>();
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #limits: () => ProcessLimits;
  readonly #clock: Clock;
  readonly #reader = new FrameReader();
  readonly #started = Promise.withResolvers<void>();
  #work: Work | undefined;
  #isReady = false;
  /** Why it was ended, where we did. */
  #ended: DeathCause | undefined;
  #asked = 0;
  worn = false;

  constructor({ limits, clock, entry = ENTRY }: ProcessOptions) {
    this.#limits = limits;
    this.#clock = clock;
    this.ready = this.#started.promise;
    this.ended = this.#gone.promise;
    // Nobody may be waiting when it fails.
    this.ready.catch(() => {});
    this.#child = spawn('/bin/sh', ['-c', BOUNDS, process.execPath, ...rights(), ...SMALL, entry], {
      cwd: '/',
      env: ENVIRONMENT,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.on('error', () => this.#end());
    this.#child.on('exit', () => this.#end());
    // What cannot be written any more is known by the end of the process.
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (piece: Buffer) => this.#take(piece));
    if (this.pid !== undefined) endFirstWithoutMemory(this.pid);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async ask(words: unknown, content: WholeContent): Promise<Answered> {
    const { size } = content;
    this.#asked += 1;
    if (this.#asked % LIFE_LOOK === 0) this.#lookAtLife();
    const answered = Promise.withResolvers<Answered>();
    this.#work = { began: this.#clock.monotonic(), cpuBefore: undefined, size, end: answered.resolve };
    await this.#send(frameStart(words, size), content);
    return answered.promise;
  }

  watch(): void {
    const { pid } = this;
    const work = this.#work;
    if (pid === undefined || work === undefined || this.#ended !== undefined) return;
    const tookMs = this.#clock.monotonic() - work.began;
    if (tookMs < WATCHED_AFTER_MS) return;
    const usage = processUsage(pid);
    if (usage === undefined) return;
    const { memory, timeMs } = this.#limits();
    const ofContent = work.size * MEMORY_FOR_CONTENT;
    // It cannot have had more since the message came than the clock says.
    work.cpuBefore ??= usage.cpuMs - tookMs;
    this.worn ||= usage.memory > memory * WORN_SHARE + ofContent;
    if (usage.memory > memory + ofContent) this.#kill('memory');
    else if (usage.cpuMs - work.cpuBefore > timeMs || tookMs > timeMs * WALL_FOR_CPU) this.#kill('time');
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #lookAtLife(): void {
    const usage = this.pid === undefined ? undefined : processUsage(this.pid);
    this.worn ||= usage !== undefined && usage.cpuMs > LIFE_S * 1000 * LIFE_SHARE;
  }

  #kill(why: DeathCause): void {
    this.#ended = why;
    this.#child.kill('SIGKILL');
  }

  async #send(start: Buffer, content: WholeContent): Promise<void> {
    const { stdin } = this.#child;
    if (content.size <= COPIED) {
      stdin.write(Buffer.concat([start, await content.bytes()]));
      return;
    }
    stdin.cork();
    stdin.write(start);
    if (content.size <= ONE_PIECE) {
      const bytes = await content.bytes();
      stdin.write(bytes);
      stdin.uncork();
      return;
    }
    stdin.uncork();
    for await (const piece of content.stream()) {
      if (this.#ended !== undefined || stdin.destroyed) return;
      if (!stdin.write(piece)) await this.#drained();
    }
  }

  /** There is room again, or nobody reads any more. */
  #drained(): Promise<void> {
    const { stdin } = this.#child;
    return new Promise((resolve) => {
      const done = () => {
        stdin.off('drain', done).off('close', done);
        resolve();
      };
      stdin.on('drain', done).on('close', done);
    });
  }

  #take(piece: Buffer): void {
    try {
      for (const { words, octets } of this.#reader.push(piece)) this.#answer(words, octets);
    } catch {
      this.#kill('answer');
    }
  }

  #answer(words: unknown, octets: Buffer): void {
    if (!this.#isReady) {
      this.#isReady = true;
      this.#started.resolve();
      return;
    }
    const work = this.#work;
    if (work === undefined) throw new RangeError('an answer that nobody asked for');
    this.#work = undefined;
    work.end({ kind: 'answered', words, octets });
  }

  #end(): void {
    this.#gone.resolve();
    this.#started.reject(new Error('the inspect process ended before it was ready'));
    const work = this.#work;
    this.#work = undefined;
    work?.end({ kind: 'died', why: this.#ended ?? 'crash' });
  }
}
