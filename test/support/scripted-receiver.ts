// A receiver that does what a test tells it to, at each step: answers oddly, says nothing, hangs up.

import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';

export type Step =
  | 'greeting'
  | 'ehlo'
  | 'helo'
  | 'starttls'
  | 'rset'
  | 'mail'
  | 'rcpt'
  | 'data'
  /** A BDAT that is not the last; the last one is answered by `dot`. */
  | 'bdat'
  | 'dot'
  | 'quit';

/**
 * A reply (CRLF is added), or something worse: `hang up`, `reset` (the same with a RST), `silence` for ever,
 * `stop reading` (the other side's window closes), or one of the others.
 */
export type Answer =
  | string
  /** Sent as it is. */
  | { raw: string }
  /** Sent octet by octet. */
  | { dribble: string }
  | { reply: string; last: 'hang up' | 'stop reading' }
  /** For ever more of it. */
  | { endless: string };

export interface Script extends Partial<Record<Step, Answer | ((argument: string, count: number) => Answer)>> {
  /** Greets clients of this address so. */
  greetingFor?: (ip: string) => Answer | undefined;
  /** Lines of EHLO after the first. Default: PIPELINING, 8BITMIME, SMTPUTF8, SIZE 0, and STARTTLS where `tls` is set. */
  extensions?: string[];
  /** PEM. */
  tls?: { cert: string; key: string };
  /** Hangs up once so many octets of a content have come. */
  hangUpInContent?: number;
  /** Says this in the middle of a content, once so many octets have come. */
  sayInContent?: { after: number; reply: string };
  /** Each read is looked at this much later, as if the way were long. */
  delayMs?: number;
  /** Looks at the first command of each read only. */
  forgetsGroups?: boolean;
  /** Does not notice that the other side has closed. */
  halfOpen?: boolean;
  /** Does not know BDAT, whatever EHLO says: takes its content for commands. */
  botchesBdat?: boolean;
}

export interface TakenMessage {
  mail: string;
  rcpts: string[];
  /** As a receiver understands it: dots taken off. */
  content: string;
  connection: number;
  tls: boolean;
  /** It was answered with 4yz or 5yz. */
  refused: boolean;
}

export interface ScriptedReceiver extends AsyncDisposable {
  readonly port: number;
  readonly messages: TakenMessage[];
  /** Commands of all connections, in order. */
  readonly commands: string[];
  /** Sizes of what came in one read, to see what was written together. */
  readonly groups: string[][];
  connections(): number;
  openNow(): number;
  /** Name said in EHLO, and the client's address, a connection. */
  readonly clients: { ip: string; helo: string }[];
  script: Script;
  close(): Promise<void>;
}

const DEFAULTS: Record<Step, string> = {
  greeting: '220 receiver.test ESMTP',
  ehlo: '',
  helo: '250 receiver.test',
  starttls: '220 2.0.0 go ahead',
  rset: '250 2.0.0 reset',
  mail: '250 2.1.0 sender ok',
  rcpt: '250 2.1.5 recipient ok',
  data: '354 go ahead',
  bdat: '250 2.0.0 portion taken',
  dot: '250 2.0.0 taken',
  quit: '221 2.0.0 bye',
};

