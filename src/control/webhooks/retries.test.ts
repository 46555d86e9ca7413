// Endpoints that fail, are slow, are gone or come back; and restarts of the relay.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { verifyWebhook } from '../../../test/support/verify-webhook.ts';
import type { WebhookReceiver } from '../../../test/support/webhook-receiver.ts';
import { deliveredTexts } from '../../mail/trace/sample-events.ts';
import { shownSecret } from './signing.ts';
import {
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

test('what is refused is tried again for three days with the same id, and then no more', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)], { pauseAfterMs: 30 * DAY });
  receiver.answer = () => 500;
  world.write(...deliveredTexts(meta(1), ['bob@example.org']).slice(0, 1));
  await world.quiet();
  const began = world.clock.at;
  for (let hour = 0; hour < 100; hour++) {
    await world.pass(5000);
    await world.pass(HOUR - 5000);
  }
  assert.equal(receiver.ids().size, 1);
  const [delivery] = world.dispatcher.list({ webhook: 'whk_1', limit: 10 });
  assert.equal(delivery?.state, 'failed');
  assert.equal(delivery?.log.length, 10);
  const last = (delivery?.log.at(-1)?.[0] ?? 0) - began;
  assert.ok(last > 3 * DAY && last < 4 * DAY, String(last));
  const times = receiver.received.map(({ timestamp }) => timestamp);
  assert.ok(new Set(times).size >= 9, 'each attempt has its own timestamp');
  for (const webhook of receiver.received) {
    assert.equal(await verifyWebhook(webhook, webhook.signature, shownSecret(SECRET)), true);
  }
});

test('an endpoint that is back gets at once what waited', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  receiver.answer = () => 'drop';
  for (let n = 0; n < 50; n++) world.write(...deliveredTexts(meta(n), ['bob@example.org']).slice(0, 1));
  await world.quiet();
  const tried = receiver.received.length;
  assert.ok(tried < 25, `closed after a few failures, ${tried}`);
  await world.pass(2 * HOUR);
  receiver.answer = () => 204;
  receiver.received.length = 0;
  await world.pass(HOUR);
  assert.equal(receiver.ids().size, 50);
  assert.equal(world.dispatcher.figures('whk_1').waiting, 0);
  assert.equal(world.dispatcher.figures('whk_1').failing_since, null);
});

test('an endpoint that took nothing for three days is paused, its people are told; resumed, it gets what still waits', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  receiver.answer = () => 503;
  world.write(...deliveredTexts(meta(1), ['bob@example.org']).slice(0, 1));
  await world.quiet();
  for (let hour = 0; hour < 75; hour += 1) {
    await world.pass(HOUR);
    if (hour === 60) world.write(...deliveredTexts(meta(2), ['bob@example.org']).slice(0, 1));
  }
  assert.deepEqual(
    world.news.map(({ what, answer }) => [what, answer]),
    [
      ['warned', 'HTTP 503'],
      ['paused', 'HTTP 503'],
    ],
  );
  receiver.received.length = 0;
  receiver.answer = () => 204;
  await world.pass(3 * HOUR);
  assert.equal(receiver.received.length, 0, 'paused: nothing is sent');
  world.write(...deliveredTexts(meta(3), ['bob@example.org']).slice(0, 1));
  world.dispatcher.setEndpoint(endpointAt(receiver, { state: 'paused' }));
  world.dispatcher.setEndpoint(endpointAt(receiver));
  await world.quiet();
  assert.ok(receiver.ids().size >= 2, 'what came late, and while it was paused');
});

test('410 disables, Retry-After is kept to, a redirect is a failure', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '3600' } });
  world.write(...deliveredTexts(meta(1), ['bob@example.org']).slice(0, 1));
  await world.quiet();
  await world.pass(HOUR - 10_000);
  assert.equal(receiver.received.length, 1);
  receiver.answer = () => ({ status: 302, headers: { location: 'https://hooks.test/' } });
  await world.pass(11_000);
  assert.equal(receiver.received.length, 2);
  receiver.answer = () => 410;
  await world.pass(6 * HOUR);
  assert.deepEqual(
    world.news.map(({ what }) => what),
    ['gone'],
  );
  assert.deepEqual(
    world.dispatcher.list({ webhook: 'whk_1', limit: 1 })[0]?.log.map(([, status, result]) => [status, result]),
    [
      [429, 'busy'],
      [302, 'redirect'],
      [410, 'gone'],
    ],
  );
});

