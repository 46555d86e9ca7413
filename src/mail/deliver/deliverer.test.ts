import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { saidOf, told } from '../../../test/support/outcomes.ts';
import { type Script, startReceiver } from '../../../test/support/scripted-receiver.ts';

test('a message arrives byte for byte behind one Received of ours and the loop mark', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  const content = '.Subject: x\r\n\r\n.\r\n..\r\nno end of line';
  const [outcome] = await delivery.send({ to: receiver.port, content });
  assert.equal(told(outcome), 'delivered 250');
  const [message] = receiver.messages;
  assert.match(
    message?.content ?? '',
    /^Received: .*\r\n .*\r\nX-Easymail-Loop: outbound( [0-9a-f]{12}){4}\r\n\.Subject/,
  );
  assert.ok(message?.content.endsWith(`${content}\r\n`));
  assert.deepEqual(receiver.clients, [{ ip: '127.0.0.1', helo: 'out1.test' }]);
});

test('the attempt tells hosts, addresses and the conversation, without content', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  const [outcome] = await delivery.send({ to: receiver.port });
  assert.ok(outcome?.kind === 'delivered');
  const { attempt } = outcome;
  assert.equal(attempt.number, 3);
  assert.equal(attempt.host, 'receiver.test');
  assert.deepEqual(attempt.from, { ip: '127.0.0.1', hostname: 'out1.test', pool: 'standard' });
  assert.deepEqual(
    saidOf(outcome).map((line) => line.replace(/\d+ octets|port \d+/, '#')),
    [
      'connect to 127.0.0.1 # | 220 receiver.test ESMTP',
      'EHLO out1.test | 250 receiver.test PIPELINING 8BITMIME SMTPUTF8 SIZE 0 ENHANCEDSTATUSCODES',
      'MAIL FROM:<from@acme.test> SIZE=177 | 250 2.1.0 sender ok',
      'RCPT TO:<to@receiver.test> | 250 2.1.5 recipient ok',
      'DATA | 354 go ahead',
      '(content, #) | 250 2.0.0 taken',
    ],
  );
});

test('the envelope is one group where pipelining is offered, and step by step where not', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  await delivery.send({ to: receiver.port, recipients: ['a@r.test', 'b@r.test'] });
  assert.ok(receiver.groups.some((group) => group.length === 4 && group[3] === 'DATA'));
  receiver.script = { extensions: [] };
  receiver.groups.length = 0;
  await delivery.send({ to: receiver.port, recipients: ['a@r.test', 'b@r.test'], route: { site: 'other' } });
  assert.ok(receiver.groups.every((group) => group.length === 1));
  assert.equal(receiver.messages.length, 2);
});

test('connections are reused, up to the number of messages allowed', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery({ messages_per_connection: 3 });
  for (let i = 0; i < 7; i++) await delivery.send({ to: receiver.port });
  assert.deepEqual(
    receiver.messages.map(({ connection }) => connection),
    [1, 1, 1, 2, 2, 2, 3],
  );
  assert.equal(receiver.commands.filter((line) => line === 'QUIT').length, 2);
  assert.equal(receiver.commands.includes('RSET'), false);
});

test('no more connections to a site than its share; the rest waits', async () => {
  let open = 0;
  let most = 0;
  await using receiver = await startReceiver({
    greeting: () => {
      most = Math.max(most, ++open);
      return '220 hi';
    },
  });
  await using delivery = createTestDelivery();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => delivery.send({ to: receiver.port })));
  assert.ok(outcomes.every(([outcome]) => outcome?.kind === 'delivered'));
  assert.equal(receiver.connections(), 4);
  assert.equal(most, 4);
});

test('a thread without a share of the connections touches nothing, and tells the site', async () => {
  await using receiver = await startReceiver();
  const outcomes: string[] = [];
  for (const thread of [0, 1]) {
    await using delivery = createTestDelivery({}, { thread, threads: 2 });
    const [outcome] = await delivery.send({ to: receiver.port, route: { connections: 1 } });
    outcomes.push(told(outcome));
    assert.deepEqual(delivery.news, [{ destination: 'receiver.test', site: 'site', connections: 1, state: 'open' }]);
  }
  assert.deepEqual(outcomes.sort(), ['delivered 250', 'untouched']);
});

test('an idle connection is closed with QUIT after its time', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery({ idle_timeout: 100 });
  await delivery.send({ to: receiver.port });
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(receiver.openNow(), 0);
  assert.equal(receiver.commands.at(-1), 'QUIT');
});

test('a connection that the receiver ended while it rested costs nothing', async () => {
  await using receiver = await startReceiver({ mail: (_, count) => (count === 2 ? 'hang up' : '250 ok') });
  await using delivery = createTestDelivery();
  await delivery.send({ to: receiver.port });
  const [second] = await delivery.send({ to: receiver.port });
  assert.equal(told(second), 'delivered 250');
  assert.equal(receiver.connections(), 2);
  receiver.script = { mail: (_, count) => (count === 2 ? { reply: '421 4.4.2 idle', last: 'hang up' } : '250 ok') };
  assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'delivered 250');
  assert.equal(receiver.connections(), 3);
});

