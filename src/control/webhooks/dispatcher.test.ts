// What webhooks get, over real files and a real HTTPS server.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { verifyWebhook } from '../../../test/support/verify-webhook.ts';
import type { WebhookReceiver } from '../../../test/support/webhook-receiver.ts';
import type { CustomerId } from '../../mail/message.ts';
import { deliveredTexts } from '../../mail/trace/sample-events.ts';
import { shownSecret } from './signing.ts';
import {
  bounceText,
  DAY,
  endpointAt,
  HOUR,
  meta,
  NOON,
  SECRET,
  startReceiver,
  until,
  WebhookWorld,
} from './testing/webhook-world.ts';

let receiver: WebhookReceiver;

before(async () => {
  receiver = await startReceiver();
});
after(() => receiver?.[Symbol.asyncDispose]());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = () => 204;
});

test('each event arrives once, signed, with the words of the public', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  world.write(...deliveredTexts(meta(1), ['bob@example.org', 'eve@example.org']));
  await world.tell({ type: 'domain.created', customer: 'acme', data: { domain: 'acme.test' } });
  await world.quiet();
  const types = receiver.received.map(({ event }) => event.type).sort();
  const delivered = 'message.recipient.delivered';
  assert.deepEqual(types, ['domain.created', 'message.accepted', delivered, delivered]);
  assert.equal(receiver.ids().size, 4);
  for (const webhook of receiver.received) {
    assert.equal(await verifyWebhook(webhook, webhook.signature, shownSecret(SECRET)), true);
    assert.equal(webhook.event.id, webhook.id);
    assert.equal(webhook.event.customer_id, 'acme');
    assert.equal(webhook.timestamp, Math.floor(NOON / 1000));
    assert.match(webhook.id, /^evt_[0-9a-f]{32}$/);
    assert.ok(webhook.body.length < 20_000);
  }
  const first = receiver.received.find(({ event }) => event.type === delivered)?.event.data as Record<string, object>;
  assert.deepEqual(Object.keys(first), ['sequence', 'message', 'recipient', 'attempt']);
  assert.deepEqual(first['recipient'], {
    index: 0,
    address: 'bob@example.org',
    domain: 'example.org',
    status: 'delivered',
  });
});

test('a customer gets nothing of another, the operator everything, and each the types it asked for', async () => {
  await using world = new WebhookWorld(receiver, [
    endpointAt(receiver, {
      id: 'whk_a',
      types: ['message.recipient.*'],
      url: `https://hooks.test:${receiver.port}/acme`,
    }),
    endpointAt(receiver, { id: 'whk_g', customer: 'globex', url: `https://hooks.test:${receiver.port}/globex` }),
    endpointAt(receiver, { id: 'whk_o', customer: null, url: `https://hooks.test:${receiver.port}/operator` }),
    endpointAt(receiver, { id: 'whk_d', state: 'disabled', url: `https://hooks.test:${receiver.port}/disabled` }),
    endpointAt(receiver, { id: 'whk_n', madeAt: NOON + DAY, url: `https://hooks.test:${receiver.port}/later` }),
  ]);
  world.write(...deliveredTexts(meta(1), ['bob@example.org']));
  world.write(...deliveredTexts(meta(2, { customer: 'globex' as CustomerId }), ['eve@example.org']));
  await world.tell({ type: 'retention.run_completed', data: {} });
  await world.quiet();
  const got = Object.groupBy(receiver.received, ({ path }) => path);
  const typesAt = (path: string) => (got[path] ?? []).map(({ event }) => `${event.customer_id} ${event.type}`).sort();
  assert.deepEqual(typesAt('/acme'), ['acme message.recipient.delivered']);
  assert.deepEqual(typesAt('/globex'), ['globex message.accepted', 'globex message.recipient.delivered']);
  assert.deepEqual(typesAt('/operator').length, 5);
  assert.ok(typesAt('/operator').includes('null retention.run_completed'));
  assert.deepEqual([typesAt('/disabled'), typesAt('/later')], [[], []]);
});

test('10,000 events go through one endpoint in a few seconds', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  const texts: string[] = [];
  for (let n = 0; n < 5000; n++) texts.push(...deliveredTexts(meta(n), ['bob@example.org']));
  const began = performance.now();
  for (let at = 0; at < texts.length; at += 500) world.write(...texts.slice(at, at + 500));
  // Some seconds by itself; the machine of a test may have others to serve.
  await until(() => receiver.received.length >= 10_000, 100_000);
  await world.quiet();
  const seconds = (performance.now() - began) / 1000;
  console.log(`10,000 events in ${seconds.toFixed(1)} s`);
  assert.equal(receiver.ids().size, 10_000);
});

