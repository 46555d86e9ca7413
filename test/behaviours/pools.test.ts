// An address of ours from the command line to the first mail: DNS has to speak for it, and waiting mail leaves at once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FakeDns, noDomain, startFakeDns } from '../support/fake-dns.ts';
import { sendOne } from '../support/mail.ts';
import { acmeProvision, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const IP = '127.0.0.60';
/** `TYPE name` and the data of its one record. */
const zone = new Map<string, unknown>();
let temp: TemporaryFolder;
let dns: FakeDns;
let receiver: ScriptedReceiver;
let relay: Relay;

before(async () => {
  temp = temporaryFolder('pools');
  dns = await startFakeDns(({ name, type }) => {
    const data = zone.get(`${type} ${name}`);
    return [data === undefined ? noDomain : { answers: [{ name, type, ttl: 0, data }] }];
  });
  receiver = await startReceiver();
  relay = await startRelay({
    folder: temp.file('relay'),
    config: {
      dns: { servers: [`127.0.0.1:${dns.endpoint.port}`] },
      spf: { include: '_spf.relay.test' },
      route: [{ domain: 'example.test', hosts: [`127.0.0.1:${receiver.port}`] }],
    },
    apply: { ...acmeProvision(), pool: [{ name: 'standard', addresses: [] }] },
  });
});

after(async () => {
  await relay?.stop();
  await receiver?.close();
  await dns?.[Symbol.asyncDispose]();
  temp?.remove();
});

test('mail waits without an address; once DNS speaks for one it is activated, and the mail leaves from it', async () => {
  await sendOne(relay.ports.outbound, 'b@example.test', { from: 'a@acme.test' });
  await until('waiting mail', async () => ((await relay.counts()).deferred === 1 ? true : undefined));
  const added = await relay.cli('address', 'add', 'standard', IP, 'out9.relay.test');
  assert.equal(added.code, 0, added.stderr);
  const refused = await relay.cli('address', 'activate', 'standard', IP);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /DNS does not speak for 127\.0\.0\.60 yet/);
  assert.match(
    refused.stderr,
    /spf expected _spf\.relay\.test covers 127\.0\.0\.60; found _spf\.relay\.test has no SPF record/,
  );
  assert.match(refused.stderr, /reverse expected PTR of 127\.0\.0\.60: out9\.relay\.test; found no such record/);
  const shown = await relay.cli('pool', 'spf', '--zone');
  assert.equal(shown.stdout, '_spf.relay.test. 3600 IN TXT "v=spf1 ip4:127.0.0.60 ~all"\n');
  assert.equal((await relay.cli('pool', 'spf')).code, 1, 'DNS differs');
  zone.set('TXT _spf.relay.test', 'v=spf1 ip4:127.0.0.60 ~all');
  zone.set('PTR 60.0.0.127.in-addr.arpa', 'out9.relay.test');
  zone.set('A out9.relay.test', IP);
  const active = await relay.cli('address', 'activate', 'standard', IP, '--reason', 'first');
  assert.equal(active.code, 0, active.stderr);
  const taken = await until('the mail that waited', () => receiver.messages[0], 8000);
  assert.equal(taken.rcpts.length, 1);
  assert.equal((await relay.cli('pool', 'spf')).code, 0, 'DNS has what it should have');
  assert.equal((await relay.cli('pool', 'check', 'standard')).code, 0);
  const list = JSON.parse((await relay.cli('address', 'list', '--json')).stdout) as { ip: string; state: string };
  assert.deepEqual([list.ip, list.state], [IP, 'active']);
  const removed = await relay.cli('pool', 'remove', 'standard');
  assert.match(removed.stderr, /The pool "standard" is named by acme/);
});
