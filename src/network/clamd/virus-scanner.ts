// All clamds together: each content goes to one that is fit, in turn, and to another where that one breaks off. The answer
// is never "clean" unless a scanner said so of the whole content.

import { setImmediate } from 'node:timers/promises';
import { inTime } from '../../platform/in-time.ts';
import { BrokeOff } from '../broke-off.ts';
import type { ScannerNews, ScannerState } from '../scanner-health.ts';
import { type ClamdReply, readClamdReply } from './clamd-reply.ts';
import { ClamdScanner } from './clamd-scanner.ts';
import type { ClamdAddress, ClamdSession, ClamdStream } from './clamd-session.ts';

export interface VirusScannerOptions {
  scanners: readonly {
    address: ClamdAddress;
    /** As people know it. */
    name: string;
    /** Octets that it takes. */
    maxSize: number;
    connections: number;
    /** For the reply once all was written, milliseconds. */
    timeoutMs: number;
    prove: boolean;
  }[];
  /** Between two probes of each, milliseconds. Default 10 s. */
  probeEveryMs?: number;
  /** Every probe scans something: for who watches and scans nothing itself. */
  alwaysDeep?: boolean;
  /** Told when one begins or ceases to answer. */
  news: (news: ScannerNews) => void;
}

export type VirusAnswer = (
  | Exclude<ClamdReply, { kind: 'error' }>
  /** No scanner gave an answer; why, in words of ours. */
  | {
      kind: 'unavailable';
      detail: string;
      /** A scanner ended the connection over this content, or was not through with it in its time. */
      broke?: true;
    }
) & {
  /** Which one said so, or was asked last. */
  scanner?: string;
};

/** A content that can be read as often as needed. */
export interface ScannedContent {
  readonly size: number;
  stream(): AsyncIterable<Uint8Array>;
}

/** A content that is given to a scanner while it arrives. */
export interface VirusFeed {
  /** Copies the octets. */
  write(bytes: Uint8Array): void;
  /** All is written. Nothing where this scanner broke off or did not keep up: the whole content has to be scanned. */
  end(): Promise<VirusAnswer | undefined>;
  abort(): void;
  /** The scanner ended the connection over it. */
  readonly broke: boolean;
}

export interface VirusScanner {
  /** Scans a content. Never rejects; answers within the longest `timeoutMs` of the scanners. */
  scan(content: ScannedContent): Promise<VirusAnswer>;
  /** Begins to give a content to a scanner; nothing where none has room for one that may take long. */
  feed(): VirusFeed | undefined;
  /** Engines and signatures in use; another text means that what was clean may be a virus now. */
  signatures(): string;
  /** Each scanner, in the order of the configuration. */
  states(): ScannerState[];
  readonly timeoutMs: number;
  close(): void;
}

const PROBE_EVERY_MS = 10_000;
/** Octets that may wait for a scanner while more arrive; one that is slower is given the content at the end. */
const FEED_WAITS = 2 * 1024 * 1024;

/** Joins the scanners; they are probed from now on. */
export function createVirusScanner(options: VirusScannerOptions): VirusScanner {
  return new Scanners(options);
}

class Scanners implements VirusScanner {
  readonly timeoutMs: number;
  readonly #scanners: ClamdScanner[];
  #turn = 0;

