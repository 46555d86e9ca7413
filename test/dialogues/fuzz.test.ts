// Sessions at random: nothing throws, nothing is left open, and how octets are cut on their way changes no answer.
// EASYMAIL_FUZZ_RUNS sets the number of sessions; fuzz-long.ts is the long form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { openMemorySession } from './memory-session.ts';
import { keys, limits, play, type Result, words } from './play.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 1500);

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
