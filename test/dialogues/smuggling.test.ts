// Ends of data that are none. Each sequence is tried as an attacker would: inside a content that another server let
// through, with a whole second transaction behind it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { skipWithout, suitePath } from '../support/suites.ts';
import { codesOf, type MemorySession, openMemorySession } from './memory-session.ts';

type Sequences = Record<string, string[] | Record<string, string> | string>;

/** All distinct sequences of the suite, and some that it does not have. */
function sequences(): string[] {
  const suite = JSON.parse(readFileSync(suitePath('smtp-smuggling', 'end-of-data.json'), 'utf8')) as Sequences;
  const listed = Object.entries(suite)
    .filter(([key]) => key !== 'rule')
    .flatMap(([, value]) => Object.values(value));
  const more = [
    '\r\r\n.\r\n',
    '\r\n.\r\r\n',
    '\n\r\n.\r\n',
    '\r\n.\n\r\n',
    '\r\n\r.\r\n',
    '\0\r\n.\r\n',
    '\n.\r\n.\r\n',
  ];
  return [...new Set([...listed, ...more])];
}

const SMUGGLED =
  'MAIL FROM:<evil@b.test>\r\nRCPT TO:<victim@d.test>\r\nDATA\r\nSubject: second\r\n\r\nsmuggled\r\n.\r\n';
const skip = skipWithout('smtp-smuggling');

function begin(): MemorySession {
  const client = openMemorySession();
  client.lines('EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>');
  client.writes();
  return client;
}

/** None of it became a second message, and what was taken cannot be split again by anybody downstream. */
function assertOneMessageAtMost(client: MemorySession, name: string): void {
  const { messages, violations } = client.kept;
  assert.deepEqual(violations, [], name);
  assert.ok(messages.length <= 1, `${name}: ${messages.length} messages`);
  for (const { content, sender } of messages) {
    assert.equal(sender, 'a@b.test', name);
    const text = content.toString('latin1');
    assert.ok(!/\0|\r(?!\n)|(?<!\r)\n/.test(text), `${name}: ${JSON.stringify(text)}`);
  }
}

/** The content as an MTA puts it on the wire that knows only CR LF: it doubles the dots it sees. */
function stuffed(content: string): string {
  return content.replace(/(^|\r\n)\./g, '$1..');
}

test('the suite has its sequences', { skip }, () => assert.ok(sequences().length >= 16));

for (const way of ['whole', 'octet by octet'] as const) {
  test(`in DATA, as a careless server passes it on, ${way}`, { skip }, () => {
    for (const sequence of sequences()) {
      const client = begin();
      client.lines('DATA');
      assert.deepEqual(client.codes(), [354]);
      const octets = stuffed(`Subject: first\r\n\r\nhello${sequence}${SMUGGLED}`).replace(/\.\r\n$/, '\r\n.\r\n');
      if (way === 'whole') client.send(octets);
      else for (const octet of octets) client.send(octet);
      const name = JSON.stringify(sequence);
      assertOneMessageAtMost(client, name);
      const codes = client.codes();
      if (client.kept.messages.length === 0) assert.equal(codes[0], 554, name);
      assert.ok(!codes.includes(354), name);
    }
  });
}

test('in DATA, as the attacker itself sends it: a true end is an end, anything else is not', { skip }, () => {
  for (const sequence of sequences()) {
    const client = begin();
    client.lines('DATA');
    client.send(`Subject: first\r\n\r\nhello${sequence}${SMUGGLED}`);
    const name = JSON.stringify(sequence);
    assert.deepEqual(client.kept.violations, [], name);
    // RFC 5321 4.1.1.4: CR LF . CR LF is what ends data; what follows it then are the client's own commands. They meet
    // a session that hears nothing any more where line ends were broken, or a DATA that something is pipelined behind.
    assert.ok(client.kept.messages.length <= 1, name);
    const [, second = 0] = client.codes().slice(1);
    assert.ok(second === 0 || second >= 250, name);
    for (const { content } of client.kept.messages)
      assert.ok(!/\0|\r(?!\n)|(?<!\r)\n/.test(content.toString('latin1')), name);
  }
});

test('in BDAT, where every octet is content', { skip }, () => {
  for (const sequence of sequences()) {
    const client = begin();
    const content = `Subject: first\r\n\r\nhello${sequence}${SMUGGLED}`;
    client.send(`BDAT ${content.length} LAST\r\n${content}`);
    const name = JSON.stringify(sequence);
    assertOneMessageAtMost(client, name);
    const bad = /\0|\r(?!\n)|(?<!\r)\n/.test(content);
    assert.deepEqual(client.codes(), [bad ? 554 : 250], name);
  }
});

test('in BDAT, cut in every place into two chunks', { skip }, () => {
  for (const sequence of sequences()) {
    const content = `a: b\r\n\r\n${sequence}x\r\n`;
    for (let cut = 0; cut <= content.length; cut++) {
      const client = begin();
      client.send(`BDAT ${cut}\r\n${content.slice(0, cut)}BDAT ${content.length - cut} LAST\r\n${content.slice(cut)}`);
      assertOneMessageAtMost(client, `${JSON.stringify(sequence)} at ${cut}`);
      assert.equal(client.kept.messages.length, /\0|\r(?!\n)|(?<!\r)\n/.test(content) ? 0 : 1);
    }
  }
});

test('in a command line', { skip }, () => {
  for (const sequence of sequences()) {
    const client = openMemorySession();
    client.lines('EHLO client.test');
    client.writes();
    client.send(`NOOP ${sequence}MAIL FROM:<evil@b.test>\r\nRCPT TO:<victim@d.test>\r\n`);
    const codes = codesOf(client.output());
    if (/\0|\r(?!\n)|(?<!\r)\n/.test(sequence)) assert.equal(codes.at(-1), 500, JSON.stringify(sequence));
  }
});
