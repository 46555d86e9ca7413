// What people make of the trace: exports, links to a message, saved searches; and that an erasure reaches them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Caller, OTHER, OWN, RolesWorld } from '../support/roles-world.ts';
import { until } from '../support/until.ts';

const world = new RolesWorld();
let member: Caller;
let administrator: Caller;
let stranger: Caller;
let message: string;

before(async () => {
  await world.start();
  member = await world.person('customer_member', OWN);
  administrator = await world.person('customer_administrator', OWN);
  stranger = await world.person('customer_administrator', OTHER);
  message = await world.send('=cmd@victim.test');
  await until('the message to be in the trace', async () => {
    const { entries } = await get<Rows>(
      member,
      `/trace/recipients?q=${encodeURIComponent('domain:victim.test status:deferred')}`,
    );
    return entries.length === 1 ? true : undefined;
  });
});
after(async () => {
  await world.end();
});

interface Rows {
  entries: Record<string, unknown>[];
  next?: string;
  searched_to?: string;
}

interface Export {
  id: string;
  state: string;
  rows: number;
  fault: string | null;
}

async function get<T>(caller: Caller, path: string): Promise<T> {
  const answer = await world.ask(caller, { method: 'GET', path: `/api/v1${path}` });
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body) as T;
}

async function post(caller: Caller, path: string, body: unknown) {
  const answer = await world.ask(caller, { method: 'POST', path: `/api/v1${path}`, body: JSON.stringify(body) });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.body) as Record<string, unknown> };
}

async function statusOf(caller: Caller, method: string, path: string): Promise<number> {
  return (await world.ask(caller, { method, path: `/api/v1${path}` })).status;
}

async function exported(caller: Caller, asked: unknown): Promise<Export> {
  const made = await post(caller, '/exports', asked);
  assert.equal(made.status, 202, JSON.stringify(made.body));
  return until('the export to be over', async () => {
    const shown = await get<Export>(caller, `/exports/${String(made.body['id'])}`);
    return ['queued', 'running'].includes(shown.state) ? undefined : shown;
  });
}

test('a list has a line a recipient, with what the last attempt came to', async () => {
  const { entries } = await get<Rows>(member, '/trace/recipients?q=to:%3Dcmd@victim.test');
  const [row] = entries;
  assert.equal(row?.['status'], 'deferred');
  assert.equal(row['class'], 'technical');
  assert.equal(row['permanence'], 'temporary');
  assert.equal(row['id'], message);
  assert.equal((await get<Rows>(stranger, '/trace/recipients')).entries.length, 0);
  assert.equal(await statusOf(stranger, 'GET', `/trace/recipients?customer=${OWN}`), 404);
});

test('an export is a table, in which nothing is a formula; only who asked sees it, and it can be deleted', async () => {
  const done = await exported(member, { query: 'domain:victim.test', columns: ['to', 'status', 'subject'] });
  assert.deepEqual([done.state, done.rows], ['done', 1], JSON.stringify(done));
  const file = await world.ask(member, { method: 'GET', path: `/api/v1/exports/${done.id}/file` });
  assert.equal(file.status, 200);
  assert.match(String(file.headers['content-type']), /^text\/csv/);
  assert.match(String(file.headers['content-disposition']), /^attachment; filename="messages-[0-9a-f]{8}\.csv"$/);
  assert.equal(file.body, "\ufeffto,status,subject\n'=cmd@victim.test,deferred,\n");
  for (const other of [administrator, stranger]) {
    assert.equal(await statusOf(other, 'GET', `/exports/${done.id}`), 404);
    assert.equal(await statusOf(other, 'GET', `/exports/${done.id}/file`), 404);
  }
  const { entries } = await get<Rows>(world.owner, `/audit?object=${encodeURIComponent(`export ${done.id}`)}`);
  assert.deepEqual(
    entries.map(({ action }) => action),
    ['fetched', 'made'],
  );
  assert.ok(!JSON.stringify(entries).includes('victim.test'), 'the audit names nobody');
  assert.equal(await statusOf(member, 'DELETE', `/exports/${done.id}`), 204);
  assert.equal(await statusOf(member, 'GET', `/exports/${done.id}`), 404);
});

test('a query that cannot be understood is refused with its field, and another customer is none', async () => {
  const faulty = await post(member, '/exports', { query: 'status:nonsense' });
  assert.equal(faulty.status, 422);
  assert.equal((faulty.body['errors'] as { field: string }[])[0]?.field, 'query');
  assert.equal((await post(member, '/exports', { customer: OTHER })).status, 404);
});

test('files of exports lie on the disk of the mail: one who has many deletes one first', async () => {
  const { db } = world.relay.control.database;
  const { id } = await exported(administrator, { query: 'domain:victim.test' });
  const row = await db.selectFrom('message_export').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const more = Array.from({ length: 19 }, (_, n) => ({ ...row, id: `exp_${n.toString(16).padStart(24, '0')}` }));
  await db.insertInto('message_export').values(more).execute();
  assert.equal((await post(administrator, '/exports', {})).status, 409);
  for (const one of [row, ...more]) assert.equal(await statusOf(administrator, 'DELETE', `/exports/${one.id}`), 204);
  assert.equal((await exported(administrator, { query: 'domain:victim.test' })).state, 'done');
});