test('recipients of one transaction have each their own outcome and see only their own RCPT', async () => {
  const codes = new Map([
    ['full@r.test', '452 4.2.2 mailbox full'],
    ['gone@r.test', '550 5.1.1 no such user'],
  ]);
  await using receiver = await startReceiver({ rcpt: (line) => codes.get(line.slice(9, -1)) ?? '250 2.1.5 ok' });
  await using delivery = createTestDelivery();
  const outcomes = await delivery.send({ to: receiver.port, recipients: ['ok@r.test', 'full@r.test', 'gone@r.test'] });
  assert.deepEqual(outcomes.map(told), ['delivered 250', 'deferred rcpt 452 (recipient)', 'bounced rcpt 550']);
  for (const [i, name] of ['ok', 'full', 'gone'].entries()) {
    const lines = saidOf(outcomes[i]).filter((line) => line.startsWith('RCPT'));
    assert.equal(lines.length, 1);
    assert.ok(lines[0]?.includes(name));
  }
  assert.deepEqual(receiver.messages[0]?.rcpts, ['RCPT TO:<ok@r.test>']);
});

test('all recipients refused: nothing is sent, and the connection is used again', async () => {
  for (const data of ['554 5.5.1 no recipients', '354 go ahead']) {
    await using receiver = await startReceiver({ rcpt: '550 5.1.1 no such user', data });
    await using delivery = createTestDelivery();
    const outcomes = await delivery.send({ to: receiver.port, recipients: ['a@r.test', 'b@r.test'] });
    assert.deepEqual(outcomes.map(told), ['bounced rcpt 550', 'bounced rcpt 550'], data);
    receiver.script = {};
    const [next] = await delivery.send({ to: receiver.port });
    assert.equal(told(next), 'delivered 250');
    assert.equal(receiver.connections(), 1);
    assert.equal(receiver.messages.at(-1)?.rcpts.length, 1);
  }
});

test('a receiver that takes few recipients at a time gets the rest in further transactions', async () => {
  let taken = 0;
  await using receiver = await startReceiver({
    mail: () => {
      taken = 0;
      return '250 ok';
    },
    rcpt: () => (++taken > 3 ? '452 4.5.3 too many recipients' : '250 ok'),
  });
  await using delivery = createTestDelivery();
  const recipients = Array.from({ length: 8 }, (_, i) => `r${i}@r.test`);
  const outcomes = await delivery.send({ to: receiver.port, recipients });
  assert.ok(outcomes.every((outcome) => outcome.kind === 'delivered'));
  assert.deepEqual(
    receiver.messages.map(({ rcpts }) => rcpts.length),
    [3, 3, 2],
  );
});

test('recipients beyond the number for one transaction go in further ones over the same connection', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery({ recipients_per_transaction: 4 });
  const recipients = Array.from({ length: 10 }, (_, i) => `r${i}@r.test`);
  await delivery.send({ to: receiver.port, recipients });
  assert.deepEqual(
    receiver.messages.map(({ rcpts }) => rcpts.length),
    [4, 4, 2],
  );
  assert.equal(receiver.connections(), 1);
});

test('DATA or content refused is the outcome of all that RCPT accepted', async () => {
  const table = [
    [{ data: '451 4.3.0 later' }, 'deferred data 451 (message)'],
    [{ data: '554 5.7.1 no' }, 'bounced data 554'],
    [{ dot: '451 4.7.1 greylisted' }, 'deferred dot 451 (message)'],
    [{ dot: '554 5.7.1 spam' }, 'bounced dot 554'],
    [{ mail: '451 4.3.0 later' }, 'deferred mail 451 (message)'],
    [{ mail: '550 5.7.1 not you' }, 'bounced mail 550'],
  ] as const;
  for (const [script, expected] of table) await sameForAll(script, expected, 1);
  // Out of step: never the recipient's fault, and the connection is not trusted any more.
  await sameForAll({ data: '503 5.5.1 MAIL first' }, 'deferred data 503 (message)', 2);
});

async function sameForAll(script: Script, expected: string, connections: number): Promise<void> {
  for (const extensions of [['PIPELINING'], []]) {
    await using receiver = await startReceiver({ ...script, extensions });
    await using delivery = createTestDelivery();
    const outcomes = await delivery.send({ to: receiver.port, recipients: ['a@r.test', 'b@r.test'] });
    assert.deepEqual(outcomes.map(told), [expected, expected]);
    receiver.script = {};
    assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'delivered 250');
    assert.equal(receiver.connections(), connections);
  }
}

test('EHLO that is not understood is followed by HELO', async () => {
  await using receiver = await startReceiver({ ehlo: '502 5.5.1 what?' });
  await using delivery = createTestDelivery();
  assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'delivered 250');
  assert.ok(receiver.commands.includes('HELO out1.test'));
  assert.ok(receiver.commands.includes('MAIL FROM:<from@acme.test>'));
});

