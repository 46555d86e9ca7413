import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { looksLikeProxyHeader, type ProxyHeader, readProxyHeader } from './proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';

function v2(fields: string, body = '', length = body.length / 2): Buffer {
  return Buffer.from(`${SIGNATURE}${fields}${length.toString(16).padStart(4, '0')}${body}`, 'hex');
}

function kindOf(octets: Buffer | string): ProxyHeader['kind'] {
  return readProxyHeader(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets).kind;
}

const V4 = 'c0000207c633641904d20019'; // 192.0.2.7 to 198.51.100.25, ports 1234 and 25
const V6 = `20010db8${'0'.repeat(22)}0120010db8${'0'.repeat(22)}0204d20019`;

test('version 1', () => {
  const line = 'PROXY TCP4 192.0.2.7 198.51.100.25 1234 25\r\n';
  assert.deepEqual(readProxyHeader(Buffer.from(`${line}EHLO x\r\n`)), {
    kind: 'header',
    version: 1,
    length: line.length,
    client: { ip: '192.0.2.7', port: 1234 },
  });
  for (let cut = 0; cut < line.length; cut++) assert.equal(kindOf(line.slice(0, cut)), 'more', String(cut));
  const six = readProxyHeader(Buffer.from('PROXY TCP6 2001:DB8:0:0::1 2001:db8::2 65535 0\r\n'));
  assert.deepEqual(six.kind === 'header' && six.client, { ip: '2001:db8::1', port: 65_535 });
  const mapped = readProxyHeader(Buffer.from('PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n'));
  assert.deepEqual(mapped.kind === 'header' && mapped.client, { ip: '192.0.2.7', port: 1 });
  for (const unknown of ['PROXY UNKNOWN\r\n', 'PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n']) {
    assert.deepEqual(readProxyHeader(Buffer.from(unknown)), { kind: 'header', version: 1, length: unknown.length });
  }
});

test('version 1 that breaks the rules', () => {
  for (const line of [
    'EHLO x\r\n',
    'proxy TCP4 192.0.2.7 198.51.100.25 1234 25\r\n',
    'PROXY  TCP4 192.0.2.7 198.51.100.25 1234 25\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.25 1234 25\n',
    'PROXY TCP4 192.0.2.7 198.51.100.25 1234 25 \r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.25 1234\r\n',
    'PROXY TCP4 192.0.2.256 198.51.100.25 1234 25\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.25 65536 25\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.25 01234 25\r\n',
    'PROXY TCP4 2001:db8::1 2001:db8::2 1234 25\r\n',
    'PROXY TCP6 192.0.2.7 198.51.100.25 1234 25\r\n',
    'PROXY UDP4 192.0.2.7 198.51.100.25 1234 25\r\n',
    'PROXY UNKNOWNX\r\n',
    'PROXY UNKNOWN x\ry\r\n',
    `PROXY UNKNOWN ${'x'.repeat(107)}`,
    `PROXY UNKNOWN ${'x'.repeat(92)}\r\n`,
  ]) {
    assert.equal(kindOf(line), 'bad', line);
  }
});

test('version 2: addresses, TLVs stepped over, LOCAL, families without an address', () => {
  const header = v2('2111', V4);
  assert.deepEqual(readProxyHeader(Buffer.concat([header, Buffer.from('EHLO x\r\n')])), {
    kind: 'header',
    version: 2,
    length: header.length,
    client: { ip: '192.0.2.7', port: 1234 },
  });
  for (let cut = 0; cut < header.length; cut++) assert.equal(kindOf(header.subarray(0, cut)), 'more', String(cut));
  const six = readProxyHeader(v2('2121', V6));
  assert.deepEqual(six.kind === 'header' && six.client, { ip: '2001:db8::1', port: 1234 });
  const mapped = readProxyHeader(v2('2121', `${'0'.repeat(20)}ffffc0000207${'0'.repeat(32)}04d20019`));
  assert.deepEqual(mapped.kind === 'header' && mapped.client, { ip: '192.0.2.7', port: 1234 });
  const withTlvs = readProxyHeader(v2('2111', `${V4}03000401020304`));
  assert.deepEqual(withTlvs.kind === 'header' && [withTlvs.length, withTlvs.client?.ip], [16 + 12 + 7, '192.0.2.7']);
  for (const fields of ['2000', '2011', '20ff', '2100', '2131', '2132']) {
    const local = readProxyHeader(v2(fields, `${V4}00`));
    assert.deepEqual(local, { kind: 'header', version: 2, length: 29 }, fields);
  }
});

test('version 2 that breaks the rules', () => {
  for (const [header, what] of [
    [v2('1111', V4), 'version'],
    [v2('2211', V4), 'command'],
    [v2('2141', V4), 'family'],
    [v2('2113', V4), 'protocol'],
    [v2('2112', V4), 'UDP'],
    [v2('2111', V4.slice(2)), 'short'],
    [v2('2121', V4), 'short for IPv6'],
    [Buffer.from(`0d0a0d0a000d0a515549540b2111`, 'hex'), 'signature'],
  ] as const) {
    assert.equal(kindOf(header), 'bad', what);
  }
});

test('what a stranger sends is told from a command', () => {
  for (const octets of ['PROXY TCP4 ', 'PROXY x', Buffer.from(SIGNATURE, 'hex'), '\r\n\r\n\0']) {
    assert.equal(looksLikeProxyHeader(Buffer.from(octets as string, 'latin1')), true, String(octets));
  }
  for (const octets of ['', 'P', 'PROXY', '\r\n', '\r\n\r\n', 'EHLO x\r\n']) {
    assert.equal(looksLikeProxyHeader(Buffer.from(octets, 'latin1')), false, octets);
  }
});

test('any octets: an answer, the same however they were cut, and never more than the header is taken', () => {
  const part = fc.constantFrom('PROXY ', 'TCP4 ', 'TCP6 ', 'UNKNOWN', '1.2.3.4 ', '::1 ', '25 ', '99999', '\r\n', '\n');
  const texts = fc.array(part, { maxLength: 12 }).map((parts) => Buffer.from(parts.join('')));
  const noise = fc.uint8Array({ maxLength: 80 }).map((octets) => Buffer.from(octets));
  const second = noise.map((octets) => Buffer.concat([Buffer.from(SIGNATURE, 'hex'), octets]));
  const property = fc.property(fc.oneof(texts, noise, second), (octets) => {
    const whole = readProxyHeader(octets);
    if (whole.kind === 'header') assert.ok(whole.length <= octets.length);
    for (let cut = 0; cut < octets.length; cut++) {
      const part = readProxyHeader(octets.subarray(0, cut));
      // An answer that was given once stays.
      if (part.kind !== 'more') assert.deepEqual(part, whole);
    }
  });
  fc.assert(property, { numRuns: Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 1500) });
});