  constructor({ scanners, news, probeEveryMs = PROBE_EVERY_MS, alwaysDeep = false }: VirusScannerOptions) {
    this.timeoutMs = Math.max(0, ...scanners.map((scanner) => scanner.timeoutMs));
    this.#scanners = scanners.map(
      (scanner) =>
        new ClamdScanner({
          ...scanner,
          probeEveryMs,
          alwaysDeep,
          changed: (state, detail) => news({ scanner: 'clamd', address: scanner.name, state, detail }),
        }),
    );
  }

  async scan(content: ScannedContent): Promise<VirusAnswer> {
    const fitting = this.#scanners.filter((scanner) => content.size <= scanner.options.maxSize);
    if (fitting.length === 0) return { kind: 'oversize' };
    const end = performance.now() + this.timeoutMs;
    let last: Extract<VirusAnswer, { kind: 'unavailable' }> = { kind: 'unavailable', detail: 'no scanner answers' };
    if (fitting.every((scanner) => !scanner.usable)) {
      // At the start the first probe may still run.
      await inTime(Promise.all(fitting.map((scanner) => scanner.known)), this.timeoutMs);
    }
    const turn = this.#inTurn(fitting);
    for (const [i, scanner] of turn.entries()) {
      const answer = await scanBy(scanner, content, (end - performance.now()) / (turn.length - i));
      if (answer.kind !== 'unavailable') return answer;
      last = { ...answer, ...((last.broke === true || answer.broke === true) && { broke: true }) };
    }
    return last;
  }

  feed(): VirusFeed | undefined {
    const scanner = this.#inTurn(this.#scanners).find(({ busy, options }) => busy < options.connections / 2);
    return scanner === undefined ? undefined : new Feed(scanner);
  }

  signatures(): string {
    return [...new Set(this.#scanners.map((scanner) => scanner.version))].sort().join(', ');
  }

  states(): ScannerState[] {
    return this.#scanners.map(({ found }) => found);
  }

  close(): void {
    for (const scanner of this.#scanners) scanner.close();
  }

  /** Those that answer, the least busy first, in turn among equals. */
  #inTurn(scanners: readonly ClamdScanner[]): ClamdScanner[] {
    this.#turn += 1;
    const from = this.#turn % scanners.length;
    return [...scanners.slice(from), ...scanners.slice(0, from)]
      .filter((scanner) => scanner.usable)
      .sort((a, b) => a.busy - b.busy);
  }
}

/** A clamd that has enough of a content says so and closes; its words are lost where we were just writing. */
const TRIES = 5;
/** No clamd is set to refuse less than this. */
const CLAMD_MAY_REFUSE = 256 * 1024;

async function scanBy(scanner: ClamdScanner, content: ScannedContent, timeoutMs: number): Promise<VirusAnswer> {
  const end = performance.now() + timeoutMs;
  let broke = false;
  for (let tries = 1; ; ) {
    const tried = await tryOnce(scanner, content, end - performance.now());
    broke ||= tried.answer === undefined && tried.broke === true;
    if (tried.answer !== undefined) return { ...tried.answer, scanner: scanner.options.name };
    const isLast = tried.again === undefined || tries === TRIES || performance.now() >= end;
    if (isLast) {
      scanner.doubt();
      const by = { scanner: scanner.options.name, ...(broke && { broke: true as const }) };
      return { kind: 'unavailable', detail: tried.detail, ...by };
    }
    if (tried.again === 'broke') tries += 1;
  }
}

interface Lent {
  session: ClamdSession;
  /** Somebody used it before. */
  kept: boolean;
}

type Tried =
  | { answer: VirusAnswer }
  /** `kept`: a kept session may have been closed at its other end while nobody looked, which says nothing. */
  | { answer?: undefined; detail: string; again?: 'kept' | 'broke'; broke?: boolean };

async function tryOnce(scanner: ClamdScanner, content: ScannedContent, timeoutMs: number): Promise<Tried> {
  const end = performance.now() + timeoutMs;
  let lent: Lent | undefined;
  let begun = end;
  let timer: NodeJS.Timeout | undefined;
  let writing = false;
  try {
    lent = scanner.lendIdle() ?? (await lendInTime(scanner, timeoutMs));
    if (lent === undefined) return { detail: 'has too much to do' };
    const { session } = lent;
    begun = performance.now();
    timer = setTimeout(() => session.close(), end - performance.now());
    const stream = session.stream();
    if (!(await pour(content, stream))) {
      session.close();
      return { detail: 'the content could not be read' };
    }
    writing = content.size > CLAMD_MAY_REFUSE;
    return { answer: answerOf(await stream.end(end - performance.now())) };
  } catch (err) {
    // What had to wait for its turn for long was not too much for the scanner.
    const hadItsTime = end - begun >= timeoutMs / 2;
    if (performance.now() >= end - 1) return { detail: 'did not answer in time', broke: hadItsTime };
    const detail = err instanceof Error ? err.message : 'failed';
    if (lent?.kept === true) return { detail, again: 'kept' };
    return { detail, broke: err instanceof BrokeOff, ...(writing && { again: 'broke' }) };
  } finally {
    clearTimeout(timer);
    if (lent !== undefined) scanner.giveBack(lent.session);
  }
}

/** Whether the content could be read; that it could not says nothing of the scanner. */
async function pour(content: ScannedContent, stream: ClamdStream): Promise<boolean> {
  try {
    for await (const bytes of content.stream()) {
      stream.write(bytes);
      if (content.size <= CLAMD_MAY_REFUSE) continue;
      await stream.taken();
      // A refusal in the middle is read before more is written.
      await setImmediate();
    }
    return true;
  } catch {
    return false;
  }
}

/** A session that comes too late is given back when it comes. */
async function lendInTime(scanner: ClamdScanner, timeoutMs: number): Promise<Lent | undefined> {
  const lending = scanner.lend();
  const lent = await inTime(lending, timeoutMs);
  if (lent === undefined) lending.then(({ session }) => scanner.giveBack(session)).catch(() => {});
  return lent;
}

function answerOf(text: string): VirusAnswer {
  const reply = readClamdReply(text);
  return reply.kind === 'error' ? { kind: 'unavailable', detail: `said: ${reply.text}` } : reply;
}

/** Gives a content to one scanner while it arrives. Whatever goes wrong, the whole content is scanned at the end. */
class Feed implements VirusFeed {
  broke = false;
  readonly #scanner: ClamdScanner;
  readonly #ready: Promise<void>;
  #size = 0;
  /** What came before there was a session. */
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #session: ClamdSession | undefined;
  #stream: ClamdStream | undefined;
  #given = false;

  constructor(scanner: ClamdScanner) {
    this.#scanner = scanner;
    this.#ready = scanner.lend().then(
      ({ session }) => this.#begin(session),
      () => {
        this.abort();
        scanner.doubt();
      },
    );
  }

  write(bytes: Uint8Array): void {
    if (this.#given) return;
    this.#size += bytes.byteLength;
    if (this.#stream !== undefined) this.#stream.write(bytes);
    else {
      this.#pieces.push(Uint8Array.from(bytes));
      this.#waiting += bytes.byteLength;
    }
    const waits = this.#stream?.waiting ?? this.#waiting;
    if (waits > FEED_WAITS || this.#size > this.#scanner.options.maxSize) this.abort();
  }

  async end(): Promise<VirusAnswer | undefined> {
    await this.#ready;
    const stream = this.#stream;
    if (this.#given || stream === undefined) return undefined;
    try {
      const answer = answerOf(await stream.end(this.#scanner.options.timeoutMs));
      return answer.kind === 'unavailable' ? undefined : { ...answer, scanner: this.#scanner.options.name };
    } catch (err) {
      // The scan of the whole content finds out what is wrong with the scanner.
      this.broke = err instanceof BrokeOff;
      return undefined;
    } finally {
      this.#giveBack();
    }
  }

  abort(): void {
    if (this.#given) return;
    // In the middle of a content there is no other way to make clamd forget it.
    this.#session?.close();
    this.#giveBack();
  }

  #begin(session: ClamdSession): void {
    this.#session = session;
    if (this.#given) {
      session.close();
      this.#scanner.giveBack(session);
      return;
    }
    try {
      this.#stream = session.stream();
      for (const piece of this.#pieces) this.#stream.write(piece);
    } catch {
      this.abort();
    }
    this.#pieces = [];
  }

  #giveBack(): void {
    this.#given = true;
    this.#pieces = [];
    if (this.#session !== undefined) this.#scanner.giveBack(this.#session);
  }
}
