// The inspect processes of one thread: a few, started ahead, each asked one thing at a time; what comes while all are
// busy waits in turn. A process that ends is replaced, and the message that it ended over is told so. Ordinary mail goes to
// one of them as long as that keeps up: its code is compiled and at hand, the others' is not.

import type { Log } from '../../../platform/log.ts';
import type { WholeContent } from '../inspection.ts';
import { type DeathCause, type JobEnd, type JobName, type Jobs, MOST_RULE_SETS } from './jobs.ts';
import { type Answered, type ProcessOptions, startProcess, type WatchedProcess } from './watched-process.ts';

export interface InspectProcesses {
  /**
   * Asks a process. Rejects where the signal aborts, or the content cannot be read; then it is not known what the
   * message is like, and nobody is to blame.
   */
  run<Name extends JobName>(
    job: Name,
    question: Jobs[Name]['question'],
    content: WholeContent,
    signal: AbortSignal,
  ): Promise<JobEnd<Name>>;
  /** Starts the processes now, so that the first message need not wait for them. */
  startAhead(): void;
  close(): void;
}

export interface InspectProcessesOptions extends ProcessOptions {
  /** How many there are. */
  processes: number;
  log: Log;
  /** A process ended over a message. */
  died?: (why: DeathCause) => void;
  /** So many starts in a row have failed: nothing can be taken apart. */
  notStarted?: (failures: number) => void;
  /** One has started after starts that failed. */
  startedAgain?: () => void;
}

/** Makes the pool; no process is started before the first question, or `startAhead`. */
export function createInspectProcesses(options: InspectProcessesOptions): InspectProcesses {
  return new Pool(options);
}

/** How often busy processes are looked at. */
const WATCH_MS = 20;
/** After a process that could not even be started, the next try waits so long, and ten times as long at most. */
const START_AGAIN_MS = 500;
const START_AGAIN_MOST = 10;
/** A process that is not ready by then never will be; generous, for a machine that starts under load. */
const START_MS = 60_000;
/** Octets of a content that is soon done with: behind such a one waits another, rather than wake another process. */
const SMALL = 128 * 1024;
/** No more of them, and none for longer than a look (`WATCH_MS`). */
const MOST_BEHIND = 8;

interface Task {
  job: JobName;
  question: Jobs[JobName]['question'];
  content: WholeContent;
  signal: AbortSignal;
  /** A look came and went while it waited. */
  late: boolean;
  resolve: (end: JobEnd<JobName>) => void;
  reject: (err: unknown) => void;
}

interface Place {
  process: WatchedProcess;
  /** Versions of rules that the process has seen. */
  rules: Set<string>;
  /** It works on a small content, or did last. */
  soonDone: boolean;
}

