// Names of messages: 17 of [0-9a-v] (base32 in the order of its characters), so that they sort by time of acceptance.
// 9 characters of milliseconds, 2 of the node, 3 of the start and thread, 3 of a sequence.

import { randomInt } from 'node:crypto';
import type { QueueId } from '../message.ts';

const DIGITS = '0123456789abcdefghijklmnopqrstuv';
const ID = /^[0-9a-v]{17}$/;
const TIME_CHARACTERS = 9;
/** Ids of one millisecond in one thread; past it the next millisecond is used. */
const SEQUENCES = 32 ** 3;
/** The 15 bits of start and thread: 64 threads, 512 starts told apart by chance. */
const THREADS = 64;
const STARTS = 512;

export interface QueueIdOptions {
  /** Number of this node, 0 to 1023. */
  node: number;
  /** Number of the thread that makes the ids, 0 to 63; each thread has its own maker. */
  thread: number;
  /** Tells this start of the process from others, 0 to 511. Default: by chance. */
  start?: number;
  /** Wall clock, milliseconds since 1970. */
  now: () => number;
}

/** Gives out ids that never repeat and always grow, even where the clock is set back. */
export function createQueueIds(options: QueueIdOptions): () => QueueId {
  const start = (options.start ?? randomInt(STARTS)) % STARTS;
  const place = encode(options.node % 1024, 2) + encode(start * THREADS + (options.thread % THREADS), 3);
  let last = 0;
  let sequence = 0;
  let prefix = '';
  return () => {
    const now = options.now();
    if (now > last) {
      last = now;
      sequence = 0;
      prefix = encode(last, TIME_CHARACTERS) + place;
    } else if (++sequence === SEQUENCES) {
      last += 1;
      sequence = 0;
      prefix = encode(last, TIME_CHARACTERS) + place;
    }
    return (prefix + encode(sequence, 3)) as QueueId;
  };
}

/** The id in this text, or nothing where it has not the form of one. */
export function parseQueueId(text: string): QueueId | undefined {
  const id = text.toLowerCase();
  return ID.test(id) ? (id as QueueId) : undefined;
}

/** Time of acceptance that an id names, milliseconds since 1970. */
export function timeOfId(id: QueueId): number {
  let time = 0;
  for (let i = 0; i < TIME_CHARACTERS; i++) time = time * 32 + DIGITS.indexOf(id.charAt(i));
  return time;
}

/** UTC day of acceptance that an id names, `YYYY-MM-DD`. */
export function dayOfId(id: QueueId): string {
  return new Date(timeOfId(id)).toISOString().slice(0, 10);
}

function encode(value: number, characters: number): string {
  let text = '';
  let rest = Math.floor(value);
  for (let i = 0; i < characters; i++) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
