// RFC 1928: a connection through a SOCKS5 server without a login, so that a port can be seen from somewhere else.

import { connect, isIPv4, type Socket } from 'node:net';
import type { Endpoint } from '../platform/config/units.ts';

export interface SocksOptions {
  server: Endpoint;
  /** By address: a name would be looked up there, and may mean another host. */
  target: { ip: string; port: number };
  /** For each step, milliseconds. */
  timeoutMs: number;
}

export type SocksAnswer =
  | { socket: Socket }
  | { kind: 'no-connection'; how: 'refused' | 'timeout' | 'unreachable'; detail: string }
  /** The server itself failed: nothing is known of the target. */
  | { kind: 'not-tried'; detail: string };

const VERSION = 5;
const NO_LOGIN = 0;
const CONNECT = 1;
const TYPE_IPV4 = 1;
const TYPE_NAME = 3;
const TYPE_IPV6 = 4;

/** RFC 1928 6: what the server says of the connection to the target. */
const REPLIES: Readonly<Record<number, 'refused' | 'timeout' | 'unreachable'>> = {
  3: 'unreachable',
  4: 'unreachable',
  5: 'refused',
  6: 'timeout',
};

/** Connects; the socket carries the target's octets. Never rejects. */
export async function connectThroughSocks({ server, target, timeoutMs }: SocksOptions): Promise<SocksAnswer> {
  const where = `SOCKS server ${server.host}:${server.port}`;
  const socket = connect({ host: server.host, port: server.port, timeout: timeoutMs });
  socket.on('error', () => undefined);
  const fail = (answer: SocksAnswer): SocksAnswer => {
    socket.destroy();
    return answer;
  };
  const octets = new Octets(socket);
  // One method: no login.
  socket.write(Buffer.from([VERSION, 1, NO_LOGIN]));
  const method = await octets.take(2, timeoutMs);
  if (method === undefined) return fail({ kind: 'not-tried', detail: `${where} does not answer` });
  if (method[0] !== VERSION || method[1] !== NO_LOGIN) {
    return fail({ kind: 'not-tried', detail: `${where} does not take us without a login` });
  }
  socket.write(Buffer.concat([Buffer.from([VERSION, CONNECT, 0]), addressOf(target.ip), portOf(target.port)]));
  const head = await octets.take(4, timeoutMs);
  if (head === undefined) {
    // It may be waiting for the target, or be gone: the two look the same.
    return fail({ kind: 'not-tried', detail: `${where} did not say what became of the connection` });
  }
  const code = head[1] ?? 255;
  if (code !== 0) {
    const how = REPLIES[code];
    const detail = `${where} says ${code}`;
    return fail(how === undefined ? { kind: 'not-tried', detail } : { kind: 'no-connection', how, detail });
  }
  if (!(await octets.skipAddress(head[3] ?? 0, timeoutMs))) {
    return fail({ kind: 'not-tried', detail: `${where} speaks no SOCKS5` });
  }
  octets.release();
  socket.setTimeout(0);
  return { socket };
}

function addressOf(ip: string): Buffer {
  if (isIPv4(ip)) return Buffer.from([TYPE_IPV4, ...ip.split('.').map(Number)]);
  const [head = '', tail] = ip.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':'));
  const [first, last] = [words(head), words(tail ?? '')];
  const all =
    tail === undefined ? first : [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  const octets = Buffer.alloc(17);
  octets[0] = TYPE_IPV6;
  for (const [i, word] of all.slice(0, 8).entries())
    octets.writeUInt16BE(Number.parseInt(word, 16) & 0xffff, 1 + 2 * i);
  return octets;
}

function portOf(port: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(port);
  return octets;
}

/** Reads the server's own octets, and no more: what follows is the target's. */
class Octets {
  readonly #socket: Socket;
  #wake: (() => void) | undefined;
  readonly #onChange = () => this.#wake?.();
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('readable', this.#onChange);
    for (const event of ['end', 'close', 'error', 'timeout']) {
      socket.once(event, () => {
        this.#ended = true;
        this.#onChange();
      });
    }
  }

  async take(count: number, timeoutMs: number): Promise<Buffer | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const octets = this.#socket.read(count) as Buffer | null;
      if (octets !== null) return octets.length === count ? octets : undefined;
      const left = end - performance.now();
      if (this.#ended || left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** RFC 1928 6: the address that the server used, and its port. */
  async skipAddress(type: number, timeoutMs: number): Promise<boolean> {
    let length = type === TYPE_IPV4 ? 4 : type === TYPE_IPV6 ? 16 : 0;
    if (type === TYPE_NAME) length = (await this.take(1, timeoutMs))?.[0] ?? 0;
    return length > 0 && (await this.take(length + 2, timeoutMs)) !== undefined;
  }

  release(): void {
    this.#socket.off('readable', this.#onChange);
  }
}