test('a restart in the middle loses nothing, and what comes twice has the same id', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  receiver.answer = () => (receiver.received.length > 50 && receiver.received.length % 3 === 0 ? 'silent' : 204);
  for (let n = 0; n < 300; n++) world.write(...deliveredTexts(meta(n), ['bob@example.org']));
  await until(() => receiver.received.length > 60);
  // As at a crash: nothing is said to anybody; outcomes that were not written come again.
  world.dispatcher.close();
  receiver.answer = () => 204;
  world.write(...deliveredTexts(meta(300), ['bob@example.org']));
  world.open([endpointAt(receiver)]);
  await until(() => receiver.ids().size === 602, 20_000);
  await world.quiet();
  assert.equal(receiver.ids().size, 602);
  assert.ok(receiver.received.length < 900, `${receiver.received.length} requests`);
  assert.equal(world.dispatcher.list({ webhook: 'whk_1', state: 'delivered', limit: 1000 }).length, 602);
});

test('a slow endpoint delays no other', async () => {
  const url = (path: string) => `https://hooks.test:${receiver.port}${path}`;
  await using world = new WebhookWorld(receiver, [
    endpointAt(receiver, { id: 'whk_s', url: url('/slow') }),
    endpointAt(receiver, { id: 'whk_f', url: url('/fast') }),
  ]);
  receiver.answer = ({ path }) => (path === '/slow' ? 'silent' : 204);
  for (let n = 0; n < 200; n++) world.write(...deliveredTexts(meta(n), ['bob@example.org']));
  await until(() => receiver.received.filter(({ path }) => path === '/fast').length === 400, 5000);
  assert.ok(receiver.received.filter(({ path }) => path === '/slow').length <= 8);
});

test('the backlog of a dead endpoint is bounded; what found no room can be had by its period', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)], { backlog: 100 });
  receiver.answer = () => 'drop';
  for (let n = 0; n < 150; n++) world.write(...deliveredTexts(meta(n), ['bob@example.org']).slice(0, 1));
  await until(() => world.dispatcher.figures('whk_1').dropped === 50);
  assert.equal(world.dispatcher.figures('whk_1').waiting, 100);
  receiver.answer = () => 204;
  await world.pass(HOUR);
  assert.equal(receiver.ids().size, 100);
  world.dispatcher.replay({ webhook: 'whk_1', since: NOON - 1, until: NOON + DAY });
  await until(() => receiver.ids().size === 150);
});

test('what is left of a webhook that was removed meanwhile goes with the next start', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver), endpointAt(receiver, { id: 'whk_2' })]);
  receiver.answer = () => 500;
  world.write(...deliveredTexts(meta(1), ['bob@example.org']).slice(0, 1));
  await world.quiet();
  world.dispatcher.close();
  world.open([endpointAt(receiver)]);
  assert.deepEqual(world.dispatcher.list({ webhook: 'whk_2', limit: 9 }), []);
  assert.equal(world.dispatcher.figures('whk_1').waiting, 1);
});

test('a store that was restored from a copy counts from where it was: what comes next is sent', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  await world.tell({ type: 'domain.created', customer: 'acme', data: { domain: 'one.test' } });
  await world.tell({ type: 'domain.created', customer: 'acme', data: { domain: 'two.test' } });
  await until(() => receiver.ids().size === 2);
  world.dispatcher.close();
  world.control.raw.exec("delete from control_event; update sqlite_sequence set seq = 0 where name = 'control_event'");
  world.open([endpointAt(receiver)]);
  await world.tell({ type: 'domain.created', customer: 'acme', data: { domain: 'three.test' } });
  await until(() => receiver.received.some(({ event }) => event.data['domain'] === 'three.test'));
});

test('events that an endpoint stumbles over do not keep the others from it, and are not tried more often for that', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  receiver.answer = ({ event }) => (event.type === 'message.accepted' ? 500 : 204);
  for (let n = 0; n < 40; n++) world.write(...deliveredTexts(meta(n), ['bob@example.org']));
  const delivered = () => receiver.received.filter(({ event }) => event.type !== 'message.accepted').length;
  for (let seconds = 0; seconds < 600; seconds += 5) await world.pass(5000);
  assert.equal(delivered(), 40);
  const tries = Map.groupBy(receiver.received, ({ id }) => id);
  assert.ok(Math.max(...[...tries.values()].map((list) => list.length)) <= 4);
});

test('an endpoint that refuses some events is not closed for that', async () => {
  await using world = new WebhookWorld(receiver, [endpointAt(receiver)]);
  receiver.answer = ({ event }) => (event.type === 'message.accepted' ? 400 : 204);
  for (let n = 0; n < 40; n++) world.write(...deliveredTexts(meta(n), ['bob@example.org']).slice(0, 1));
  await world.quiet();
  world.write(...deliveredTexts(meta(41), ['bob@example.org']));
  await world.quiet();
  assert.equal(receiver.received.filter(({ event }) => event.type !== 'message.accepted').length, 1);
  assert.equal(receiver.received.length, 42);
});
