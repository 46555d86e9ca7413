import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepingHandler, type MemorySession, openMemorySession } from '../../../test/dialogues/memory-session.ts';
import type { Limits } from './conversation.ts';
import type { AcceptHandler, Connected } from './handler.ts';
import { replies } from './replies.ts';

const BEGIN = ['EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>'];

function begun(limits: Partial<Limits>): MemorySession {
  const client = openMemorySession({ limits });
  client.lines(...BEGIN, 'DATA');
  assert.deepEqual(client.codes(), [250, 250, 250, 354]);
  return client;
}

function names(client: MemorySession): string[] {
  return client.kept.refused.map((one) => one.name);
}

test('message_size: announced, in DATA, in BDAT; the session goes on', () => {
  const announced = openMemorySession({ limits: { message_size: 100 } });
  announced.lines('EHLO x', 'MAIL FROM:<> SIZE=101', 'MAIL FROM:<> SIZE=100');
  assert.deepEqual(announced.codes(), [250, 552, 250]);
  const data = begun({ message_size: 100 });
  data.lines('a: b', '', 'x'.repeat(91), '.', 'MAIL FROM:<>');
  assert.deepEqual(data.codes(), [552, 250]);
  const exact = begun({ message_size: 100 });
  exact.lines('a: b', '', `.${'x'.repeat(90)}`, '.');
  assert.deepEqual(exact.codes(), [250]);
  const chunks = openMemorySession({ limits: { message_size: 100 } });
  chunks.lines(...BEGIN);
  chunks.send(`BDAT 60\r\n${'x'.repeat(60)}BDAT 60\r\n${'x'.repeat(60)}BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n`);
  assert.deepEqual(chunks.codes(), [250, 250, 250, 250, 552, 503, 250]);
  assert.equal(chunks.kept.openTransactions, 0);
});

test('header_size: refused at the end of data, whatever follows the header', () => {
  for (const rest of ['', '\r\nbody\r\n']) {
    const client = begun({ header_size: 50 });
    client.send(`a: ${'x'.repeat(60)}\r\n${rest}.\r\n`);
    assert.deepEqual(client.codes(), [552]);
    assert.deepEqual(names(client), ['headerTooLarge']);
  }
  const fits = begun({ header_size: 50 });
  fits.send(`a: ${'x'.repeat(43)}\r\n\r\n${'body\r\n'.repeat(100)}.\r\n`);
  assert.deepEqual(fits.codes(), [250]);
});

test('headers that come in part share their memory; a session without any left is told to come later', () => {
  const client = openMemorySession({ headerMemory: 3000 });
  client.lines(...BEGIN, 'DATA');
  client.writes();
  for (let i = 0; i < 60; i++) client.lines(`a: ${'x'.repeat(60)}`);
  client.lines('', '.', 'NOOP');
  assert.deepEqual(client.codes(), [452, 250]);
  assert.deepEqual(names(client), ['tooBusy']);
  assert.equal(client.memory.held, 0);
  const whole = openMemorySession({ headerMemory: 0 });
  whole.lines(...BEGIN, 'DATA');
  whole.lines(`a: ${'x'.repeat(600)}`, '', 'body', '.');
  assert.deepEqual(whole.codes(), [250, 250, 250, 354, 250]);
});

test('recipients: 452 for those beyond, the message goes to the others', () => {
  const client = openMemorySession({ limits: { recipients: 2, errors: 3 } });
  client.lines(
    ...BEGIN,
    'RCPT TO:<e@d.test>',
    'RCPT TO:<f@d.test>',
    'RCPT TO:<g@d.test>',
    'RCPT TO:<h@d.test>',
    'DATA',
  );
  assert.deepEqual(client.codes(), [250, 250, 250, 250, 452, 452, 452, 354]);
  client.lines('a: b', '', '.');
  assert.deepEqual(client.codes(), [250]);
  assert.deepEqual(client.kept.messages[0]?.recipients, ['c@d.test', 'e@d.test']);
  assert.deepEqual(client.kept.refused[0]?.about, { sender: 'a@b.test', recipient: 'f@d.test' });
  client.lines('MAIL FROM:<>', ...Array.from({ length: 30 }, () => 'RCPT TO:<c@d.test>'));
  assert.equal(client.codes().at(-1), 421);
});