test('an export that a stop interrupted is written after the next start; one interrupted again and again fails', async () => {
  const { db } = world.relay.control.database;
  const done = await exported(member, { query: 'domain:victim.test' });
  await db.updateTable('message_export').set({ state: 'running', tries: 1 }).where('id', '=', done.id).execute();
  const tired = await exported(member, { query: 'domain:victim.test' });
  await db.updateTable('message_export').set({ state: 'running', tries: 3 }).where('id', '=', tired.id).execute();
  // The next one wakes the same loop as a start does.
  await exported(member, {});
  assert.equal((await get<Export>(member, `/exports/${done.id}`)).state, 'done');
  const failed = await get<Export>(member, `/exports/${tired.id}`);
  assert.deepEqual([failed.state, failed.fault], ['failed', 'interrupted']);
});

test('a link shows the message masked to whoever has it, until it is revoked', async () => {
  const made = await post(member, `/trace/messages/${message}/shares`, { hours: 2 });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const token = /#([A-Za-z0-9_-]{43})$/.exec(String(made.body['url']))?.[1] ?? '';
  const nobody: Caller = { name: 'nobody', headers: {} };
  const shown = await post(nobody, '/shared-message', { token });
  assert.equal(shown.status, 200, JSON.stringify(shown.body));
  assert.match(String(shown.headers['x-robots-tag']), /noindex/);
  const text = JSON.stringify(shown.body);
  assert.deepEqual(shown.body['recipients'], [{ index: 0, address: '=***@victim.test', status: 'deferred' }]);
  assert.ok(!text.includes('=cmd'), text);
  for (const field of ['helo', 'hidden', 'pool', 'login', 'details']) assert.ok(!text.includes(`"${field}"`), text);
  const { entries } = await get<Rows>(administrator, `/trace/messages/${message}/shares`);
  assert.deepEqual([entries[0]?.['views'], entries[0]?.['state']], [1, 'open']);
  assert.ok(!JSON.stringify(entries).includes(token), 'the token is shown once');
  const share = `/shares/${String(made.body['id'])}`;
  assert.equal(await statusOf(stranger, 'DELETE', share), 404);
  assert.equal(await statusOf(administrator, 'DELETE', share), 204);
  assert.equal((await post(nobody, '/shared-message', { token })).status, 410);
  assert.equal((await post(nobody, '/shared-message', { token: 'A'.repeat(43) })).status, 410);
});

test('a link ends at its time, and shows a subject only where one who may read it says so', async () => {
  assert.equal((await post(member, `/trace/messages/${message}/shares`, { subject: true })).status, 403);
  assert.equal((await post(stranger, `/trace/messages/${message}/shares`, {})).status, 404);
  const made = await post(administrator, `/trace/messages/${message}/shares`, { subject: true });
  assert.equal(made.status, 201);
  const { db } = world.relay.control.database;
  await db
    .updateTable('message_share')
    .set({ expires_at: Date.now() - 1 })
    .where('id', '=', String(made.body['id']))
    .execute();
  const token = String(made.body['url']).split('#')[1];
  assert.equal((await post({ name: 'nobody', headers: {} }, '/shared-message', { token })).status, 410);
});

test("saved searches are each one's own, and one of the same name takes the place of the other", async () => {
  const search = { page: 'messages', name: 'Bounces', search: { status: 'bounced' } };
  assert.equal((await post(member, '/account/searches', search)).status, 201);
  assert.equal((await post(member, '/account/searches', { ...search, search: { status: 'expired' } })).status, 201);
  const { entries } = await get<Rows>(member, '/account/searches?page=messages');
  assert.deepEqual(
    entries.map((one) => one['search']),
    [{ status: 'expired' }],
  );
  assert.deepEqual((await get<Rows>(administrator, '/account/searches?page=messages')).entries, []);
  const path = `/account/searches/${String(entries[0]?.['id'])}`;
  assert.equal(await statusOf(administrator, 'DELETE', path), 404);
  assert.equal(await statusOf(member, 'DELETE', path), 204);
});

test('an erasure reaches exports and saved searches, and what a link shows', async () => {
  const address = 'forgotten@erase.test';
  const id = await world.send(address);
  await until('the message to be in the trace', async () => {
    const { entries } = await get<Rows>(member, '/trace/recipients?q=domain:erase.test');
    return entries.length === 1 ? true : undefined;
  });
  const named = await exported(member, { query: `to:${address}` });
  const holding = await exported(world.owner, { query: 'domain:erase.test' });
  const apart = await exported(member, { query: 'domain:victim.test' });
  const kept = { page: 'messages', name: 'Other', search: { to: 'somebody@erase.test' } };
  await post(member, '/account/searches', { ...kept, name: 'Them', search: { q: `"${address}"` } });
  await post(member, '/account/searches', kept);
  const link = await post(member, `/trace/messages/${id}/shares`, {});
  const request = { kind: 'erasure', address, reason: 'asked by letter' };
  assert.equal((await post(administrator, `/customers/${OWN}/privacy/requests`, request)).status, 202);
  await world.relay.services.privacy.idle();
  assert.equal(await statusOf(member, 'GET', `/exports/${named.id}`), 404);
  assert.equal((await get<Export>(world.owner, `/exports/${holding.id}`)).fault, 'erased');
  assert.equal(await statusOf(world.owner, 'GET', `/exports/${holding.id}/file`), 410);
  assert.equal((await get<Export>(member, `/exports/${apart.id}`)).state, 'done');
  const { entries } = await get<Rows>(member, '/account/searches?page=messages');
  assert.deepEqual(
    entries.map(({ name }) => name),
    ['Other'],
  );
  const token = String(link.body['url']).split('#')[1];
  const shown = await post({ name: 'nobody', headers: {} }, '/shared-message', { token });
  assert.ok(!JSON.stringify(shown.body).includes('forgotten'), JSON.stringify(shown.body));
});
