// What crosses the pipes between a relay thread and an inspect process: a word list in JSON, and octets beside it that
// nobody copies into text. Each frame: two lengths (32 bits, little endian), the words, the octets.

/** Octets of the two lengths. */
export const FRAME_HEAD = 8;

/** More than this is no answer of ours: the process has lost its way. */
const MOST_WORDS = 16 * 1024 ** 2;
const MOST_OCTETS = 256 * 1024 ** 2;

export interface Frame {
  words: unknown;
  octets: Buffer;
}

/** Head and words of a frame; its octets follow. */
export function frameStart(words: unknown, octets: number): Buffer {
  const text = Buffer.from(JSON.stringify(words), 'utf8');
  const start = Buffer.allocUnsafeSlow(FRAME_HEAD + text.length);
  start.writeUInt32LE(text.length, 0);
  start.writeUInt32LE(octets, 4);
  text.copy(start, FRAME_HEAD);
  return start;
}

/** The two lengths. Throws a RangeError where they cannot be meant. */
export function readFrameHead(head: Buffer): { words: number; octets: number } {
  const lengths = { words: head.readUInt32LE(0), octets: head.readUInt32LE(4) };
  if (lengths.words > MOST_WORDS || lengths.octets > MOST_OCTETS) throw new RangeError('a frame is too long');
  return lengths;
}

/** Puts frames together from the pieces that a pipe gives. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #held = 0;
  /** Octets to wait for before there is anything to read. */
  #wanted = FRAME_HEAD;

  /** Frames that the piece completes. Throws where what came is no frame. */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#held += piece.length;
    const frames: Frame[] = [];
    while (this.#held >= this.#wanted) {
      const held = this.#joined();
      const { words, octets } = readFrameHead(held);
      const end = FRAME_HEAD + words + octets;
      this.#wanted = end;
      if (held.length < end) break;
      const text = held.toString('utf8', FRAME_HEAD, FRAME_HEAD + words);
      frames.push({ words: JSON.parse(text), octets: held.subarray(FRAME_HEAD + words, end) });
      this.#pieces = held.length === end ? [] : [held.subarray(end)];
      this.#held = held.length - end;
      this.#wanted = FRAME_HEAD;
    }
    return frames;
  }

  #joined(): Buffer {
    const [only] = this.#pieces;
    const held = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#pieces = [held];
    return held;
  }
}
