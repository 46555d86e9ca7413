// What a receiver offers decides how it gets a message: limits, BDAT, eight bits, SMTPUTF8, TLS sessions.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createAuthority } from '../../../test/support/certificates.ts';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { saidOf, told } from '../../../test/support/outcomes.ts';
import { startReceiver } from '../../../test/support/scripted-receiver.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';

const folder = temporaryFolder('deliver-extensions');
let ca = '';
let tls = { cert: '', key: '' };
let strangers = { cert: '', key: '' };

before(async () => {
  const authority = await createAuthority(folder.path);
  ca = readFileSync(authority.ca, 'utf8');
  const read = async (name: string) => {
    const files = await authority.issue(name, [name]);
    return { cert: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  };
  tls = await read('receiver.test');
  strangers = await read('other.test');
});
after(() => folder.remove());

const names = (count: number, domain: (i: number) => string = () => 'r.test') =>
  Array.from({ length: count }, (_, i) => `r${i}@${domain(i)}`);

test('LIMITS RCPTMAX: no transaction has more recipients', async () => {
  await using receiver = await startReceiver({ extensions: ['PIPELINING', 'LIMITS RCPTMAX=3'] });
  await using delivery = createTestDelivery();
  const outcomes = await delivery.send({ to: receiver.port, recipients: names(7) });
  assert.ok(outcomes.every(({ kind }) => kind === 'delivered'));
  assert.deepEqual(
    receiver.messages.map(({ rcpts, connection }) => [rcpts.length, connection]),
    [
      [3, 1],
      [3, 1],
      [1, 1],
    ],
  );
});

test('LIMITS MAILMAX: a connection carries no more transactions, within a job and over jobs', async () => {
  await using receiver = await startReceiver({ extensions: ['PIPELINING', 'limits mailmax=2 rcptmax=1'] });
  await using delivery = createTestDelivery();
  await delivery.send({ to: receiver.port, recipients: names(3) });
  for (let i = 0; i < 3; i++) await delivery.send({ to: receiver.port });
  assert.deepEqual(
    receiver.messages.map(({ connection }) => connection),
    [1, 1, 2, 2, 3, 3],
  );
  const mails = receiver.commands.filter((line) => line.startsWith('MAIL')).length;
  assert.equal(mails, 6, 'no transaction was begun in vain');
});

test('LIMITS RCPTDOMAINMAX: no connection sees more domains, whichever transaction they are in', async () => {
  await using receiver = await startReceiver({ extensions: ['PIPELINING', 'LIMITS RCPTDOMAINMAX=2'] });
  await using delivery = createTestDelivery();
  const domain = (i: number) => `d${i % 5}.test`;
  const outcomes = await delivery.send({ to: receiver.port, recipients: names(10, domain), destinations: domain });
  assert.ok(outcomes.every(({ kind }) => kind === 'delivered'));
  const seen = new Map<number, Set<string>>();
  for (const { connection, rcpts } of receiver.messages) {
    const domains = seen.get(connection) ?? new Set();
    for (const rcpt of rcpts) domains.add(rcpt.slice(rcpt.indexOf('@')));
    seen.set(connection, domains);
  }
  assert.deepEqual(
    [...seen.values()].map(({ size }) => size),
    [2, 2, 1],
  );
  assert.equal(receiver.messages.flatMap(({ rcpts }) => rcpts).length, 10);
});

test('a number of recipients that was seen by refusals is kept to on the connection', async () => {
  let taken = 0;
  await using receiver = await startReceiver({
    mail: () => {
      taken = 0;
      return '250 ok';
    },
    rcpt: () => (++taken > 2 ? '452 4.5.3 too many' : '250 ok'),
  });
  await using delivery = createTestDelivery();
  await delivery.send({ to: receiver.port, recipients: names(8) });
  assert.equal(receiver.commands.filter((line) => line.startsWith('RCPT')).length, 8 + 6);
});

const BDAT = ['PIPELINING', 'CHUNKING', '8BITMIME'];

test('BDAT: first what is ours alone, then envelope and content in one group; content arrives as by DATA', async () => {
  await using receiver = await startReceiver({ extensions: BDAT, delayMs: 10 });
  await using delivery = createTestDelivery({ chunking: 'always', recipients_per_transaction: 1 });
  const content = '.dot\r\n..\r\nno end of line';
  const outcomes = await delivery.send({ to: receiver.port, content, recipients: names(3) });
  assert.ok(outcomes.every(({ kind }) => kind === 'delivered'));
  for (const message of receiver.messages) assert.ok(message.content.endsWith(`\r\n${content}\r\n`));
  assert.equal(receiver.commands.includes('DATA'), false);
  const bdats = receiver.commands.filter((line) => line.startsWith('BDAT')).map((line) => line.split(' ').length);
  assert.deepEqual(bdats, [2, 3, 3, 3]);
  // Groups: EHLO; envelope with our fields; the content; then one for each message.
  assert.equal(receiver.groups.filter((group) => group.some((line) => line.startsWith('BDAT'))).length, 4);
  assert.match(saidOf(outcomes[1]).at(-1) ?? '', /^BDAT \d+ LAST \| 250/);
});

test('BDAT: not towards what is near, not where it is not offered, not where it is switched off', async () => {
  const table = [
    [{ extensions: BDAT }, {}, true],
    [{ extensions: BDAT, delayMs: 15 }, {}, false],
    [{ extensions: BDAT, delayMs: 15 }, { chunking: 'never' }, true],
    [{ extensions: ['PIPELINING'], delayMs: 15 }, { chunking: 'always' }, true],
    [{ extensions: ['CHUNKING'], delayMs: 15 }, { chunking: 'always' }, true],
  ] as const;
  for (const [script, settings, data] of table) {
    await using receiver = await startReceiver({ ...script, extensions: [...script.extensions] });
    await using delivery = createTestDelivery(settings);
    assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'delivered 250');
    assert.equal(receiver.commands.includes('DATA'), data, JSON.stringify([script, settings]));
  }
});