/** Starts a receiver on a free port of this loopback address. */
export async function startReceiver(script: Script = {}, host = '127.0.0.1', port = 0): Promise<ScriptedReceiver> {
  const sockets = new Set<Socket>();
  let count = 0;
  const receiver = {
    script,
    messages: [] as TakenMessage[],
    commands: [] as string[],
    groups: [] as string[][],
    clients: [] as { ip: string; helo: string }[],
    connections: () => count,
    openNow: () => sockets.size,
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('end', () => receiver.script.halfOpen !== true && socket.end());
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new Conversation(receiver, socket, ++count).begin();
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const close = () => closeAll(server, sockets);
  return Object.assign(receiver, { port: portOf(server), close, [Symbol.asyncDispose]: close });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closeAll(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}

interface Shared {
  script: Script;
  messages: TakenMessage[];
  commands: string[];
  groups: string[][];
  clients: { ip: string; helo: string }[];
}

class Conversation {
  #shared: Shared;
  #socket: Socket;
  #number: number;
  #rest = '';
  #mail: string | undefined;
  #rcpts: string[] = [];
  #content: string | undefined;
  #portions = '';
  /** Octets of a BDAT that are still to come. */
  #bdat: { octets: number; last: boolean } | undefined;
  #counts = new Map<Step, number>();
  #said = false;
  /** Nothing is said any more. */
  #mute = false;
  /** What is being dribbled; the rest waits behind it. */
  #dribbling: Promise<void> | undefined;

  constructor(shared: Shared, socket: Socket, number: number) {
    this.#shared = shared;
    this.#socket = socket;
    this.#number = number;
    this.#listen();
  }

  begin(): void {
    const special = this.#shared.script.greetingFor?.(this.#socket.remoteAddress ?? '');
    if (special !== undefined) this.#give(special);
    else this.#answer('greeting', '');
  }

  #listen(): void {
    this.#socket.on('error', () => {});
    this.#socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      this.#shared.groups.push(this.#content === undefined ? text.split('\r\n').slice(0, -1) : ['(content)']);
      const { delayMs } = this.#shared.script;
      if (delayMs === undefined) this.#read(text);
      else setTimeout(() => this.#read(text), delayMs);
    });
  }

  #read(text: string): void {
    this.#rest += text;
    this.#work();
  }

  #work(): void {
    while (!this.#socket.destroyed) {
      if (this.#content !== undefined) {
        if (!this.#takeContent()) return;
        continue;
      }
      if (this.#bdat !== undefined) {
        if (!this.#takePortion(this.#bdat)) return;
        continue;
      }
      const end = this.#rest.indexOf('\r\n');
      if (end === -1) return;
      const line = this.#rest.slice(0, end);
      this.#rest = this.#shared.script.forgetsGroups === true ? '' : this.#rest.slice(end + 2);
      this.#command(line);
    }
  }

  #takePortion({ octets, last }: { octets: number; last: boolean }): boolean {
    const { hangUpInContent } = this.#shared.script;
    if (hangUpInContent !== undefined && this.#portions.length + this.#rest.length >= hangUpInContent) {
      this.#socket.destroy();
      return false;
    }
    if (this.#rest.length < octets) return false;
    this.#portions += this.#rest.slice(0, octets);
    this.#rest = this.#rest.slice(octets);
    this.#bdat = undefined;
    if (this.#rcpts.length === 0) this.#say('503 5.5.1 no valid recipients');
    else if (!last) this.#answer('bdat', '');
    else this.#taken(this.#portions);
    if (last) this.#portions = '';
    return true;
  }

  #taken(content: string): void {
    const message = {
      mail: this.#mail ?? '',
      rcpts: this.#rcpts,
      content,
      connection: this.#number,
      tls: this.#socket instanceof TLSSocket,
      refused: false,
    };
    this.#shared.messages.push(message);
    this.#mail = undefined;
    this.#rcpts = [];
    const code = this.#answer('dot', content);
    message.refused = code >= 400 && code < NO_ANSWER;
  }

  #takeContent(): boolean {
    const { hangUpInContent, sayInContent } = this.#shared.script;
    const text = (this.#content ?? '') + this.#rest;
    if (hangUpInContent !== undefined && text.length >= hangUpInContent) {
      this.#socket.destroy();
      return false;
    }
    if (sayInContent !== undefined && text.length >= sayInContent.after && !this.#said) {
      this.#said = true;
      this.#socket.write(`${sayInContent.reply}\r\n`);
    }
    this.#content = '';
    this.#rest = text;
    const end = text.startsWith('.\r\n') ? 0 : text.indexOf('\r\n.\r\n') + 2;
    if (end === 1) return false;
    this.#rest = text.slice(end + 3);
    this.#content = undefined;
    this.#taken(text.slice(0, end).replace(/(^|\r\n)\./g, '$1'));
    return true;
  }

  #command(line: string): void {
    this.#shared.commands.push(line);
    const verb = line.split(/[ :]/, 1)[0]?.toLowerCase();
    if (verb === 'ehlo' || verb === 'helo') {
      this.#shared.clients.push({ ip: this.#socket.remoteAddress ?? '', helo: line.slice(5) });
      this.#answer(verb, line);
    } else if (verb === 'mail') {
      if (this.#answer('mail', line) < 300) this.#mail = line;
    } else if (verb === 'rcpt') {
      if (this.#mail === undefined) this.#say('503 5.5.1 MAIL first');
      else if (this.#answer('rcpt', line) < 300) this.#rcpts.push(line);
    } else if (verb === 'data') this.#data(line);
    else if (verb === 'bdat' && this.#shared.script.botchesBdat !== true) {
      const [, octets, last] = line.split(' ');
      this.#bdat = { octets: Number(octets), last: last !== undefined };
    } else if (verb === 'rset') {
      this.#mail = undefined;
      this.#rcpts = [];
      this.#portions = '';
      this.#answer('rset', line);
    } else if (verb === 'starttls') this.#startTls(line);
    else if (verb === 'quit') {
      this.#answer('quit', line);
      this.#socket.end();
    } else this.#say('500 5.5.2 what?');
  }

  #data(line: string): void {
    if (this.#rcpts.length === 0 && this.#shared.script.data === undefined) {
      this.#say('554 5.5.1 no valid recipients');
      return;
    }
    const code = this.#answer('data', line);
    if (code >= 300 && code < 400) this.#content = '';
  }

  #startTls(line: string): void {
    const code = this.#answer('starttls', line);
    const { tls } = this.#shared.script;
    if (code !== 220 || tls === undefined) return;
    this.#socket.removeAllListeners('data');
    this.#socket = new TLSSocket(this.#socket, { isServer: true, secureContext: contextOf(tls) });
    this.#rest = '';
    this.#listen();
  }

  /** The code that was answered; `NO_ANSWER` where none was. */
  #answer(step: Step, argument: string): number {
    const count = (this.#counts.get(step) ?? 0) + 1;
    this.#counts.set(step, count);
    const scripted = this.#shared.script[step];
    const answer = typeof scripted === 'function' ? scripted(argument, count) : scripted;
    return this.#give(answer ?? (step === 'ehlo' ? this.#ehlo() : DEFAULTS[step]));
  }

  #give(answer: Answer): number {
    const socket = this.#socket;
    if (answer === 'hang up') socket.destroy();
    else if (answer === 'reset') socket.resetAndDestroy();
    else if (answer === 'silence') this.#mute = true;
    else if (answer === 'stop reading') {
      this.#mute = true;
      socket.pause();
    } else if (typeof answer === 'string') return this.#say(answer);
    else if ('raw' in answer) socket.write(answer.raw, 'latin1');
    else if ('dribble' in answer) this.#dribbling = dribble(socket, `${answer.dribble}\r\n`, this.#dribbling);
    else if ('endless' in answer) void endless(socket, answer.endless);
    else {
      const code = this.#say(answer.reply);
      if (answer.last === 'hang up') socket.end();
      else socket.pause();
      return code;
    }
    if (typeof answer === 'string') return NO_ANSWER;
    const text = 'dribble' in answer ? answer.dribble : 'raw' in answer ? answer.raw : '';
    return /^\d{3}[ \r\n-]/.test(text) ? Number(text.slice(0, 3)) : NO_ANSWER;
  }

  #say(reply: string): number {
    const write = () => this.#socket.write(`${reply}\r\n`);
    if (this.#dribbling !== undefined) this.#dribbling = this.#dribbling.then(() => void write());
    else if (!this.#mute) write();
    return Number(reply.slice(0, 3));
  }

  #ehlo(): string {
    const { extensions, tls } = this.#shared.script;
    const secure = this.#socket instanceof TLSSocket;
    const lines = extensions ?? ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 0', 'ENHANCEDSTATUSCODES'];
    const all = ['receiver.test', ...lines, ...(tls !== undefined && !secure ? ['STARTTLS'] : [])];
    return all.map((line, i) => `250${i === all.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
  }
}

/** Stands for a code where there was no reply; nobody takes it for an acceptance. */
const NO_ANSWER = 1000;

const contexts = new Map<string, SecureContext>();

/** One context a certificate: a session of one connection can then be resumed on another. */
function contextOf(tls: { cert: string; key: string }): SecureContext {
  const context = contexts.get(tls.cert) ?? createSecureContext(tls);
  contexts.set(tls.cert, context);
  return context;
}

async function dribble(socket: Socket, text: string, before: Promise<void> | undefined): Promise<void> {
  await before;
  socket.setNoDelay(true);
  for (const octet of text) {
    socket.write(octet);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function endless(socket: Socket, text: string): Promise<void> {
  while (!socket.destroyed) {
    socket.write(text);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
