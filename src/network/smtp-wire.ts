// One connection to a receiver, below the meaning of commands: what was said, what was answered, time limits, TLS.
// Whatever goes wrong becomes a fault that the wire remembers; nothing here throws or rejects for a remote's doing.

import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { ReplyReader, type ServerReply } from '../protocol/smtp/reply-reader.ts';
import type { Deadlines, Watched } from './deadlines.ts';
import type { TlsSession } from './tls-sessions.ts';

/** Why a connection can not go on. */
export interface WireFault {
  kind:
    | 'connect-failed'
    | 'connect-timeout'
    | 'connection-lost'
    | 'reply-timeout'
    | 'bad-reply'
    | 'tls-failed'
    /** We stop, and nothing was sent that could have been taken. */
    | 'stopped'
    /** The machine refuses us: no such address of ours, no ports, no descriptors. The remote has no part in it. */
    | 'local';
  /** For the trace. */
  detail: string;
}

/** Something we said and the answer to it. */
export interface Exchange {
  /** As the trace shows it; never credentials or content. */
  said: string;
  reply?: ServerReply;
  /** What we saw instead of a reply. */
  note?: string;
  /** On the monotonic clock: when the reply came, or while there is none, when it was said. */
  at: number;
}

export interface WireTls {
  version: string;
  cipher: string;
  verified: boolean;
}

/** Errors of our own machine: trying another host would not help, and the destination is not to blame. */
const LOCAL_ERRORS = new Set([
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EACCES',
  'EPERM',
]);

/** RFC 5321 4.2.1: 421 announces that the connection is being closed, as an answer to any command. */
const CLOSING = 421;

export class SmtpWire implements Watched {
  deadline: number = Number.POSITIVE_INFINITY;
  /** Everything said on this connection since the last `takeLog`. */
  log: Exchange[] = [];
  tls: WireTls | undefined;
  /** Called once when the connection is gone or unusable while nobody waits for a reply. Set it for idle time. */
  onIdleEnd: (() => void) | undefined;
  /** Called when the idle time set with `rest` is over. */
  onRested: (() => void) | undefined;
  /** The quickest answer seen, milliseconds: about one way there and back. */
  quickestReplyMs: number = Number.POSITIVE_INFINITY;

  #socket: Socket;
  #deadlines: Deadlines;
  #reader = new ReplyReader();
  #unsent = '';
  /** Said and not yet answered, in order. */
  #outstanding: Exchange[] = [];
  /** First of `#outstanding` without an answer. */
  #answered = 0;
  #waiter: ((fault: WireFault | undefined) => void) | undefined;
  #timeoutMs = 0;
  #fault: WireFault | undefined;
  /** A reply that answered nothing: mostly a 421, or a refusal in the middle of content. */
  #early: ServerReply | undefined;
  /** A content was sent to its end, and what became of it was not answered yet. */
  #contentOpen = false;

  constructor(socket: Socket, deadlines: Deadlines) {
    this.#socket = socket;
    this.#deadlines = deadlines;
    deadlines.watch(this);
    this.#listen(socket, 'connect', 'connect-failed');
  }

  get fault(): WireFault | undefined {
    return this.#fault;
  }

