// Structured logs: one event, one line of JSON on standard output. Ids instead of addresses unless the level is debug;
// never content, never credentials.

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

/** A log that writes to standard output; lines below `warn` may wait half a second in memory. */
export function createLog(options: { level: LogLevel; thread: string }): Log {
  // pino's own destination waits for ever, asleep, for a reader that is gone.
  const output = createLogOutput(STANDARD_OUTPUT, (lines) => lostLine(options.thread, lines));
  setInterval(() => output.flush(), FLUSH_MS).unref();
  return wrap(options, output);
}

function lostLine(thread: string, lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, thread, lines, msg: 'log lines were lost: nobody took them' })}\n`;
}

/** A log for tests: lines are given to `write`. */
export function createTestLog(write: (line: string) => void = () => {}): Log {
  return wrap({ level: 'debug', thread: 'test' }, { write });
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

function wrap(options: { level: LogLevel; thread: string }, destination: FlushableStream): Log {
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
  return {
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
    debugging: options.level === 'debug',
    flush,
  };
}