test('BDAT: a receiver that does not know what it offers never sees the content as commands, and gets DATA at once', async () => {
  for (const extensions of [BDAT, [...BDAT, 'STARTTLS']]) {
    await using receiver = await startReceiver({ extensions, botchesBdat: true, starttls: '454 no' });
    await using delivery = createTestDelivery({ chunking: 'always' });
    const content = 'Subject: x\r\n\r\nRSET\r\nMAIL FROM:<evil@x.test>\r\nRCPT TO:<victim@r.test>\r\nDATA\r\n';
    const [outcome] = await delivery.send({ to: receiver.port, content });
    assert.equal(told(outcome), 'delivered 250');
    assert.ok(!receiver.commands.some((line) => line.includes('evil')));
    assert.equal(receiver.messages.length, 1);
    await delivery.send({ to: receiver.port });
    const bdats = receiver.commands.filter((line) => line.startsWith('BDAT'));
    assert.equal(bdats.length, 1, 'it is remembered');
  }
});

test('BDAT: refusals are the message’s, recipients have their own answers, faults defer', async () => {
  const table = [
    [{ dot: '554 5.7.1 spam' }, 'bounced dot 554'],
    [{ dot: '451 4.3.0 later' }, 'deferred dot 451 (message)'],
    [{ bdat: '552 5.3.4 too big' }, 'bounced data 552'],
    [{ bdat: '452 4.3.1 full' }, 'deferred data 452 (message)'],
    [{ dot: 'hang up' }, 'deferred connection-lost (message)'],
    [{ dot: 'silence' }, 'deferred reply-timeout (message)'],
    [{ dot: '354 what' }, 'deferred bad-reply (message)'],
    [{ mail: '550 5.7.1 not you' }, 'bounced mail 550'],
    [{ mail: '421 4.3.2 closing' }, 'deferred mail 421 (destination)'],
    [{ rcpt: '550 5.1.1 no' }, 'bounced rcpt 550'],
    [{ dot: '502 5.5.1 what?' }, 'delivered 250'],
  ] as const;
  for (const [script, expected] of table) {
    await using receiver = await startReceiver({ ...script, extensions: BDAT });
    await using delivery = createTestDelivery({ chunking: 'always', command_timeout: 200, dot_timeout: 200 });
    // What was sent by BDAT and answered with 502 was not taken: it goes by DATA, to which the answer is another.
    if (expected === 'delivered 250')
      receiver.script.dot = (_, count) => (receiver.commands.includes('DATA') ? '250 ok' : `502 ${count}`);
    const [outcome] = await delivery.send({ to: receiver.port });
    assert.equal(told(outcome), expected, JSON.stringify(script));
    receiver.script = { extensions: BDAT };
    assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'delivered 250', 'the next message');
  }
});

