import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesOf, openMemorySession } from '../../../test/dialogues/memory-session.ts';
import type { SessionHandler } from './handler.ts';
import { replies } from './replies.ts';

const BEGIN = ['EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>'];

test('a message goes through, and the replies of a pipelined group leave in one write', () => {
  const client = openMemorySession();
  client.lines('EHLO client.test');
  assert.match(
    client.output(),
    /^250-relay\.test\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-LIMITS MAILMAX=10000 RCPTMAX=1000\r\n250 HELP\r\n$/,
  );
  client.lines('MAIL FROM:<a@b.test> BODY=8BITMIME SIZE=100', 'RCPT TO:<c@d.test>', 'RCPT TO:<e@f.test>', 'DATA');
  const group = client.writes();
  assert.deepEqual(group.map(codesOf), [[250, 250, 250, 354]]);
  client.lines('Subject: x', '', '..dot', '.');
  assert.deepEqual(client.writes(), ['250 2.0.0 Ok: queued as 1\r\n']);
  const [message] = client.kept.messages;
  assert.equal(message?.content.toString(), 'Subject: x\r\n\r\n.dot\r\n');
  assert.equal(message?.header.toString(), 'Subject: x\r\n\r\n');
  assert.deepEqual(message?.recipients, ['c@d.test', 'e@f.test']);
  assert.deepEqual(message?.parameters, { size: 100, eightBit: true, smtpUtf8: false });
  client.lines('QUIT');
  assert.deepEqual(client.writes(), ['221 2.0.0 Bye\r\n']);
  assert.ok(client.ended);
  assert.deepEqual(client.kept.violations, []);
  assert.equal(client.kept.openSessions, 0);
});

test('commands in the wrong order', () => {
  const table: [string[], number[]][] = [
    [['MAIL FROM:<a@b.test>'], [503]],
    [
      ['RCPT TO:<a@b.test>', 'DATA', 'QUIT'],
      [503, 554],
    ],
    [
      ['EHLO x', 'RCPT TO:<a@b.test>'],
      [250, 503],
    ],
    [
      ['EHLO x', 'MAIL FROM:<a@b.test>', 'MAIL FROM:<a@b.test>'],
      [250, 250, 503],
    ],
    [
      ['EHLO x', 'MAIL FROM:<a@b.test>', 'EHLO x', 'RCPT TO:<a@b.test>'],
      [250, 250, 250, 503],
    ],
    [
      ['EHLO x', 'MAIL FROM:<a@b.test>', 'RSET', 'RCPT TO:<a@b.test>'],
      [250, 250, 250, 503],
    ],
    [
      ['EHLO x', 'MAIL FROM:<>', 'BDAT 0 LAST'],
      [250, 250, 554],
    ],
    [
      ['EHLO x', 'BDAT 0 LAST', 'NOOP'],
      [250, 503, 250],
    ],
    [
      ['NOOP some words', 'VRFY x', 'VRFY', 'HELP', 'HELP MAIL', 'RSET', 'QUIT'],
      [250, 252, 501, 214, 214, 250, 221],
    ],
    [
      ['QUITX', 'EXPN x', 'ETRN x', '', ' NOOP', 'noop', 'rset x', 'quit x'],
      [500, 500, 500, 500, 500, 250, 501, 501],
    ],
  ];
  for (const [lines, codes] of table) {
    const client = openMemorySession();
    client.lines(...lines);
    assert.deepEqual(client.codes(), codes, lines.join(' / '));
    client.session.disconnected();
    assert.equal(client.kept.openTransactions, 0);
    assert.deepEqual(client.kept.violations, []);
  }
});