test('body_line: a longer line is refused, one that fits passes', () => {
  const client = begun({ body_line: 2000 });
  client.lines('a: b', '', 'x'.repeat(2000), '.');
  assert.deepEqual(client.codes(), [250]);
  const long = begun({ body_line: 2000 });
  long.lines('a: b', '', 'x'.repeat(2001), '.', 'MAIL FROM:<>');
  assert.deepEqual(long.codes(), [554, 250]);
  assert.deepEqual(names(long), ['bodyLineTooLong']);
});

test('messages_per_connection: then 421 to MAIL', () => {
  const client = begun({ messages_per_connection: 1 });
  client.lines('a: b', '', '.', 'MAIL FROM:<>', 'NOOP');
  assert.deepEqual(client.codes(), [250, 421]);
  assert.ok(client.ended);
  assert.equal(client.kept.messages.length, 1);
});

test('commands_without_mail: in a row; a message begins the count anew', () => {
  const client = openMemorySession({ limits: { commands_without_mail: 3 } });
  client.lines(...BEGIN, 'NOOP', 'NOOP', 'BDAT 0 LAST', 'NOOP', 'NOOP', 'NOOP', 'NOOP', 'NOOP');
  assert.deepEqual(client.codes(), [250, 250, 250, 250, 250, 250, 250, 250, 250, 421]);
  assert.deepEqual(names(client), ['tooManyCommands']);
  const polite = openMemorySession({ limits: { commands_without_mail: 1 } });
  polite.lines('EHLO x', 'QUIT');
  assert.deepEqual(polite.codes(), [250, 221]);
});

test('errors: the one that reaches the limit is answered 421', () => {
  const client = openMemorySession({ limits: { errors: 3 } });
  client.lines('X', 'Y', 'Z', 'NOOP');
  assert.deepEqual(client.codes(), [500, 500, 421]);
  assert.ok(client.ended);
});

test('the reply to a message is said as it is, also where it is one error too many', () => {
  const client = openMemorySession({ limits: { errors: 1, header_size: 10 } });
  client.lines(...BEGIN, 'DATA');
  client.lines('a: bcdefghijk', '', '.', 'NOOP');
  assert.deepEqual(client.codes(), [250, 250, 250, 354, 552, 250]);
});

test('connections by source and by customer: 421 instead of the greeting', () => {
  const { handler } = keepingHandler();
  const stranger: AcceptHandler = {
    ...handler,
    connect: (visitor) => ({
      ...(handler.connect(visitor) as Extract<Connected, { kind: 'take' }>),
      registered: false,
    }),
  };
  const customer: AcceptHandler = {
    ...handler,
    connect: (visitor) => ({ ...(handler.connect(visitor) as Extract<Connected, { kind: 'take' }>), customer: 'acme' }),
  };
  const refuse: AcceptHandler = {
    connect: () => ({ kind: 'refuse', reply: replies.customerDeactivated }),
    rejected: () => undefined,
  };
  const none = { source: () => false, customer: () => false };
  const table: [AcceptHandler, typeof none | undefined, number][] = [
    [stranger, none, 421],
    [customer, none, 421],
    [handler, none, 220],
    [stranger, undefined, 220],
    [refuse, undefined, 550],
  ];
  for (const [handler, counts, code] of table) {
    const client = openMemorySession({ handler, ...(counts === undefined ? {} : { counts }) }, false);
    client.session.greet();
    assert.deepEqual(client.codes(), [code]);
    assert.equal(client.ended, code !== 220);
  }
});

