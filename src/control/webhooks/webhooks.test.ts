// The service over a real store and a real thread: what is kept, who is told, whose events are watched.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import { verifyWebhook } from '../../../test/support/verify-webhook.ts';
import type { WebhookReceiver } from '../../../test/support/webhook-receiver.ts';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { Watched } from '../../mail/trace/trace.ts';
import { type Config, configSchema } from '../../platform/config/schema.ts';
import { createTestLog } from '../../platform/log.ts';
import { createSecretBox } from '../../platform/secret-box.ts';
import { makeStep } from '../customers/step.ts';
import { startReceiver, until } from './testing/webhook-world.ts';
import { watchedInStore } from './watched.ts';
import { openWebhooks, type Webhooks } from './webhooks.ts';

const BY = { who: 'tester' };
const ANY = { any: true } as const;

let receiver: WebhookReceiver;

before(async () => {
  receiver = await startReceiver();
});
after(() => receiver?.[Symbol.asyncDispose]());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = () => 204;
});

class ServiceWorld {
  readonly control = new ControlWorld();
  readonly clock = { at: Date.now(), now: () => this.clock.at, monotonic: () => performance.now() };
  readonly watched: Watched[] = [];
  readonly told: { kind: string; to: string; values: Record<string, unknown> }[] = [];
  readonly restarted: string[] = [];
  masters = [randomBytes(32)];
  webhooks: Webhooks;

  constructor() {
    mkdirSync(join(this.control.folder, 'trace'));
    writeFileSync(join(this.control.folder, 'ca.pem'), receiver.ca);
    this.webhooks = this.open();
  }

  get db() {
    return this.control.control.database.db;
  }

  open(): Webhooks {
    const { shape } = configSchema;
    const config = {
      node: { data_dir: this.control.folder },
      log: { level: 'error' },
      dns: { servers: [{ host: '127.0.0.1', port: 9 }], timeout: 100 },
      trace: shape.trace.parse({}),
      webhooks: shape.webhooks.parse({ allow_private: true, ca: join(this.control.folder, 'ca.pem') }),
    } as unknown as Config;
    this.webhooks = openWebhooks({
      database: this.control.control.database,
      changes: this.control.control.changes,
      clock: this.clock,
      log: createTestLog(),
      config: () => config,
      box: createSecretBox(this.masters, 'webhooks'),
      alarms: () => ({ threadRestarted: (name: string) => this.restarted.push(name) }) as unknown as AlarmWatch,
      watch: (watched) => this.watched.push(watched),
      lastMs: 500,
      tell: async (kind, to, values) => {
        this.told.push({ kind, to: to.address, values: { ...values } });
        return { kind: 'withheld' };
      },
    });
    return this.webhooks;
  }

  create(customer?: string, types = ['*']) {
    const url = `https://127.0.0.1:${receiver.port}/hook/secret-path?token=hidden`;
    return this.webhooks.create(BY, {
      url,
      description: '',
      types,
      thin: false,
      signing: 'hmac',
      ...(customer !== undefined && { customer }),
    });
  }

  async person(email: string, customer: string | null, role: string): Promise<void> {
    await this.db
      .insertInto('person')
      .values({
        id: email,
        name: email,
        email,
        display_name: email,
        language: 'fr',
        role: role as 'administrator',
        customer,
        state: 'active',
        totp_step: 0,
        made_at: 0,
        made_by: 'tester',
        version: 1,
      } as never)
      .execute();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.webhooks.close();
    await this.control.end();
  }
}

test('the trace watches those who have a webhook for messages, and nobody else', async () => {
  await using world = new ServiceWorld();
  const last = () => world.watched.at(-1);
  await world.create('acme', ['domain.*']);
  assert.equal(last(), undefined, 'nothing to tell');
  const acme = await world.create('acme', ['message.recipient.bounced']);
  await world.create('globex', ['message.*']);
  assert.deepEqual(last(), ['acme', 'globex']);
  assert.deepEqual(watchedInStore(world.control.control.database.raw), ['acme', 'globex']);
  const all = await world.create(undefined, ['*']);
  assert.equal(last(), 'all');
  await world.webhooks.remove(BY, all.id, ANY);
  await world.webhooks.setState(BY, acme.id, { state: 'disabled', reason: 'hand' });
  assert.deepEqual(last(), ['globex']);
  await world.webhooks.change(BY, acme.id, { types: ['domain.*'] }, ANY);
  await world.webhooks.setState(BY, acme.id, { state: 'active', reason: null });
  assert.deepEqual(last(), ['globex']);
  await world.webhooks.change(BY, acme.id, { types: ['message.held'] }, ANY);
  assert.deepEqual(last(), ['acme', 'globex']);
});

