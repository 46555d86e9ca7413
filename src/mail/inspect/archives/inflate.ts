// Unpacking one stream of octets, never to more than the work allows.

import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';

/** Kinds of stream that the runtime unpacks. */
export type StreamKind = 'deflate' | 'zlib' | 'gzip' | 'zstd' | 'brotli';

const UNPACK = {
  deflate: inflateRawSync,
  zlib: inflateSync,
  gzip: gunzipSync,
  zstd: zstdDecompressSync,
  brotli: brotliDecompressSync,
} as const;

/** A packed stream that ends too early is still shown by most programs, as far as it goes. */
const LENIENT_END = {
  deflate: { finishFlush: constants.Z_SYNC_FLUSH },
  zlib: { finishFlush: constants.Z_SYNC_FLUSH },
  gzip: { finishFlush: constants.Z_SYNC_FLUSH },
  zstd: { finishFlush: constants.ZSTD_e_flush },
  brotli: { finishFlush: constants.BROTLI_OPERATION_FLUSH },
} as const;

/** RFC 1950 2.2: method and window, a sum over the two octets, no dictionary; then a little that unpacks. */
export function isZlib(octets: Buffer): boolean {
  const first = octets[0] ?? 0;
  const second = octets[1] ?? 0;
  if ((first & 0x8f) !== 8 || (second & 0x20) !== 0 || (first * 256 + second) % 31 !== 0) return false;
  return unpacksAtFirst('zlib', octets);
}

/** Octets by which a stream is known: random ones do not get so far as a rule. */
const SAMPLE = 256;
const MOST_OF_SAMPLE = 64 * 1024;
/** What says less is no file. */
const FEWEST = 16;

/** What octets hold that are one whole stream without any mark of it: deflated, or packed by Brotli. */
export function unmarkedStream(octets: Buffer, work: Work): Unpacked | undefined {
  for (const kind of ['deflate', 'brotli'] as const) {
    if (!unpacksAtFirst(kind, octets)) continue;
    const unpacked = unpackStream(kind, octets, work);
    if (unpacked.traits.includes('bomb')) return unpacked;
    if (unpacked.traits.length === 0 && (unpacked.bytes?.length ?? 0) >= FEWEST) return unpacked;
  }
  return undefined;
}

function unpacksAtFirst(kind: StreamKind, octets: Buffer): boolean {
  try {
    const options = { ...LENIENT_END[kind], maxOutputLength: MOST_OF_SAMPLE };
    return UNPACK[kind](octets.subarray(0, SAMPLE), options).length > 0;
  } catch (error) {
    // So much came of it that it is one.
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
  }
}

const SMALLEST_CHUNK = 16 * 1024;

/** Unpacks a stream. `hint`: octets it says it has; wrong ones cost nothing but a copy. */
export function unpackStream(kind: StreamKind, packed: Uint8Array, work: Work, hint = 0): Unpacked {
  const room = work.room(packed.length);
  if (room === 0) {
    work.outOfRoom(packed.length);
    return { traits: ['bomb'] };
  }
  // One piece of the right size saves putting many together, and so half of the memory.
  const options = { maxOutputLength: room, chunkSize: Math.min(Math.max(hint + 1, SMALLEST_CHUNK), room + 1) };
  let traits: Unpacked['traits'] = [];
  for (const end of [{}, LENIENT_END[kind]]) {
    try {
      const bytes = UNPACK[kind](packed, { ...end, ...options });
      work.spend(bytes.length);
      return { bytes, traits };
    } catch (error) {
      // The limit was reached: what came out was made all the same.
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        work.outOfRoom(packed.length);
        work.spend(room);
        return { traits: ['bomb'] };
      }
      traits = ['unopened'];
    }
  }
  return { traits };
}
