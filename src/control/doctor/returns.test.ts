import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsAnswer, Resolver } from '../../network/dns-answer.ts';
import { parseConfig } from '../../platform/config/load.ts';
import { examineReturns } from './returns.ts';

const found = <T>(...records: T[]): DnsAnswer<T> => ({ kind: 'found', records, security: 'insecure' });
const none: DnsAnswer<never> = { kind: 'none', missing: 'record', security: 'insecure' };

function resolver(
  more: Partial<Record<keyof Resolver, DnsAnswer<never> | DnsAnswer<string> | DnsAnswer<object>>>,
): Resolver {
  const answer = (name: keyof Resolver) => async () => more[name] ?? none;
  return Object.fromEntries(
    (['mx', 'a', 'aaaa', 'txt', 'ptr'] as const).map((name) => [name, answer(name)]),
  ) as unknown as Resolver;
}

async function states(toml: string, answers: Parameters<typeof resolver>[0]): Promise<string[]> {
  const text = `[node]\nhostname = "relay.test"\ndata_dir = "/x"\n[[listener]]\naddress = "127.0.0.1:25"\nroles = ["inbound"]\n${toml}`;
  const loaded = parseConfig(text);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return (await examineReturns(loaded.config, resolver(answers))).map(({ state, subject }) => `${state} ${subject}`);
}

const mx = (exchange: string) => found({ preference: 10, exchange });
const operator = '[operator]\npostmaster = ["it@ops.test"]\n';

test('all is well', async () => {
  const answers = { mx: mx('relay.test'), txt: found('v=spf1 ip4:192.0.2.1 -all', 'other') };
  assert.deepEqual(await states(`${operator}[bounces]\ndomain = "bounce.test"\n`, answers), [
    'ok postmaster',
    'ok bounce domain bounce.test',
    'ok SPF of bounce.test',
  ]);
  assert.equal((await states(operator, { a: found('192.0.2.1') }))[1], 'ok bounce domain relay.test');
});

test('what is missing or wrong is said', async () => {
  assert.deepEqual(await states('[bounces]\ndomain = "bounce.test"\n', { a: found('192.0.2.1') }), [
    'warn postmaster',
    'warn bounce domain bounce.test',
    'warn SPF of bounce.test',
  ]);
  const other = { mx: mx('mail.elsewhere.test'), txt: found('v=spf1 -all') };
  assert.deepEqual(await states('[operator]\npostmaster = ["abuse@relay.test"]\n', other), [
    'fault postmaster',
    'warn bounce domain relay.test',
    'fault SPF of relay.test',
  ]);
  assert.equal(
    (await states(operator, { txt: found('v=spf1 a -all', 'v=spf1 mx -all') }))[2],
    'fault SPF of relay.test',
  );
});

test('without DNS nothing is concluded', async () => {
  assert.deepEqual(await states(operator, { mx: { kind: 'temporary', detail: 'x' } }), ['ok postmaster']);
});