test('arguments of MAIL and RCPT', () => {
  const table: [string, number][] = [
    ['MAIL', 501],
    ['MAIL FROM', 501],
    ['MAIL FROM:', 501],
    ['MAIL TO:<a@b.test>', 501],
    ['MAIL FROM:<a@b.test>x', 501],
    ['MAIL FROM:<a@b.test> SIZE', 501],
    ['MAIL FROM:<a@b.test> SIZE=x', 501],
    ['MAIL FROM:<a@b.test> SIZE=1 SIZE=1', 501],
    ['MAIL FROM:<a@b.test> BODY=BINARYMIME', 555],
    ['MAIL FROM:<a@b.test> BODY=binarymime SIZE=10', 555],
    ['MAIL FROM:<a@b.test> BODY=X', 501],
    ['MAIL FROM:<a@b.test> SMTPUTF8=1', 501],
    ['MAIL FROM:<a@b.test> RET=HDRS', 555],
    ['MAIL FROM:<a@b.test> =x', 501],
    ['MAIL FROM:<a@b.test> SIZE=52428801', 552],
    ['MAIL FROM:<a@b.test> SIZE=99999999999999999999', 552],
    ['MAIL FROM:<é@b.test>', 553],
    ['MAIL FROM:<é@bücher.test> SMTPUTF8', 250],
    ['mail from:<a@b.test> body=8bitmime size=5 auth=<>', 250],
    ['MAIL FROM:<a@b.test>   ', 250],
    ['MAIL FROM: <a@b.test>', 250],
    ['MAIL FROM:<>', 250],
  ];
  for (const [line, code] of table) {
    const client = openMemorySession();
    client.lines('EHLO x', line);
    assert.deepEqual(client.codes(), [250, code], line);
    client.lines('RSET', 'MAIL FROM:<>');
    const begun = client.codes();
    for (const [rcpt, answer] of [
      ['RCPT TO:<>', 501],
      ['RCPT TO:<é@b.test>', 553],
      ['RCPT TO:<a@b.test> NOTIFY=NEVER', 555],
      ['RCPT TO:<postmaster>', 250],
      ['RCPT FROM:<a@b.test>', 501],
    ] as const) {
      client.lines(rcpt);
      assert.deepEqual(client.codes(), [answer], `${rcpt} after ${begun.join()}`);
    }
  }
});

test('data before the greeting is refused, and the session ends', () => {
  const client = openMemorySession({}, false);
  client.lines('EHLO x');
  client.session.greet();
  assert.deepEqual(client.codes(), [554]);
  assert.ok(client.ended);
  assert.deepEqual(
    client.kept.refused.map((one) => one.name),
    ['earlyTalker'],
  );
});

test('bare CR, bare LF and NUL in commands: one reply, and the end', () => {
  for (const text of [
    'NOOP\n',
    'NO\rOP\r\n',
    'NOOP\r\r\n',
    'NO\0OP\r\n',
    '\n',
    'NOOP\r\n\n',
    'NOOP\rx',
    'NOOP \0',
    'NOOP\n\r\nNOOP\r\n',
  ]) {
    const client = openMemorySession();
    client.send(text);
    const codes = client.codes();
    assert.equal(codes.at(-1), 500, JSON.stringify(text));
    assert.equal(codes.filter((code) => code === 500).length, 1);
    assert.ok(client.ended);
    client.lines('NOOP');
    assert.deepEqual(client.codes(), []);
  }
});

test('a command line that is too long: one reply, the session goes on', () => {
  const client = openMemorySession({ limits: { command_line: 512 } });
  client.send('NOOP ');
  for (let i = 0; i < 100; i++) client.send('x'.repeat(100));
  assert.deepEqual(client.codes(), []);
  client.send('\r\nNOOP\r\n');
  assert.deepEqual(client.codes(), [500, 250]);
  client.lines(`NOOP ${'x'.repeat(505)}`, `NOOP ${'x'.repeat(506)}`);
  assert.deepEqual(client.codes(), [250, 500]);
});

test('a browser is sent away', () => {
  for (const verb of ['GET', 'POST', 'CONNECT']) {
    const client = openMemorySession();
    client.lines(`${verb} / HTTP/1.1`, 'Host: x', '', 'MAIL FROM:<a@b.test>');
    assert.deepEqual(client.codes(), [554]);
    assert.ok(client.ended);
  }
});

test('what is pipelined behind DATA or STARTTLS is refused, and the session ends', () => {
  const data = openMemorySession();
  data.lines(...BEGIN, 'DATA', 'Subject: x', '', '.', 'QUIT');
  assert.deepEqual(data.codes(), [250, 250, 250, 554]);
  assert.ok(data.ended);
  assert.deepEqual(data.kept.messages, []);
  assert.equal(data.kept.openTransactions, 0);
  const tls = openMemorySession({ offersTls: true });
  tls.lines('EHLO x', 'STARTTLS', 'MAIL FROM:<a@b.test>');
  assert.deepEqual(tls.codes(), [250, 554]);
  assert.ok(tls.ended);
  assert.equal(tls.visitor.tls, undefined);
});

