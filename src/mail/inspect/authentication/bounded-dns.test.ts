import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resolver } from '../../../network/dns-answer.ts';
import { boundDns } from './bounded-dns.ts';
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

test('after the end of a message nothing is asked any more', async () => {
  const asked: string[] = [];
  const dns = boundDns(resolverOf({}, asked), { questions: 100, timeMs: 10_000 });
  dns[Symbol.dispose]();
  assert.equal((await dns.txt('a.test')).kind, 'temporary');
  assert.deepEqual(asked, []);
});
