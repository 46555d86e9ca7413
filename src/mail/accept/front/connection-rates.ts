// How often addresses and networks connect, over all threads in one piece of shared memory.
//
// Each key has the time until which its connections are paid for (GCRA): one more adds its share of a minute, and is
// refused where that would reach further than a minute ahead. A key's place comes from a keyed hash, so that nobody
// outside can choose addresses that share one. What is paid for is free again by itself; where a bucket is full, the key
// that owes least makes room, so memory is bounded and a flood from everywhere only makes the limit milder.

import { hash, randomBytes } from 'node:crypto';

/** What all threads share; plain data, made once by main. */
export interface SharedConnectionRates {
  memory: SharedArrayBuffer;
  secret: string;
}

/** The rates as one thread uses them. */
export interface ConnectionRates {
  /** Counts one more connection of the key; false, and nothing counted, past so many in a minute. */
  take(key: string, perMinute: number): boolean;
  /** The connection was worth its while: it does not count after all. */
  forgive(key: string, perMinute: number): void;
}

/** 65,536 keys, 768 KB. */
const BUCKETS = 8192;
const WAYS = 8;
/** Words of a slot: two of fingerprint, one of time. */
const WORDS = 3;
/** Time is counted in eighths of a millisecond, in 32 bits that wrap around after six days. */
const TICKS = 8;
const MINUTE = 60_000 * TICKS;

/** Makes the shared memory. */
export function createConnectionRates(): SharedConnectionRates {
  const memory = new SharedArrayBuffer(BUCKETS * WAYS * WORDS * Int32Array.BYTES_PER_ELEMENT);
  return { memory, secret: randomBytes(32).toString('hex') };
}

/** Milliseconds of a clock that is the same in all threads of the process. */
export function processTime(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** The rates for one thread; `now` in milliseconds, the same clock in all threads. */
export function openConnectionRates(shared: SharedConnectionRates, now: () => number = processTime): ConnectionRates {
  const table = new Int32Array(shared.memory);

  /** How far ahead of now the slot is paid for; nothing where that is over, or so far that the counter wrapped. */
  const owed = (slot: number, tick: number): number => {
    const ahead = (Atomics.load(table, slot + 2) - tick) | 0;
    return ahead < 0 || ahead > 2 * MINUTE ? 0 : ahead;
  };

  const find = (key: string, tick: number): number => {
    const digest = hash('sha256', shared.secret + key, 'buffer');
    const first = digest.readInt32LE(0);
    const second = digest.readInt32LE(4);
    const bucket = (digest.readUInt32LE(8) % BUCKETS) * WAYS * WORDS;
    let least = bucket;
    for (let slot = bucket; slot < bucket + WAYS * WORDS; slot += WORDS) {
      if (Atomics.load(table, slot) === first && Atomics.load(table, slot + 1) === second) return slot;
      if (owed(slot, tick) < owed(least, tick)) least = slot;
    }
    // Two threads that want the same slot at once may lose a count.
    Atomics.store(table, least, first);
    Atomics.store(table, least + 1, second);
    Atomics.store(table, least + 2, tick);
    return least;
  };

  const add = (key: string, perMinute: number, sign: 1 | -1): boolean => {
    const tick = Math.floor(now() * TICKS) | 0;
    const slot = find(key, tick);
    const share = sign * Math.max(1, Math.round(MINUTE / perMinute));
    for (;;) {
      const before = Atomics.load(table, slot + 2);
      const paid = Math.max(0, owed(slot, tick) + share);
      if (paid > MINUTE && sign === 1) return false;
      if (Atomics.compareExchange(table, slot + 2, before, (tick + paid) | 0) === before) return true;
    }
  };

  return {
    take: (key, perMinute) => add(key, perMinute, 1),
    forgive: (key, perMinute) => void add(key, perMinute, -1),
  };
}