test('secrets are sealed, shown once, and never in the audit; nor are the paths of URLs', async () => {
  await using world = new ServiceWorld();
  const made = await world.create('acme');
  const secret = made.shown.secret ?? '';
  assert.match(secret, /^whsec_/);
  const rows = await world.db.selectFrom('webhook_secret').selectAll().execute();
  const octets = Buffer.from(secret.slice('whsec_'.length), 'base64');
  assert.equal(rows.length, 1);
  assert.equal(Buffer.from(rows[0]?.sealed ?? []).includes(octets), false);
  await world.webhooks.change(BY, made.id, { url: `https://127.0.0.1:${receiver.port}/other` }, ANY);
  await world.webhooks.rotate(BY, made.id, 3_600_000);
  const audit = JSON.stringify(await world.control.control.audit({ limit: 100 }));
  for (const word of ['whsec_', secret.slice(6), 'secret-path', 'hidden'])
    assert.equal(audit.includes(word), false, word);
  assert.match(audit, /secret rotated/);
});

test('a changed secret signs beside the old one until its time is over', async () => {
  await using world = new ServiceWorld();
  const { id, shown } = await world.create('acme');
  const rotated = await world.webhooks.rotate(BY, id, 3_600_000);
  assert.equal((await world.webhooks.test(BY, id)).attempt[2], 'taken');
  const first = receiver.received[0];
  assert.ok(first !== undefined);
  assert.equal(await verifyWebhook(first, first.signature, shown.secret ?? ''), true);
  assert.equal(await verifyWebhook(first, first.signature, rotated.shown.secret ?? ''), true);
  // The store's clock stands in the year 2027.
  world.clock.at = 1_800_000_000_000 + 3_600_001;
  await world.db.updateTable('webhook_secret').set({ until: 1 }).where('until', 'is not', null).execute();
  await world.webhooks.look();
  await world.webhooks.test(BY, id);
  const second = receiver.received[1];
  assert.ok(second !== undefined);
  assert.equal(await verifyWebhook(second, second.signature, shown.secret ?? ''), false);
  assert.equal(await verifyWebhook(second, second.signature, rotated.shown.secret ?? ''), true);
  for (let times = 0; times < 4; times++) await world.webhooks.rotate(BY, id, 3_600_000);
  await assert.rejects(world.webhooks.rotate(BY, id, 3_600_000), { status: 409 });
});

test('with overlap 0 the former secret counts for nothing at once', async () => {
  await using world = new ServiceWorld();
  const { id, shown } = await world.create('acme');
  const rotated = await world.webhooks.rotate(BY, id, 0);
  await world.webhooks.test(BY, id);
  const [got] = receiver.received;
  assert.ok(got !== undefined);
  assert.equal(await verifyWebhook(got, got.signature, shown.secret ?? ''), false);
  assert.equal(await verifyWebhook(got, got.signature, rotated.shown.secret ?? ''), true);
});

test('one that says 410 is disabled, and its own administrators are told, in the language of each', async () => {
  await using world = new ServiceWorld();
  await world.person('admin@acme.test', 'acme', 'customer_administrator');
  await world.person('viewer@acme.test', 'acme', 'customer_viewer');
  await world.person('admin@globex.test', 'globex', 'customer_administrator');
  await world.person('admin@operator.test', null, 'administrator');
  receiver.answer = () => 410;
  const { id } = await world.create('acme', ['domain.*']);
  await world.control.control.changes.make(BY, async () => ({
    result: undefined,
    audit: [],
    events: [{ type: 'domain.created', customer: 'acme', data: { domain: 'acme.test' } }],
  }));
  // The store's clock and the thread's are not the same here: its events are of the future.
  world.webhooks.eventsWritten();
  await until(() => world.told.length > 0);
  assert.deepEqual(
    world.told.map(({ kind, to }) => [kind, to]),
    [['webhook_paused', 'admin@acme.test']],
  );
  assert.equal(world.told[0]?.values['answer'], 'HTTP 410');
  assert.doesNotMatch(String(world.told[0]?.values['url']), /token/);
  const row = await world.webhooks.get(id);
  assert.deepEqual([row.state, row.reason], ['disabled', 'gone']);
  receiver.answer = () => 204;
  assert.deepEqual((await world.webhooks.test(BY, id)).resumed, false, 'that is for a person to say');
  await world.webhooks.setState(BY, id, { state: 'active', reason: null });
  await until(() => receiver.received.some(({ event }) => event.type === 'domain.created'));
  await until(() => receiver.received.filter(({ event }) => event.type === 'domain.created').length >= 2);
});

