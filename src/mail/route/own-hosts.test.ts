import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsAnswer, Resolver } from '../../network/dns-answer.ts';
import { ownHosts } from './own-hosts.ts';

const OURS = '192.0.3.40';

function found(...records: string[]): DnsAnswer<string> {
  return { kind: 'found', records, security: 'insecure' };
}

/** A relay that publishes `mx.relay.test`; `said` is what DNS says of it, and may be changed. */
function published(said: { answer: Promise<DnsAnswer<string>> }) {
  const asked = { times: 0 };
  const none = () => Promise.resolve({ kind: 'none', missing: 'record', security: 'insecure' } as const);
  const resolver: Resolver = {
    mx: none,
    aaaa: none,
    txt: none,
    ptr: none,
    a: (name) => {
      assert.equal(name, 'mx.relay.test');
      asked.times += 1;
      return said.answer;
    },
  };
  const time = { now: 0 };
  const own = ownHosts({
    config: () => ({
      node: { hostname: 'relay.test' },
      inbound: { mx_names: ['mx.relay.test'] },
      delivery: { port: 25 },
      listener: [],
    }),
    directory: { poolHostnames: () => new Set() },
    resolver,
    clock: { monotonic: () => time.now },
  });
  return { asked, time, isOurs: async (ip: string) => (await own.addresses()).has(ip) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('everybody waits for the first answer; then DNS is not asked for each message, and silence holds nobody up', async () => {
  const first = Promise.withResolvers<DnsAnswer<string>>();
  const said = { answer: first.promise };
  const { asked, isOurs, time } = published(said);
  const both = Promise.all([isOurs(OURS), isOurs(OURS)]);
  first.resolve(found(OURS));
  assert.deepEqual(await both, [true, true]);
  assert.equal(await isOurs(OURS), true);
  assert.equal(asked.times, 1);
  said.answer = Promise.withResolvers<DnsAnswer<string>>().promise;
  for (let i = 0; i < 3; i++) {
    time.now += 60_000;
    assert.equal(await Promise.race([isOurs(OURS), turn().then(() => 'waits')]), true);
  }
  assert.equal(asked.times, 2, 'one question at a time');
});

test('a fault is no answer: what DNS said last counts on, until it says something else', async () => {
  const said = { answer: Promise.resolve(found(OURS)) };
  const { isOurs, time } = published(said);
  assert.equal(await isOurs(OURS), true);
  const later = async () => {
    time.now += 60_000;
    await isOurs(OURS);
    await turn();
    return isOurs(OURS);
  };
  said.answer = Promise.resolve({ kind: 'temporary', detail: 'SERVFAIL' });
  assert.equal(await later(), true);
  assert.equal(await later(), true);
  said.answer = Promise.resolve(found('192.0.3.41'));
  assert.equal(await later(), false);
  assert.equal(await isOurs('192.0.3.41'), true);
  said.answer = Promise.resolve({ kind: 'none', missing: 'domain', security: 'insecure' });
  await later();
  assert.equal(await isOurs('192.0.3.41'), false);
});