  /** A reply that came while nothing was asked. The wire is unusable then. */
  get early(): ServerReply | undefined {
    return this.#early;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  /** Octets from the plain socket, when the socket was made with `onread`. */
  receive(octets: Uint8Array): void {
    if (this.#fault !== undefined) return;
    for (const reply of this.#reader.read(octets)) this.#take(reply);
    if (this.#reader.fault !== undefined) this.fail({ kind: 'bad-reply', detail: this.#reader.fault });
  }

  /** Expects a reply that no command asks for: the greeting. */
  await(said: string): Exchange {
    const exchange: Exchange = { said, at: this.#deadlines.clock.monotonic() };
    this.#outstanding.push(exchange);
    this.log.push(exchange);
    return exchange;
  }

  /** Adds a line to the log that is no command. */
  note(said: string, note?: string): void {
    this.log.push({ said, at: this.#deadlines.clock.monotonic(), ...(note !== undefined && { note }) });
  }

  /** Adds a command (without CRLF) to the group that `exchange` sends. */
  say(command: string): Exchange {
    this.#unsent += `${command}\r\n`;
    return this.await(command);
  }

  /** Sends what was said in one write, and resolves once all of it is answered, or on a fault. Never rejects. */
  exchange(timeoutMs: number): Promise<WireFault | undefined> {
    if (this.#deadlines.stopped) this.#giveUp();
    return this.#answers(timeoutMs);
  }

  #answers(timeoutMs: number): Promise<WireFault | undefined> {
    this.#send();
    if (this.#fault !== undefined) return Promise.resolve(this.#fault);
    this.#timeoutMs = timeoutMs;
    this.deadline = this.#deadlines.in(timeoutMs);
    return new Promise((resolve) => {
      this.#waiter = resolve;
    });
  }

  /** Sends octets at once: content, never a command. Before its last portion a content cannot have been taken. */
  write(octets: Uint8Array, last: boolean): void {
    if (last) this.#contentOpen = true;
    if (this.#fault === undefined) this.#socket.write(octets);
  }

  /** Sends what was said, and these octets behind it, at once; a portion that may not be the last of a content. */
  sendWith(octets: Uint8Array, last: boolean): void {
    if (last) this.#contentOpen = true;
    if (this.#fault !== undefined) return;
    this.#socket.cork();
    this.#send();
    this.#socket.write(octets);
    this.#socket.uncork();
  }

  /** Resolves once what was written has left, or on a fault. Never rejects. */
  drained(timeoutMs: number): Promise<WireFault | undefined> {
    if (this.#deadlines.stopped) this.#giveUp();
    if (this.#fault !== undefined || !this.#socket.writableNeedDrain) return Promise.resolve(this.#fault);
    this.#timeoutMs = timeoutMs;
    this.deadline = this.#deadlines.in(timeoutMs);
    return new Promise((resolve) => {
      const drained = () => this.#wake(undefined);
      this.#socket.once('drain', drained);
      this.#waiter = (fault) => {
        this.#socket.off('drain', drained);
        resolve(fault);
      };
    });
  }

  /** The monotonic clock, milliseconds. */
  get now(): number {
    return this.#deadlines.clock.monotonic();
  }

  /** What was said since the last call, for the trace. */
  takeLog(): Exchange[] {
    const log = this.log;
    this.log = [];
    return log;
  }

  /** Nothing is awaited for so long; then `onRested` is called. */
  rest(ms: number): void {
    this.deadline = this.#deadlines.in(ms);
  }

  /** Upgrades after the 220 to STARTTLS. RFC 3207. Never rejects. */
  startTls(options: {
    host: string;
    context: SecureContext;
    timeoutMs: number;
    /** Whether a certificate that does not fit ends the connection. */
    verify: boolean;
    /** To be resumed. */
    session: TlsSession | undefined;
    /** Called for each session that the server gives to be resumed later. */
    onSession: (session: TlsSession) => void;
  }): Promise<WireFault | undefined> {
    // Octets that came with the 220 were not protected: taking them as answers would let anyone on the way answer.
    if (this.#reader.midReply) this.fail({ kind: 'tls-failed', detail: 'octets after the reply to STARTTLS' });
    if (this.#fault !== undefined) return Promise.resolve(this.#fault);
    const plain = this.#socket;
    // RFC 6066 3: the server name is a name, never an address.
    const named = isIP(options.host) === 0 ? { servername: options.host } : {};
    const secure = connectTls({
      socket: plain,
      secureContext: options.context,
      rejectUnauthorized: options.verify,
      host: options.host,
      ...named,
      ...(options.session !== undefined && { session: options.session.ticket }),
    });
    this.#socket = secure;
    this.#listen(secure, 'secureConnect', 'tls-failed');
    secure.on('data', (octets: Uint8Array) => this.receive(octets));
    this.note('TLS handshake');
    this.#timeoutMs = options.timeoutMs;
    this.deadline = this.#deadlines.in(options.timeoutMs);
    return new Promise((resolve) => {
      this.#waiter = resolve;
      secure.once('secureConnect', () => this.#secured(secure, options.session));
      // Comes after the handshake, mostly with the first reply.
      secure.on('session', (ticket) => {
        if (this.tls !== undefined) options.onSession({ ticket, verified: this.tls.verified });
      });
    });
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#deadlines.unwatch(this);
    this.#socket.destroy();
  }

  /** Says QUIT and closes once it is answered, or after this time. RFC 5321 4.1.1.10. */
  async quit(waitMs: number): Promise<void> {
    if (this.#fault === undefined) {
      this.say('QUIT');
      await this.#answers(waitMs);
    }
    this.destroy();
  }

  stop(): void {
    if (this.#waiter !== undefined) this.#giveUp();
  }

  /** A whole content may be taken any moment: its answer is waited for. Anything else leaves nothing behind. */
  #giveUp(): void {
    if (!this.#contentOpen) this.fail({ kind: 'stopped', detail: 'the relay stops' });
  }

  expire(): void {
    if (this.#waiter === undefined) {
      this.onRested?.();
      return;
    }
    const phase = this.#socket.connecting ? 'connect-timeout' : 'reply-timeout';
    this.fail({ kind: phase, detail: `nothing for ${Math.round(this.#timeoutMs / 1000)} s` });
  }

  /** Resolves once the socket is connected, or on a fault. */
  connected(timeoutMs: number): Promise<WireFault | undefined> {
    this.#timeoutMs = timeoutMs;
    this.deadline = this.#deadlines.in(timeoutMs);
    return new Promise((resolve) => {
      this.#waiter = resolve;
      this.#socket.once('connect', () => this.#wake(undefined));
    });
  }

  /** Makes the wire unusable. The first fault counts. */
  fail(fault: WireFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    const unanswered = this.#outstanding[this.#answered] ?? this.log.at(-1);
    if (unanswered !== undefined && unanswered.reply === undefined) unanswered.note = `${fault.kind}: ${fault.detail}`;
    this.destroy();
    if (this.#waiter !== undefined) this.#wake(fault);
    else this.onIdleEnd?.();
  }

  #send(): void {
    if (this.#unsent === '' || this.#fault !== undefined) return;
    const text = this.#unsent;
    this.#unsent = '';
    this.#socket.write(text, 'utf8');
  }

  #take(reply: ServerReply): void {
    const exchange = this.#outstanding[this.#answered];
    if (exchange === undefined) {
      this.#early = reply;
      const detail = `reply to nothing: ${reply.code} ${reply.text}`;
      this.fail({ kind: reply.code === CLOSING ? 'connection-lost' : 'bad-reply', detail });
      return;
    }
    const now = this.#deadlines.clock.monotonic();
    this.quickestReplyMs = Math.min(this.quickestReplyMs, now - exchange.at);
    exchange.reply = reply;
    exchange.at = now;
    this.#answered++;
    if (this.#answered === this.#outstanding.length) {
      this.#outstanding.length = 0;
      this.#answered = 0;
      this.#contentOpen = false;
      this.#wake(undefined);
    } else if (reply.code === CLOSING) {
      this.fail({ kind: 'connection-lost', detail: `closed with ${reply.code} ${reply.text}` });
    } else {
      this.deadline = exchange.at + this.#timeoutMs;
    }
  }

  #wake(fault: WireFault | undefined): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    this.deadline = Number.POSITIVE_INFINITY;
    waiter?.(fault);
  }

  /** A socket that TLS has taken over closes together with it, and is not asked any more. */
  #listen(socket: Socket, ready: 'connect' | 'secureConnect', before: 'connect-failed' | 'tls-failed'): void {
    let established = false;
    socket.once(ready, () => {
      established = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const local = !established && error.code !== undefined && LOCAL_ERRORS.has(error.code);
      const kind = established ? 'connection-lost' : local ? 'local' : before;
      if (socket === this.#socket) this.fail({ kind, detail: describe(error) });
    });
    socket.on('close', () => {
      const kind = established ? 'connection-lost' : before;
      if (socket === this.#socket) this.fail({ kind, detail: 'closed by the other side' });
    });
  }

  #secured(secure: TLSSocket, offered: TlsSession | undefined): void {
    const cipher = secure.getCipher();
    // The name in the certificate is not looked at again when a session is resumed.
    const resumed = offered !== undefined && secure.isSessionReused();
    this.tls = {
      version: secure.getProtocol() ?? 'unknown',
      cipher: cipher.name,
      verified: resumed ? offered.verified : secure.authorized,
    };
    const handshake = this.log.at(-1);
    const how = resumed ? ' resumed' : '';
    if (handshake !== undefined) handshake.note = `${this.tls.version} ${this.tls.cipher}${how}`;
    this.#wake(undefined);
  }
}

function describe(error: NodeJS.ErrnoException): string {
  return error.code === undefined ? error.message : `${error.code}: ${error.message}`;
}
