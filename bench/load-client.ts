// A load client that speaks like Postfix's smtp-source (one command, one reply), and can do what that cannot: STARTTLS,
// a fixed rate, and the time each message took. `node bench/load-client.ts --port 2525 …` prints its result as JSON.

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { parseArgs } from 'node:util';

export interface LoadOptions {
  port: number;
  host?: string;
  sessions: number;
  messages: number;
  /** Octets of the content, header included. */
  size: number;
  /** One connection carries many messages. */
  reuse: boolean;
  tls: boolean;
  from: string;
  /** Recipient domain; the local part is the number of the message. */
  domain: string;
  /** Recipients of each message. */
  recipients?: number;
  /** Messages a second, sent whether or not earlier ones were answered; without it as fast as the server answers. */
  rate?: number;
  /** Called at the 250 of a message. */
  onAccepted?: (number: number, reply: string) => void;
  /** Address to connect from. */
  localAddress?: string;
}

export interface LoadResult {
  accepted: number;
  refused: number;
  seconds: number;
  /** Milliseconds from the final dot to its reply, one a message, in order of their ends. */
  latencies: number[];
  /** CLOCK_MONOTONIC in nanoseconds when the final dot of each message was sent, by number; kept with `rate`. */
  dotAt: [number, bigint][];
}

const context = createSecureContext();

/** Content of `size` octets with the end of data behind it. */
export function content(size: number, from: string): Buffer {
  const header = `From: <${from}>\r\nTo: <someone@example.test>\r\nSubject: load\r\nMessage-ID: <load@client.test>\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\n\r\n`;
  const line = `${'X'.repeat(78)}\r\n`;
  const filler = line.repeat(Math.max(0, Math.ceil((size - header.length) / line.length)));
  return Buffer.from(`${header}${filler.slice(0, Math.max(2, size - header.length - 2))}\r\n.\r\n`, 'latin1');
}

type Step = 'greeting' | 'ehlo' | 'starttls' | 'mail' | 'rcpt' | 'data' | 'dot' | 'idle' | 'quit';

class Load {
  readonly result: LoadResult = { accepted: 0, refused: 0, seconds: 0, latencies: [], dotAt: [] };
  readonly options: LoadOptions;
  readonly body: Buffer;
  readonly done: Promise<void>;
  #next = 0;
  #ended = 0;
  #due = 0;
  #idle: LoadSession[] = [];
  #finish: () => void = () => undefined;