test('BDAT at once: a connection that breaks may have taken the message, so it is not sent again at once', async () => {
  await using receiver = await startReceiver({
    extensions: BDAT,
    dot: (_, count) => (count === 2 ? 'hang up' : '250 ok'),
  });
  await using delivery = createTestDelivery({ chunking: 'always', recipients_per_transaction: 1 });
  const outcomes = await delivery.send({ to: receiver.port, recipients: names(2) });
  assert.deepEqual(outcomes.map(told), ['delivered 250', 'deferred connection-lost (message)']);
  assert.equal(receiver.messages.length, 2);
});

const EIGHT =
  'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nA longer line, caf\xc3\xa9\r\n';

test('8BITMIME: offered, the octets are untouched; not offered, they are converted before anything is signed', async () => {
  const forms: boolean[] = [];
  const signer = {
    sign: (_meta: unknown, _content: unknown, converted: boolean) => {
      forms.push(converted);
      return { kind: 'signed', fields: 'DKIM-Signature: x\r\n' } as const;
    },
  };
  const octets = Buffer.from(EIGHT, 'latin1');
  async function* chunks() {
    yield octets.subarray(0, 90);
    yield octets.subarray(90);
  }
  const sources = [EIGHT, () => ({ kind: 'stream', chunks: chunks() }) as const];
  for (const [extensions, converted] of [
    [['8BITMIME'], false],
    [[], true],
  ] as const) {
    for (const content of sources) {
      await using receiver = await startReceiver({ extensions: [...extensions] });
      await using delivery = createTestDelivery({}, { signer });
      const [outcome] = await delivery.send({ to: receiver.port, content, meta: { eightBit: true } });
      assert.equal(told(outcome), 'delivered 250');
      const [message] = receiver.messages;
      assert.equal(message?.mail.includes('BODY=8BITMIME'), !converted);
      assert.ok(message?.content.includes('DKIM-Signature: x\r\nSubject: x\r\n'));
      assert.equal(message?.content.endsWith(converted ? '\r\n\r\nA longer line, caf=C3=A9\r\n' : EIGHT), true);
      assert.equal(forms.at(-1), converted);
    }
  }
});

test('8BITMIME not offered: content of ASCII goes as it is, whatever was declared; what would break goes back', async () => {
  await using receiver = await startReceiver({ extensions: [] });
  await using delivery = createTestDelivery();
  async function* ascii() {
    yield Buffer.from('Subject: x\r\n\r\nplain\r\n');
  }
  for (const content of ['Subject: x\r\n\r\nplain\r\n', () => ({ kind: 'stream', chunks: ascii() }) as const]) {
    await delivery.send({ to: receiver.port, content, meta: { eightBit: true } });
    assert.ok(receiver.messages.at(-1)?.content.endsWith('Subject: x\r\n\r\nplain\r\n'));
  }
  const signed = 'Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\xe9\r\n--b--\r\n';
  for (const content of [signed, 'Subject: \xc3\xa9\r\n\r\nx\r\n']) {
    const [outcome] = await delivery.send({ to: receiver.port, content });
    assert.equal(told(outcome), 'bounced no-8bitmime');
    assert.ok(
      outcome?.kind === 'bounced' &&
        outcome.cause.from === 'us' &&
        /cannot be converted: a/.test(outcome.cause.detail ?? ''),
    );
  }
  assert.equal(receiver.messages.length, 2);
});

