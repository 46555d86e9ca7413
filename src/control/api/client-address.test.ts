import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { createClientAddress } from './client-address.ts';

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('the address of a client', () => {
  test('is that of the connection, whatever the request says', () => {
    const of = createClientAddress([]);
    assert.equal(of(request('192.0.2.1', '10.0.0.1')), '192.0.2.1');
    assert.equal(of(request('::ffff:192.0.2.1')), '192.0.2.1');
    assert.equal(of(request('fe80::1%eth0')), 'fe80::1');
    assert.equal(of(request(undefined)), undefined);
  });

  test('is what a proxy of ours names, never what stands before that', () => {
    const of = createClientAddress(['192.0.2.0/24', '2001:db8::/32']);
    assert.equal(of(request('192.0.2.1', '198.51.100.7')), '198.51.100.7');
    assert.equal(of(request('192.0.2.1', '127.0.0.1, 198.51.100.7')), '198.51.100.7');
    assert.equal(of(request('192.0.2.1', '198.51.100.7, 2001:db8::5')), '198.51.100.7');
    assert.equal(of(request('192.0.2.1', 'nonsense')), '192.0.2.1');
    assert.equal(of(request('192.0.2.1', '198.51.100.7, nonsense')), '192.0.2.1');
    assert.equal(of(request('192.0.2.1')), '192.0.2.1');
    assert.equal(of(request('198.51.100.9', '127.0.0.1')), '198.51.100.9');
  });
});
