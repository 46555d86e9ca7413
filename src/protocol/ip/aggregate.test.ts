import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aggregate } from './aggregate.ts';
import { formatNetwork, type IpAddress, parseIp } from './network.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 200);

function read(text: string): IpAddress {
  const ip = parseIp(text);
  assert.ok(ip, text);
  return ip;
}

const networksOf = (...texts: string[]) => aggregate(texts.map(read)).map(formatNetwork);

test('neighbours become one network, where they are exactly one', () => {
  assert.deepEqual(networksOf('192.0.2.0', '192.0.2.1', '192.0.2.2', '192.0.2.3'), ['192.0.2.0/30']);
  assert.deepEqual(networksOf('192.0.2.1', '192.0.2.2'), ['192.0.2.1/32', '192.0.2.2/32']);
  assert.deepEqual(networksOf('192.0.2.3', '192.0.2.1', '192.0.2.2', '192.0.2.1'), ['192.0.2.1/32', '192.0.2.2/31']);
  assert.deepEqual(networksOf('2001:db8::1', '192.0.2.9', '2001:db8::'), ['192.0.2.9/32', '2001:db8::/127']);
  assert.deepEqual(networksOf('0.0.0.0', '255.255.255.255'), ['0.0.0.0/32', '255.255.255.255/32']);
  assert.deepEqual(networksOf(), []);
});

test('any addresses: the networks hold each of them and no other, and no two could be one', () => {
  // A small space, so that neighbours are the rule.
  const hosts = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 256 });
  fc.assert(
    fc.property(hosts, fc.boolean(), (all, v6) => {
      const text = (host: number) => (v6 ? `2001:db8::${host.toString(16)}` : `198.51.100.${host}`);
      const networks = aggregate(all.map((host) => read(text(host))));
      const held = networks.flatMap(({ words, prefix }) => {
        const size = 2 ** ((v6 ? 128 : 32) - prefix);
        return Array.from({ length: size }, (_, i) => ((words.at(-1) ?? 0) & 0xff) + i);
      });
      assert.deepEqual(
        held,
        [...all].sort((a, b) => a - b),
      );
      for (const [i, network] of networks.entries()) {
        const next = networks[i + 1];
        const size = 2 ** ((v6 ? 128 : 32) - network.prefix);
        const first = (network.words.at(-1) ?? 0) & 0xff;
        const joins = next?.prefix === network.prefix && ((next.words.at(-1) ?? 0) & 0xff) === first + size;
        assert.ok(!joins || first % (2 * size) !== 0, 'two networks could be one');
      }
    }),
    { numRuns: RUNS },
  );
});
