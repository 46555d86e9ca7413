import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resolver } from '../../../network/dns-answer.ts';
import { boundDns } from './bounded-dns.ts';
import { createDnsRoom } from './dns-room.ts';
import { resolverOf } from './testing/mail-world.ts';

test('the same question is asked once, and none past the bound', async () => {
  const asked: string[] = [];
  using dns = boundDns(resolverOf({ 'TXT a.test': ['x'] }, asked), { questions: 2, timeMs: 10_000 });
  assert.equal((await dns.txt('a.test')).kind, 'found');
  assert.equal((await dns.txt('A.test')).kind, 'found');
  assert.equal((await dns.a('a.test')).kind, 'none');
  assert.deepEqual(await dns.mx('a.test'), { kind: 'temporary', detail: 'too many look-ups for one message' });
  assert.equal((await dns.txt('a.test')).kind, 'found', 'what is known stays known');
  assert.deepEqual(asked, ['TXT a.test', 'A a.test']);
});

test('a server that says nothing costs no more than the time for all', async () => {
  const silent: Resolver = {
    ...resolverOf({}),
    txt: () => new Promise(() => {}),
  };
  using dns = boundDns(silent, { questions: 100, timeMs: 50 });
  const started = performance.now();
  const answers = await Promise.all([dns.txt('a.test'), dns.txt('b.test')]);
  assert(performance.now() - started < 5000);
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['temporary', 'temporary'],
  );
  assert.equal((await dns.a('c.test')).kind, 'temporary', 'nothing more is asked');
});

test('time in which nothing is asked does not count: a message may take longer to come in than DNS may take', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  using dns = boundDns(resolverOf({ 'TXT a.test': ['x'], 'TXT b.test': ['x'] }), { questions: 100, timeMs: 20_000 });
  assert.equal((await dns.txt('a.test')).kind, 'found');
  t.mock.timers.tick(60_000);
  assert.equal((await dns.txt('b.test')).kind, 'found');
});

test('however many messages ask, so many look-ups are under way at once', async () => {
  let underWay = 0;
  let most = 0;
  const answers: (() => void)[] = [];
  const slow: Resolver = {
    ...resolverOf({}),
    txt: async () => {
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => answers.push(resolve));
      underWay--;
      return { kind: 'none', missing: 'domain', security: 'insecure' };
    },
  };
  const room = createDnsRoom(20);
  const messages = Array.from({ length: 30 }, () => boundDns(slow, { questions: 100, timeMs: 60_000, room }));
  const asked = messages.flatMap((dns, message) =>
    Array.from({ length: 50 }, (_, i) => dns.txt(`k${i}.m${message}.test`)),
  );
  await new Promise(setImmediate);
  assert.equal(underWay, 20);
  while (answers.length > 0) {
    for (const answer of answers.splice(0)) answer();
    await new Promise(setImmediate);
  }
  assert.deepEqual(new Set((await Promise.all(asked)).map(({ kind }) => kind)), new Set(['none']));
  assert.equal(most, 20);
  for (const dns of messages) dns[Symbol.dispose]();
  // One message alone asks no more than eight at once.
  using alone = boundDns(slow, { questions: 100, timeMs: 60_000 });
  for (let i = 0; i < 50; i++) void alone.txt(`k${i}.test`);
  await new Promise(setImmediate);
  assert.equal(underWay, 8);
});

test('who waits for room until its time is over was crowded out', async () => {
  const room = createDnsRoom(1);
  void room(() => new Promise(() => {}));
  using dns = boundDns(resolverOf({}), { questions: 100, timeMs: 20, room });
  assert.equal((await dns.txt('a.test')).kind, 'temporary');
  assert.equal(dns.crowded, true);
  const silent: Resolver = { ...resolverOf({}), txt: () => new Promise(() => {}) };
  using other = boundDns(silent, { questions: 100, timeMs: 20, room: createDnsRoom(1) });
  assert.equal((await other.txt('a.test')).kind, 'temporary');
  assert.equal(other.crowded, false);
});

test('after the end of a message nothing is asked any more', async () => {
  const asked: string[] = [];
  const dns = boundDns(resolverOf({}, asked), { questions: 100, timeMs: 10_000 });
  dns[Symbol.dispose]();
  assert.equal((await dns.txt('a.test')).kind, 'temporary');
  assert.deepEqual(asked, []);
});
