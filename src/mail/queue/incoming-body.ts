// The content of a message while it arrives: in memory up to a limit, from there on in a file of its own.

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
  /** All content is there; a file is synced when this resolves. Rejects where the disk refuses. */
  finish(): Body | Promise<Body>;
  /** Gives it up; what was written is removed. */
  abort(): void;
}

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
    const [size, pieces, file] = [this.size, this.#pieces, this.#file];
    if (file === undefined) {
      return {
        size,
        bytes: () => Promise.resolve(Buffer.concat(pieces)),
        async *stream() {
          yield* pieces;
        },
      };
    }
    return {
      size,
      bytes: async () => readFile((await file).path),
      async *stream() {
        yield* createReadStream((await file).path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
      },
    };
  }

  finish(): Body | Promise<Body> {
    if (this.#file !== undefined) return this.#file.then((file) => file.finish());
    // Memory of its own: a piece may be a small part of a large buffer of the socket, and would keep all of it.
    const bytes = Buffer.allocUnsafeSlow(this.size);
    let offset = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, offset);
      offset += piece.byteLength;
    }
    this.#pieces = [];
    return { kind: 'inline', bytes };
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

/** A file that could not be made needs no removal; the write that waited for it has told of the fault. */
function ignoreUnmade(): void {}
