// Who sees what of messages: content for a reason that the customer sees, subjects with the same permission, and the audit
// of it all from the command line.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCli } from '../../src/control/cli/main.ts';
import { type Caller, OTHER, OWN, RolesWorld } from '../support/roles-world.ts';
import { until } from '../support/until.ts';

const world = new RolesWorld();
let engineer: Caller;
before(async () => {
  await world.start();
  engineer = await world.person('mail_engineer', undefined);
});
after(() => world.end());

const read = (caller: Caller, reason: unknown, id = world.objects['id']) =>
  world.ask(caller, { method: 'POST', path: `/api/v1/queue/messages/${id}/content`, body: JSON.stringify({ reason }) });
const json = (body: string) => JSON.parse(body) as Record<string, unknown>;

test('content is read for a reason, which the customer sees, and nobody else', async () => {
  for (const reason of [undefined, '', '   ', 'a', 5]) assert.equal((await read(engineer, reason)).status, 400);
  const answer = await read(engineer, 'ticket 4711: attachment arrives broken');
  assert.equal(answer.status, 200, answer.body);
  const { content, customer, truncated, size } = json(answer.body);
  const text = Buffer.from(String(content), 'base64').toString();
  assert.match(text, /Subject: to someone@elsewhere\.test\r\n\r\nHello\.\r\n$/);
  assert.deepEqual([customer, truncated, size], [OWN, false, text.length]);

  const path = `/api/v1/customers/${OWN}/privacy/content-access`;
  const own = await world.ask(await world.person('customer_administrator', OWN), { method: 'GET', path });
  const [entry] = json(own.body)['entries'] as Record<string, unknown>[];
  assert.equal(entry?.['object'], `message ${world.objects['id']}`);
  assert.equal(entry?.['reason'], 'ticket 4711: attachment arrives broken');
  assert.match(String(entry?.['who']), /^mail_engineer-/);
  assert.equal(entry?.['from'], null, 'where the operator’s people sit is none of its business');
  const other = await world.ask(await world.person('customer_administrator', OTHER), { method: 'GET', path });
  assert.equal(other.status, 404);
  assert.ok(!world.logged.some((line) => line.includes('Hello.')), 'content is in no log');
});

test('who may not gets nothing, and leaves no entry', async () => {
  const entries = () => world.relay.control.audit({ limit: 1000, action: 'content_read' });
  const before = (await entries()).length;
  assert.equal((await read(await world.person('service_desk', undefined), 'curious')).status, 403);
  assert.equal((await read(await world.person('auditor', undefined), 'curious')).status, 403);
  assert.equal(
    (await read(await world.person('administrator', undefined, { steppedUp: false }), 'curious')).status,
    403,
  );
  assert.equal((await read(await world.person('customer_administrator', OTHER), 'curious')).status, 404);
  assert.equal((await read(engineer, 'no such message', '00000000000000000')).status, 404);
  assert.equal((await entries()).length, before);
});

test('subjects are for holders of messages:content, in lists, in one message and in what is found', async () => {
  const find = async (caller: Caller, q: string) => {
    const { body } = await world.ask(caller, { method: 'GET', path: `/api/v1/trace?q=${encodeURIComponent(q)}` });
    return json(body)['entries'] as { subject?: string }[];
  };
  const desk = await world.person('service_desk', undefined);
  const word = 'to:someone@elsewhere.test';
  assert.equal((await find(engineer, word))[0]?.subject, 'to someone@elsewhere.test');
  assert.deepEqual(
    (await find(desk, word)).map(({ subject }) => subject),
    [undefined],
  );
  // A word of the subject alone.
  assert.equal((await find(engineer, '"to"')).length, 1);
  assert.equal((await find(desk, '"to"')).length, 0);
  const path = `/api/v1/trace/messages/${world.objects['id']}`;
  assert.match((await world.ask(engineer, { method: 'GET', path })).body, /"subject"/);
  assert.doesNotMatch((await world.ask(desk, { method: 'GET', path })).body, /"subject"/);
  const queued = `/api/v1/queue/messages/${world.objects['id']}`;
  assert.match((await world.ask(engineer, { method: 'GET', path: queued })).body, /"subject"/);
  const viewer = await world.person('customer_viewer', OWN);
  for (const caller of [desk, viewer]) {
    const { status, body } = await world.ask(caller, { method: 'GET', path: queued });
    assert.equal(status, 200);
    assert.doesNotMatch(body, /"subject"|to someone@/, 'the queue tells it no more than the trace');
  }
});

