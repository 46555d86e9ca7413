// An SMTP receiver that costs as little as one in Node can: plain or with STARTTLS, and with the tempers that the
// benchmark and the crash tests need. `node bench/sink.ts --port 2600` runs it alone and prints its count each second.

import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';

export interface SinkOptions {
  port: number;
  host?: string;
  /** Offers STARTTLS. */
  tls?: { certificate: string; key: string };
  /** Reply to each RCPT instead of 250. */
  rcptReply?: (recipient: string) => string | undefined;
  /** Wait before each reply, in milliseconds. */
  delayMs?: number;
  /** Called at RCPT, with the time of CLOCK_MONOTONIC in nanoseconds. */
  onRecipient?: (recipient: string, at: bigint) => void;
  /** Called when the end of a message was seen, before its 250 is sent. `head` is the begin of its content. */
  onMessage?: (recipients: string[], head: Buffer) => void;
  /** Keep whole messages for `onMessage`; without it `head` is what the first packets brought. */
  whole?: boolean;
}

export interface Sink {
  readonly port: number;
  readonly messages: number;
  readonly connections: number;
  stop(): Promise<void>;
}

const GREETING = '220 sink.test ESMTP\r\n';
const CAPABILITIES = '250-sink.test\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n250-8BITMIME\r\n';
const END_OF_DATA = Buffer.from('\r\n.\r\n');
const EMPTY = Buffer.alloc(0);

interface Totals {
  messages: number;
  connections: number;
}

/** One connection: bytes in, replies out; all replies of one packet in one write. */
class SinkSession {
  #rest: Buffer = EMPTY;
  #inData = false;
  #recipients: string[] = [];
  #content: Buffer[] = [];
  #replies = '';
  #socket: Socket;
  #secure = false;
  readonly #options: SinkOptions;
  readonly #totals: Totals;
  readonly #context: SecureContext | undefined;

  constructor(socket: Socket, options: SinkOptions, totals: Totals, context: SecureContext | undefined) {
    this.#options = options;
    this.#totals = totals;
    this.#context = context;
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#say(GREETING);
    this.#listen(socket);
    this.#flush();
  }

