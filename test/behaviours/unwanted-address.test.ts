// A receiver that does not want one of our addresses: mail leaves from the next pool, and other customers' mail goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acmeProvision, startRelay, type Table } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

test('a blocked address: the pool in reserve steps in for the site, and a customer without one waits alone', async () => {
  await using temp = temporaryFolder('unwanted-address');
  await using receiver = await startReceiver();
  receiver.script.greetingFor = (ip) =>
    ip === '127.0.0.11' ? { reply: '421 4.7.0 127.0.0.11 is blocked', last: 'hang up' } : undefined;
  const provision = acmeProvision();
  const [acme] = provision['customer'] as Table[];
  const pool = (name: string, ip: string): Table => ({
    name,
    addresses: [{ ip, hostname: `${name}.relay.test`, state: 'active' }],
  });
  const only: Table = {
    ...acme,
    id: 'only',
    pools: ['blocked'],
    sources: ['127.0.0.2/32'],
    domains: [{ name: 'only.test', outbound: true, inbound: false, subdomains: false, verified: true }],
  };
  await using relay = await startRelay({
    folder: temp.path,
    apply: {
      pool: [pool('blocked', '127.0.0.11'), pool('reserve', '127.0.0.12')],
      customer: [{ ...acme, sources: ['127.0.0.1/32'], pools: ['blocked', 'reserve'] }, only],
    },
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`] }], delivery: { allow_private: true } },
  });
  const submit = async (from: string, to: string, address: string) => {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound, from: address });
    await client.hello();
    const content = Buffer.from(`From: <${from}>\r\nSubject: x\r\n\r\nx\r\n`);
    assert.equal((await client.message({ from, to: [to], content })).code, 250);
    await client.quit();
  };
  await submit('a@acme.test', 'first@x.test', '127.0.0.1');
  await until('the first message', () => receiver.messages[0]);
  assert.equal(receiver.clients[0]?.ip, '127.0.0.12');
  await submit('a@only.test', 'waits@x.test', '127.0.0.2');
  await until('a message that waits', async () =>
    (await relay.cli('queue', 'list', '--json')).stdout.includes('"status":"deferred"') ? true : undefined,
  );
  for (let i = 0; i < 5; i++) await submit('a@acme.test', `next${i}@x.test`, '127.0.0.1');
  // Relay threads find out each for itself: the second may close the site for a moment.
  await until('all of the others', () => (receiver.messages.length === 6 ? true : undefined), 40_000);
});
