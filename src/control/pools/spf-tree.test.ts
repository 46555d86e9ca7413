import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aggregate } from '../../protocol/ip/aggregate.ts';
import { formatIp, type IpAddress, parseIp } from '../../protocol/ip/network.ts';
import { evaluateSpf } from '../../protocol/spf/evaluate.ts';
import { parseSpfRecord } from '../../protocol/spf/record.ts';
import type { SpfDns } from '../../protocol/spf/spf-dns.ts';
import { coverage, readInclude, tooMuch } from './published-include.ts';
import { type SpfTree, spfTree } from './spf-tree.ts';

const NAME = '_spf.relay.example.lu';
const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 25);

function treeOf(addresses: readonly IpAddress[], lookups = 3): SpfTree {
  return spfTree({ name: NAME, networks: aggregate(addresses), lookups });
}

function dnsOf(tree: SpfTree, more: Record<string, string> = {}): SpfDns {
  const texts = new Map([...tree.records.map(({ name, text }) => [name, text] as const), ...Object.entries(more)]);
  const none = async () => ({ kind: 'none' as const, missing: 'domain' as const });
  return {
    txt: async (name) => {
      const text = texts.get(name);
      return text === undefined ? { kind: 'none', missing: 'domain' } : { kind: 'found', records: [text] };
    },
    a: none,
    aaaa: none,
    mx: none,
    ptr: none,
  };
}

/** What a receiver finds for a customer whose record is our include alone. */
async function judge(tree: SpfTree, ip: string) {
  const dns = dnsOf(tree, { 'acme.test': `v=spf1 include:${NAME} -all` });
  return evaluateSpf(dns, { ip, domain: 'acme.test', sender: 'ann@acme.test', helo: 'out1.relay.example.lu' });
}

const ip = (text: string): IpAddress => parseIp(text) ?? assert.fail(text);

test('a few addresses are one record, which costs one look-up', async () => {
  const tree = treeOf(['192.0.2.8', '192.0.2.9', '198.51.100.7', '2001:db8::25'].map(ip));
  assert.deepEqual(
    tree.records.map(({ name, text }) => [name, text]),
    [[NAME, 'v=spf1 ip4:192.0.2.8/31 ip4:198.51.100.7 ip6:2001:db8::25 ~all']],
  );
  assert.equal(tree.lookups, 1);
  const { result, lookups, voids } = await judge(tree, '192.0.2.9');
  assert.deepEqual([result, lookups, voids], ['pass', 1, 0]);
});

test('no address at all is a record that lets nobody through', async () => {
  const tree = treeOf([]);
  assert.deepEqual(
    tree.records.map(({ text }) => text),
    ['v=spf1 ~all'],
  );
  assert.equal((await judge(tree, '192.0.2.1')).result, 'fail');
});

test('what does not fit is split below, within an answer of 450 octets while that costs few look-ups', async () => {
  const addresses = Array.from({ length: 50 }, (_, i) => ip(`192.0.${i}.${i * 3 + 1}`));
  const tree = treeOf(addresses);
  assert.equal(tree.lookups, 3);
  assert.deepEqual(tree.warnings, []);
  for (const { answerOctets, strings, text } of tree.records) {
    assert.ok(answerOctets <= 450, `${answerOctets}`);
    assert.ok(strings.every((one) => one.length <= 255));
    assert.equal(strings.join(''), text);
  }
  const root = tree.records.at(-1);
  assert.equal(root?.name, NAME, 'the record that names the others comes last');
  assert.match(root?.text ?? '', /^v=spf1 include:_spf1-[0-9a-f]{8}\.relay\.example\.lu include:_spf2-/);
});

test('more addresses make the records larger before they cost more look-ups than allowed', () => {
  const addresses = Array.from({ length: 400 }, (_, i) => ip(`192.${i >> 7}.${i & 127}.${(i * 7) % 250}`));
  assert.ok(treeOf(addresses, 3).lookups <= 3);
  assert.match(treeOf(addresses, 3).warnings.join(), /TCP/);
  const many = treeOf(addresses, 10);
  assert.ok(many.lookups > 5 && many.lookups <= 10, `${many.lookups}`);
  assert.ok(many.records.every(({ answerOctets }) => answerOctets <= 1232));
});

test('a record below has its content in its name, so that it never changes', () => {
  const addresses = Array.from({ length: 60 }, (_, i) => ip(`192.0.${i}.${i}`));
  const [before, after] = [treeOf(addresses), treeOf([...addresses, ip('192.0.0.200')])];
  const texts = new Map(before.records.slice(0, -1).map(({ name, text }) => [name, text]));
  for (const { name, text } of after.records.slice(0, -1)) assert.ok(!texts.has(name) || texts.get(name) === text);
  assert.notEqual(before.records.at(-1)?.text, after.records.at(-1)?.text);
});

// Networks as operators have them, and addresses scattered over everything.
const v4 = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }).map((word): IpAddress => ({ family: 4, words: [word] })),
  fc.integer({ min: 0, max: 1023 }).map((host): IpAddress => ({ family: 4, words: [0xc6336400 + host] })),
);
const v6 = fc.oneof(
  fc
    .array(fc.integer({ min: 1, max: 0xffff_ffff }), { minLength: 4, maxLength: 4 })
    .map((words): IpAddress => ({ family: 6, words })),
  fc.integer({ min: 0, max: 255 }).map((host): IpAddress => ({ family: 6, words: [0x20010db8, 0, 0, host] })),
);
const pool = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.oneof(v4, v6), { minLength: 1, maxLength: 60 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(v4, v6), { minLength: 1, maxLength: 2000, size: 'max' }) },
);

test('random pools of 1 to 2,000 addresses: each passes, its neighbours do not, no limit of RFC 7208 is met', async () => {
  await fc.assert(
    fc.asyncProperty(pool, fc.integer(), async (addresses, seed) => {
      const tree = treeOf(addresses);
      for (const { name, text, strings, answerOctets } of tree.records) {
        assert.ok(!('faults' in parseSpfRecord(text)), text.slice(0, 200));
        assert.ok(strings.every((one) => one.length <= 255));
        assert.ok(answerOctets <= 65_000 && name.length <= 253);
      }
      const own = new Set(addresses.map(formatIp));
      for (const asked of sample([...own], seed)) {
        const { result, lookups, voids } = await judge(tree, asked);
        assert.deepEqual([result, voids], ['pass', 0], asked);
        assert.ok(lookups <= tree.lookups && lookups <= 10);
      }
      for (const asked of sample([...own], seed).flatMap(neighbours)) {
        if (!own.has(asked)) assert.equal((await judge(tree, asked)).result, 'fail', asked);
      }
      // The walk, which is what lists are made of, sees the same as a receiver.
      const dns = dnsOf(tree);
      const include = await readInclude(dns, NAME);
      assert.deepEqual([include.faults, include.foreign, tooMuch(include, aggregate(addresses))], [[], [], []]);
      for (const asked of own) assert.equal(await coverage(dns, include, asked), 'covered');
    }),
    { numRuns: RUNS },
  );
});

function sample(all: readonly string[], seed: number): string[] {
  const step = Math.max(1, Math.floor(all.length / 12));
  return all.filter((_, i) => (i + Math.abs(seed)) % step === 0);
}

/** The addresses before and after, and one with another bit further up. */
function neighbours(text: string): string[] {
  const { family, words } = ip(text);
  const last = words.at(-1) ?? 0;
  const changed = [last + 1, last - 1, last ^ 0x100].map((word) => word >>> 0);
  return changed.map((word) => formatIp({ family, words: [...words.slice(0, -1), word] }));
}
