// How long the log of the queue's file is, and how much of it is not in the file yet: read from the log's index
// (https://sqlite.org/walformat.html, 2.1), which costs no lock and a microsecond.

import { closeSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

const HEADER_OCTETS = 100;
/** Number of valid frames in the log, and how many of them are in the file. */
const FRAMES_AT = 16;
const IN_FILE_AT = 96;

export interface LogLength {
  /** Pages in the log. */
  frames: number;
  /** Those that are not in the file. */
  pending: number;
}

export interface WriteAheadLog {
  length(): LogLength;
  close(): void;
}

/** Opens the index of the log of this database, which must be open in some connection. */
export function openWriteAheadLog(databasePath: string): WriteAheadLog {
  const file = openSync(`${databasePath}-shm`, 'r');
  const header = Buffer.alloc(HEADER_OCTETS);
  const number =
    endianness() === 'LE' ? (at: number) => header.readUInt32LE(at) : (at: number) => header.readUInt32BE(at);
  return {
    length() {
      if (readSync(file, header, 0, HEADER_OCTETS, 0) < HEADER_OCTETS) return { frames: 0, pending: 0 };
      const frames = number(FRAMES_AT);
      return { frames, pending: Math.max(0, frames - number(IN_FILE_AT)) };
    },
    close: () => closeSync(file),
  };
}
