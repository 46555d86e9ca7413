// The receiver hangs up, says nothing or talks nonsense at every possible moment: the mail is deferred, never lost, never
// bounced, and the next message gets through.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { told } from '../../../test/support/outcomes.ts';
import { type Answer, type Script, startReceiver } from '../../../test/support/scripted-receiver.ts';

const PIPELINING = [['PIPELINING'], []];
const SECRET_LOOKING = 'Subject: x\r\n\r\nThe secret of the content.\r\n';

/** Delivers to a receiver with this script, then to the same without it. */
async function outcomeOf(script: Script, extensions: string[]): Promise<string> {
  await using receiver = await startReceiver({ ...script, extensions });
  await using delivery = createTestDelivery({ command_timeout: 250, dot_timeout: 250 });
  const outcomes = await delivery.send({
    to: receiver.port,
    recipients: ['a@r.test', 'b@r.test'],
    content: SECRET_LOOKING,
  });
  const [first, second] = outcomes.map(told);
  assert.equal(first, second);
  assert.equal(JSON.stringify(outcomes).includes('secret'), false);
  receiver.script = {};
  const [next] = await delivery.send({ to: receiver.port });
  assert.equal(told(next), 'delivered 250', 'the next message');
  return first ?? '';
}

async function check(script: Script, expected: string | RegExp): Promise<void> {
  const checkOne = async (extensions: string[]) => {
    const found = await outcomeOf(script, extensions);
    const name = `${JSON.stringify(script)} ${extensions.join()}`;
    if (typeof expected === 'string') assert.equal(found, expected, name);
    else assert.match(found, expected, name);
  };
  await Promise.all(PIPELINING.map(checkOne));
}

test('hanging up before the greeting or at EHLO closes the destination', async () => {
  await check({ greeting: 'hang up' }, 'deferred connection-lost (destination)');
  await check({ ehlo: 'hang up' }, 'deferred connection-lost (destination)');
  await check({ greeting: { reply: '220 hi', last: 'hang up' } }, 'deferred connection-lost (destination)');
  await check({ ehlo: { reply: '250 hi', last: 'hang up' } }, 'deferred connection-lost (destination)');
});

test('hanging up at MAIL, RCPT, DATA', async () => {
  await check({ mail: 'hang up' }, 'deferred connection-lost (destination)');
  await check({ rcpt: 'hang up' }, 'deferred connection-lost (message)');
  await check({ data: 'hang up' }, 'deferred connection-lost (message)');
  await check({ mail: { reply: '250 ok', last: 'hang up' } }, 'deferred connection-lost (message)');
  await check({ data: { reply: '354 go', last: 'hang up' } }, 'deferred connection-lost (message)');
});

test('hanging up in the middle of the content, and after the final dot without a reply', async () => {
  await check({ hangUpInContent: 30 }, 'deferred connection-lost (message)');
  await check({ dot: 'hang up' }, 'deferred connection-lost (message)');
});

test('hanging up in the middle of a large content that is still being sent', async () => {
  await using receiver = await startReceiver({ hangUpInContent: 500_000 });
  await using delivery = createTestDelivery();
  const chunk = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(64));
  async function* chunks() {
    for (let i = 0; i < 1000; i++) yield chunk;
  }
  const [outcome] = await delivery.send({ to: receiver.port, content: () => ({ kind: 'stream', chunks: chunks() }) });
  assert.equal(told(outcome), 'deferred connection-lost (message)');
});

test('silence at every step ends at the time limit', async () => {
  await check({ greeting: 'silence' }, 'deferred reply-timeout (destination)');
  await check({ ehlo: 'silence' }, 'deferred reply-timeout (destination)');
  await check({ mail: 'silence' }, 'deferred reply-timeout (destination)');
  await check({ rcpt: 'silence' }, 'deferred reply-timeout (message)');
  await check({ data: 'silence' }, 'deferred reply-timeout (message)');
  await check({ dot: 'silence' }, 'deferred reply-timeout (message)');
});

test('421 at any moment is temporary', async () => {
  const closing: Answer = { reply: '421 4.3.2 going down', last: 'hang up' };
  await check({ greeting: closing }, 'deferred greeting 421 (destination)');
  await check({ ehlo: closing }, 'deferred ehlo 421 (destination)');
  await check({ mail: closing }, 'deferred mail 421 (destination)');
  await check({ rcpt: closing }, 'deferred rcpt 421 (message)');
  await check({ data: closing }, 'deferred data 421 (message)');
  await check({ dot: closing }, 'deferred dot 421 (message)');
});