test('explain: about one’s own alone', async () => {
  const [own, other] = [
    await world.person('customer_administrator', OWN),
    await world.person('customer_administrator', OTHER),
  ];
  const explain = (caller: Caller, ip: string, from: string, to: string) =>
    world.ask(caller, { method: 'GET', path: `/api/v1/explain?${new URLSearchParams({ ip, from, to }).toString()}` });
  const mine = await explain(own, '127.0.0.1', 'a@acme.test', 'b@elsewhere.test');
  assert.equal(json(mine.body)['customer'], OWN, mine.body);
  assert.equal((await explain(other, '127.0.0.1', 'a@acme.test', 'b@elsewhere.test')).status, 404);
  assert.equal((await explain(other, '192.0.2.77', 'x@example.org', 'b@acme.test')).status, 404);
  const inward = await explain(own, '192.0.2.77', 'x@example.org', 'b@acme.test');
  assert.equal(inward.status, 200);
  // Mail to another customer stays inside: where its mail host is, is its own matter.
  const across = await explain(own, '127.0.0.1', 'a@acme.test', 'b@globex.test');
  assert.equal(across.status, 200);
  assert.ok(!('route' in json(across.body)), across.body);
  // Nor is who it is, where a refusal is about it.
  const suspended = await world.make('POST', `/customers/${OTHER}/suspensions`, { reason: 'a test of explain' });
  const refused = await explain(own, '127.0.0.1', 'stranger@example.org', 'b@globex.test');
  assert.match(refused.body, /"verdict":"refused"/);
  assert.doesNotMatch(refused.body, new RegExp(`${OTHER}(?!\\.test)`), refused.body);
  const path = `/customers/${OTHER}/suspensions/${String(suspended['id'])}/lift`;
  await world.make('POST', path, { reason: 'the test is over' });
});

test('mail to another customer: its mail host is shown to the operator alone', async () => {
  const hosts = `/customers/${OTHER}/mailhosts`;
  await world.make('POST', hosts, { host: '127.0.0.99', port: 9 });
  const id = await world.send('bob@globex.test');
  const secret = /127\.0\.0\.99/;
  const paths = [`/api/v1/trace/messages/${id}`, `/api/v1/queue/messages/${id}`, '/api/v1/queue/recipients'];
  const shown = async (path: string) => secret.test((await world.ask(engineer, { method: 'GET', path })).body);
  await until('the attempt and its event', async () => {
    const all = await Promise.all(paths.map(shown));
    return all.every((one) => one) || undefined;
  });
  const own = await world.person('customer_administrator', OWN);
  for (const path of paths) {
    const { status, body } = await world.ask(own, { method: 'GET', path });
    assert.equal(status, 200, path);
    assert.ok(body.includes('bob@globex.test'), path);
    assert.doesNotMatch(body, secret, path);
  }
});

test('who asks to send for a domain: its owner hears of the customer, not of its people', async () => {
  const asker = await world.person('customer_administrator', OTHER);
  const path = `/api/v1/customers/${OTHER}/grants`;
  const asked = await world.ask(asker, { method: 'POST', path, body: '{"domain":"acme.test","stream":"*"}' });
  assert.ok(asked.status < 300, asked.body);
  const granted = `/api/v1/customers/${OWN}/granted`;
  const seen = await world.ask(await world.person('customer_viewer', OWN), { method: 'GET', path: granted });
  assert.match(seen.body, new RegExp(`"customer":"${OTHER}"`));
  assert.doesNotMatch(seen.body, /@globex|customer_administrator-|@other/);
  assert.match(seen.body, /"asked_by":null/);
  assert.match(
    (await world.ask(engineer, { method: 'GET', path: granted })).body,
    /"asked_by":"customer_administrator-/,
  );
});

test('the audit on the command line, over the network', async () => {
  const auditor = await world.key('auditor', ['audit:read']);
  const file = join(world.dataDir, 'auditor.key');
  writeFileSync(file, auditor.headers['authorization']?.replace('Bearer ', '') ?? '', { mode: 0o600 });
  const easymail = async (...args: string[]) => {
    let out = '';
    let err = '';
    const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), env: {} };
    const code = await runCli([...args, '--url', world.config.http.url, '--key-file', file], io);
    return { code, out, err };
  };
  const whole = await easymail('audit', 'verify');
  assert.deepEqual([whole.code, whole.err], [0, '']);
  assert.match(whole.out, /as it was written/);
  const listed = await easymail('audit', 'list', '--action', 'content_read', '--json');
  assert.equal(listed.out.trim().split('\n').length, 1);
  assert.match((await easymail('audit', 'list', '--customer', OWN, '--since', '2026-01-01')).out, /ticket 4711/);
  assert.equal((await easymail('audit', 'list', '--since', 'soon')).code, 1);
  const { raw } = world.relay.control.database;
  raw.exec("drop trigger audit_is_not_changed; update audit set reason = 'nothing' where action = 'content_read'");
  const tampered = await easymail('audit', 'verify');
  assert.equal(tampered.code, 1);
  assert.match(tampered.out, /NOT as it was written:\n {2}entry \d+ was changed/);
  assert.equal(json((await easymail('audit', 'verify', '--json')).out)['ok'], false);
  assert.ok(world.logged.some((line) => line.includes('alarm raised') && line.includes('"audit"')));
});
