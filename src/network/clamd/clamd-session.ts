// One connection to clamd: a session (IDSESSION) with one command at a time. Replies carry the number of their command;
// anything else than the reply that is waited for ends the session, and what was asked over it is not answered.

import { connect, type Socket } from 'node:net';
import { BrokeOff } from '../broke-off.ts';

/** Where clamd listens. */
export type ClamdAddress = { path: string } | { host: string; port: number };

/** A content that is being given to clamd. */
export interface ClamdStream {
  /** Copies the octets. */
  write(bytes: Uint8Array): void;
  /** Octets that clamd has not taken yet. */
  readonly waiting: number;
  /** Resolves once clamd has taken so much that more may be written. */
  taken(): Promise<void>;
  /** All is written; the reply without its number. Rejects where none comes in time. */
  end(timeoutMs: number): Promise<string>;
}

/** Longer replies than this are none of clamd's. */
const REPLY_MAX = 4096;
const INSTREAM = Buffer.from('zINSTREAM\0');
const END_OF_STREAM = Buffer.alloc(4);
/** Octets that wait for the end of the content, or for more. */
const SMALL = 64 * 1024;
/** clamd reads a chunk into memory of that size. */
const CHUNK = 1024 * 1024;

/** The content as clamd reads it: each piece behind its length. Copies the octets. */
function* chunksOf(bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK) {
    const piece = bytes.subarray(at, at + CHUNK);
    const chunk = Buffer.allocUnsafe(4 + piece.byteLength);
    chunk.writeUInt32BE(piece.byteLength);
    chunk.set(piece, 4);
    yield chunk;
  }
}

/** Opens a session. Rejects with words of ours where nobody listens in time. */
export function openClamdSession(address: ClamdAddress, timeoutMs: number): Promise<ClamdSession> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const timer = setTimeout(() => fail('does not take a connection in time'), timeoutMs);
    const fail = (why: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(why));
    };
    const refused = (err: NodeJS.ErrnoException) => fail(`cannot be reached (${err.code ?? 'error'})`);
    socket.once('error', refused);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', refused);
      socket.setNoDelay(true);
      resolve(new ClamdSession(socket));
    });
  });
}

interface Waiting {
  resolve: (reply: string) => void;
  reject: (err: Error) => void;
}

/** A session; made by `openClamdSession`. */
export class ClamdSession {
  /** Since when nothing runs, by the monotonic clock. */
  idleSince: number = performance.now();
  readonly #socket: Socket;
  #commands = 0;
  #waiting: Waiting | undefined;
  /** A reply that came before it was asked for: clamd may answer before it has read all. */
  #early: string | undefined;
  #running = false;
  #text = '';
  #fault: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (err: NodeJS.ErrnoException) => this.#cut(`broke off (${err.code ?? 'error'})`));
    socket.on('close', () => this.#cut('closed the connection'));
    socket.write('zIDSESSION\0');
  }

  /** It can be asked nothing more. */
  get broken(): boolean {
    return this.#fault !== undefined;
  }

  /** Waiting for this connection keeps no process alive. */
  unref(): void {
    this.#socket.unref();
  }

  /** Says a command without content. */
  command(name: 'PING' | 'VERSION', timeoutMs: number): Promise<string> {
    this.#begin();
    this.#socket.write(`z${name}\0`);
    return this.#reply(timeoutMs);
  }

  /** Begins a content. */
  stream(): ClamdStream {
    this.#begin();
    const socket = this.#socket;
    // A small content goes out in one write with what is before and behind it.
    let pieces: Buffer[] = [INSTREAM];
    let held = 0;
    const flush = () => {
      if (pieces.length > 0) this.#send(Buffer.concat(pieces));
      pieces = [];
      held = 0;
    };
    return {
      write: (bytes) => {
        held += bytes.byteLength;
        for (const chunk of chunksOf(bytes)) pieces.push(chunk);
        if (held > SMALL) flush();
      },
      get waiting() {
        return socket.writableLength + held;
      },
      taken: () => {
        flush();
        return this.#taken();
      },
      end: (timeoutMs) => {
        pieces.push(END_OF_STREAM);
        flush();
        return this.#reply(timeoutMs);
      },
    };
  }

  close(): void {
    this.#break('was closed');
  }

  #begin(): void {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#running) throw new Error('two commands at a time');
    this.#running = true;
    this.#commands += 1;
  }

  /** After a reply that came early, clamd closes: more would only hide that reply behind a broken pipe. */
  #send(bytes: Buffer): void {
    if (this.#fault === undefined && this.#early === undefined) this.#socket.write(bytes);
  }

  #taken(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#fault !== undefined || this.#early !== undefined) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done).off('data', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done).on('data', done);
    });
  }

  #reply(timeoutMs: number): Promise<string> {
    if (this.#early !== undefined) {
      const reply = this.#finish(this.#early);
      // What was not written any more would be missing to the next command.
      this.#break(reply.endsWith(' ERROR') ? 'answered before the end' : 'answers rubbish');
      return reply.endsWith(' ERROR') ? Promise.resolve(reply) : Promise.reject(this.#fault);
    }
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#break('did not answer in time'), timeoutMs);
      this.#waiting = {
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(this.#finish(reply));
        },
        reject: (err) => {
          clearTimeout(timer);
          reject(err);
        },
      };
    });
  }

  #finish(reply: string): string {
    this.#early = undefined;
    this.#running = false;
    this.idleSince = performance.now();
    return reply;
  }

  #take(text: string): void {
    this.#text += text;
    const end = this.#text.indexOf('\0');
    if (end === -1 && this.#text.length <= REPLY_MAX) return;
    const reply = /^(\d{1,15}): ([^]*)$/.exec(this.#text.slice(0, Math.max(end, 0)));
    const isOurs = this.#running && this.#early === undefined && Number(reply?.[1]) === this.#commands;
    if (reply === null || !isOurs || end !== this.#text.length - 1) return this.#break('answers rubbish');
    this.#text = '';
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#early = reply[2] ?? '';
    else waiting.resolve(reply[2] ?? '');
  }

  #cut(why: string): void {
    this.#fault ??= new BrokeOff(why);
    this.#break(why);
  }

  #break(why: string): void {
    this.#fault ??= new Error(why);
    this.#socket.destroy();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#fault);
  }
}
