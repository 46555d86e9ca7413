// Sites that have enough connections, and sites that do not want one of our addresses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { saidOf, told } from '../../../test/support/outcomes.ts';
import { freePort } from '../../../test/support/ports.ts';
import { type Answer, startReceiver } from '../../../test/support/scripted-receiver.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CustomerId } from '../message.ts';

const from = (ip: string) => ({ v4: { ip, family: 4, hostname: `out-${ip}`, pool: 'p' } }) as const;
const OURS = ['127.0.0.11', '127.0.0.12', '127.0.0.13'].map(from);
const [first = from(''), second = from(''), third = from('')] = OURS;
const others = () => [second, third];

/** A clock that goes on by itself and can be set ahead. */
function aheadClock(): Clock & { ahead(ms: number): void } {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    monotonic: () => performance.now() + offset,
    ahead: (ms) => {
      offset += ms;
    },
  };
}

/** A receiver that turns these addresses of ours away. */
async function choosy(unwanted: Set<string>, answer: Answer = '554 5.7.1 your address is blocked') {
  const receiver = await startReceiver();
  receiver.script.greetingFor = (ip) => (unwanted.has(ip) ? answer : undefined);
  return receiver;
}

test('an address of ours that is turned away is left for the next, and left out for a while', async () => {
  const answers: Answer[] = ['554 5.7.1 blocked', '421 4.7.0 blocked', '450 4.7.1 listed', 'hang up', 'reset'];
  for (const answer of answers) {
    const unwanted = new Set(['127.0.0.11']);
    await using receiver = await choosy(unwanted, answer);
    const clock = aheadClock();
    await using delivery = createTestDelivery({ messages_per_connection: 1 }, { clock });
    const send = () => delivery.send({ to: receiver.port, addresses: first, otherAddresses: others });
    const [outcome] = await send();
    assert.equal(told(outcome), 'delivered 250');
    assert.ok(outcome?.kind === 'delivered');
    assert.equal(outcome.attempt.from?.ip, '127.0.0.12');
    assert.equal(saidOf(outcome).filter((line) => line.startsWith('connect')).length, 2, 'the trace tells of both');
    await send();
    assert.equal(receiver.connections(), 3, 'not tried again');
    assert.equal(
      delivery.news.some(({ state }) => state === 'closed'),
      false,
    );
    unwanted.clear();
    clock.ahead(61_000);
    const [later] = await send();
    assert.ok(later?.kind === 'delivered');
    assert.equal(later.attempt.from?.ip, '127.0.0.11', 'after its time it is tried again');
  }
});

test('a customer with only the unwanted address waits, and the destination stays open for the others', async () => {
  await using receiver = await choosy(new Set(['127.0.0.11']), '421 4.7.0 blocked');
  const clock = aheadClock();
  await using delivery = createTestDelivery({ messages_per_connection: 1 }, { clock });
  const good = () => delivery.send({ to: receiver.port, addresses: second });
  const bad = () => delivery.send({ to: receiver.port, addresses: first });
  assert.equal(told((await good())[0]), 'delivered 250');
  assert.equal(told((await bad())[0]), 'deferred greeting 421 (message)');
  const connections = receiver.connections();
  assert.equal(told((await bad())[0]), 'deferred greeting 421 (message)');
  assert.equal(receiver.connections(), connections, 'the site is not bothered');
  assert.equal(told((await good())[0]), 'delivered 250');
  assert.equal(
    delivery.news.some(({ state }) => state === 'closed'),
    false,
  );
  clock.ahead(61_000);
  await good();
  assert.equal(told((await bad())[0]), 'deferred greeting 421 (message)');
  assert.equal(receiver.connections(), connections + 3, 'one finds out now and then');
});