test('STARTTLS forgets what was said before', () => {
  const client = openMemorySession({ offersTls: true });
  client.lines('EHLO x', 'MAIL FROM:<a@b.test>');
  assert.match(client.output(), /250-STARTTLS\r\n/);
  client.lines('STARTTLS x');
  assert.deepEqual(client.codes(), [501]);
  client.lines('STARTTLS');
  assert.deepEqual(client.codes(), [220]);
  assert.equal(client.kept.openTransactions, 0);
  client.lines('RCPT TO:<c@d.test>', 'MAIL FROM:<a@b.test>');
  assert.deepEqual(client.codes(), [503, 503]);
  client.lines('EHLO x');
  assert.match(client.output(), /250-AUTH SCRAM-SHA-256 PLAIN LOGIN\r\n/);
  client.lines('STARTTLS');
  assert.deepEqual(client.codes(), [503]);
  const without = openMemorySession();
  without.lines('EHLO x', 'STARTTLS');
  assert.deepEqual(without.codes(), [250, 502]);
});

test('an empty message and one without an empty line are messages', () => {
  for (const [content, header] of [
    ['', ''],
    ['Subject: x\r\n', 'Subject: x\r\n'],
    ['\r\nbody\r\n', '\r\n'],
  ] as const) {
    const client = openMemorySession();
    client.lines(...BEGIN, 'DATA');
    client.send(`${content}.\r\n`);
    assert.deepEqual(client.codes(), [250, 250, 250, 354, 250]);
    assert.equal(client.kept.messages[0]?.content.toString(), content);
    assert.equal(client.kept.messages[0]?.header.toString(), header);
  }
});

test('BDAT: chunks, a chunk without CR LF at its end, replies of the group in one write', () => {
  const client = openMemorySession();
  client.lines(...BEGIN);
  client.writes();
  client.send('BDAT 12\r\nSubject: x\r\nBDAT 8\r\n\r\n.\r\nbodBDAT 1 LAST\r\nyNOOP\r\n');
  assert.deepEqual(client.writes().map(codesOf), [[250, 250, 250, 250]]);
  assert.equal(client.kept.messages[0]?.content.toString(), 'Subject: x\r\n\r\n.\r\nbody\r\n');
  client.send('MAIL FROM:<>\r\nRCPT TO:<c@d.test>\r\nBDAT 0 LAST\r\n');
  assert.deepEqual(client.codes(), [250, 250, 250]);
  assert.equal(client.kept.messages[1]?.content.toString(), '');
  client.lines('MAIL FROM:<>', 'RCPT TO:<c@d.test>', 'BDAT 0', 'RCPT TO:<e@d.test>', 'DATA', 'MAIL FROM:<>', 'RSET');
  // DATA with something behind it ends the session before its order is looked at.
  assert.deepEqual(client.codes(), [250, 250, 250, 503, 554]);
});

test('BDAT that cannot be taken swallows its octets; one without a size ends the session', () => {
  const client = openMemorySession();
  client.send('EHLO x\r\nBDAT 14 LAST\r\nMAIL FROM:<>\r\nNOOP\r\nMAIL FROM:<>\r\nBDAT 6\r\nQUIT\r\nNOOP\r\n');
  assert.deepEqual(client.codes(), [250, 503, 250, 250, 554, 250]);
  client.lines('BDAT x', 'NOOP');
  assert.deepEqual(client.codes(), [501]);
  assert.ok(client.ended);
});

test('a content with broken line ends is refused at its true end, and no mail follows it', () => {
  const client = openMemorySession();
  client.lines(...BEGIN, 'DATA');
  client.send('Subject: x\r\n\r\nline\n.\r\nMAIL FROM:<evil@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nsecond\r\n.\r\n');
  assert.deepEqual(client.codes(), [250, 250, 250, 354, 554]);
  client.lines('MAIL FROM:<a@b.test>');
  assert.deepEqual(client.codes(), [421]);
  assert.deepEqual(client.kept.messages, []);
  assert.equal(client.kept.openTransactions, 0);
  assert.deepEqual(
    client.kept.refused.map((one) => one.name),
    ['lineEndInContent', 'afterBadContent'],
  );
  const polite = openMemorySession();
  polite.lines(...BEGIN, 'DATA');
  polite.send('a\0b\r\n.\r\nQUIT\r\n');
  assert.deepEqual(polite.codes(), [250, 250, 250, 354, 554, 221]);
});