test('SMTPUTF8 not offered: domains go as A-labels, addresses without ASCII form go back alone', async () => {
  await using receiver = await startReceiver({ extensions: ['PIPELINING', '8BITMIME'] });
  await using delivery = createTestDelivery();
  const outcomes = await delivery.send({
    to: receiver.port,
    recipients: ['a@bücher.test', 'ä@bücher.test', 'c@r.test'],
    meta: {
      smtpUtf8: true,
      sender: 'me@grüße.test',
      received: 'Received: from x by y for <a@bücher.test>;\r\n Sun, 22 Nov 2026 00:00:00 +0000\r\n',
    },
    content: 'Subject: x\r\n\r\ncaf\xc3\xa9\r\n',
  });
  assert.deepEqual(outcomes.map(told), ['delivered 250', 'bounced no-smtputf8', 'delivered 250']);
  const [message] = receiver.messages;
  assert.deepEqual(message?.rcpts, ['RCPT TO:<a@xn--bcher-kva.test>', 'RCPT TO:<c@r.test>']);
  assert.match(message?.mail ?? '', /^MAIL FROM:<me@xn--gre-6ka8l.test> ?/);
  assert.doesNotMatch(message?.mail ?? '', /SMTPUTF8/);
  const header = message?.content.slice(0, message.content.indexOf('\r\n\r\n')) ?? '';
  assert.match(header, /for <a@xn--bcher-kva\.test>/);
  assert.match(header, /^[\x00-\x7f]*$/);
});

test('SMTPUTF8 not offered: a header that is not ASCII goes back and says why, also for a stream', async () => {
  await using receiver = await startReceiver({ extensions: ['PIPELINING', '8BITMIME'] });
  await using delivery = createTestDelivery();
  let open = 0;
  async function* chunks(text: string) {
    open++;
    try {
      yield Buffer.from(text);
      yield Buffer.from('more é\r\n');
    } finally {
      open--;
    }
  }
  const send = (text: string) =>
    delivery.send({
      to: receiver.port,
      meta: { smtpUtf8: true },
      content: () => ({ kind: 'stream', chunks: chunks(text) }),
    });
  const [bounced] = await send('Subject: é\r\n\r\n');
  assert.equal(told(bounced), 'bounced no-smtputf8');
  assert.equal(JSON.stringify(bounced).includes('the header of the message is not ASCII'), true);
  assert.equal(told((await send('Subject: e\r\n\r\n'))[0]), 'delivered 250');
  assert.ok(receiver.messages[0]?.content.endsWith('Subject: e\r\n\r\nmore \xc3\xa9\r\n'));
  assert.equal(open, 0);
});

test('TLS sessions are resumed, and what was not verified stays not verified', async () => {
  for (const [files, verified] of [
    [tls, true],
    [strangers, false],
  ] as const) {
    await using receiver = await startReceiver({ tls: files });
    await using delivery = createTestDelivery({ messages_per_connection: 1 }, { ca: [ca] });
    for (let i = 0; i < 3; i++) {
      const [outcome] = await delivery.send({ to: receiver.port });
      assert.ok(outcome?.kind === 'delivered');
      assert.equal(outcome.attempt.tls?.verified, verified);
      const handshake = saidOf(outcome).find((line) => line.startsWith('TLS handshake')) ?? '';
      assert.equal(handshake.endsWith('resumed'), i > 0, `${i}: ${handshake}`);
    }
  }
});

test('a TLS session made without looking at the certificate is of no use where that counts', async () => {
  await using receiver = await startReceiver({ tls: strangers });
  await using delivery = createTestDelivery({ messages_per_connection: 1 }, { ca: [ca] });
  assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'delivered 250');
  const [verify] = await delivery.send({ to: receiver.port, route: { tls: 'verify', site: 'verified' } });
  assert.equal(told(verify), 'deferred tls-failed (destination)');
});
