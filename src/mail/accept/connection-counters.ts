// Connections by source and by customer, counted over all threads in one piece of shared memory.
//
// Each thread writes a table of its own and reads all of them, so there is nothing to lock, and what a dead thread had
// counted is wiped by `forgetThread`. A key's place comes from a keyed hash: nobody outside can choose addresses that
// share one. A table is made of small buckets instead of chains, so nothing has to be tidied up.

import { hash, randomBytes } from 'node:crypto';

/** What all threads share; plain data, made once by main. */
export interface SharedConnectionCounters {
  memory: SharedArrayBuffer;
  secret: string;
  threads: number;
  /** Buckets in each thread's table; a power of two. */
  buckets: number;
  /** Connections for which there is room. */
  most: number;
}

/** The counters as one thread uses them. */
export interface ConnectionCounters {
  /** Connections of all threads that can be counted; with more, keys would be refused below their limit. */
  readonly most: number;
  /**
   * Counts one more for the key, unless that would pass the limit: then nothing is counted and the answer is `undefined`.
   * Two threads that ask for the last place at once may both be refused; the limit is never passed.
   */
  enter(key: string, limit: number): CountedConnection | undefined;
}

/** One counted connection; `leave` once. */
export interface CountedConnection {
  leave(): void;
}

/** Slots of a bucket. At a quarter full, as sized below, seventeen keys meet in one once in a million. */
const WAYS = 16;
/** Beside the few that all connections share, each has at most three keys: its source, its network, its customer. */
const KEYS = 3;
const LOAD = 4;
/** Words of a slot: two of fingerprint, one of count. */
const WORDS = 3;

/** How far `limits.connections` may be raised while the relay runs. Memory that nobody counts in is never touched. */
const ROOM_TO_RAISE = 4;

/** Makes the shared memory for that many relay threads and `limits.connections`, and for four times as many. */
export function createConnectionCounters(options: { threads: number; connections: number }): SharedConnectionCounters {
  const most = options.connections * ROOM_TO_RAISE;
  const wanted = Math.ceil((most * KEYS * LOAD) / WAYS);
  const buckets = 2 ** Math.ceil(Math.log2(Math.max(2, wanted)));
  const memory = new SharedArrayBuffer(options.threads * buckets * WAYS * WORDS * Int32Array.BYTES_PER_ELEMENT);
  return { memory, secret: randomBytes(32).toString('hex'), threads: options.threads, buckets, most };
}

/** After a thread has ended by itself, before it is started again: its connections are gone. */
export function forgetThread(shared: SharedConnectionCounters, thread: number): void {
  const words = shared.buckets * WAYS * WORDS;
  new Int32Array(shared.memory, thread * words * Int32Array.BYTES_PER_ELEMENT, words).fill(0);
}

/** Where a key is counted. */
interface Place {
  first: number;
  second: number;
  bucket: number;
}

/** Places that a thread remembers; past it all are forgotten, and found again by a hash. */
const PLACES = 4096;

function createPlaces({ secret, buckets }: SharedConnectionCounters): (key: string) => Place {
  const known = new Map<string, Place>();
  return (key) => {
    let place = known.get(key);
    if (place !== undefined) return place;
    const digest = hash('sha256', secret + key, 'buffer');
    const bucket = (digest.readUInt32LE(8) & (buckets - 1)) * WAYS * WORDS;
    place = { first: digest.readInt32LE(0), second: digest.readInt32LE(4), bucket };
    if (known.size >= PLACES) known.clear();
    known.set(key, place);
    return place;
  };
}

/** The counters for relay thread `thread`, counted from 0. */
export function openConnectionCounters(shared: SharedConnectionCounters, thread: number): ConnectionCounters {
  const table = new Int32Array(shared.memory);
  const tableWords = shared.buckets * WAYS * WORDS;
  const own = thread * tableWords;
  const placeOf = createPlaces(shared);

  /** Count of the key in one table. */
  const count = (bucket: number, first: number, second: number): number => {
    for (let at = bucket; at < bucket + WAYS * WORDS; at += WORDS) {
      const found = Atomics.load(table, at + 2);
      if (found > 0 && Atomics.load(table, at) === first && Atomics.load(table, at + 1) === second) return found;
    }
    return 0;
  };

  return {
    most: shared.most,
    enter(key, limit) {
      const { first, second, bucket } = placeOf(key);
      const slot = findSlot(table, own + bucket, first, second);
      // No room in the bucket is next to impossible; a limit that cannot be counted is kept by refusing.
      if (slot === undefined) return undefined;
      Atomics.store(table, slot, first);
      Atomics.store(table, slot + 1, second);
      Atomics.add(table, slot + 2, 1);
      let sum = 0;
      for (let thread = 0; thread < shared.threads; thread++) sum += count(thread * tableWords + bucket, first, second);
      const leave = () => {
        Atomics.sub(table, slot + 2, 1);
      };
      if (sum <= limit) return { leave };
      leave();
      return undefined;
    },
  };
}

/** The slot that holds the key, or a free one of its bucket. */
function findSlot(table: Int32Array, bucket: number, first: number, second: number): number | undefined {
  let free: number | undefined;
  for (let at = bucket; at < bucket + WAYS * WORDS; at += WORDS) {
    if (table[at + 2] === 0) free ??= at;
    else if (table[at] === first && table[at + 1] === second) return at;
  }
  return free;
}