test('parameters of MAIL follow what the message needs and the receiver offers', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  await delivery.send({ to: receiver.port, meta: { eightBit: true, smtpUtf8: true, sender: '' } });
  assert.match(
    receiver.commands.find((line) => line.startsWith('MAIL')) ?? '',
    /^MAIL FROM:<> SIZE=\d+ BODY=8BITMIME SMTPUTF8$/,
  );
});

test('a message that needs SMTPUTF8 bounces where it is not offered; one that only asked for it goes', async () => {
  await using receiver = await startReceiver({ extensions: ['PIPELINING'] });
  await using delivery = createTestDelivery();
  const utf8 = Buffer.from('é@acme.test').toString();
  const [needs] = await delivery.send({ to: receiver.port, meta: { smtpUtf8: true, sender: utf8 } });
  assert.equal(told(needs), 'bounced no-smtputf8');
  const [header] = await delivery.send({
    to: receiver.port,
    meta: { smtpUtf8: true },
    content: 'Subject: \xc3\xa9\r\n\r\n',
  });
  assert.equal(told(header), 'bounced no-smtputf8');
  const [asked] = await delivery.send({
    to: receiver.port,
    meta: { smtpUtf8: true },
    content: 'Subject: e\r\n\r\n\xc3\xa9',
  });
  assert.equal(told(asked), 'delivered 250');
  assert.equal(receiver.messages.length, 1);
});

test('a message above the size that the receiver names bounces without a try', async () => {
  await using receiver = await startReceiver({ extensions: ['SIZE 150'] });
  await using delivery = createTestDelivery();
  assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'bounced too-large');
  assert.equal(
    receiver.commands.some((line) => line.startsWith('MAIL')),
    false,
  );
});

test('a large content is streamed, dots doubled over the portions', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery({ command_timeout: 20_000, dot_timeout: 20_000 });
  const line = `.${'x'.repeat(997)}\r\n`;
  const content = line.repeat(3000);
  const octets = Buffer.from(content);
  async function* chunks() {
    for (let at = 0; at < octets.length; at += 70_001) yield octets.subarray(at, at + 70_001);
  }
  for (const source of [
    () => ({ kind: 'stream', chunks: chunks() }) as const,
    () => ({ kind: 'bytes', bytes: octets }) as const,
  ]) {
    const [outcome] = await delivery.send({ to: receiver.port, content: source });
    assert.equal(told(outcome), 'delivered 250');
    assert.ok(receiver.messages.at(-1)?.content.endsWith(content));
  }
});

test('content that breaks off or is not clean is never finished, and the mail waits', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  async function* broken() {
    yield Buffer.from('Subject: x\r\n');
    throw new Error('EIO');
  }
  const [broke] = await delivery.send({ to: receiver.port, content: () => ({ kind: 'stream', chunks: broken() }) });
  assert.equal(told(broke), 'deferred internal (message)');
  const [unclean] = await delivery.send({ to: receiver.port, content: 'a\n.\r\nMAIL FROM:<>\r\n' });
  assert.equal(told(unclean), 'deferred internal (message)');
  const rejecting = () => Promise.reject(new Error('gone'));
  const [gone] = await delivery.send({ to: receiver.port, content: rejecting });
  assert.equal(told(gone), 'deferred internal (message)');
  assert.equal(receiver.messages.length, 0);
});

test('an address with a line end in it never reaches the wire', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  for (const bad of ['a@b.test>\r\nRCPT TO:<x@y.test', 'a\n@b.test', 'a\0@b.test']) {
    assert.equal(
      told((await delivery.send({ to: receiver.port, recipients: [bad] }))[0]),
      'deferred internal (message)',
    );
    assert.equal(
      told((await delivery.send({ to: receiver.port, meta: { sender: bad } }))[0]),
      'deferred internal (message)',
    );
  }
  assert.ok(receiver.commands.every((line) => line.startsWith('EHLO')));
});

test('content that was not read to its end is let go of, whatever ended the transaction', async () => {
  let open = 0;
  const content = () => {
    // As a file is: open from the begin, closed by the clean-up of the generator.
    open++;
    async function* chunks() {
      try {
        for (let i = 0; i < 20; i++) yield Buffer.alloc(100_000, 'x');
      } finally {
        open--;
      }
    }
    return { kind: 'stream', chunks: chunks() } as const;
  };
  const scripts: [Script, string][] = [
    [{}, 'delivered 250'],
    [{ mail: '550 5.7.1 no' }, 'bounced mail 550'],
    [{ rcpt: 'hang up' }, 'deferred connection-lost (message)'],
    [{ hangUpInContent: 10_000 }, 'deferred connection-lost (message)'],
    [{ extensions: ['SIZE 10'] }, 'bounced too-large'],
    [{ greeting: 'hang up' }, 'deferred connection-lost (destination)'],
  ];
  for (const [script, expected] of scripts) {
    await using receiver = await startReceiver(script);
    await using delivery = createTestDelivery();
    assert.equal(told((await delivery.send({ to: receiver.port, content }))[0]), expected);
    assert.equal(open, 0, expected);
  }
});