class Pool implements InspectProcesses {
  readonly #options: InspectProcessesOptions;
  readonly #idle: Place[] = [];
  readonly #busy = new Set<Place>();
  readonly #starting = new Set<WatchedProcess>();
  readonly #waiting: Task[] = [];
  /** Places for which a start is waited for. */
  #postponed = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: InspectProcessesOptions) {
    this.#options = options;
  }

  run<Name extends JobName>(
    job: Name,
    question: Jobs[Name]['question'],
    content: WholeContent,
    signal: AbortSignal,
  ): Promise<JobEnd<Name>> {
    if (this.#closed || signal.aborted) return Promise.reject(new Error('the inspection was given up'));
    const { promise, resolve, reject } = Promise.withResolvers<JobEnd<Name>>();
    const task: Task = { job, question, content, signal, late: false, resolve, reject };
    const giveUp = () => {
      const place = this.#waiting.indexOf(task);
      if (place >= 0) this.#waiting.splice(place, 1);
      reject(new Error('the inspection was given up'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    this.#waiting.push(task);
    this.startAhead();
    this.#next();
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  startAhead(): void {
    const there = this.#idle.length + this.#busy.size + this.#starting.size + this.#postponed;
    for (let i = there; i < this.#options.processes; i++) this.#start();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { process } of [...this.#idle, ...this.#busy]) process.end();
    for (const process of this.#starting) process.end();
    for (const task of this.#waiting.splice(0)) task.reject(new Error('the relay stops'));
  }

  #start(): void {
    if (this.#closed) return;
    const process = startProcess(this.#options);
    this.#starting.add(process);
    const late = setTimeout(() => process.end(), START_MS);
    late.unref();
    process.ready.then(
      () => {
        clearTimeout(late);
        if (this.#failures > 0) this.#options.startedAgain?.();
        this.#failures = 0;
        this.#starting.delete(process);
        if (this.#closed) return process.end();
        const place = { process, rules: new Set<string>(), soonDone: false };
        this.#idle.push(place);
        void process.ended.then(() => this.#lost(place));
        return this.#next();
      },
      (err: unknown) => {
        clearTimeout(late);
        this.#starting.delete(process);
        this.#startLater(err);
      },
    );
  }

  /** It ended although it had nothing to do: somebody ended it from outside. */
  #lost(place: Place): void {
    const at = this.#idle.indexOf(place);
    if (at < 0 || this.#closed) return;
    this.#idle.splice(at, 1);
    this.startAhead();
  }

  #startLater(err: unknown): void {
    if (this.#closed) return;
    this.#failures = Math.min(this.#failures + 1, START_AGAIN_MOST);
    this.#options.log.error('inspect process not started', { err, failures: this.#failures });
    this.#options.notStarted?.(this.#failures);
    this.#postponed += 1;
    const timer = setTimeout(() => {
      this.#postponed -= 1;
      this.#start();
    }, START_AGAIN_MS * this.#failures);
    timer.unref();
  }

  #next(): void {
    for (let task = this.#waiting[0]; task !== undefined; task = this.#waiting[0]) {
      if (this.#mayWait(task)) return;
      // The one that worked last: its code and data are still in the processor's caches.
      const place = this.#idle.pop();
      if (place === undefined) return;
      this.#waiting.shift();
      void this.#work(place, task);
    }
  }

  /** Another process will be free for it in no time. */
  #mayWait({ content, late }: Task): boolean {
    if (late || content.size > SMALL || this.#waiting.length > MOST_BEHIND) return false;
    for (const { soonDone } of this.#busy) if (soonDone) return true;
    return false;
  }

  async #work(place: Place, task: Task): Promise<void> {
    place.soonDone = task.content.size <= SMALL;
    this.#busy.add(place);
    this.#timer ??= setInterval(() => this.#watch(), WATCH_MS).unref();
    let fit = false;
    try {
      const answered = await place.process.ask(this.#words(place, task), task.content);
      fit = answered.kind === 'answered' && !place.process.worn;
      this.#tell(task, answered);
    } catch (err) {
      // The content could not be handed over whole: this process waits for the rest for ever.
      task.reject(err);
    }
    this.#busy.delete(place);
    if (fit && !this.#closed) this.#idle.push(place);
    else {
      place.process.end();
      this.startAhead();
    }
    this.#next();
  }

  #tell(task: Task, answered: Answered): void {
    if (answered.kind === 'answered') {
      const answer = answered.words as Jobs[JobName]['answer'];
      return task.resolve({ kind: 'answered', answer, octets: answered.octets });
    }
    if (this.#closed) return task.reject(new Error('the relay stops'));
    this.#options.died?.(answered.why);
    return task.resolve(answered);
  }

  /** Rules go along only with the first question about them. */
  #words({ rules }: Place, { job, question }: Task): unknown {
    if (!('rulesVersion' in question)) return { job, question };
    const { ruleSets: _, ...known } = question;
    if (rules.has(question.rulesVersion)) return { job, question: known };
    // The process does the same: neither need tell the other.
    if (rules.size >= MOST_RULE_SETS) rules.clear();
    rules.add(question.rulesVersion);
    return { job, question };
  }

  #watch(): void {
    for (const { process } of this.#busy) process.watch();
    this.#next();
    for (const task of this.#waiting) task.late = true;
    if (this.#busy.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
