// Gives a list of mails to a server over some connections, one command and one reply at a time, as fast as it answers.

import { connect } from 'node:net';

export interface MailLoad {
  port: number;
  sessions: number;
  /** Whole contents, dots doubled and the end of data behind them. */
  mails: readonly Buffer[];
  from: string;
  to: string;
}

export interface MailLoadResult {
  /** Replies to the end of data, by code. */
  codes: Record<string, number>;
  /** Milliseconds from the final dot to its reply. */
  latencies: number[];
}

/** Sends every mail once; resolves when each has its answer. Rejects where a connection breaks. */
export async function sendMails({ port, sessions, mails, from, to }: MailLoad): Promise<MailLoadResult> {
  const result: MailLoadResult = { codes: {}, latencies: [] };
  let next = 0;
  const session = async (): Promise<void> => {
    const server = await openConversation(port);
    await server('EHLO client.test\r\n');
    for (let mail = mails[next++]; mail !== undefined; mail = mails[next++]) {
      await server(`MAIL FROM:<${from}>\r\n`, '250');
      await server(`RCPT TO:<${to}>\r\n`, '250');
      await server('DATA\r\n', '354');
      const dot = performance.now();
      const code = await server(mail);
      result.latencies.push(performance.now() - dot);
      result.codes[code] = (result.codes[code] ?? 0) + 1;
    }
    await server('QUIT\r\n');
  };
  await Promise.all(Array.from({ length: Math.min(sessions, mails.length) }, session));
  return result;
}

/** Says something and gives the code of the answer, which has to be the one named, if one is. */
type Conversation = (said: string | Buffer, wanted?: string) => Promise<string>;

/** Resolves after the greeting. */
async function openConversation(port: number): Promise<Conversation> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  let shown = '';
  let waiting: PromiseWithResolvers<string> = Promise.withResolvers();
  waiting.promise.catch(() => undefined);
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
    const last = text.slice(text.lastIndexOf('\n', text.length - 2) + 1);
    if (!text.endsWith('\n') || last[3] === '-') return;
    text = '';
    shown = last;
    waiting.resolve(last.slice(0, 3));
  });
  const broken = () => waiting.reject(new Error(`the server closed the connection after: ${shown}`));
  socket.on('error', broken).on('close', broken);
  await waiting.promise;
  return async (said, wanted) => {
    waiting = Promise.withResolvers();
    waiting.promise.catch(() => undefined);
    socket.write(said);
    const code = await waiting.promise;
    if (wanted !== undefined && code !== wanted) throw new Error(`wanted ${wanted}, got ${shown}`);
    return code;
  };
}
