// Whose turn it is to be looked at, where one customer has far more than others and its DNS is slow.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { acme, type CheckWorld, startCheckWorld } from './testing/check-world.ts';

const HOUR = 3_600_000;
/** More than are fetched at a time. */
const MANY = 600;

/** `acme`, and `slow` with many domains in a DNS that never answers; nothing of theirs is new any more. */
async function startUnevenWorld(): Promise<CheckWorld> {
  const world = await startCheckWorld({ config: '[checks]\nat_once = 4\n' });
  const { handler } = world.dns;
  world.dns.handler = (question) => (question.name.endsWith('slow.test') ? [] : handler(question));
  const domains = Array.from({ length: MANY }, (_, i) => ({ name: `d${i}.slow.test`, outbound: true }));
  const [customer] = acme({ mailhosts: [], sources: [] })['customer'] as object[];
  await world.apply({
    ...acme(),
    customer: [customer, { id: 'slow', pools: ['standard'], domains }],
  });
  await world.settle();
  return world;
}

function setDue(world: CheckWorld, customer: string, due: number): void {
  world.control.database.raw.prepare('update check_subject set due = ? where customer = ?').run(due, customer);
}

const isAsked = (world: CheckWorld) => world.dns.asked.some((one) => one.includes('_easymail-challenge.acme.test'));

test('a customer with many overdue domains in a slow DNS does not keep another waiting', async () => {
  await using world = await startUnevenWorld();
  setDue(world, 'slow', world.clock.time - 10 * HOUR);
  setDue(world, 'acme', world.clock.time - 1);
  world.dns.asked.length = 0;
  await world.settle();
  assert(isAsked(world));
});

test('nor one with many new ones', async () => {
  await using world = await startUnevenWorld();
  setDue(world, 'slow', 0);
  setDue(world, 'acme', 0);
  world.dns.asked.length = 0;
  await world.settle();
  assert(isAsked(world));
});

test('a customer that cannot be read keeps no other from being looked at, and is read once it can be', async () => {
  await using world = await startUnevenWorld();
  const { raw } = world.control.database;
  const mailhosts = raw.prepare("select mailhosts from customer where id = 'slow'").get()?.['mailhosts'] as string;
  const setMailHosts = (text: string) => raw.prepare("update customer set mailhosts = ? where id = 'slow'").run(text);
  const isChanged = (customer: string) =>
    raw.prepare('select 1 from check_changed where customer = ?').get(customer) !== undefined;
  setMailHosts('{');
  raw.prepare("insert or ignore into check_changed (customer) values ('slow'), ('acme')").run();
  await world.checks.round();
  assert.equal(isChanged('acme'), false);
  assert.equal(isChanged('slow'), true);
  setMailHosts(mailhosts);
  await world.checks.round();
  assert.equal(isChanged('slow'), true, 'it is left alone for a while');
  world.clock.time += 60_000;
  await world.checks.round();
  assert.equal(isChanged('slow'), false);
});

test('an alarm rings where looks are late by more than an interval, and ends once they are not', async () => {
  await using world = await startUnevenWorld();
  setDue(world, 'acme', world.clock.time + HOUR);
  setDue(world, 'slow', world.clock.time + HOUR);
  await world.checks.round();
  assert.equal(world.late.hours, undefined);
  world.clock.time += 2.5 * HOUR;
  await world.checks.round();
  assert.equal(world.late.hours, 2);
  for (const customer of ['acme', 'slow']) setDue(world, customer, world.clock.time + HOUR);
  await world.settle();
  assert.equal(world.late.hours, undefined);
});

test('what came due while the relay was off is not late', async () => {
  await using world = await startUnevenWorld();
  setDue(world, 'slow', world.clock.time - 100 * HOUR);
  await world.checks.round();
  assert.equal(world.late.hours, undefined);
});

for (const [what, config, end] of [
  ['that took too long', '[checks]\nlook_timeout = "200ms"', (world: CheckWorld) => world.look()],
  ['that was begun before the stop', '', (world: CheckWorld) => world.checks.close()],
] as const) {
  test(`a look ${what} leaves no connection to a mail host that says nothing`, async () => {
    const host = createServer();
    const came = once(host, 'connection') as Promise<[Socket]>;
    host.listen(0, '127.0.0.1');
    await once(host, 'listening');
    await using world = await startCheckWorld({ config: `[delivery]\nallow_private = true\n${config}` });
    const { port } = host.address() as { port: number };
    await world.apply(acme({ mailhosts: [{ host: '127.0.0.1', port }] }));
    await world.checks.round();
    const [socket] = await came;
    socket.on('error', () => {}).resume();
    try {
      await Promise.all([once(socket, 'close', { signal: AbortSignal.timeout(5000) }), end(world)]);
    } finally {
      socket.destroy();
      host.close();
    }
  });
}
