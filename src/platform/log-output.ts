// Where log lines go: gathered for a moment, then written in one go. A reader that is gone, stands still or has no room
// costs lines, never the thread that writes them: mail goes on without its log.

import { constants, fstatSync, openSync, type Stats, writeSync } from 'node:fs';

export interface LogOutput {
  /** Takes a whole line; it may wait in memory until the next flush. */
  write(line: string): void;
  /** Writes what waits, as far as it can be written now. Never throws. */
  flush(): void;
}

const GATHERED_OCTETS = 8 * 1024;
/** What is kept for a reader that stands still; further lines are lost. */
const KEPT_OCTETS = 1024 * 1024;
/** A pipe takes so many octets in one piece: lines of several threads do not mix. */
const PIPE_OCTETS = 4096;

/**
 * Output to an open file. Lines that cannot be written are counted; once writing goes well again, a line made by
 * `lostLine` says how many they were. A pipe is never waited for; a socket is, where its reader stands still.
 */
export function createLogOutput(fd: number, lostLine: (lines: number) => string): LogOutput {
  return new Output(fd, lostLine);
}

class Output implements LogOutput {
  readonly #fd: number;
  readonly #pieceOctets: number;
  readonly #lostLine: (lines: number) => string;
  #waiting: Buffer[] = [];
  #octets = 0;
  #lost = 0;

  constructor(fd: number, lostLine: (lines: number) => string) {
    const isPipe = statQuietly(fd)?.isFIFO() === true;
    this.#fd = isPipe ? withoutWaiting(fd) : fd;
    this.#pieceOctets = isPipe ? PIPE_OCTETS : GATHERED_OCTETS;
    this.#lostLine = lostLine;
  }

  write(line: string): void {
    const octets = Buffer.from(line);
    if (this.#octets + octets.length > KEPT_OCTETS) {
      this.#lost += 1;
    } else {
      this.#waiting.push(octets);
      this.#octets += octets.length;
    }
    if (this.#octets >= GATHERED_OCTETS) this.flush();
  }

  flush(): void {
    try {
      while (this.#waiting.length > 0) this.#wrote(writeSync(this.#fd, this.#piece()));
      if (this.#lost === 0) return;
      writeSync(this.#fd, this.#lostLine(this.#lost));
      this.#lost = 0;
    } catch (err) {
      // Full: the reader may come back to it. What else there is (EPIPE, ENOSPC, EIO) is not waited for.
      if (!isFull(err)) this.#lose();
    }
  }

  /** Whole lines up to the size, the first one whatever its size. */
  #piece(): Buffer {
    let size = 0;
    const end = this.#waiting.findIndex((line, at) => {
      size += line.length;
      return at > 0 && size > this.#pieceOctets;
    });
    return Buffer.concat(end < 0 ? this.#waiting : this.#waiting.slice(0, end));
  }

  #wrote(octets: number): void {
    this.#octets -= octets;
    let left = octets;
    const firstLeft = this.#waiting.findIndex((line) => {
      if (line.length > left) return true;
      left -= line.length;
      return false;
    });
    this.#waiting = firstLeft < 0 ? [] : this.#waiting.slice(firstLeft);
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting[0] = first.subarray(left);
  }

  #lose(): void {
    this.#lost += this.#waiting.length;
    this.#waiting = [];
    this.#octets = 0;
  }
}

function statQuietly(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    // Not open: each write says so too.
    return undefined;
  }
}

/** The same pipe, opened anew so that a full one is said and not waited for; whoever shares the old one notices nothing. */
function withoutWaiting(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Not Linux, or opened by another user before.
    return fd;
  }
}

function isFull(err: unknown): boolean {
  return err instanceof Error && 'code' in err && err.code === 'EAGAIN';
}
