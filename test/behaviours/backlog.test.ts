// A mail host that comes back, and can take little: what has waited is let out at a pace that it can take.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../support/ports.ts';
import { acmeProvision, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const MESSAGES = 250;
const CONNECTIONS = 3;
const A_SECOND = 40;

/** A mail host that takes so many connections, and so many messages a second; the rest is put off. */
async function modestHost(port: number): Promise<{ receiver: ScriptedReceiver; refused: () => [number, number] }> {
  const receiver = await startReceiver({}, '127.0.0.1', port);
  let [connections, messages, second, inSecond] = [0, 0, 0, 0];
  receiver.script.greeting = () => {
    if (receiver.openNow() <= CONNECTIONS) return '220 hi';
    connections++;
    return { reply: '421 4.7.0 too many connections', last: 'hang up' };
  };
  receiver.script.rcpt = () => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) [second, inSecond] = [now, 0];
    if (++inSecond <= A_SECOND) return '250 ok';
    messages++;
    return '450 4.7.1 slow down';
  };
  return { receiver, refused: () => [connections, messages] };
}

test('the backlog of a mail host that comes back goes out once each, with few refusals on the way', async (context) => {
  await using temp = temporaryFolder('backlog');
  const port = await freePort();
  await using relay = await startRelay({
    folder: temp.path,
    apply: acmeProvision({ mailhost: { host: '127.0.0.1', port } }),
    config: { retry: { first: '2s', longest: '4s' } },
  });
  await using client = await SmtpClient.connect({ port: relay.ports.inbound });
  await client.hello();
  for (let i = 0; i < MESSAGES; i++) {
    const content = Buffer.from(`Subject: ${i}\r\n\r\nx\r\n`);
    const reply = await client.message({ from: 'a@internet.example', to: [`n${i}@acme.test`], content });
    assert.equal(reply.code, 250, reply.text);
  }
  await client.quit();
  await until('a destination that is closed', async () =>
    (await relay.cli('queue', 'list', '--json')).stdout.includes('connect-failed') ? true : undefined,
  );
  const { receiver, refused } = await modestHost(port);
  context.after(() => receiver.close());
  const began = performance.now();
  await relay.cli('queue', 'retry', 'customer:acme');
  // At the pace of the host it takes most of a minute; a busy machine needs more.
  await relay.settled(150_000);
  const seconds = (performance.now() - began) / 1000;
  const [connections, messages] = refused();
  context.diagnostic(
    `${MESSAGES} messages in ${seconds.toFixed(1)} s (it takes ${A_SECOND} a second); refused: ${connections} connections, ${messages} messages`,
  );
  const subjects = receiver.messages.map(({ content }) => /Subject: (\d+)/.exec(content)?.[1]);
  assert.equal(subjects.length, MESSAGES);
  assert.equal(new Set(subjects).size, MESSAGES);
  assert.ok(connections <= 40, `${connections} connections refused`);
});