  constructor(options: LoadOptions) {
    this.options = options;
    this.body = content(options.size, options.from);
    this.done = new Promise((resolve) => (this.#finish = resolve));
  }

  start(): void {
    const begun = performance.now();
    void this.done.then(() => (this.result.seconds = (performance.now() - begun) / 1000));
    for (let i = 0; i < Math.min(this.options.sessions, this.options.messages); i++) openSession(this);
    const { rate } = this.options;
    if (rate === undefined) return;
    const timer = setInterval(() => {
      this.#due = Math.floor(((performance.now() - begun) / 1000) * rate);
      while (this.#next < this.#due && this.#idle.length > 0) this.#idle.pop()?.go();
    }, 1);
    void this.done.then(() => clearInterval(timer));
  }

  /** Number of the next message for a session; -1 when there is none now. */
  take(): number {
    if (this.#next >= this.options.messages) return -1;
    if (this.options.rate !== undefined && this.#next >= this.#due) return -1;
    return this.#next++;
  }

  wait(session: LoadSession): void {
    if (this.#next < this.options.messages) this.#idle.push(session);
    else session.quit();
  }

  end(accepted: boolean): void {
    if (accepted) this.result.accepted++;
    else this.result.refused++;
    if (++this.#ended < this.options.messages) return;
    for (const session of this.#idle.splice(0)) session.quit();
    this.#finish();
  }
}

class LoadSession {
  readonly #load: Load;
  #socket: Socket;
  #step: Step = 'greeting';
  #rest = '';
  #number = -1;
  #recipient = 0;
  #dotSent = 0;
  #secure = false;

  constructor(load: Load) {
    this.#load = load;
    this.#socket = this.#connect();
  }

  #connect(): Socket {
    const { port, host, localAddress } = this.#load.options;
    this.#step = 'greeting';
    this.#number = -1;
    this.#secure = false;
    this.#rest = '';
    const socket = connectTcp({
      port,
      host: host ?? '127.0.0.1',
      noDelay: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    this.#listen(socket);
    return socket;
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#take(chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (socket !== this.#socket || this.#step === 'quit') return;
      // A server that hangs up: the message counts as refused, the session goes on over a new connection.
      if (this.#number >= 0 && this.#step !== 'idle') this.#load.end(false);
      this.#number = -1;
      setTimeout(() => (this.#socket = this.#connect()), 100);
    });
  }

  #take(chunk: string): void {
    const text = this.#rest + chunk;
    const lineStart = text.lastIndexOf('\n', text.length - 2) + 1;
    if (!text.endsWith('\n') || text[lineStart + 3] === '-') {
      this.#rest = text;
      return;
    }
    this.#rest = '';
    this.#reply(text.slice(lineStart, lineStart + 1) === '2' || this.#step === 'data', text);
  }

  #send(step: Step, line: string): void {
    this.#step = step;
    this.#socket.write(line, 'latin1');
  }

  #reply(good: boolean, text: string): void {
    if (!good && this.#step !== 'dot' && this.#step !== 'rcpt') {
      this.#socket.destroy();
      return;
    }
    switch (this.#step) {
      case 'greeting':
        return this.#send('ehlo', 'EHLO client.test\r\n');
      case 'ehlo':
        if (this.#load.options.tls && !this.#secure) return this.#send('starttls', 'STARTTLS\r\n');
        return this.#ready();
      case 'starttls':
        return this.#startTls();
      case 'mail':
        this.#recipient = 0;
        return this.#sendRecipient();
      case 'rcpt':
        if (this.#recipient < (this.#load.options.recipients ?? 1)) return this.#sendRecipient();
        return this.#send('data', 'DATA\r\n');
      case 'data':
        return this.#sendContent();
      case 'dot':
        return this.#answered(good, text);
      case 'idle':
      case 'quit':
        return undefined;
      default:
        this.#step satisfies never;
    }
  }

  #sendRecipient(): void {
    const index = this.#recipient++;
    const name = index === 0 ? this.#number : `${this.#number}.${index}`;
    this.#send('rcpt', `RCPT TO:<${name}@${this.#load.options.domain}>\r\n`);
  }

  #sendContent(): void {
    this.#step = 'dot';
    this.#dotSent = performance.now();
    if (this.#load.options.rate !== undefined) this.#load.result.dotAt.push([this.#number, process.hrtime.bigint()]);
    this.#socket.write(this.#load.body);
  }

  #answered(good: boolean, text: string): void {
    this.#load.result.latencies.push(performance.now() - this.#dotSent);
    if (good) this.#load.options.onAccepted?.(this.#number, text);
    this.#step = 'idle';
    this.#load.end(good);
    if (this.#load.options.reuse) this.#ready();
    else this.#again();
  }

  #again(): void {
    this.quit();
    this.#socket = this.#connect();
  }

  #startTls(): void {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    this.#secure = true;
    const secure = connectTls({ socket: plain, secureContext: context, rejectUnauthorized: false });
    this.#socket = secure;
    secure.once('secureConnect', () => this.#send('ehlo', 'EHLO client.test\r\n'));
    this.#listen(secure);
  }

  #ready(): void {
    this.#number = this.#load.take();
    if (this.#number >= 0) return this.#send('mail', `MAIL FROM:<${this.#load.options.from}>\r\n`);
    this.#step = 'idle';
    this.#load.wait(this);
    return undefined;
  }

  /** Starts the message that has fallen due. */
  go(): void {
    this.#ready();
  }

  quit(): void {
    this.#step = 'quit';
    this.#socket.end('QUIT\r\n');
    this.#socket.resume();
  }
}

function openSession(load: Load): LoadSession {
  return new LoadSession(load);
}

/** Sends `messages` and resolves when each has its answer. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const load = new Load(options);
  load.start();
  await load.done;
  return load.result;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '2525' },
      sessions: { type: 'string', default: '50' },
      messages: { type: 'string', default: '1000' },
      size: { type: 'string', default: '10240' },
      reuse: { type: 'boolean', default: false },
      tls: { type: 'boolean', default: false },
      from: { type: 'string', default: 'load@acme.test' },
      domain: { type: 'string', default: 'example.test' },
      recipients: { type: 'string', default: '1' },
      rate: { type: 'string' },
      'local-address': { type: 'string' },
    },
  });
  const result = await runLoad({
    port: Number(values.port),
    sessions: Number(values.sessions),
    messages: Number(values.messages),
    size: Number(values.size),
    reuse: values.reuse,
    tls: values.tls,
    from: values.from,
    domain: values.domain,
    recipients: Number(values.recipients),
    ...(values.rate === undefined ? {} : { rate: Number(values.rate) }),
    ...(values['local-address'] === undefined ? {} : { localAddress: values['local-address'] }),
  });
  const dotAt = result.dotAt.map(([number, at]) => [number, String(at)]);
  const latencies = result.latencies.map((ms) => Math.round(ms * 1000) / 1000);
  process.stdout.write(`${JSON.stringify({ ...result, latencies, dotAt })}\n`, () => process.exit(0));
}
