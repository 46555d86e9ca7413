import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseXclient } from './xclient.ts';

test('attributes of XCLIENT', () => {
  assert.deepEqual(parseXclient('NAME=spike.example ADDR=192.0.2.7 PORT=1234 PROTO=esmtp HELO=mx.example'), {
    name: 'spike.example',
    ip: '192.0.2.7',
    port: 1234,
    protocol: 'ESMTP',
    helo: 'mx.example',
  });
  assert.deepEqual(parseXclient('addr=IPV6:2001:DB8::1 LOGIN=ann+20b DESTADDR=::1 DESTPORT=25'), {
    ip: '2001:db8::1',
    login: 'ann b',
    destinationIp: '::1',
    destinationPort: 25,
  });
  assert.deepEqual(parseXclient('NAME=[UNAVAILABLE] ADDR=[TEMPUNAVAIL] LOGIN=+5BUNAVAILABLE+5D'), {
    name: null,
    ip: null,
    login: null,
  });
});

test('arguments that cannot be read', () => {
  for (const rest of [
    '',
    ' ',
    'ADDR',
    '=x',
    'ADDR=',
    'ADDR=1.2.3',
    'ADDR=1.2.3.4 ADDR=1.2.3.4',
    'PORT=65536',
    'PORT=x',
    'PROTO=LMTP',
    'HELO=a+20b',
    'HELO=a+0D+0AMAIL',
    'NAME=a;b',
    'LOGIN=a+00b',
    'LOGIN=é',
    'REVERSE_NAME=x',
    'ADDR=192.0.2.7 X',
  ]) {
    assert.equal(parseXclient(rest), undefined, rest);
  }
});
