// A stranger's view of a mail host: how far does someone get who connects from this address? Nothing is ever sent there:
// the conversation ends before DATA.

import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../platform/config/units.ts';
import { ReplyReader, type ServerReply } from '../protocol/smtp/reply-reader.ts';
import { connectThroughSocks } from './socks.ts';

/** Where a probe comes from. */
export type ProbeOrigin =
  /** An address of this machine; absent: the one that the operating system picks. */
  | { kind: 'here'; bind?: string }
  /** A SOCKS5 server elsewhere. */
  | { kind: 'vantage'; server: Endpoint };

export interface ProbeOptions {
  origin: ProbeOrigin;
  target: { ip: string; port: number };
  /** Said in EHLO. */
  hostname: string;
  /** A recipient that the host must know (RFC 5321 4.5.1: postmaster); absent: the probe ends after EHLO. */
  recipient?: string;
  /** For the connection, and for each reply, milliseconds. */
  timeoutMs: number;
}

export type ProbeStage = 'greeting' | 'ehlo' | 'mail' | 'rcpt';

/** How far it went. */
export type ProbeAnswer =
  /** Everything that was tried was taken. */
  | { kind: 'taken'; greeting: string }
  | { kind: 'refused'; stage: ProbeStage; reply: ServerReply }
  /** Connected, and then hung up on or left waiting. */
  | { kind: 'silent'; stage: ProbeStage; how: 'closed' | 'timeout' }
  | { kind: 'no-connection'; how: 'refused' | 'timeout' | 'unreachable'; detail: string }
  /** Nothing was tried: the fault is on this side. */
  | { kind: 'not-tried'; detail: string };

/** Probes a port. Never rejects; takes a few times `timeoutMs` at most. */
export async function probe(options: ProbeOptions): Promise<ProbeAnswer> {
  const connected = await open(options);
  if (!('socket' in connected)) return connected;
  const { socket } = connected;
  try {
    return await converse(new Dialogue(socket, options.timeoutMs), options);
  } finally {
    socket.destroy();
  }
}

type Connected = { socket: Socket } | Extract<ProbeAnswer, { kind: 'no-connection' | 'not-tried' }>;

function open({ origin, target, timeoutMs }: ProbeOptions): Promise<Connected> {
  if (origin.kind === 'vantage') return connectThroughSocks({ server: origin.server, target, timeoutMs });
  return connectFrom(target, origin.bind, timeoutMs);
}

/** Errors of this machine: the target was never asked. */
const LOCAL = new Set(['EADDRNOTAVAIL', 'EADDRINUSE', 'EMFILE', 'ENFILE', 'EACCES', 'EPERM', 'EINVAL', 'EAFNOSUPPORT']);

function connectFrom(
  { ip, port }: { ip: string; port: number },
  bind: string | undefined,
  timeoutMs: number,
): Promise<Connected> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, timeout: timeoutMs, ...(bind !== undefined && { localAddress: bind }) });
    const failed = (answer: Connected) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve({ socket });
    });
    socket.once('timeout', () =>
      failed({ kind: 'no-connection', how: 'timeout', detail: `no answer in ${timeoutMs} ms` }),
    );
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const { code = error.message } = error;
      if (LOCAL.has(code)) failed({ kind: 'not-tried', detail: `${code} at ${bind ?? 'our address'}` });
      else if (code === 'ECONNREFUSED') failed({ kind: 'no-connection', how: 'refused', detail: code });
      else if (code === 'ETIMEDOUT') failed({ kind: 'no-connection', how: 'timeout', detail: code });
      else failed({ kind: 'no-connection', how: 'unreachable', detail: code });
    });
  });
}

async function converse(dialogue: Dialogue, { hostname, recipient }: ProbeOptions): Promise<ProbeAnswer> {
  const steps: [ProbeStage, string | undefined][] = [
    ['greeting', undefined],
    ['ehlo', `EHLO ${hostname}`],
  ];
  if (recipient !== undefined) steps.push(['mail', 'MAIL FROM:<>'], ['rcpt', `RCPT TO:<${recipient}>`]);
  let greeting = '';
  for (const [stage, command] of steps) {
    const reply = await dialogue.ask(command);
    if (typeof reply === 'string') return { kind: 'silent', stage, how: reply };
    if (reply.code >= 300) {
      dialogue.quit();
      return { kind: 'refused', stage, reply };
    }
    if (stage === 'greeting') greeting = reply.text;
  }
  dialogue.quit();
  return { kind: 'taken', greeting };
}

/** Replies that may come before they are asked for. */
const MOST_UNASKED = 16;

/** One command after the other. */
class Dialogue {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #reader = new ReplyReader();
  #replies: ServerReply[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on('data', (octets: Buffer) => {
      if (this.#ended) return;
      this.#replies.push(...this.#reader.read(octets));
      // Whoever says so much unasked is no mail host.
      if (this.#reader.fault !== undefined || this.#replies.length > MOST_UNASKED) this.#ended = true;
      this.#wake?.();
    });
    const ended = () => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.once('end', ended);
    socket.once('close', ended);
  }

  /** The reply to a command, or why there is none. */
  async ask(command: string | undefined): Promise<ServerReply | 'closed' | 'timeout'> {
    if (command !== undefined) this.#socket.write(`${command}\r\n`);
    if (this.#replies.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#timeoutMs);
        this.#wake = () => {
          if (this.#replies.length === 0 && !this.#ended) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#replies.shift() ?? (this.#ended ? 'closed' : 'timeout');
  }

  quit(): void {
    this.#socket.end('QUIT\r\n');
  }
}
