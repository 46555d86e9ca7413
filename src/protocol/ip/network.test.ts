import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { containsNetwork, formatIp, formatNetwork, parseIp, parseNetwork } from './network.ts';

const NETWORKS: readonly [given: string, canonical: string][] = [
  ['192.0.2.0/24', '192.0.2.0/24'],
  ['192.0.2.1', '192.0.2.1/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['255.255.255.255', '255.255.255.255/32'],
  ['2001:DB8:0:0::/48', '2001:db8::/48'],
  ['::1', '::1/128'],
  ['::/0', '::/0'],
  ['2001:db8:0:1:0:0:0:0/64', '2001:db8:0:1::/64'],
  ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
  ['::ffff:c000:201', '192.0.2.1/32'],
];

test('networks are read into one canonical form', () => {
  for (const [given, canonical] of NETWORKS) {
    const network = parseNetwork(given);
    assert.ok(!('fault' in network), given);
    assert.equal(formatNetwork(network), canonical);
  }
});

test('what is no network says why', () => {
  for (const text of [
    '',
    'x',
    '192.0.2.1/24',
    '192.0.2.0/33',
    '192.0.2.0/',
    '1.2.3.0/24/1',
    '2001:db8::/129',
    '1.2.3',
  ]) {
    assert.ok('fault' in parseNetwork(text), text);
  }
  const network = parseNetwork('10.1.2.3/8');
  assert.match('fault' in network ? network.fault : '', /the network is 10\.0\.0\.0\/8/);
});

test('addresses agree with an independent parser, and are read back', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const ours = parseIp(text);
      assert.ok(ours);
      const theirs = isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
      const mapped = /^::ffff:[0-9a-f]+:[0-9a-f]+$/.test(theirs);
      assert.equal(formatIp(ours), mapped ? formatIp({ family: 4, words: ours.words }) : theirs);
      assert.deepEqual(parseIp(formatIp(ours)), ours);
    }),
    { numRuns: 2000 },
  );
});

test('a network contains what shares its prefix', () => {
  const network = (text: string) => {
    const parsed = parseNetwork(text);
    assert.ok(!('fault' in parsed));
    return parsed;
  };
  assert.ok(containsNetwork(network('10.0.0.0/8'), network('10.2.0.0/16')));
  assert.ok(containsNetwork(network('10.0.0.0/8'), network('10.0.0.0/8')));
  assert.ok(!containsNetwork(network('10.2.0.0/16'), network('10.0.0.0/8')));
  assert.ok(!containsNetwork(network('0.0.0.0/0'), network('::/0')));
  assert.ok(containsNetwork(network('2001:db8::/33'), network('2001:db8:7fff::/48')));
  assert.ok(!containsNetwork(network('2001:db8::/33'), network('2001:db8:8000::/48')));
});
