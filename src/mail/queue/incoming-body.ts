// The content of a message while it arrives: in memory up to a limit, from there on in a file of its own.

import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { WholeContent } from '../inspect/inspection.ts';
import type { Body, QueueId } from '../message.ts';
import type { BodyFile, BodyStore } from './body-store.ts';

export interface IncomingBody {
  /** Octets so far. */
  readonly size: number;
  /** Takes content; a promise means: wait before giving more. The octets belong to the body from here on. */
  add(octets: Uint8Array): void | Promise<void>;
  /** What was given so far, to be read before `finish`. */
  content(): WholeContent;
  /** Replaces what was given so far; nothing is added meanwhile. Rejects where the disk refuses. */
  rewrite(change: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>): Promise<void>;
  /** All content is there; a file is synced when this resolves. Rejects where the disk refuses. */
  finish(): Body | Promise<Body>;
  /** Gives it up; what was written is removed. */
  abort(): void;
}

/** Octets read at once from a file. */
const PIECE = 256 * 1024;

/** Begins the content of the message `id`; past `inlineLimit` octets it moves to a file. */
export function beginBody(id: QueueId, inlineLimit: number, store: BodyStore): IncomingBody {
  return new Collector(id, inlineLimit, store);
}

class Collector implements IncomingBody {
  size = 0;
  readonly #id: QueueId;
  readonly #inlineLimit: number;
  readonly #store: BodyStore;
  #pieces: Uint8Array[] = [];
  /** The one piece there is, once all were put together. */
  #joined: Uint8Array | undefined;
  #file: Promise<BodyFile> | undefined;
  #aborted = false;

  constructor(id: QueueId, inlineLimit: number, store: BodyStore) {
    this.#id = id;
    this.#inlineLimit = inlineLimit;
    this.#store = store;
  }

  add(octets: Uint8Array): void | Promise<void> {
    this.size += octets.byteLength;
    if (this.#file !== undefined) return this.#write(this.#file, octets);
    this.#pieces.push(octets);
    if (this.size <= this.#inlineLimit) return undefined;
    this.#file = this.#store.create(this.#id);
    const collected = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return this.#write(this.#file, collected);
  }

  content(): WholeContent {
    const { size } = this;
    const file = this.#file;
    if (file === undefined) {
      return {
        size,
        bytes: () => Promise.resolve(this.#join()),
        stream: () => eachOf([this.#join()]),
      };
    }
    return {
      size,
      bytes: async () => readFile((await file).path),
      async *stream() {
        yield* readPieces((await file).path);
      },
    };
  }

  async rewrite(change: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>): Promise<void> {
    if (this.#file === undefined) {
      const before = this.#join();
      this.#pieces = [];
      return this.#refill(change(eachOf([before])));
    }
    const before = await this.#file;
    // The name goes to the file that is written next; what was open goes on to be read.
    const opened = await open(before.path, 'r');
    try {
      await before.abort();
      this.#file = this.#store.create(this.#id);
      await this.#refill(change(opened.createReadStream({ highWaterMark: PIECE, autoClose: false })));
    } finally {
      await opened.close();
    }
  }

  async #refill(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    this.size = 0;
    for await (const piece of pieces) await this.add(piece);
  }

  finish(): Body | Promise<Body> {
    if (this.#file !== undefined) return this.#file.then((file) => file.finish());
    return { kind: 'inline', bytes: this.#join() };
  }

  /** All of it in memory of its own: a piece may be a small part of a large buffer of the socket, and would keep that. */
  #join(): Uint8Array {
    if (this.#joined !== undefined && this.#pieces[0] === this.#joined && this.#pieces.length === 1)
      return this.#joined;
    const bytes = Buffer.allocUnsafeSlow(this.size);
    let offset = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, offset);
      offset += piece.byteLength;
    }
    this.#pieces = [bytes];
    this.#joined = bytes;
    return bytes;
  }

  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#pieces = [];
    this.#file?.then((file) => file.abort()).catch(ignoreUnmade);
  }

  async #write(opening: Promise<BodyFile>, octets: Uint8Array): Promise<void> {
    const file = await opening;
    if (!this.#aborted) await file.write(octets);
  }
}

function readPieces(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: PIECE });
}

async function* eachOf(pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* pieces;
}

/** A file that could not be made needs no removal; the write that waited for it has told of the fault. */
function ignoreUnmade(): void {}
