// A scripted SMTP client for tests: sends exactly what it is told, and shows exactly what came back.

import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

export interface Reply {
  code: number;
  /** Lines without code and separator. */
  lines: string[];
  /** All of it, as it came. */
  text: string;
}

export interface ClientOptions {
  port: number;
  host?: string;
  /** Address to connect from, such as `127.0.0.5`. */
  from?: string;
  /** TLS from the first octet. */
  implicitTls?: boolean;
  timeoutMs?: number;
}

/** One connection. Replies are read in order; a reply that does not come in time is an error. */
export class SmtpClient implements AsyncDisposable {
  #socket: Socket;
  #replies: Reply[] = [];
  #waiting: ((reply: Reply | undefined) => void)[] = [];
  #rest = '';
  #lines: string[] = [];
  #closed = false;
  readonly #timeoutMs: number;

  private constructor(socket: Socket, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Connects; does not read the greeting. */
  static async connect(options: ClientOptions): Promise<SmtpClient> {
    const target = {
      port: options.port,
      host: options.host ?? '127.0.0.1',
      ...(options.from === undefined ? {} : { localAddress: options.from }),
    };
    const socket: Socket =
      options.implicitTls === true ? connectTls({ ...target, rejectUnauthorized: false }) : connectTcp(target);
    await once(socket, options.implicitTls === true ? 'secureConnect' : 'connect');
    return new SmtpClient(socket, options.timeoutMs ?? 20_000);
  }

  #listen(socket: Socket): void {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (socket !== this.#socket) return;
      this.#closed = true;
      for (const waiting of this.#waiting.splice(0)) waiting(undefined);
    });
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#lines.push(line);
      if (line[3] === '-') continue;
      const text = this.#lines.join('\r\n');
      const reply = { code: Number(line.slice(0, 3)), lines: this.#lines.map((part) => part.slice(4)), text };
      this.#lines = [];
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#replies.push(reply);
      else waiting(reply);
    }
  }

  /** The next reply, or nothing when the connection ends before it. */
  async replyOrEnd(): Promise<Reply | undefined> {
    const ready = this.#replies.shift();
    if (ready !== undefined || this.#closed) return ready;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== take);
        reject(new Error(`no reply within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      const take = (reply: Reply | undefined) => {
        clearTimeout(timer);
        resolve(reply);
      };
      this.#waiting.push(take);
    });
  }

  /** The next reply; an error when the connection ends before it. */
  async reply(): Promise<Reply> {
    const reply = await this.replyOrEnd();
    if (reply === undefined) throw new Error('the server closed the connection');
    return reply;
  }

  /** Sends octets as they are. */
  send(octets: string | Uint8Array): void {
    this.#socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets);
  }

  /** Sends one line and reads its reply. */
  async command(line: string): Promise<Reply> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  /** A command that must get this code. */
  async expect(code: number, line?: string): Promise<Reply> {
    const reply = line === undefined ? await this.reply() : await this.command(line);
    if (reply.code !== code) throw new Error(`${line ?? 'greeting'}: wanted ${code}, got ${reply.text}`);
    return reply;
  }

  /** Greeting and EHLO. */
  async hello(name = 'client.test'): Promise<Reply> {
    await this.expect(220);
    return this.expect(250, `EHLO ${name}`);
  }

  /** STARTTLS and EHLO again. */
  async startTls(name = 'client.test'): Promise<Reply> {
    await this.expect(220, 'STARTTLS');
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secure = connectTls({ socket: plain, rejectUnauthorized: false });
    this.#socket = secure;
    await once(secure, 'secureConnect');
    this.#listen(secure);
    return this.expect(250, `EHLO ${name}`);
  }

  /** One message; gives the reply that ended it: to the end of data, or the refusal before. */
  async message(message: { from: string; to: string[]; content: Uint8Array; mail?: string }): Promise<Reply> {
    const mail = await this.command(`MAIL FROM:<${message.from}>${message.mail ?? ''}`);
    if (mail.code !== 250) return mail;
    let refusal: Reply | undefined;
    let taken = 0;
    for (const to of message.to) {
      const reply = await this.command(`RCPT TO:<${to}>`);
      if (reply.code === 250) taken++;
      else refusal = reply;
    }
    if (taken === 0 && refusal !== undefined) {
      await this.command('RSET');
      return refusal;
    }
    const data = await this.command('DATA');
    if (data.code !== 354) return data;
    this.send(stuffDots(message.content));
    this.send('.\r\n');
    return this.reply();
  }

  /** Common name in the server's certificate, after `startTls`. */
  certificateName(): string {
    return this.#socket instanceof TLSSocket ? String(this.#socket.getPeerCertificate().subject.CN) : '';
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** QUIT, without caring for its reply. */
  async quit(): Promise<void> {
    if (!this.#closed) {
      this.send('QUIT\r\n');
      await this.replyOrEnd().catch(() => undefined);
    }
    this.close();
  }

  /** Drops the connection. */
  close(): void {
    this.#socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/** RFC 5321 4.5.2: a leading dot is doubled. The content ends with CRLF afterwards. */
export function stuffDots(content: Uint8Array): Buffer {
  const text = Buffer.from(content)
    .toString('latin1')
    .replace(/(^|\r\n)\./g, '$1..');
  return Buffer.from(text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}

/** The same text with every line end as CRLF; a bare CR stays what it is. */
export function withCrlf(content: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(content).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}