test('greeting_timeout: from the connection to the first command', () => {
  const client = openMemorySession({ limits: { greeting_timeout: 1000 } });
  client.pass(900);
  client.send('NO');
  client.pass(99);
  assert.deepEqual(client.codes(), []);
  client.pass(1);
  assert.deepEqual(client.codes(), [421]);
  assert.ok(client.ended);
});

test('command_timeout: octets without a whole line do not put it off', () => {
  const client = openMemorySession({ limits: { command_timeout: 1000 } });
  client.lines('NOOP');
  client.pass(900);
  client.lines('NOOP');
  client.pass(900);
  client.send('NO');
  client.pass(100);
  assert.deepEqual(client.codes(), [250, 250, 421]);
});

test('data_timeout and data_total_timeout', () => {
  const quiet = begun({ data_timeout: 1000 });
  quiet.pass(900);
  quiet.send('a');
  quiet.pass(900);
  quiet.send('b');
  assert.deepEqual(quiet.codes(), []);
  quiet.pass(1000);
  assert.deepEqual(quiet.codes(), [421]);
  assert.deepEqual(names(quiet), ['timeout']);
  assert.equal(quiet.kept.openTransactions, 0);
  const slow = begun({ data_timeout: 1000, data_total_timeout: 5000 });
  for (let i = 0; i < 10 && !slow.ended; i++) {
    slow.pass(900);
    slow.send('a');
  }
  assert.deepEqual(slow.codes(), [421]);
  assert.deepEqual(names(slow), ['messageTooSlow']);
});

test('session_timeout: however busy', () => {
  const client = openMemorySession({ limits: { session_timeout: 5000, commands_without_mail: 1000 } });
  for (let i = 0; i < 10 && !client.ended; i++) {
    client.lines('NOOP');
    client.pass(900);
  }
  assert.equal(client.codes().at(-1), 421);
  assert.deepEqual(names(client), []);
});

test('after a 250 the time for the message no longer counts', () => {
  const client = begun({ data_total_timeout: 5000 });
  client.pass(4000);
  client.lines('a: b', '', '.');
  client.pass(4000);
  client.lines('NOOP');
  assert.deepEqual(client.codes(), [250, 250]);
});

test('long contents that are not whole share their files and their part of the disk, and give them back', () => {
  const long = { from: 1000, files: 0, mostFiles: 1, octets: 0, mostOctets: 5000 };
  const open = (): MemorySession => {
    const client = openMemorySession({ long });
    client.lines(...BEGIN, 'DATA');
    client.writes();
    client.lines('a: b', '');
    return client;
  };
  const [slow, second, short] = [open(), open(), open()];
  slow.lines('x'.repeat(1100));
  assert.deepEqual([long.files, long.octets > 1000], [1, true]);
  second.lines('x'.repeat(1100), '.');
  assert.deepEqual([second.codes(), names(second)], [[452], ['tooBusy']], 'no file is left');
  short.lines('x'.repeat(900), '.');
  assert.deepEqual(short.codes(), [250], 'what is short needs none');
  slow.lines('x'.repeat(2000), '.');
  assert.deepEqual(slow.codes(), [250]);
  assert.deepEqual([long.files, long.octets], [0, 0], 'it is whole');
  const large = open();
  for (let i = 0; i < 6; i++) large.lines('x'.repeat(998));
  large.lines('.');
  assert.deepEqual([large.codes(), long.files, long.octets], [[452], 0, 0], 'too much of the disk');
  const gone = open();
  gone.lines('x'.repeat(1100));
  assert.equal(long.files, 1);
  gone.session.disconnected();
  assert.deepEqual([long.files, long.octets], [0, 0], 'given up');
  const chunks = openMemorySession({ long });
  chunks.lines(...BEGIN);
  chunks.send(`BDAT 2000\r\n${'x'.repeat(1998)}\r\n`);
  assert.equal(long.files, 1);
  chunks.lines('RSET');
  assert.deepEqual([long.files, long.octets], [0, 0]);
});