test('a site that wants none of our addresses is closed, and one that refuses all for good bounces', async () => {
  const all = new Set(OURS.map(({ v4 }) => v4.ip));
  const table: [Answer, string][] = [
    ['421 4.3.2 going down', 'deferred greeting 421 (destination)'],
    ['554 5.7.1 no', 'bounced greeting 554'],
    ['hang up', 'deferred connection-lost (destination)'],
    ['silence', 'deferred reply-timeout (destination)'],
  ];
  for (const [answer, expected] of table) {
    await using receiver = await choosy(all, answer);
    await using delivery = createTestDelivery({ command_timeout: 150 });
    const [outcome] = await delivery.send({ to: receiver.port, addresses: first, otherAddresses: others });
    assert.equal(told(outcome), expected);
    assert.equal(receiver.connections(), answer === 'silence' ? 1 : 3);
    // It is back: nobody is left out for what was the site's trouble.
    all.clear();
    const [next] = await delivery.send({ to: receiver.port, addresses: first, otherAddresses: others });
    assert.ok(next?.kind === 'delivered' && next.attempt.from?.ip === '127.0.0.11');
    for (const { v4 } of OURS) all.add(v4.ip);
  }
});

test('a site that takes so many connections and no more gets all mail over those', async () => {
  for (const answer of ['421 4.7.0 too many connections', 'hang up'] as const) {
    let most = 0;
    await using receiver = await startReceiver({ dot: { dribble: '250 ok' } });
    receiver.script.greeting = () => {
      if (receiver.openNow() > 3) return answer === 'hang up' ? answer : { reply: answer, last: 'hang up' };
      most = Math.max(most, receiver.openNow());
      return '220 hi';
    };
    await using delivery = createTestDelivery({ command_timeout: 5000, dot_timeout: 5000 });
    const jobs = Array.from({ length: 60 }, (_, i) =>
      delivery.send({ to: receiver.port, route: { connections: 12 }, recipients: [`r${i}@r.test`] }),
    );
    const outcomes = (await Promise.all(jobs)).flat().map(told);
    assert.deepEqual(new Set(outcomes), new Set(['delivered 250']));
    assert.equal(new Set(receiver.messages.map(({ rcpts }) => rcpts[0])).size, 60);
    assert.equal(receiver.messages.length, 60);
    assert.ok(receiver.connections() < 30, `${receiver.connections()} connections`);
    assert.equal(
      delivery.news.some(({ state }) => state === 'closed'),
      false,
    );
  }
});

test('a mail host that is down is passed over, found out by one, told of, and used again once it is back', async () => {
  const port = await freePort();
  await using second = await startReceiver({}, '127.0.0.2', port);
  const clock = aheadClock();
  const news: string[] = [];
  await using delivery = createTestDelivery(
    { messages_per_connection: 1 },
    { clock, mailHost: ({ customer, host, state }) => news.push(`${customer} ${host} ${state}`) },
  );
  const to = ['127.0.0.1', '127.0.0.2'].map((ip) => ({ name: `mx-${ip}`, port, addresses: [ip] }));
  const connects = async () => {
    const [outcome] = await delivery.send({ to, route: { mailHostsOf: 'acme' as CustomerId } });
    return saidOf(outcome).filter((line) => line.startsWith('connect')).length;
  };
  assert.equal(await connects(), 2, 'the first finds out');
  assert.equal(await connects(), 1);
  clock.ahead(61_000);
  const several = await Promise.all(Array.from({ length: 4 }, connects));
  assert.deepEqual(
    several.toSorted((a, b) => a - b),
    [1, 1, 1, 2],
    'one probes, the others go on',
  );
  assert.deepEqual(news, [`acme mx-127.0.0.1:${port} unreachable`]);
  clock.ahead(61_000);
  assert.equal(await connects(), 1, 'it is left alone for longer now');
  await using first = await startReceiver({}, '127.0.0.1', port);
  clock.ahead(61_000);
  assert.equal(await connects(), 1);
  assert.equal(first.messages.length, 1);
  assert.equal(news.at(-1), `acme mx-127.0.0.1:${port} recovered`);
  assert.equal(second.messages.length, 7);
});