test('odd replies are temporary, and the connection is given up', async () => {
  const odd: [Script, string][] = [
    [{ greeting: { raw: 'hello there\r\n' } }, 'deferred bad-reply (destination)'],
    [{ greeting: '354 what' }, 'deferred bad-reply (destination)'],
    [{ ehlo: { raw: '250-a\r\n251 b\r\n' } }, 'deferred bad-reply (destination)'],
    [{ mail: '354 go' }, 'deferred bad-reply (message)'],
    [{ rcpt: '354 go' }, 'deferred bad-reply (message)'],
    [{ data: '250 ok' }, 'deferred bad-reply (message)'],
    [{ dot: '354 more' }, 'deferred bad-reply (message)'],
    [{ dot: { raw: '999 odd\r\n' } }, 'deferred bad-reply (message)'],
    [{ dot: { raw: '\r\n' } }, 'deferred bad-reply (message)'],
    [{ dot: { raw: '25' } }, 'deferred reply-timeout (message)'],
    [{ mail: { raw: `250 ${'x'.repeat(10_000)}` } }, 'deferred bad-reply (destination)'],
  ];
  await Promise.all(odd.map(([script, expected]) => check(script, expected)));
});

test('endless replies end', async () => {
  for (const endless of ['250-more\r\n', 'x']) {
    await check(
      { ehlo: { endless } },
      /^deferred (bad-reply|connection-lost|reply-timeout) \((destination|message)\)$/,
    );
    await check({ dot: { endless } }, /^deferred (bad-reply|reply-timeout) \(message\)$/);
  }
});

test('replies that come octet by octet are read', async () => {
  await check(
    {
      greeting: { dribble: '220-hello\r\n220 world' },
      mail: { dribble: '250 2.1.0 ok' },
      data: { dribble: '354 go' },
      dot: { dribble: '250-2.0.0 ta\r\n250 2.0.0 ken' },
    },
    'delivered 250',
  );
});

test('a reply in the middle of the content counts as a refusal only', async () => {
  const chunk = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(64));
  async function* chunks() {
    for (let i = 0; i < 400; i++) {
      yield chunk;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const content = () => ({ kind: 'stream', chunks: chunks() }) as const;
  const table: [string, string][] = [
    ['552 5.3.4 too big', 'bounced dot 552'],
    ['451 4.3.0 later', 'deferred dot 451 (message)'],
    ['250 2.0.0 taken', 'deferred bad-reply (message)'],
  ];
  for (const [reply, expected] of table) {
    await using receiver = await startReceiver({ sayInContent: { after: 1000, reply } });
    await using delivery = createTestDelivery();
    assert.equal(told((await delivery.send({ to: receiver.port, content }))[0]), expected);
  }
});

test('failures in a row that are nobody’s in particular close the destination; one success forgets them', async () => {
  await using receiver = await startReceiver({ dot: 'hang up' });
  await using delivery = createTestDelivery();
  const send = async () => told((await delivery.send({ to: receiver.port }))[0]);
  assert.equal(await send(), 'deferred connection-lost (message)');
  assert.equal(await send(), 'deferred connection-lost (message)');
  receiver.script = {};
  assert.equal(await send(), 'delivered 250');
  receiver.script = { mail: '451 4.7.1 not now' };
  assert.equal(await send(), 'deferred mail 451 (message)');
  assert.equal(await send(), 'deferred mail 451 (message)');
  assert.equal(await send(), 'deferred mail 451 (destination)');
  assert.deepEqual(
    delivery.news.map(({ state }) => state),
    ['open', 'closed'],
  );
});

test('when the destination turns out closed, jobs that wait for it come back untouched', async () => {
  await using receiver = await startReceiver({ greeting: 'silence' });
  await using delivery = createTestDelivery({ command_timeout: 200 });
  const jobs = Array.from({ length: 6 }, () => delivery.send({ to: receiver.port }));
  const outcomes = (await Promise.all(jobs)).flat().map(told).sort();
  assert.deepEqual(outcomes, [
    ...Array.from({ length: 4 }, () => 'deferred reply-timeout (destination)'),
    'untouched',
    'untouched',
  ]);
  assert.equal(delivery.news[0]?.state, 'closed');
});
