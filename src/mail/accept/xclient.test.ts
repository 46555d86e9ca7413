import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemorySession } from '../../../test/dialogues/memory-session.ts';
import { namedNetworks } from './named-networks.ts';
import { replies } from './replies.ts';

test('XCLIENT is offered to testers alone, and taken from them alone', () => {
  const tester = openMemorySession({ tester: true });
  tester.lines('EHLO x');
  assert.match(tester.output(), /\r\n250-XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT\r\n/);
  const stranger = openMemorySession();
  stranger.lines('EHLO x');
  assert.ok(!stranger.output().includes('XCLIENT'));
  stranger.lines('XCLIENT ADDR=198.51.100.7');
  assert.deepEqual(stranger.codes(), [550]);
  assert.equal(stranger.visitor.ip, '192.0.2.1');
  assert.equal(stranger.kept.clients.length, 1);
});

test('the session begins anew, from the address and with the login that were said', () => {
  const client = openMemorySession({
    tester: true,
    hooks: { loggedIn: (name) => ({ kind: 'customer', customer: name }) },
  });
  client.lines('EHLO x', 'XCLIENT ADDR=198.51.100.7 PORT=99 NAME=[UNAVAILABLE] LOGIN=ann HELO=other PROTO=ESMTP');
  assert.deepEqual(client.codes(), [250, 220]);
  assert.deepEqual(client.kept.clients, [
    { ip: '192.0.2.1', port: 1025, login: undefined },
    { ip: '198.51.100.7', port: 99, login: undefined },
  ]);
  assert.equal(client.visitor.login, 'ann');
  client.lines('MAIL FROM:<a@b.test>');
  assert.deepEqual(client.codes(), [503]);
  client.lines('EHLO x', 'MAIL FROM:<a@b.test>');
  assert.deepEqual(client.codes(), [250, 250]);
  client.lines('XCLIENT ADDR=192.0.2.9');
  assert.deepEqual(client.codes(), [503]);
  client.visitor.certificate = { fingerprint: 'aa', keys: ['fingerprint:aa'] };
  client.lines('RSET', 'XCLIENT ADDR=[UNAVAILABLE]');
  assert.deepEqual(client.codes(), [250, 220]);
  // The tester's own certificate is not that of whom it plays.
  assert.equal(client.visitor.certificate, undefined);
  assert.deepEqual([client.visitor.ip, client.visitor.login], ['unknown', undefined]);
  client.session.disconnected();
  assert.equal(client.kept.openSessions, 0);
  assert.deepEqual(client.kept.violations, []);
});

test('XCLIENT that cannot be read changes nothing; what is pipelined behind it ends the session', () => {
  const client = openMemorySession({ tester: true });
  client.lines('EHLO x', 'XCLIENT ADDR=300.1.1.1');
  assert.deepEqual(client.codes(), [250, 501]);
  assert.equal(client.visitor.ip, '192.0.2.1');
  client.lines('XCLIENT ADDR=192.0.2.9', 'MAIL FROM:<a@b.test>');
  assert.deepEqual(client.codes(), [554]);
  assert.ok(client.ended);
});

test('limits count for the address that was said, and a login that is not known is refused', () => {
  const full = openMemorySession({ tester: true, counts: { customer: (id) => id !== 'bob' } });
  full.lines('XCLIENT LOGIN=bob');
  assert.deepEqual(full.codes(), [421]);
  const unknown = openMemorySession({
    tester: true,
    hooks: { loggedIn: () => ({ kind: 'refuse', reply: replies.authFailed }) },
  });
  unknown.lines('XCLIENT LOGIN=eve', 'EHLO x');
  unknown.session.disconnected();
  const known = openMemorySession({
    tester: true,
    hooks: { loggedIn: () => ({ kind: 'refuse', reply: replies.authFailed }) },
  });
  known.lines('XCLIENT LOGIN=eve');
  assert.deepEqual(known.codes(), [535]);
  known.lines('EHLO x');
  assert.deepEqual(known.codes(), [250]);
  assert.equal(known.visitor.login, undefined);
});

test('networks by name', () => {
  const named = namedNetworks(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);
  for (const ip of ['10.255.0.1', '192.0.2.1', '2001:db8:1::1']) assert.ok(named(ip), ip);
  for (const ip of ['11.0.0.1', '192.0.2.2', '2001:db9::1', 'unknown', '']) assert.ok(!named(ip), ip);
  assert.equal(namedNetworks()('10.0.0.1'), false);
});