test('one that was paused because it failed is resumed by a test that is taken; one paused by hand is not', async () => {
  await using world = new ServiceWorld();
  const { id } = await world.create('acme');
  for (const [reason, resumed] of [
    ['failing', true],
    ['hand', false],
  ] as const) {
    await world.webhooks.setState(BY, id, { state: 'paused', reason });
    receiver.answer = () => 500;
    assert.equal((await world.webhooks.test(BY, id)).resumed, false);
    receiver.answer = () => 204;
    assert.equal((await world.webhooks.test(BY, id)).resumed, resumed);
    assert.equal((await world.webhooks.get(id)).state, resumed ? 'active' : 'paused');
  }
});

test('two who change the same thing: the second is told so', async () => {
  await using world = new ServiceWorld();
  const { id, version } = await world.create('acme');
  const expected = { tags: new Set([`"${version}"`]) };
  const both = await Promise.allSettled([
    world.webhooks.change(BY, id, { description: 'one' }, expected),
    world.webhooks.change(BY, id, { description: 'two' }, expected),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await world.webhooks.get(id)).description, 'one');
  await assert.rejects(world.webhooks.remove(BY, id, expected), { status: 412 });
});

test('a customer that is removed takes its webhooks along; others stay', async () => {
  await using world = new ServiceWorld();
  const { id } = await world.create('acme');
  const other = await world.create('globex');
  await world.webhooks.test(BY, id);
  const deaf = await world.create('acme', ['domain.*']);
  const remove = (customer: string) =>
    makeStep(world.control.control.changes, BY, async (step) => {
      await world.webhooks.erase(step, customer);
      for (const type of ['customer.removed', 'domain.removed'] as const)
        step.events.push({ type, customer, data: { customer } });
    });
  await remove('acme');
  await assert.rejects(world.webhooks.get(id), { status: 404 });
  await assert.rejects(world.webhooks.get(deaf.id), { status: 404 });
  // Its last word, and after a moment nothing is known of any of them.
  const heard = () => receiver.received.filter(({ event }) => event.type !== 'webhook.test').map(({ event }) => event);
  world.webhooks.eventsWritten();
  await until(() => heard().some(({ customer_id }) => customer_id === 'acme'));
  const left = async () => [
    ...(await world.webhooks.deliveries({ webhook: id, limit: 10 })),
    ...(await world.webhooks.deliveries({ webhook: deaf.id, limit: 10 })),
  ];
  for (let tries = 0; tries < 200 && (await left()).length > 0; tries++) await new Promise((go) => setTimeout(go, 10));
  assert.deepEqual(await left(), []);
  assert.equal((await world.webhooks.list({ limit: 10 })).length, 1);
  assert.equal((await world.webhooks.test(BY, other.id)).attempt[2], 'taken');
});

test('after the master key was changed secrets are sealed anew, and sign as before', async () => {
  await using world = new ServiceWorld();
  const { id, shown } = await world.create('acme');
  await world.webhooks.close();
  const present = randomBytes(32);
  world.masters = [present, ...world.masters];
  world.open();
  const { master } = createSecretBox([present], 'webhooks');
  const sealedAnew = async () =>
    (await world.db.selectFrom('webhook_secret').select('master').execute()).every((row) => row.master === master);
  for (let tries = 0; tries < 200 && !(await sealedAnew()); tries++) await new Promise((go) => setTimeout(go, 10));
  await world.webhooks.close();
  world.masters = [present];
  world.open();
  await world.webhooks.test(BY, id);
  const [got] = receiver.received;
  assert.ok(got !== undefined);
  assert.equal(await verifyWebhook(got, got.signature, shown.secret ?? ''), true);
});

test('there are twenty for a customer, and for each', async () => {
  await using world = new ServiceWorld();
  for (let n = 0; n < 20; n++) await world.create('acme', ['domain.*']);
  await assert.rejects(world.create('acme'), { status: 409 });
  await world.create('globex');
  const first = await world.webhooks.list({ customer: 'acme', limit: 15 });
  const rest = await world.webhooks.list({ customer: 'acme', limit: 15, after: first.at(-1)?.row.id ?? '' });
  assert.equal(new Set([...first, ...rest].map(({ row }) => row.id)).size, 20);
});
