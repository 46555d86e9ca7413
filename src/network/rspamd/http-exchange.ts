// One HTTP/1.1 request and its answer over a connection that is kept where the server keeps it (RFC 9112). Only what
// rspamd says is understood: a length, or the end of the connection; anything else is an error, never an answer.

import { connect, type Socket } from 'node:net';
import { BrokeOff, TookTooLong } from '../broke-off.ts';

/** Where rspamd listens. */
export type HttpAddress = { path: string } | { host: string; port: number };

export interface HttpRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: readonly Uint8Array[];
}

export interface HttpAnswer {
  status: number;
  body: Buffer;
}

/** Longest head and body of an answer, octets. */
const HEAD_MAX = 16 * 1024;
const BODY_MAX = 4 * 1024 * 1024;
/** Octets of a body that are copied behind its head: one piece costs less than two. */
const SMALL = 64 * 1024;
/** Idle connections are kept for so long. */
const IDLE_MS = 5000;
const LATE = 'did not answer in time';

/** Whatever comes over a connection that waits ends it. */
const UNASKED = ['close', 'data', 'end', 'error'] as const;

interface Head {
  status: number;
  /** Absent: the body ends with the connection. */
  length: number | undefined;
  close: boolean;
  bodyAt: number;
}

/** Connections to one server. */
export class HttpExchange {
  readonly #address: HttpAddress;
  /** Connections that wait for their next request, with what makes them stop waiting. */
  readonly #idle = new Map<Socket, () => void>();

  constructor(address: HttpAddress) {
    this.#address = address;
  }

  /** Rejects with words of ours where no whole answer comes in time. `signal` gives it up. */
  async ask(request: HttpRequest, timeoutMs: number, signal?: AbortSignal): Promise<HttpAnswer> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      if (signal?.aborted === true) throw new Error('was given up');
      const kept = this.#takeIdle();
      try {
        return await this.#exchange(kept ?? connect(this.#address), {
          request,
          timeoutMs: end - performance.now(),
          signal,
        });
      } catch (err) {
        // Its other end may have closed it while nobody looked.
        if (kept === undefined || performance.now() >= end) throw err;
      }
    }
  }

  close(): void {
    for (const [socket, stop] of this.#idle) {
      stop();
      socket.destroy();
    }
  }

  #takeIdle(): Socket | undefined {
    for (const [socket, stop] of this.#idle) {
      stop();
      if (socket.readyState === 'open') return socket;
      socket.destroy();
    }
    return undefined;
  }

  #keep(socket: Socket): void {
    const forget = () => {
      stop();
      socket.destroy();
    };
    const timer = setTimeout(forget, IDLE_MS);
    timer.unref();
    const stop = () => {
      clearTimeout(timer);
      this.#idle.delete(socket);
      for (const event of UNASKED) socket.off(event, forget);
    };
    for (const event of UNASKED) socket.on(event, forget);
    this.#idle.set(socket, stop);
  }

  #exchange(
    socket: Socket,
    { request, timeoutMs, signal }: { request: HttpRequest; timeoutMs: number; signal: AbortSignal | undefined },
  ): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const reader = new AnswerReader();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        socket.off('data', took).off('end', ended).off('error', broke).off('close', ended);
      };
      const giveUp = () => {
        done();
        // A late error of a socket that is given up concerns nobody.
        socket.on('error', () => undefined).destroy();
      };
      const fail = (why: string, fault = new Error(why)) => {
        giveUp();
        reject(fault);
      };
      const look = (isEnd: boolean) => {
        const answer = reader.answer(isEnd);
        if (answer === 'rubbish') return fail('answers rubbish');
        if (answer === undefined) return isEnd ? fail('broke off', new BrokeOff('broke off')) : undefined;
        if (answer.keep) done();
        else giveUp();
        if (answer.keep) this.#keep(socket);
        return resolve(answer);
      };
      const took = (bytes: Buffer) => {
        reader.take(bytes);
        look(false);
      };
      const ended = () => look(true);
      const broke = ({ code = 'error' }: NodeJS.ErrnoException) => {
        const why = `cannot be asked (${code})`;
        return fail(why, code === 'ECONNRESET' || code === 'EPIPE' ? new BrokeOff(why) : new Error(why));
      };
      const aborted = () => fail('was given up');
      const timer = setTimeout(() => fail(LATE, new TookTooLong(LATE)), timeoutMs);
      signal?.addEventListener('abort', aborted);
      socket.on('data', took).on('end', ended).on('error', broke).on('close', ended);
      send(socket, request);
    });
  }
}

function send(socket: Socket, { method, path, headers, body }: HttpRequest): void {
  const length = body.reduce((sum, piece) => sum + piece.byteLength, 0);
  const lines = headers.map(([name, value]) => `${name}: ${headerValue(value)}\r\n`).join('');
  const head = `${method} ${path} HTTP/1.1\r\nHost: rspamd\r\n${lines}Content-Length: ${length}\r\n\r\n`;
  socket.setNoDelay(true);
  if (length <= SMALL) {
    socket.write(Buffer.concat([Buffer.from(head), ...body]));
    return;
  }
  socket.cork();
  socket.write(head);
  for (const piece of body) socket.write(piece);
  socket.uncork();
}

/** RFC 9110 5.5: what strangers wrote must not end the field. */
function headerValue(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\u00a0-\uffff]/g, '?').trim();
}

/** Puts an answer together. */
class AnswerReader {
  #pieces: Buffer[] = [];
  #size = 0;
  #head: Head | undefined;

  take(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#size += bytes.byteLength;
  }

  /** The answer once it is whole; `ended`: nothing more comes. */
  answer(ended: boolean): (HttpAnswer & { keep: boolean }) | 'rubbish' | undefined {
    const head = this.#readHead();
    if (head === 'rubbish' || head === undefined) return head;
    const size = this.#size - head.bodyAt;
    if (size > (head.length ?? BODY_MAX)) return 'rubbish';
    if (head.length === undefined ? !ended : size < head.length) return undefined;
    const body = Buffer.concat(this.#pieces).subarray(head.bodyAt);
    return { status: head.status, body, keep: !head.close && !ended && head.length !== undefined };
  }

  #readHead(): Head | 'rubbish' | undefined {
    if (this.#head !== undefined) return this.#head;
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    const end = all.indexOf('\r\n\r\n');
    if (end === -1) return all.byteLength > HEAD_MAX ? 'rubbish' : undefined;
    const head = parseHead(all.toString('latin1', 0, end), end + 4);
    if (head === undefined) return 'rubbish';
    this.#head = head;
    return head;
  }
}

function parseHead(text: string, bodyAt: number): Head | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const fields = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  // RFC 9112 6.1: what we cannot take apart we do not guess at.
  if (fields.has('transfer-encoding')) return undefined;
  const length = fields.get('content-length');
  if (length !== undefined && (!/^\d{1,9}$/.test(length) || Number(length) > BODY_MAX)) return undefined;
  return {
    status: Number(status),
    length: length === undefined ? undefined : Number(length),
    close: fields.get('connection')?.toLowerCase() === 'close' || !first.startsWith('HTTP/1.1'),
    bodyAt,
  };
}
