// Main's side of the thread of the webhooks: it is started with the first webhook, and again where it ended by itself.

import { Worker } from 'node:worker_threads';
import type { Log } from '../../platform/log.ts';
import type { WebhookNews } from './sender.ts';
import type {
  FromWebhooks,
  ToWebhooks,
  WebhookQuestion,
  WebhookQuestions,
  WebhookThreadData,
} from './thread-messages.ts';

export interface ThreadHostOptions {
  /** What the thread is given, as it is now. */
  data: () => WebhookThreadData;
  log: Log;
  news: (news: WebhookNews) => void;
  /** The thread ended by itself and is started again. */
  restarted: () => void;
}

export interface ThreadHost {
  /** The running thread, for tests that end it. */
  readonly worker: Worker | undefined;
  /** Starts the thread where it does not run; what it is given holds all that was told before. */
  start(): void;
  /** Nothing where it does not run. */
  tell(message: Exclude<ToWebhooks, { op: 'question' | 'close' }>): void;
  /** Rejects where the thread does not run, ends, or failed. */
  ask<Kind extends keyof WebhookQuestions>(
    kind: Kind,
    ask: WebhookQuestions[Kind]['ask'],
  ): Promise<WebhookQuestions[Kind]['answer']>;
  close(): Promise<void>;
}

const RESTART_MS = 1000;
const CLOSE_MS = 5000;

/** Starts nothing yet. */
export function createThreadHost(options: ThreadHostOptions): ThreadHost {
  return new Host(options);
}

class Host implements ThreadHost {
  readonly #options: ThreadHostOptions;
  readonly #asked = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #worker: Worker | undefined;
  #lastKey = 0;
  #closed = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: ThreadHostOptions) {
    this.#options = options;
  }

  get worker(): Worker | undefined {
    return this.#worker;
  }

  start(): void {
    if (this.#worker !== undefined || this.#closed) return;
    const entry = new URL('./webhook-thread.ts', import.meta.url);
    const worker = new Worker(entry, { workerData: this.#options.data() });
    this.#worker = worker;
    worker.on('message', (message: FromWebhooks) => this.#take(message));
    worker.on('error', (err) => this.#options.log.error('thread failed', { name: 'webhooks', err }));
    worker.once('exit', () => this.#ended(worker));
  }

  tell(message: Exclude<ToWebhooks, { op: 'question' | 'close' }>): void {
    this.#post(message);
  }

  ask<Kind extends keyof WebhookQuestions>(
    kind: Kind,
    ask: WebhookQuestions[Kind]['ask'],
  ): Promise<WebhookQuestions[Kind]['answer']> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#worker === undefined) {
        reject(new Error('the thread of the webhooks does not run'));
        return;
      }
      this.#lastKey += 1;
      this.#asked.set(this.#lastKey, { resolve, reject });
      this.#post({ op: 'question', key: this.#lastKey, question: { kind, ask } as WebhookQuestion });
    }) as Promise<WebhookQuestions[Kind]['answer']>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const gone = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
    this.#post({ op: 'close' });
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await gone;
    clearTimeout(timer);
    this.#worker = undefined;
  }

  #post(message: ToWebhooks): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.#worker?.postMessage(message);
  }

  #take(message: FromWebhooks): void {
    if (message.op === 'news') {
      this.#options.news(message.news);
      return;
    }
    const asked = this.#asked.get(message.key);
    this.#asked.delete(message.key);
    if (message.op === 'answer') asked?.resolve(message.value);
    else asked?.reject(new Error('the thread of the webhooks could not answer'));
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#asked.values()) reject(new Error('the thread of the webhooks ended'));
    this.#asked.clear();
    if (this.#closed) return;
    this.#options.log.error('thread ended', { name: 'webhooks' });
    this.#options.restarted();
    this.#restart = setTimeout(() => this.start(), RESTART_MS);
  }
}