test('a handler that answers later keeps the order, and stops the wire', async () => {
  const order: string[] = [];
  const later = async <T>(name: string, value: T): Promise<T> => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    order.push(`${name} ends`);
    return value;
  };
  const hooks: Partial<SessionHandler> = {
    mail: () => later('mail', undefined),
    rcpt: () => later('rcpt', undefined),
    header: () => later('header', undefined),
    body: () => later<void>('body', undefined),
    end: () => later('end', replies.ok),
  };
  const client = openMemorySession({ hooks });
  client.lines(...BEGIN);
  client.send(`BDAT 6\r\na: b\r\nBDAT 2004 LAST\r\n\r\n${'x'.repeat(2000)}\r\nNOOP\r\n`);
  assert.ok(client.paused);
  for (let i = 0; i < 200 && client.kept.messages.length === 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 2));
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(!client.paused);
  // A recipient that somebody is asked for lets no reply wait that is decided already.
  assert.deepEqual(client.writes().map(codesOf), [
    [250, 250],
    [250, 250, 250, 250],
  ]);
  assert.deepEqual(
    order,
    ['mail', 'rcpt', 'header', 'body', 'end'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
});

for (const call of ['mail', 'rcpt', 'header', 'body', 'end'] as const) {
  test(`whatever throws in ${call} is 451, and its words stay in the log`, async () => {
    const secret = 'the disk at /var/lib is on fire';
    const thrown = () => {
      throw new Error(secret);
    };
    for (const fault of [thrown, () => Promise.reject(new Error(secret))]) {
      const client = openMemorySession({ hooks: { [call]: fault } });
      let output = '';
      for (const piece of [`${BEGIN.join('\r\n')}\r\n`, 'BDAT 14 LAST\r\na: b\r\n\r\nbody\r\n', 'QUIT\r\n']) {
        client.send(piece);
        await new Promise((resolve) => setImmediate(resolve));
        output += client.output();
      }
      assert.ok(output.includes('451 4.3.0 Local error, try later\r\n'), output);
      assert.ok(output.endsWith('221 2.0.0 Bye\r\n'), output);
      assert.ok(!output.includes(secret));
      assert.ok(client.log.some((line) => line.includes(secret)));
      assert.equal(client.kept.openTransactions, 0);
      assert.deepEqual(client.kept.violations, []);
    }
  });
}

test('a fault in the middle of content ends the session: a reply there would be taken for another', () => {
  const client = openMemorySession();
  client.send(`${BEGIN.join('\r\n')}\r\nDATA\r\n`);
  client.output();
  let asked = 0;
  const held = () => {
    if (asked++ === 0) throw new Error('broken');
    return 0;
  };
  Object.defineProperty(client.memory, 'held', { get: held, set: () => {} });
  client.send('Subject: the header is not whole yet\r\n');
  assert.equal(client.output(), '421 4.3.0 Local error, try later\r\n');
  assert.equal(client.kept.openTransactions, 0);
});

test('a connection lost at any moment closes what was open', () => {
  const dialogue = `${BEGIN.join('\r\n')}\r\nBDAT 6\r\na: b\r\nBDAT 4 LAST\r\n\r\nx\r\n`.slice(0, -1);
  for (let length = 0; length <= dialogue.length; length++) {
    const client = openMemorySession();
    client.send(dialogue.slice(0, length));
    client.session.disconnected();
    client.session.disconnected();
    assert.equal(client.kept.openTransactions, 0);
    assert.equal(client.kept.openSessions, 0);
    assert.deepEqual(client.kept.violations, []);
  }
});

test('a client that says all and closes its side gets its replies', () => {
  const client = openMemorySession();
  client.lines(...BEGIN);
  client.send('BDAT 6 LAST\r\na: b\r\n');
  client.session.endOfInput();
  assert.deepEqual(client.codes(), [250, 250, 250, 250]);
  assert.ok(client.ended);
  assert.equal(client.kept.openSessions, 0);
});

test('the relay stops: 421 at the next quiet moment, a message that runs gets its 250', () => {
  const idle = openMemorySession();
  idle.lines('EHLO x');
  idle.writes();
  idle.session.shutdown();
  assert.deepEqual(idle.codes(), [421]);
  const busy = openMemorySession();
  busy.lines(...BEGIN, 'DATA');
  busy.session.shutdown();
  busy.send('a: b\r\n\r\nx\r\n.\r\nMAIL FROM:<>\r\n');
  assert.deepEqual(busy.codes(), [250, 250, 250, 354, 250, 421]);
  assert.ok(busy.ended);
  const young = openMemorySession({}, false);
  young.session.shutdown();
  young.session.greet();
  assert.deepEqual(young.codes(), [421]);
});

test('LIMITS tells what is kept: six digits at most', () => {
  const client = openMemorySession({ limits: { messages_per_connection: 1, recipients: 2_000_000 } });
  client.lines('EHLO x');
  assert.match(client.output(), /\r\n250-LIMITS MAILMAX=1 RCPTMAX=999999\r\n/);
  client.lines('HELO x');
  assert.deepEqual(client.writes(), ['250 relay.test\r\n']);
});
