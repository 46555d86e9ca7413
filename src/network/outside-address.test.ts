import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutsideGuard, isPublicAddress, machineAddresses } from './outside-address.ts';

/** First, an inner and the last address of each special network, and what lies right beside it. */
const SPECIAL: readonly [name: string, inside: readonly string[], outside: readonly string[]][] = [
  ['this network', ['0.0.0.0', '0.1.2.3', '0.255.255.255'], ['1.0.0.0']],
  ['private 10', ['10.0.0.0', '10.20.30.40', '10.255.255.255'], ['9.255.255.255', '11.0.0.0']],
  ['carriers', ['100.64.0.0', '100.100.100.200', '100.127.255.255'], ['100.63.255.255', '100.128.0.0']],
  ['loopback', ['127.0.0.0', '127.0.0.1', '127.255.255.255'], ['126.255.255.255', '128.0.0.0']],
  ['link-local', ['169.254.0.0', '169.254.169.254', '169.254.255.255'], ['169.253.255.255', '169.255.0.0']],
  ['private 172', ['172.16.0.0', '172.20.1.1', '172.31.255.255'], ['172.15.255.255', '172.32.0.0']],
  ['assignments', ['192.0.0.0', '192.0.0.170', '192.0.0.255'], ['191.255.255.255', '192.0.1.0']],
  ['documentation 1', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
  ['AS112', ['192.31.196.0', '192.175.48.255'], ['192.31.195.255', '192.31.197.0', '192.175.47.255', '192.175.49.0']],
  ['AMT', ['192.52.193.0', '192.52.193.255'], ['192.52.192.255', '192.52.194.0']],
  ['6to4 relays', ['192.88.99.0', '192.88.99.255'], ['192.88.98.255', '192.88.100.0']],
  ['private 192', ['192.168.0.0', '192.168.1.1', '192.168.255.255'], ['192.167.255.255', '192.169.0.0']],
  ['benchmarks', ['198.18.0.0', '198.19.255.255'], ['198.17.255.255', '198.20.0.0']],
  ['documentation 2', ['198.51.100.0', '198.51.100.255'], ['198.51.99.255', '198.51.101.0']],
  ['documentation 3', ['203.0.113.0', '203.0.113.255'], ['203.0.112.255', '203.0.114.0']],
  ['multicast', ['224.0.0.0', '239.255.255.255'], ['223.255.255.255']],
  ['reserved', ['240.0.0.0', '250.1.2.3', '255.255.255.254', '255.255.255.255'], []],
  ['unspecified 6', ['::', '0:0:0:0:0:0:0:0'], []],
  ['loopback 6', ['::1', '0:0:0:0:0:0:0:1'], []],
  ['IPv4-compatible', ['::8.8.8.8', '::127.0.0.1', '::2'], []],
  ['mapped', ['::ffff:10.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::FFFF:0.0.0.0'], ['::ffff:8.8.8.8']],
  ['translated', ['::ffff:0:8.8.8.8'], []],
  [
    'NAT64',
    ['64:ff9b::10.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::8.8.8.8', '64:ff9b:0:0:0:1:808:808'],
    ['64:ff9b::8.8.8.8', '64:ff9b::1.1.1.1'],
  ],
  ['discard', ['100::', '100::ffff', '100:0:0:1::1'], []],
  [
    'Teredo, ORCHID, benchmarks',
    ['2001::', '2001:0:4136:e378::1', '2001:2::1', '2001:10::1', '2001:20::1', '2001:1ff:ffff::1'],
    ['2001:200::', '2000:ffff::1', '2001:4860:4860::8888'],
  ],
  ['documentation 6', ['2001:db8::', '2001:db8:ffff::1'], ['2001:db7:ffff::1', '2001:db9::']],
  [
    '6to4',
    ['2002:a00:1::1', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:c0a8:101::', '2002:e000:1::'],
    ['2002:808:808::1', '2002:101:101::'],
  ],
  ['AS112 6', ['2620:4f:8000::', '2620:4f:8000:ffff::1'], ['2620:4f:7fff::1', '2620:4f:8001::']],
  ['documentation 3fff', ['3fff::', '3fff:fff:ffff::1'], ['3ffe:ffff::1', '3fff:1000::']],
  ['not given out', ['4000::', '5f00::1', '8000::1', 'e000::1', '1fff:ffff::1', '200::1'], ['3000::1', '2a00:1450::1']],
  ['unique local', ['fc00::', 'fd12:3456::1', 'fdff:ffff::1'], []],
  ['link-local 6', ['fe80::', 'fe80::1%eth0', 'febf::1'], []],
  ['site-local', ['fec0::1', 'feff::1'], []],
  ['multicast 6', ['ff00::', 'ff02::1', 'ffff::1'], []],
];

for (const [name, inside, outside] of SPECIAL) {
  test(`no host on the Internet has an address of: ${name}`, () => {
    const guard = createOutsideGuard({ allowPrivate: false, own: () => new Set() });
    for (const ip of inside) {
      assert.equal(isPublicAddress(ip), false, ip);
      assert.notEqual(guard.refuses(ip), undefined, ip);
    }
    for (const ip of outside) {
      assert.equal(isPublicAddress(ip), true, ip);
      assert.equal(guard.refuses(ip), undefined, ip);
    }
  });
}

test('what is no address in its usual form is refused, whatever a resolver might make of it', () => {
  const guard = createOutsideGuard({ allowPrivate: true, own: () => new Set() });
  for (const text of [
    '',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '1.2.3.4/32',
    '[::1]',
    ' 8.8.8.8',
  ]) {
    assert.equal(isPublicAddress(text), false, text);
    assert.equal(guard.refuses(text), 'no address', text);
  }
});

test('private addresses pass where the configuration says so, and what is no host still does not', () => {
  const guard = createOutsideGuard({ allowPrivate: true });
  for (const ip of ['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '8.8.8.8'])
    assert.equal(guard.refuses(ip), undefined, ip);
  for (const ip of ['0.0.0.0', '::', '224.0.0.1', '255.255.255.255', 'ff02::1', '::ffff:0.0.0.0']) {
    assert.equal(guard.refuses(ip), 'no host has this address', ip);
  }
});

test('an address of this relay is refused in each of its forms', () => {
  const guard = createOutsideGuard({ allowPrivate: false, own: () => new Set(['8.8.4.4', '2a00:1::25']) });
  for (const ip of ['8.8.4.4', '::ffff:8.8.4.4', '2a00:1::25', '2A00:0001:0::25']) {
    assert.equal(guard.refuses(ip), 'an address of this relay', ip);
  }
  assert.equal(guard.refuses('8.8.4.5'), undefined);
  assert.ok(machineAddresses().has('127.0.0.1'));
});
