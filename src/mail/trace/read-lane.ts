// One read thread with its questions. It gets one at a time; the others wait here. node:sqlite cannot be interrupted, so
// a thread that is still busy at the deadline of its question is terminated, and another takes its place.

import { Worker } from 'node:worker_threads';
import type { Log } from '../../platform/log.ts';
import type { ReadAnswer, ReadRequest, ReadThreadOptions } from './read-messages.ts';

export interface ReadLane {
  /** The answer, in `deadlineMs` at most, waiting included. Never rejects. */
  ask<T>(request: ReadRequest, deadlineMs: number): Promise<ReadAnswer<T>>;
  close(): Promise<void>;
}

interface Question {
  request: ReadRequest;
  answer: (answer: ReadAnswer<unknown>) => void;
  timer: NodeJS.Timeout | undefined;
}

/** A lane; its thread starts with the first question. */
export function openReadLane(options: Omit<ReadThreadOptions, 'role'> & { log: Log }): ReadLane {
  return new Lane(options);
}

const STOPPING: ReadAnswer<unknown> = { kind: 'failed', message: 'the relay is stopping' };

class Lane implements ReadLane {
  readonly #options: Omit<ReadThreadOptions, 'role'> & { log: Log };
  #waiting: Question[] = [];
  #asked: Question | undefined;
  #worker: Worker | undefined;
  #closed = false;

  constructor(options: Omit<ReadThreadOptions, 'role'> & { log: Log }) {
    this.#options = options;
  }

  ask<T>(request: ReadRequest, deadlineMs: number): Promise<ReadAnswer<T>> {
    return new Promise((resolve) => {
      const question: Question = {
        request,
        answer: (answer) => resolve(answer as ReadAnswer<T>),
        timer: undefined,
      };
      if (this.#closed) {
        question.answer(STOPPING);
        return;
      }
      question.timer = setTimeout(() => this.#timeIsUp(question), deadlineMs);
      this.#waiting.push(question);
      this.#askNext();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const left = [...(this.#asked === undefined ? [] : [this.#asked]), ...this.#waiting];
    for (const question of left) this.#settle(question, STOPPING);
    await this.#dropWorker();
  }

  #askNext(): void {
    if (this.#asked !== undefined || this.#closed) return;
    this.#asked = this.#waiting.shift();
    if (this.#asked === undefined) return;
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.#worker.postMessage(this.#asked.request);
  }

  #settle(question: Question, answer: ReadAnswer<unknown>): void {
    clearTimeout(question.timer);
    if (this.#asked === question) this.#asked = undefined;
    this.#waiting = this.#waiting.filter((one) => one !== question);
    question.answer(answer);
    this.#askNext();
  }

  #start(): Worker {
    const { traceFolder, queueFile, contentKeys = [] } = this.#options;
    const workerData: ReadThreadOptions = { role: 'read', traceFolder, queueFile, contentKeys };
    const worker = new Worker(new URL('./read-thread.ts', import.meta.url), { workerData });
    worker.unref();
    worker.on('message', (answer: ReadAnswer<unknown>) => this.#answered(answer));
    worker.on('error', (err) => this.#failed(err instanceof Error ? (err.stack ?? err.message) : String(err)));
    worker.on('exit', (code) => this.#failed(`ended with ${code}`));
    return worker;
  }

  #answered(answer: ReadAnswer<unknown>): void {
    if (this.#asked === undefined) return;
    if (answer.kind === 'failed') {
      this.#failed(answer.message);
      return;
    }
    this.#settle(this.#asked, answer);
  }

  /** A fault of ours: the thread goes, with whatever state it had. */
  #failed(reason: string): void {
    this.#options.log.error('read thread failed', { reason, request: this.#asked?.request.kind });
    void this.#dropWorker();
    if (this.#asked !== undefined) {
      this.#settle(this.#asked, { kind: 'failed', message: 'the relay could not read; its log knows why' });
    }
  }

  #timeIsUp(question: Question): void {
    if (question === this.#asked) {
      this.#options.log.warn('read thread ended at its deadline', { request: question.request.kind });
      void this.#dropWorker();
    }
    this.#settle(question, { kind: 'deadline' });
  }

  async #dropWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker === undefined) return;
    worker.removeAllListeners();
    // An error of a thread on its way out has nobody to tell.
    worker.on('error', () => {});
    await worker.terminate();
  }
}
