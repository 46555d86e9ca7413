// All rspamds together: each message goes to one that answers, in turn, and to another where that one breaks off. What is
// not a whole, understood answer is no answer.

import { inTime } from '../../platform/in-time.ts';
import { BrokeOff, TookTooLong } from '../broke-off.ts';
import { type ScannerHealth, type ScannerNews, type ScannerState, watchScanner } from '../scanner-health.ts';
import { type HttpAddress, HttpExchange } from './http-exchange.ts';
import { readRspamdAnswer, type SpamScore } from './rspamd-answer.ts';

export interface SpamScannerOptions {
  scanners: readonly {
    address: HttpAddress;
    /** As people know it. */
    name: string;
    /** Questions at the same time. */
    connections: number;
    /** For the whole answer, milliseconds. */
    timeoutMs: number;
    /** Of a larger message it gets the beginning, octets. */
    maxSize: number;
    /** Settings of rspamd that apply, by direction. */
    settingsIds: { inbound?: string | undefined; outbound?: string | undefined };
  }[];
  /** Between two probes of each, milliseconds. Default 10 s. */
  probeEveryMs?: number;
  /** Every probe scans something: for who watches and scans nothing itself. */
  alwaysDeep?: boolean;
  /** Told when one begins or ceases to answer. */
  news: (news: ScannerNews) => void;
}

/** What rspamd is told of a message besides its content. */
export interface SpamQuestion {
  ip: string;
  helo: string;
  /** Name of the client, where it is known to be its own. */
  hostname?: string;
  /** Reverse path; empty for the null sender. */
  sender: string;
  recipients: readonly string[];
  /** Who is authorised to send: rules about strangers are left out. */
  user?: string;
  queueId: string;
  direction: 'inbound' | 'outbound';
}

export type SpamAnswer =
  | ({ kind: 'scored'; scanner: string } & SpamScore)
  | {
      kind: 'unavailable';
      detail: string;
      scanner?: string;
      /** A scanner ended the connection over this content, or was not through with it in its time. */
      broke?: true;
    };

/** The content, or how it is had: asked for once it is this message's turn, so that those that wait hold no memory. */
export type SpamContent = Uint8Array | (() => Promise<Uint8Array>);

export interface SpamScanner {
  /** Never rejects; answers within the longest `timeoutMs` of the scanners. `signal` gives it up. */
  check(question: SpamQuestion, content: SpamContent, signal?: AbortSignal): Promise<SpamAnswer>;
  readonly timeoutMs: number;
  /** More of a message is looked at by none of them, octets. */
  readonly maxSize: number;
  /** Each scanner, in the order of the configuration. */
  states(): ScannerState[];
  close(): void;
}

const PROBE_EVERY_MS = 10_000;
const PROBE_MS = 5000;
/** rspamd takes 1,024 recipients by default. */
const RECIPIENTS_MAX = 1000;

const TRIAL: SpamQuestion = {
  ip: '127.0.0.1',
  helo: 'localhost',
  sender: '',
  recipients: ['postmaster@localhost'],
  user: 'easymail',
  queueId: 'probe',
  direction: 'outbound',
};
const TRIAL_CONTENT = Buffer.from(
  'From: postmaster@localhost\r\nTo: postmaster@localhost\r\nSubject: probe\r\n\r\nDoes this scanner scan?\r\n',
);

/** Joins the scanners; they are probed from now on. */
export function createSpamScanner(options: SpamScannerOptions): SpamScanner {
  return new Scanners(options);
}

class Scanners implements SpamScanner {
  readonly timeoutMs: number;
  readonly maxSize: number;
  readonly #scanners: Rspamd[];
  #turn = 0;

  constructor({ scanners, news, probeEveryMs = PROBE_EVERY_MS, alwaysDeep = false }: SpamScannerOptions) {
    this.timeoutMs = Math.max(0, ...scanners.map((scanner) => scanner.timeoutMs));
    this.maxSize = Math.max(0, ...scanners.map((scanner) => scanner.maxSize));
    this.#scanners = scanners.map((scanner) => new Rspamd({ ...scanner, probeEveryMs, alwaysDeep, news }));
  }

