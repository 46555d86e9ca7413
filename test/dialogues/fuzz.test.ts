// Sessions at random: nothing throws, nothing is left open, and how octets are cut on their way changes no answer.
// EASYMAIL_FUZZ_RUNS sets the number of sessions; a million is the long form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { makeScramKeys } from '../../src/protocol/sasl/scram.ts';
import { type MemoryOptions, openMemorySession } from './memory-session.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 1500);

const words = [
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
];

const limits = { command_line: 600, message_size: 2000, header_size: 1000, body_line: 1200, recipients: 3 };
const keys = makeScramKeys('pass', 1);

interface Result {
  output: string;
  ended: boolean;
  messages: string[];
  refused: string[];
}

/** Plays octets in pieces and checks what must hold for every session. */
function play(octets: Buffer, cuts: readonly number[], options: MemoryOptions): Result {
  const client = openMemorySession({ limits, offersTls: true, ...options });
  const borders = [...new Set([0, ...cuts.map((cut) => cut % (octets.length + 1)), octets.length])].sort(
    (a, b) => a - b,
  );
  for (let i = 1; i < borders.length; i++) client.send(octets.subarray(borders[i - 1], borders[i]));
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

const vocabulary = fc
  .array(fc.constantFrom(...words), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));
const noise = fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets));
const cuts = fc.array(fc.nat(2000), { maxLength: 20 });

test('sessions of known words in any order', () => {
  const property = fc.property(vocabulary, cuts, fc.boolean(), (octets, places, tls) => {
    play(octets, places, { tls, hooks: { credentials: () => keys } });
  });
  fc.assert(property, { numRuns: runs });
});

test('sessions of noise', () => {
  fc.assert(
    fc.property(noise, cuts, (octets, places) => {
      play(octets, places, {});
    }),
    { numRuns: runs },
  );
});

/** What may be cut anywhere: no DATA, STARTTLS or HTTP, where waiting is part of the protocol. */
const dialogue = fc
  .array(fc.constantFrom(...words.filter((word) => !/DATA|STARTTLS|AUTH/.test(word))), { maxLength: 40 })
  .map((parts) => Buffer.from(`EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n${parts.join('')}`, 'latin1'));

test('how a dialogue is cut on its way changes no answer', () => {
  const property = fc.property(dialogue, cuts, (octets, places) => {
    assert.deepEqual(oneReason(play(octets, places, {})), oneReason(play(octets, [], {})));
  });
  fc.assert(property, { numRuns: runs });
});

/** A content that is too much in more than one way is refused for the first that is seen, and that depends on cuts. */
function oneReason(result: Result): Result {
  return {
    ...result,
    output: result.output.replaceAll(/^(552 5\.3\.4|554 5\.6\.0) .* too l.*$/gm, 'too much'),
    refused: result.refused.map((name) => name.replace(/^(tooLarge|headerTooLarge|bodyLineTooLong)$/, 'too much')),
  };
}

/** A content sent with DATA after its 354, cut anywhere, with commands pipelined behind its end. */
test('how a content is cut on its way changes nothing', () => {
  const content = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(''));
  const property = fc.property(content, cuts, (text, places) => {
    const begin = 'EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n';
    // DATA again behind the end would be one that something is pipelined behind: that depends on cuts by design.
    const octets = Buffer.from(begin + text.replaceAll(/DATA|STARTTLS|AUTH/g, 'NOOP'), 'latin1');
    const later = places.map((cut) => begin.length + (cut % (octets.length - begin.length + 1)));
    assert.deepEqual(
      oneReason(play(octets, [begin.length, ...later], {})),
      oneReason(play(octets, [begin.length], {})),
    );
  });
  fc.assert(property, { numRuns: runs });
});

test('a handler that answers late gives the same replies as one that answers at once', async () => {
  const late = async <T>(value: T): Promise<T> => {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  };
  const property = fc.asyncProperty(dialogue, cuts, async (octets, places) => {
    const atOnce = play(octets, [], {});
    const hooks = {
      mail: () => late(undefined),
      rcpt: () => late(undefined),
      header: () => late(undefined),
      body: () => late<void>(undefined),
    };
    const client = openMemorySession({ limits, offersTls: true, hooks });
    const borders = [...new Set([0, ...places.map((cut) => cut % (octets.length + 1)), octets.length])].sort(
      (a, b) => a - b,
    );
    for (let i = 1; i < borders.length; i++) client.send(octets.subarray(borders[i - 1], borders[i]));
    for (let turn = 0; turn < 400; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(client.output(), atOnce.output);
    client.session.disconnected();
    assert.deepEqual(client.kept.violations, []);
    assert.equal(client.kept.openTransactions, 0);
  });
  await fc.assert(property, { numRuns: Math.min(200, Math.ceil(runs / 20)) });
});

test('a connection lost while a handler has not answered: nothing is asked after the end', async () => {
  const late = async <T>(value: T): Promise<T> => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    return value;
  };
  const hooks = {
    rcpt: () => late(undefined),
    header: () => late(undefined),
    body: () => late<void>(undefined),
  };
  const begin = 'EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n';
  const octets = Buffer.from(`${begin}BDAT 2010 LAST\r\na: b\r\n\r\n${'x'.repeat(2000)}\r\n`);
  for (let turns = 0; turns < 30; turns++) {
    const client = openMemorySession({ hooks });
    client.send(octets);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    client.session.disconnected();
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(client.kept.violations, []);
    assert.equal(client.kept.openTransactions, 0);
    assert.equal(client.memory.held, 0);
    assert.deepEqual(client.log, []);
  }
});