test('one delivery, the failed ones of a period, or all of it are sent again', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)], { pauseAfterMs: 30 * DAY });
  receiver.answer = ({ event }) => (event.type === 'domain.created' ? 204 : 400);
  world.write(...deliveredTexts(meta(1), ['bob@example.org']));
  await world.tell({ type: 'domain.created', customer: 'acme', data: { domain: 'acme.test' } });
  for (let hour = 0; hour < 90; hour++) await world.pass(HOUR);
  const logged = world.dispatcher.list({ webhook: 'whk_1', limit: 10 });
  assert.deepEqual(logged.map(({ state }) => state).sort(), ['delivered', 'failed', 'failed']);
  world.dispatcher.setEndpoint(endpointAt(receiver, { state: 'paused' }));
  world.dispatcher.setEndpoint(endpointAt(receiver));
  receiver.answer = () => 204;
  const period = { since: NOON - HOUR, until: NOON + HOUR };
  receiver.received.length = 0;
  assert.equal(world.dispatcher.sendFailedAgain('whk_1', period), 2);
  await world.quiet();
  await until(() => receiver.received.length === 2);
  receiver.received.length = 0;
  assert.equal(world.dispatcher.sendAgain('whk_1', logged[0]?.id ?? 0), true);
  assert.equal(world.dispatcher.sendAgain('whk_1', 4711), false);
  await until(() => receiver.received.length === 1);
  receiver.received.length = 0;
  world.dispatcher.replay({ webhook: 'whk_1', ...period });
  await until(() => receiver.received.length === 3);
  assert.equal(receiver.ids().size, 3);
  assert.deepEqual(new Set(logged.map(({ event }) => event)), receiver.ids(), 'the ids that they had');
  for (let n = 0; n < 5; n++) assert.equal(world.dispatcher.replay({ webhook: 'whk_1', ...period }), true);
  assert.equal(world.dispatcher.replay({ webhook: 'whk_1', ...period }), false, 'so many at a time');
  await until(() => world.dispatcher.replay({ webhook: 'whk_1', ...period }), 5000);
});

test('the log is kept for its time, what waits too long is given up', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  world.write(...deliveredTexts(meta(1), ['bob@example.org']));
  await world.quiet();
  world.dispatcher.setEndpoint(endpointAt(receiver, { state: 'paused' }));
  world.write(...deliveredTexts(meta(2), ['bob@example.org']).slice(0, 1));
  await world.quiet();
  await until(() => world.dispatcher.figures('whk_1').waiting === 1);
  world.clock.at += 4 * DAY;
  world.dispatcher.tidy();
  assert.equal(world.dispatcher.figures('whk_1').waiting, 0);
  assert.deepEqual(world.dispatcher.list({ webhook: 'whk_1', state: 'failed', limit: 9 })[0]?.log[0]?.[2], 'expired');
  world.clock.at += 4 * DAY;
  world.dispatcher.tidy();
  assert.deepEqual(
    world.dispatcher.list({ webhook: 'whk_1', limit: 9 }).map(({ state }) => state),
    ['failed'],
  );
});

test('a thin webhook names nobody', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver, { thin: true })]);
  world.write(...deliveredTexts(meta(1), ['bob@example.org']));
  await world.tell({
    type: 'suppression.created',
    customer: 'acme',
    data: { address: 'bob@example.org', reason: 'manual' },
  });
  await world.quiet();
  assert.equal(receiver.received.length, 3);
  for (const { body } of receiver.received)
    assert.doesNotMatch(Buffer.from(body).toString(), /@|example\.org|192\.0\.2/);
});

test('an event that was erased is not sent, and neither is one without a secret', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver, { secrets: [] })]);
  world.write(...deliveredTexts(meta(1), ['bob@example.org']).slice(0, 1));
  await wait(50);
  assert.equal(receiver.received.length, 0);
  world.trace.dropBefore(NOON + 3 * DAY);
  world.dispatcher.setEndpoint(endpointAt(receiver));
  await world.quiet();
  await until(() => world.dispatcher.figures('whk_1').waiting === 0);
  assert.equal(receiver.received.length, 0);
  assert.equal(world.dispatcher.list({ webhook: 'whk_1', limit: 1 })[0]?.log[0]?.[2], 'erased');
});

test('long words of a remote are cut, and the body stays below 20 kB', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  const long = meta(1, { sender: `${'s'.repeat(60)}@acme.example`, messageId: 'm'.repeat(30_000) });
  world.write(...deliveredTexts(long, ['bob@example.org']).slice(0, 1), bounceText(long, 'x\u0000€'.repeat(8000)));
  await world.tell({
    type: 'domain.status_changed',
    customer: 'acme',
    data: { domain: 'a.test', records: Array(2000).fill('v'.repeat(50)) },
  });
  await world.quiet();
  assert.equal(receiver.received.length, 3);
  for (const { body, event } of receiver.received) {
    assert.ok(body.length < 20_000, `${event.type} ${body.length}`);
    assert.equal(event.data['truncated'], true);
  }
});

test('a test is sent once, whatever the state is, and to that webhook alone', async () => {
  await using world = new WebhookWorld(receiver, [
    endpointAt(receiver, { state: 'paused' }),
    endpointAt(receiver, { id: 'whk_2' }),
  ]);
  await world.tell({ type: 'webhook.test', customer: 'acme', data: { webhook: 'whk_1' } });
  const [, status, result] = await world.dispatcher.test('whk_1', 1);
  assert.deepEqual([status, result], [204, 'taken']);
  await world.quiet();
  assert.equal(receiver.received.length, 1);
  receiver.answer = () => 500;
  await world.tell({ type: 'webhook.test', customer: 'acme', data: { webhook: 'whk_1' } });
  assert.deepEqual((await world.dispatcher.test('whk_1', 2)).slice(1, 3), [500, 'fault']);
  await world.pass(DAY);
  assert.equal(receiver.received.length, 2, 'no retry');
});
