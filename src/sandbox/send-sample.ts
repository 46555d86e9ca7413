// A real SMTP session with the relay's own listener, kept line by line so that people can read it.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { SaidLine, SentMessage } from '../control/sandbox/sandbox-desk.ts';
import type { Endpoint } from '../platform/config/units.ts';

const TIMEOUT_MS = 15_000;
const FROM = 'ada@demo.test';
const TO = 'bob@example.org';

/** Sends the content, whose line ends are CRLF. What goes wrong is a line of the conversation. */
export async function sendOverSmtp(to: Endpoint, content: string): Promise<SentMessage> {
  const lines: SaidLine[] = [];
  try {
    return { accepted: await converse(to, content, lines), lines };
  } catch (err) {
    lines.push({ who: 'server', text: err instanceof Error ? err.message : String(err) });
    return { accepted: false, lines };
  }
}

async function converse({ host, port }: Endpoint, content: string, lines: SaidLine[]): Promise<boolean> {
  const socket = connect({ host, port, signal: AbortSignal.timeout(TIMEOUT_MS) }).setEncoding('utf8');
  const replies = repliesOf(socket, lines);
  const say = (text: string, shown = text) => {
    lines.push({ who: 'client', text: shown });
    socket.write(`${text}\r\n`);
    return next(replies);
  };
  try {
    await once(socket, 'connect');
    let code = await next(replies);
    for (const command of ['EHLO mail.demo.test', `MAIL FROM:<${FROM}> BODY=8BITMIME`, `RCPT TO:<${TO}>`]) {
      if (code !== 2) return false;
      code = await say(command);
    }
    if (code !== 2 || (await say('DATA')) !== 3) return false;
    // RFC 5321 4.5.2: a leading dot is doubled.
    const body = content.replaceAll(/^\./gm, '..').replace(/\r\n$/, '');
    const taken = (await say(`${body}\r\n.`, `(${content.length} characters of message)\n.`)) === 2;
    await say('QUIT');
    return taken;
  } finally {
    socket.destroy();
  }
}

/** The first digit of each reply, its lines noted. */
async function* repliesOf(socket: AsyncIterable<string>, lines: SaidLine[]): AsyncGenerator<number> {
  let rest = '';
  for await (const piece of socket) {
    const parts = (rest + piece).split('\r\n');
    rest = parts.pop() ?? '';
    for (const text of parts) {
      lines.push({ who: 'server', text });
      if (text[3] !== '-') yield Number(text[0]);
    }
  }
}

async function next(replies: AsyncGenerator<number>): Promise<number> {
  const { value, done } = await replies.next();
  if (done === true) throw new Error('the connection was closed');
  return value;
}
