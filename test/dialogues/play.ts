// Plays a session of any octets, and checks what must hold for every one.

import assert from 'node:assert/strict';
import { makeScramKeys, type ScramKeys } from '../../src/protocol/sasl/scram.ts';
import { type MemoryOptions, type MemorySession, openMemorySession } from './memory-session.ts';

/** What clients say, right and wrong. */
export const words: readonly string[] = [
  'EHLO x\r\n',
  'HELO x\r\n',
  'MAIL FROM:<a@b.test>\r\n',
  'MAIL FROM:<> SIZE=10 BODY=8BITMIME\r\n',
  'RSET\r\n',

  'RCPT TO:<c@d.test>\r\n',
  'RCPT TO:<é@d.test>\r\n',
  'DATA\r\n',
  'BDAT 5\r\n',
  'BDAT 5 LAST\r\n',
  'BDAT 0 LAST\r\n',

  'BDAT x\r\n',
  'BDAT 99999999\r\n',
  'a: b\r\n',
  '\r\n',
  '.\r\n',
  '..x\r\n',
  '.',
  '\r',
  '\n',
  '\0',
  'x',
  '\xff',
  ' ',

  'NOOP\r\n',
  'QUIT\r\n',
  'VRFY x\r\n',
  'HELP\r\n',
  'STARTTLS\r\n',
  'AUTH PLAIN\r\n',
  'AUTH LOGIN\r\n',
  '*\r\n',

  'AUTH PLAIN AHVzZXIAcGFzcw==\r\n',
  'AUTH SCRAM-SHA-256 biwsbj11c2VyLHI9YWJj\r\n',
  'AUTH X =\r\n',
  'AAAA\r\n',
  '=\r\n',

  'abcdefghijklmnopqrstuvwxyz'.repeat(40),
  'mail from:<"a b"@[192.0.2.1]>\r\n',
  'GET / HTTP/1.0\r\n',
  'MAIL FROM:<a@b.test> BODY=BINARYMIME RET=HDRS ENVID=a+2Bb\r\n',
  'RCPT TO:<c@d.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@d.test\r\n',
  'XCLIENT ADDR=192.0.2.9 LOGIN=user\r\n',
  'XCLIENT ADDR=[UNAVAILABLE] HELO=x\r\n',
  'XCLIENT X\r\n',
  'PROXY TCP4 192.0.2.1 192.0.2.2 1 25\r\n',
];

export const limits = { command_line: 600, message_size: 2000, header_size: 1000, body_line: 1200, recipients: 3 };
export const keys: ScramKeys = makeScramKeys('pass', 1);

export interface Result {
  output: string;
  ended: boolean;
  messages: string[];
  refused: string[];
}

/** The octets as they are cut: places are taken modulo their length. */
function pieces(octets: Buffer, cuts: readonly number[]): Buffer[] {
  const borders = new Set([0, ...cuts.map((cut) => cut % (octets.length + 1)), octets.length]);
  const sorted = [...borders].sort((a, b) => a - b);
  return sorted.slice(1).map((border, i) => octets.subarray(sorted[i], border));
}

/** Plays octets in pieces and checks what must hold for every session. */
export function play(octets: Buffer, cuts: readonly number[], options: MemoryOptions): Result {
  const client = openMemorySession({ limits, offersTls: true, ...options });
  for (const piece of pieces(octets, cuts)) client.send(piece);
  return finish(client);
}

/** The same with turns of the event loop in between, for handlers that answer late. */
export async function playLate(octets: Buffer, cuts: readonly number[], options: MemoryOptions): Promise<Result> {
  const client = openMemorySession({ limits, offersTls: true, ...options });
  for (const piece of pieces(octets, cuts)) {
    client.send(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return finish(client);
}

function finish(client: MemorySession): Result {
  const result = {
    output: client.output(),
    ended: client.ended,
    messages: client.kept.messages.map(({ content }) => content.toString('latin1')),
    refused: client.kept.refused.map(({ name }) => name),
  };
  client.session.disconnected();
  assert.deepEqual(client.kept.violations, []);
  assert.equal(client.kept.openTransactions, 0);
  assert.equal(client.kept.openSessions, 0);
  assert.equal(client.memory.held, 0);
  assert.deepEqual(client.log, []);
  for (const message of result.messages) assert.ok(!/\0|\r(?!\n)|(?<!\r)\n/.test(message));
  assert.ok(!/[^\t\r\n\x20-\x7e]|\r(?!\n)|(?<!\r)\n/.test(result.output), result.output);
  return result;
}
