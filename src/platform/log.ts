// Structured logs: one event, one line of JSON on standard output. Ids instead of addresses unless the level is debug;
// never content, never credentials.

import { BroadcastChannel } from 'node:worker_threads';
import pino, { type DestinationStream } from 'pino';
import { createLogOutput } from './log-output.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Fields of a line. An `err` is written with its stack and never leaves the log. */
export type LogFields = Record<string, unknown>;

export interface Log {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  /** A line that others wait for, such as `ready`: written at once and whatever the level, as `info`. */
  always(msg: string, fields?: LogFields): void;
  /** Whether debug lines are written: for those that would cost something to make. */
  readonly debugging: boolean;
  /** Writes out what is still in memory. */
  flush(): void;
}

const FLUSH_MS = 500;
const STANDARD_OUTPUT = 1;
/** Where all threads hear of another level. */
const LEVEL_CHANNEL = 'easymail-log-level';

/** A log that writes to standard output; lines below `warn` may wait half a second in memory. */
export function createLog(options: { level: LogLevel; thread: string }): Log {
  // pino's own destination waits for ever, asleep, for a reader that is gone.
  const output = createLogOutput(STANDARD_OUTPUT, (lines) => lostLine(options.thread, lines));
  setInterval(() => output.flush(), FLUSH_MS).unref();
  const { log, setLevel } = wrap(options, output);
  const levels = new BroadcastChannel(LEVEL_CHANNEL);
  levels.addEventListener('message', (event) => setLevel((event as MessageEvent<LogLevel>).data));
  levels.unref();
  return log;
}

/** From now on the logs of all threads of this process have this level, whatever they were made with. */
export function setLogLevels(level: LogLevel): void {
  const levels = new BroadcastChannel(LEVEL_CHANNEL);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads has no origin
  levels.postMessage(level);
  levels.close();
}

function lostLine(thread: string, lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, thread, lines, msg: 'log lines were lost: nobody took them' })}\n`;
}

/** A log for tests: lines are given to `write`. */
export function createTestLog(write: (line: string) => void = () => {}): Log {
  return wrap({ level: 'debug', thread: 'test' }, { write }).log;
}

let stampedAt = 0;
let stamp = '';

/** The time as pino puts it in a line; made once a millisecond, since a busy thread writes many lines in one. */
function timestamp(): string {
  const now = Date.now();
  if (now !== stampedAt) {
    stampedAt = now;
    stamp = `,"time":"${new Date(now).toISOString()}"`;
  }
  return stamp;
}

type FlushableStream = DestinationStream & { flush?: () => void };

function wrap(
  options: { level: LogLevel; thread: string },
  destination: FlushableStream,
): { log: Log; setLevel: (level: LogLevel) => void } {
  const logger = pino(
    {
      level: options.level,
      base: { thread: options.thread },
      timestamp,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const whateverLevel = logger.child({}, { level: 'info' });
  const flush = () => destination.flush?.();
  let { level } = options;
  const log: Log = {
    debug: (msg, fields) => logger.debug(fields ?? {}, msg),
    info: (msg, fields) => logger.info(fields ?? {}, msg),
    warn: (msg, fields) => {
      logger.warn(fields ?? {}, msg);
      flush();
    },
    error: (msg, fields) => {
      logger.error(fields ?? {}, msg);
      flush();
    },
    always: (msg, fields) => {
      whateverLevel.info(fields ?? {}, msg);
      flush();
    },
    get debugging() {
      return level === 'debug';
    },
    flush,
  };
  const setLevel = (next: LogLevel) => {
    level = next;
    logger.level = next;
  };
  return { log, setLevel };
}
