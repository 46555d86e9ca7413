// Webhooks over a whole relay: from a message to the customer's endpoint, by the command line.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { sendOne } from '../support/mail.ts';
import { acmeProvision, type Relay, type RelayOptions, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { verifyWebhook } from '../support/verify-webhook.ts';
import { type ReceivedWebhook, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

let folder: TemporaryFolder;
let relay: Relay;
let options: RelayOptions;
let internet: ScriptedReceiver;
let hooks: WebhookReceiver;

before(async () => {
  folder = temporaryFolder('webhooks');
  internet = await startReceiver();
  hooks = await startWebhookReceiver(folder.path);
  writeFileSync(folder.file('hooks-ca.pem'), hooks.ca);
  options = {
    folder: folder.file('relay'),
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      webhooks: { allow_private: true, ca: folder.file('hooks-ca.pem') },
    },
    apply: acmeProvision(),
  };
  relay = await startRelay(options);
});
after(async () => {
  await relay?.stop();
  await internet?.close();
  await hooks?.[Symbol.asyncDispose]();
  folder?.remove();
});

/** A verb with `--json`; its output as objects. */
async function webhook(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await relay.cli('webhook', ...args, '--json');
  assert.equal(code, 0, stderr);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function create(path: string, ...args: string[]): Promise<{ id: string; key: string }> {
  const [made] = await webhook('create', `https://127.0.0.1:${hooks.port}${path}`, ...args);
  return { id: String(made?.['id']), key: String(made?.['secret'] ?? made?.['public_key']) };
}

function at(path: string): ReceivedWebhook[] {
  return hooks.received.filter((one) => one.path === path);
}

function arrived(path: string, type: string): Promise<ReceivedWebhook> {
  return until(`${type} at ${path}`, () => at(path).find(({ event }) => event.type === type));
}

test('a message is told to its customer, signed; also after a restart, and with a changed secret', async () => {
  const { id, key } = await create('/acme', '--customer', 'acme', '--types', 'message.*');
  const queueId = await sendOne(relay.ports.outbound, 'bob@example.org');
  const delivered = await arrived('/acme', 'message.recipient.delivered');
  const data = delivered.event.data as { message: Record<string, unknown>; recipient: object };
  assert.equal(data.message['id'], queueId);
  assert.equal(data.message['from'], 'a@acme.test');
  assert.equal('subject' in data.message, false);
  assert.deepEqual(data.recipient, {
    index: 0,
    address: 'bob@example.org',
    domain: 'example.org',
    status: 'delivered',
  });
  assert.equal(await verifyWebhook(delivered, delivered.signature, key), true);
  assert.ok(Math.abs(delivered.timestamp - Date.now() / 1000) < 60);
  await arrived('/acme', 'message.accepted');

  const [rotated] = await webhook('rotate', id, '--overlap-hours', '1');
  hooks.received.length = 0;
  await relay.stop();
  relay = await startRelay({ ...options, apply: acmeProvision() }, relay.ports);
  await sendOne(relay.ports.outbound, 'eve@example.org');
  const after = await arrived('/acme', 'message.recipient.delivered');
  assert.equal(await verifyWebhook(after, after.signature, key), true, 'the former secret');
  assert.equal(await verifyWebhook(after, after.signature, String(rotated?.['secret'])), true, 'the new one');
  const [shown] = await webhook('show', id);
  assert.equal((shown?.['secrets'] as unknown[] | undefined)?.length, 2);
  assert.equal(JSON.stringify(shown).includes('whsec_'), false, 'a secret is shown once');
  await webhook('remove', id);
});

test('pause, resume, test, deliveries and replay', async () => {
  const { id, key } = await create(
    '/verbs',
    '--customer',
    'acme',
    '--types',
    'message.accepted',
    '--signing',
    'ed25519',
  );
  const [tested] = await webhook('test', id);
  assert.equal(tested?.['taken'], true);
  const test = await arrived('/verbs', 'webhook.test');
  assert.equal(await verifyWebhook(test, test.signature, key), true);
  await webhook('pause', id);
  await sendOne(relay.ports.outbound, 'bob@example.org');
  await until('the event waits', async () => (await webhook('deliveries', id, '--state', 'waiting'))[0]);
  assert.equal(at('/verbs').length, 1);
  await webhook('resume', id);
  const first = await arrived('/verbs', 'message.accepted');
  const [delivery] = await until('it is in the log', async () => {
    const found = await webhook('deliveries', id, '--state', 'delivered', '--type', 'message.accepted');
    return found.length > 0 ? found : undefined;
  });
  assert.equal(delivery?.['event'], first.id);
  await webhook('replay', id, String(delivery?.['id']));
  await until('it comes again', () =>
    at('/verbs').filter((one) => one.id === first.id).length === 2 ? true : undefined,
  );
  await webhook('replay', id, '--since', '2026-01-01T00:00:00Z', '--all');
  await until('and again', () => (at('/verbs').filter((one) => one.id === first.id).length === 3 ? true : undefined));
  hooks.answer = () => 500;
  const failed = await relay.cli('webhook', 'test', id);
  assert.deepEqual([failed.code, failed.stdout.split(' after')[0]], [1, 'not taken: 500']);
  hooks.answer = () => 204;
  assert.match((await relay.cli('webhook', 'list')).stdout, new RegExp(`${id} +acme +active`));
  assert.match((await relay.cli('webhook', 'deliveries', id)).stdout, /webhook\.test +failed +1 +500/);
});

test('the operator gets what nobody else does: refusals of strangers', async () => {
  await create('/operator', '--types', 'message.rejected');
  await sendOne(relay.ports.inbound, 'nobody@elsewhere.test', { ip: '127.0.0.1', from: 'x@stranger.test' });
  const { event } = await arrived('/operator', 'message.rejected');
  assert.equal((event.data['recipient'] as { address: string }).address, 'nobody@elsewhere.test');
});

test('what was sent is counted', async () => {
  const answer = await fetch(`http://127.0.0.1:${relay.ports.http}/metrics`);
  assert.match(await answer.text(), /easymail_webhook_attempts_total\{result="taken"\} [1-9]/);
});

test('what is wrong is said by field, and changes nothing', async () => {
  const refused = async (...args: string[]) => {
    const { code, stderr } = await relay.cli('webhook', 'create', ...args);
    assert.equal(code, 1);
    return stderr;
  };
  assert.match(await refused('ftp://hooks.test/'), /url must begin with https/);
  assert.match(await refused('https://u:p@hooks.test/'), /url must not hold a user name/);
  assert.match(await refused('https://hooks.test/', '--types', 'message.nothing'), /types\.0 must be a type/);
  assert.match(await refused('https://hooks.test/', '--customer', 'nobody'), /no customer "nobody"/);
  assert.match(await refused('https://0.0.0.0/'), /url must be a public address/);
  assert.equal((await relay.cli('webhook', 'show', 'whk_000000000000000000000000')).code, 1);
});