  #listen(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      this.#take(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]));
      this.#flush();
    });
    socket.on('end', () => socket.end());
  }

  #say(reply: string): void {
    this.#replies += reply;
  }

  #flush(): void {
    if (this.#replies === '') return;
    const text = this.#replies;
    this.#replies = '';
    if (this.#options.delayMs === undefined) this.#socket.write(text, 'latin1');
    else setTimeout(() => this.#socket.write(text, 'latin1'), this.#options.delayMs);
  }

  #take(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const used = this.#inData ? this.#takeContent(bytes, at) : this.#takeLine(bytes, at);
      if (used < 0) break;
      at = used;
    }
    this.#rest = at === bytes.length ? EMPTY : bytes.subarray(at);
  }

  /** Position after the content in `bytes`; the last four octets wait, as the end may be cut in two. */
  #takeContent(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(END_OF_DATA, at);
    if (end < 0) {
      const keep = Math.max(at, bytes.length - 4);
      if (keep > at) this.#keepContent(bytes.subarray(at, keep));
      return keep > at ? keep : -1;
    }
    this.#keepContent(bytes.subarray(at, end + 2));
    this.#totals.messages++;
    this.#options.onMessage?.(
      this.#recipients,
      this.#content.length === 1 ? (this.#content[0] ?? EMPTY) : Buffer.concat(this.#content),
    );
    this.#inData = false;
    this.#recipients = [];
    this.#content = [];
    this.#say('250 2.0.0 Ok\r\n');
    return end + END_OF_DATA.length;
  }

  #keepContent(part: Buffer): void {
    if (this.#options.onMessage === undefined) return;
    if (this.#options.whole === true || this.#content.length === 0) this.#content.push(part);
  }

  #takeLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(10, at);
    if (end < 0) return -1;
    this.#command(bytes.toString('latin1', at, end - 1));
    return end + 1;
  }

  #command(line: string): void {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        this.#say(
          `${CAPABILITIES}${this.#context !== undefined && !this.#secure ? '250-STARTTLS\r\n' : ''}250 ENHANCEDSTATUSCODES\r\n`,
        );
        break;
      case 'RCPT':
        this.#recipient(line);
        break;
      case 'DATA':
        this.#say(this.#recipients.length === 0 ? '503 5.5.1 no recipient\r\n' : '354 go on\r\n');
        this.#inData = this.#recipients.length > 0;
        // The end of an empty message begins with the line end of DATA itself.
        if (this.#inData) this.#content = [];
        break;
      case 'STAR':
        this.#startTls();
        break;
      case 'QUIT':
        this.#say('221 2.0.0 bye\r\n');
        this.#flush();
        this.#socket.end();
        break;
      case 'RSET':
        this.#recipients = [];
        this.#say('250 2.0.0 Ok\r\n');
        break;
      default:
        this.#say('250 2.0.0 Ok\r\n');
    }
  }

  #recipient(line: string): void {
    const recipient = line.slice(line.indexOf('<') + 1, line.indexOf('>'));
    this.#options.onRecipient?.(recipient, process.hrtime.bigint());
    const reply = this.#options.rcptReply?.(recipient);
    if (reply === undefined) this.#recipients.push(recipient);
    this.#say(reply ?? '250 2.1.5 Ok\r\n');
  }

  #startTls(): void {
    if (this.#context === undefined) return this.#say('502 5.5.1 no\r\n');
    this.#replies = '';
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.write('220 2.0.0 go on\r\n');
    this.#secure = true;
    this.#socket = new TLSSocket(plain, { isServer: true, secureContext: this.#context });
    this.#listen(this.#socket);
  }
}

function serve(
  socket: Socket,
  sink: { options: SinkOptions; totals: Totals; context: SecureContext | undefined },
): SinkSession {
  return new SinkSession(socket, sink.options, sink.totals, sink.context);
}

/** Starts a receiver. Port 0 takes a free one. */
export async function startSink(options: SinkOptions): Promise<Sink> {
  const totals: Totals = { messages: 0, connections: 0 };
  const context =
    options.tls === undefined
      ? undefined
      : createSecureContext({ cert: readFileSync(options.tls.certificate), key: readFileSync(options.tls.key) });
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    totals.connections++;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    serve(socket, { options, totals, context });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: options.host ?? '127.0.0.1', backlog: 1024 }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get messages() {
      return totals.messages;
    },
    get connections() {
      return totals.connections;
    },
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Arguments {
  port: string;
  host: string;
  certificate?: string;
  key?: string;
  reply?: string;
  delay?: string;
  times: boolean;
}

async function main(args: Arguments): Promise<void> {
  const times: string[] = [];
  const sink = await startSink({
    port: Number(args.port),
    host: args.host,
    ...(args.certificate === undefined || args.key === undefined
      ? {}
      : { tls: { certificate: args.certificate, key: args.key } }),
    ...(args.reply === undefined ? {} : { rcptReply: () => `${args.reply}\r\n` }),
    ...(args.delay === undefined ? {} : { delayMs: Number(args.delay) }),
    ...(args.times ? { onRecipient: (recipient, at) => void times.push(`${recipient.split('@')[0]} ${at}`) } : {}),
  });
  let printed = -1;
  console.log(`listening ${sink.port}`);
  setInterval(() => {
    for (const time of times.splice(0)) console.log(`rcpt ${time}`);
    if (sink.messages === printed) return;
    printed = sink.messages;
    console.log(`messages ${printed} connections ${sink.connections}`);
  }, 100);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      certificate: { type: 'string' },
      key: { type: 'string' },
      reply: { type: 'string' },
      delay: { type: 'string' },
      times: { type: 'boolean', default: false },
    },
  });
  await main(values);
}
