// Scanners that answer wrongly, late or not at all: what no real one does when it is asked to.

import { createServer, type Server, type Socket } from 'node:net';

/** What is done at the end of a content: raw octets to send, or nothing at all, or an end of the connection. */
export type Fault = { say: string } | 'hang' | 'close';
/** The same for every content, or by what it holds. */
export type Faults = Fault | ((content: string) => Fault);

export interface FaultyScanner extends AsyncDisposable {
  readonly port: number;
  /** Contents that were given to it whole. */
  readonly contents: number;
  /** Connections that were made to it. */
  readonly connections: number;
  /** Ends all connections. */
  hangUp(): void;
  /** From now on. */
  answer(fault: Faults): void;
}

/** The sound answer of a clamd to the command with this number. */
export const CLEAN = { say: '#: stream: OK\0' } as const;

interface Options {
  /** What it says to contents; `#` stands for the number of the command. */
  fault: Faults;
  /** What it says to PING and VERSION, where not the usual. */
  ping?: Fault;
  version?: string;
  /** Default: a free one. */
  port?: number;
  /** Answers before the content is at its end, after so many octets. */
  early?: number;
}

/** A clamd whose control commands are sound and whose answers to contents are not. It knows EICAR. */
export async function startFaultyClamd(options: Options): Promise<FaultyScanner> {
  let { fault } = options;
  let contents = 0;
  const server = createServer((socket) => {
    const session = new ClamdSession(socket, options, {
      fault: () => fault,
      content: () => void (contents += 1),
    });
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => session.take(bytes));
  });
  return listening(server, options.port ?? 0, {
    answer: (next) => void (fault = next),
    get contents() {
      return contents;
    },
  });
}

/** An HTTP server whose /ping is that of rspamd and whose other answers are raw octets. */
export async function startFaultyRspamd(options: {
  fault: Faults;
  ping?: Fault;
  port?: number;
}): Promise<FaultyScanner> {
  let { fault } = options;
  let contents = 0;
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece;
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head === -1 || text.length < head + 4 + length) return;
      const isPing = text.startsWith('GET /ping');
      const isTrial = /queue-id: probe/i.test(text);
      const content = text.slice(head + 4, head + 4 + length);
      text = text.slice(head + 4 + length);
      if (isPing) return act(socket, options.ping ?? { say: http('pong\r\n') });
      // The trial of a probe is answered as rspamd would.
      if (isTrial) return act(socket, { say: http(NO_SPAM) });
      contents += 1;
      return act(socket, faultOf(fault, content));
    });
  });
  return listening(server, options.port ?? 0, {
    answer: (next) => void (fault = next),
    get contents() {
      return contents;
    },
  });
}

/** A sound answer of rspamd. */
export const NO_SPAM = '{"is_skipped":false,"score":0.1,"required_score":15.0,"action":"no action","symbols":{}}';

/** An HTTP answer with this body. */
export function http(body: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function faultOf(faults: Faults, content: string): Fault {
  return typeof faults === 'function' ? faults(content) : faults;
}

function act(socket: Socket, fault: Fault, number = 0): void {
  if (fault === 'close') socket.destroy();
  else if (fault !== 'hang') socket.write(fault.say.replaceAll('#', String(number)));
}

async function listening(
  server: Server,
  port: number,
  rest: Pick<FaultyScanner, 'answer' | 'contents'>,
): Promise<FaultyScanner> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    answer: (fault) => rest.answer(fault),
    get contents() {
      return rest.contents;
    },
    get connections() {
      return connections;
    },
    hangUp,
    [Symbol.asyncDispose]: async () => {
      hangUp();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The server's side of one session. */
class ClamdSession {
  readonly #socket: Socket;
  readonly #options: Options;
  readonly #now: { fault: () => Faults; content: () => void };
  #bytes = Buffer.alloc(0);
  #commands = 0;
  /** Inside of a content: what came of it. */
  #content: string | undefined;
  #answered = false;

  constructor(socket: Socket, options: Options, now: { fault: () => Faults; content: () => void }) {
    this.#socket = socket;
    this.#options = options;
    this.#now = now;
  }

  take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#content === undefined ? this.#command() : this.#chunk());
  }

  #command(): boolean {
    const end = this.#bytes.indexOf(0);
    if (end === -1) return false;
    const command = this.#bytes.toString('latin1', 1, end);
    this.#bytes = this.#bytes.subarray(end + 1);
    if (command === 'IDSESSION') return true;
    this.#commands += 1;
    const { ping = { say: '#: PONG\0' }, version = 'ClamAV 1.4.6' } = this.#options;
    if (command === 'PING') act(this.#socket, ping, this.#commands);
    else if (command === 'VERSION') act(this.#socket, { say: `#: ${version}\0` }, this.#commands);
    else this.#content = '';
    return true;
  }

  #chunk(): boolean {
    const { early = Number.POSITIVE_INFINITY } = this.#options;
    const length = this.#bytes.length < 4 ? -1 : this.#bytes.readUInt32BE();
    if (length > 0 && this.#bytes.length >= 4 + length) {
      this.#content += this.#bytes.toString('latin1', 4, 4 + length);
      this.#bytes = this.#bytes.subarray(4 + length);
      if (!this.#answered && (this.#content ?? '').length > early) this.#answer();
      return true;
    }
    if (length !== 0) return false;
    this.#bytes = this.#bytes.subarray(4);
    if (!this.#answered) this.#answer();
    this.#content = undefined;
    this.#answered = false;
    return true;
  }

  #answer(): void {
    this.#answered = true;
    if (this.#content?.startsWith('X5O!P%@AP'))
      return act(this.#socket, { say: '#: stream: Eicar FOUND\0' }, this.#commands);
    // What a probe tries.
    if (this.#content?.startsWith('Easymail asks')) return act(this.#socket, CLEAN, this.#commands);
    this.#now.content();
    return act(this.#socket, faultOf(this.#now.fault(), this.#content ?? ''), this.#commands);
  }
}