  async check(question: SpamQuestion, content: SpamContent, signal?: AbortSignal): Promise<SpamAnswer> {
    const end = performance.now() + this.timeoutMs;
    if (this.#scanners.every((scanner) => !scanner.usable)) {
      // At the start the first probe may still run.
      await inTime(Promise.all(this.#scanners.map((scanner) => scanner.known)), this.timeoutMs);
    }
    let last: Extract<SpamAnswer, { kind: 'unavailable' }> = { kind: 'unavailable', detail: 'no scanner answers' };
    const turn = this.#inTurn();
    for (const [i, scanner] of turn.entries()) {
      const timeoutMs = (end - performance.now()) / (turn.length - i);
      const answer = await scanner.check({ question, content, signal }, timeoutMs);
      if (answer.kind === 'scored' || signal?.aborted === true) return answer;
      last = { ...answer, ...((last.broke === true || answer.broke === true) && { broke: true }) };
    }
    return last;
  }

  states(): ScannerState[] {
    return this.#scanners.map(({ found }) => found);
  }

  close(): void {
    for (const scanner of this.#scanners) scanner.close();
  }

  /** Those that answer, the least busy first, in turn among equals. */
  #inTurn(): Rspamd[] {
    this.#turn += 1;
    const from = this.#turn % this.#scanners.length;
    return [...this.#scanners.slice(from), ...this.#scanners.slice(0, from)]
      .filter((scanner) => scanner.usable)
      .sort((a, b) => a.busy - b.busy);
  }
}

type RspamdOptions = SpamScannerOptions['scanners'][number] &
  Required<Pick<SpamScannerOptions, 'probeEveryMs' | 'alwaysDeep' | 'news'>>;

interface Asked {
  question: SpamQuestion;
  content: SpamContent;
  signal: AbortSignal | undefined;
}

async function contentOf({ content, signal }: Asked): Promise<Uint8Array | undefined> {
  if (signal?.aborted === true) return undefined;
  return typeof content === 'function' ? content().catch(() => undefined) : content;
}

/** One rspamd. */
class Rspamd {
  busy = 0;
  readonly #options: RspamdOptions;
  readonly #http: HttpExchange;
  readonly #health: ScannerHealth;
  readonly #queue: (() => void)[] = [];

  constructor(options: RspamdOptions) {
    this.#options = options;
    this.#http = new HttpExchange(options.address);
    this.#health = watchScanner({
      probe: (deep) => this.#probe(deep),
      changed: (state, detail) => options.news({ scanner: 'rspamd', address: options.name, state, detail }),
      everyMs: options.probeEveryMs,
      alwaysDeep: options.alwaysDeep,
    });
  }

  get usable(): boolean {
    return this.#health.state === 'up';
  }

  get found(): ScannerState {
    const { state, probeMs, passedAt } = this.#health;
    return {
      scanner: 'rspamd',
      address: this.#options.name,
      state,
      ...(probeMs !== undefined && { probeMs }),
      ...(passedAt !== undefined && { passedAt }),
    };
  }

  get known(): Promise<void> {
    return this.#health.known;
  }

  async check(asked: Asked, timeoutMs: number): Promise<SpamAnswer> {
    const end = performance.now() + timeoutMs;
    const scanner = this.#options.name;
    if (!(await this.#enter(timeoutMs))) return { kind: 'unavailable', detail: 'has too much to do', scanner };
    // What had to wait for its turn for long was not too much for the scanner.
    const hasItsTime = end - performance.now() >= timeoutMs / 2;
    try {
      const content = await contentOf(asked);
      // That it cannot be read says nothing of the scanner.
      if (content === undefined) return { kind: 'unavailable', detail: 'the content could not be read', scanner };
      return { kind: 'scored', scanner, ...(await this.#ask({ ...asked, content }, end - performance.now())) };
    } catch (err) {
      if (asked.signal?.aborted !== true) this.#health.doubt();
      const detail = err instanceof Error ? err.message : 'failed';
      const broke = err instanceof BrokeOff || (err instanceof TookTooLong && hasItsTime);
      return { kind: 'unavailable', detail, scanner, ...(broke && { broke }) };
    } finally {
      this.#leave();
    }
  }

  close(): void {
    this.#health.close();
    this.#http.close();
  }

  async #ask({ question, content, signal }: Asked & { content: Uint8Array }, timeoutMs: number): Promise<SpamScore> {
    const { maxSize, settingsIds } = this.#options;
    const headers = headersOf(question, settingsIds[question.direction]);
    const body = [content.subarray(0, maxSize)];
    const request = { method: 'POST', path: '/checkv2', headers, body } as const;
    const answer = await this.#http.ask(request, timeoutMs, signal);
    if (answer.status !== 200) throw new Error(`said ${answer.status}`);
    const score = readRspamdAnswer(answer.body);
    if (score === undefined) throw new Error('answers rubbish');
    return score;
  }

  async #probe(deep: boolean): Promise<void> {
    const answer = await this.#http.ask({ method: 'GET', path: '/ping', headers: [], body: [] }, PROBE_MS);
    if (answer.status !== 200 || answer.body.toString('latin1').trim() !== 'pong') throw new Error('answers rubbish');
    const trial = { question: TRIAL, content: TRIAL_CONTENT, signal: undefined };
    if (deep) await this.#ask(trial, this.#options.timeoutMs);
  }

  /** False where no place became free in time. */
  async #enter(timeoutMs: number): Promise<boolean> {
    if (this.busy < this.#options.connections) {
      this.busy += 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<true>();
    const enter = () => resolve(true);
    this.#queue.push(enter);
    const entered = await inTime(promise, timeoutMs);
    if (entered === true) return true;
    const at = this.#queue.indexOf(enter);
    // The place may have come in the very moment in which the time was over.
    if (at === -1) this.#leave();
    else this.#queue.splice(at, 1);
    return false;
  }

  /** The place goes to who waits longest. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.busy -= 1;
    else next();
  }
}

function headersOf(question: SpamQuestion, settingsId: string | undefined): [string, string][] {
  const headers: [string, string][] = [
    ['Connection', 'keep-alive'],
    ['IP', question.ip],
    ['Helo', question.helo],
    ['From', question.sender],
    ['Queue-Id', question.queueId],
    ['MTA-Tag', 'easymail'],
    // All rules, also once rspamd's own limit is reached: thresholds are ours.
    ['Flags', 'pass_all'],
  ];
  for (const recipient of question.recipients.slice(0, RECIPIENTS_MAX)) headers.push(['Rcpt', recipient]);
  if (question.hostname !== undefined) headers.push(['Hostname', question.hostname]);
  if (question.user !== undefined) headers.push(['User', question.user]);
  if (settingsId !== undefined) headers.push(['Settings-ID', settingsId]);
  return headers;
}
