// What is done to very many at once: told first, done step by step while mail goes on, stopped, and gone on with after a
// restart; in the queue and in quarantine.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sendOne, waitForEvent } from '../support/mail.ts';
import { acmeProvision, callApi, type Relay, type RelayOptions, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const EACH = 700;
const BOTH = 2 * EACH;

const ADDRESSES = ['127.0.0.1', '127.0.0.2'].map((ip, i) => ({
  ip,
  hostname: `out${i}.relay.test`,
  state: 'active',
}));

let folder: TemporaryFolder;
let receiver: ScriptedReceiver;
let relay: Relay;

const options = (): RelayOptions => ({
  folder: folder.path,
  apply: { ...acmeProvision(), pool: [{ name: 'standard', addresses: ADDRESSES }] },
  config: {
    route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
    retry: { first: '1h', longest: '1h' },
  },
});

async function api(method: string, path: string, body?: unknown): Promise<{ status: number; body: never }> {
  const answer = await callApi(relay.dataDir, { method, path, ...(body !== undefined && { body }) });
  return { status: answer.status, body: JSON.parse(answer.body) as never };
}

async function sendMany(to: readonly string[]): Promise<string> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const content = Buffer.from('From: <a@acme.test>\r\nSubject: many\r\n\r\nHello.\r\n');
  const reply = await client.message({ from: 'a@acme.test', to: [...to], content });
  await client.quit();
  return /queued as (\w+)/.exec(reply.text)?.[1] ?? assert.fail(reply.text);
}

interface Job {
  id: string;
  state: string;
  total: number;
  changed: number;
  skipped: number;
  who: string;
  reason: string | null;
  query: Record<string, unknown>;
}

async function ended(part: 'queue' | 'quarantine', { id }: Job): Promise<Job> {
  return until('the job to end', async () => {
    const { body: job } = (await api('GET', `/api/v1/${part}/jobs/${id}`)) as { body: Job };
    return job.state === 'running' ? undefined : job;
  });
}

before(async () => {
  folder = temporaryFolder('bulk');
  receiver = await startReceiver({ rcpt: (_argument) => '451 4.2.1 not now' });
  relay = await startRelay(options());
  const many = (name: string) => Array.from({ length: EACH }, (_, i) => `u${i}@${name}.test`);
  await sendMany(many('first'));
  await sendMany(many('second'));
  const all = async () => ((await relay.counts()).deferred === BOTH ? true : undefined);
  await until('all to be put off', all, 60_000);
});
after(async () => {
  await relay?.stop();
  await receiver?.close();
  folder?.remove();
});

test('the queue in groups: by destination, customer, sender, and address of ours', async () => {
  const groups = async (by: string) => {
    const { body } = (await api('GET', `/api/v1/queue/groups?by=${by}`)) as {
      body: { groups: Record<string, unknown>[] };
    };
    return body.groups.map(({ name, recipients, deferred, pool }) => [name, recipients, deferred, pool]);
  };
  assert.deepEqual(await groups('destination'), [
    ['first.test', EACH, EACH, null],
    ['second.test', EACH, EACH, null],
  ]);
  assert.deepEqual(await groups('customer'), [['acme', BOTH, BOTH, null]]);
  assert.deepEqual(await groups('sender'), [['a@acme.test', BOTH, BOTH, null]]);
});

interface AddressGroup {
  name: string;
  pool: string;
  recipients: number;
  held: number;
}

async function byAddress(more = ''): Promise<AddressGroup[]> {
  const { body } = (await api('GET', `/api/v1/queue/groups?by=address${more}`)) as { body: { groups: AddressGroup[] } };
  return body.groups;
}

test('by an address of ours: what is counted, listed and told before is what a verb is done to', async () => {
  // One transaction, many destinations: they are shared out among the addresses.
  const to = Array.from({ length: 24 }, (_, i) => `x@shared${i}.test`);
  const id = await sendMany(to);
  const all = async () => ((await relay.counts()).deferred === BOTH + to.length ? true : undefined);
  await until('all to be put off', all);
  const groups = await byAddress(`&id=${id}`);
  assert.deepEqual(groups.map(({ name }) => name).toSorted(), ['127.0.0.1', '127.0.0.2']);
  assert.equal(
    groups.reduce((sum, { recipients }) => sum + recipients, 0),
    to.length,
  );
  for (const { name, recipients, pool } of groups) {
    assert.equal(pool, 'standard');
    const list = (await api('GET', `/api/v1/queue/recipients?id=${id}&address=${name}`)) as {
      body: { entries: { to: string }[] };
    };
    assert.equal(list.body.entries.length, recipients);
    const query = { id, address: name };
    const told = (await api('POST', '/api/v1/queue/jobs/preview', { verb: 'retry', query })) as {
      body: { recipients: number };
    };
    assert.equal(told.body.recipients, recipients);
    const job = await api('POST', '/api/v1/queue/jobs', { verb: 'retry', query });
    const over = await ended('queue', job.body);
    assert.deepEqual([over.changed + over.skipped, over.query], [recipients, { id, address: name }]);
  }
  assert.equal((await byAddress(`&id=${id}&address=127.0.0.2`)).length, 1);

  const [first] = groups;
  const terms = [`id:${id}`, `address:${first?.name}`];
  const listed = await relay.cli('queue', 'list', ...terms, '--json');
  assert.equal(listed.stdout.trim().split('\n').length, first?.recipients);
  const removed = await until('none of them to be tried', async () => {
    const { stdout } = await relay.cli('queue', 'remove', ...terms, '--json');
    const left = (await byAddress(`&id=${id}&address=${first?.name}`)).length;
    return left === 0 ? stdout : undefined;
  });
  assert.match(removed, /"busy":0/);
  assert.deepEqual(
    (await byAddress(`&id=${id}`)).map(({ name, recipients }) => [name, recipients]),
    [[groups[1]?.name, groups[1]?.recipients]],
    'what leaves from the other address is untouched',
  );

  // No address at work: that is a part of the queue too.
  const out = ADDRESSES.map((one) => ({ ...one, state: 'out' }));
  await relay.apply({ ...acmeProvision(), pool: [{ name: 'standard', addresses: out }] });
  const query = { id, address: 'none' };
  assert.equal((await byAddress(`&id=${id}&address=none`))[0]?.recipients, groups[1]?.recipients);
  const none = await api('POST', '/api/v1/queue/remove', { query });
  assert.equal((none.body as { changed: number }).changed, groups[1]?.recipients);
  await relay.apply({ ...acmeProvision(), pool: [{ name: 'standard', addresses: ADDRESSES }] });
  assert.equal((await api('GET', '/api/v1/queue/recipients?address=example')).status, 400);
  const audit = JSON.stringify((await api('GET', '/api/v1/audit?limit=50')).body);
  assert.match(audit, /"address":"127\.0\.0\.[12]"/);
  assert.doesNotMatch(audit, /\[\\"acme\\",\\"shared/, 'the ways of the mail are not kept');
});

test('a verb is told before it is done, and then does that: neither more nor less', async () => {
  const body = { verb: 'hold', query: { destination: 'first.test' } };
  const told = (await api('POST', '/api/v1/queue/jobs/preview', body)) as { body: Record<string, unknown> };
  const { recipients, messages, customer_count: customers, until: newest } = told.body;
  assert.deepEqual({ recipients, messages, customers }, { recipients: EACH, messages: 1, customers: 1 });
  const later = await sendOne(relay.ports.outbound, 'later@first.test');
  await waitForEvent(relay.dataDir, later, 'message.recipient.deferred');
  const started = await api('POST', '/api/v1/queue/jobs', { ...body, until: newest, note: 'they asked us to wait' });
  assert.equal(started.status, 202, JSON.stringify(started.body));
  const job = await ended('queue', started.body);
  assert.deepEqual([job.state, job.changed, job.skipped, job.total], ['done', EACH, 0, EACH]);
  assert.equal((await relay.counts()).held, EACH, 'what came after the preview was left alone');
  assert.equal(
    (await api('POST', '/api/v1/queue/jobs', { ...body, until: newest })).status,
    409,
    'all of that is held',
  );
  const again = await api('POST', '/api/v1/queue/jobs', body);
  assert.deepEqual((await ended('queue', again.body)).changed, 1, 'the one that came later');
  assert.equal((await api('POST', '/api/v1/queue/jobs', body)).status, 409, 'all of it is held');
  const audit = await api('GET', '/api/v1/audit?limit=20');
  assert.match(JSON.stringify(audit.body), /queue_job\.begun.*they asked us to wait/);
});

test('single recipients are chosen by their keys; addresses are not kept once a job is over', async () => {
  const { body } = (await api('GET', '/api/v1/queue/recipients?destination=second.test&limit=2')) as {
    body: { entries: { key: string; to: string }[] };
  };
  const keys = body.entries.map(({ key }) => key);
  const told = await api('POST', '/api/v1/queue/jobs/preview', { verb: 'remove', query: { keys } });
  assert.equal((told.body as Record<string, unknown>)['recipients'], 2);
  const removal = await api('POST', '/api/v1/queue/jobs', { verb: 'remove', query: { keys } });
  assert.equal((await ended('queue', removal.body)).changed, 2);
  const named = await api('POST', '/api/v1/queue/jobs', { verb: 'remove', query: { to: 'u5@second.test' } });
  const over = await ended('queue', named.body);
  assert.deepEqual([over.changed, over.query['to']], [1, 'given']);
});

test('what the quarantine lifts is not released as a job of the queue, and an empty query has to be meant', async () => {
  const content = await api('POST', '/api/v1/queue/jobs', {
    verb: 'release',
    query: { customer: 'acme' },
    kind: 'quarantine',
  });
  assert.equal(content.status, 409);
  assert.equal((await api('POST', '/api/v1/queue/jobs', { verb: 'hold' })).status, 422);
  assert.equal((await api('POST', '/api/v1/queue/jobs/preview', { verb: 'hold' })).status, 422);
  assert.equal((await api('POST', '/api/v1/queue/jobs', { verb: 'reroute', query: { customer: 'acme' } })).status, 422);
});

test('a job and an export that a kill cuts off go on after the next start', async () => {
  const asked = await api('POST', '/api/v1/exports', { query: 'to:@first.test', columns: ['to'] });
  assert.equal(asked.status, 202, JSON.stringify(asked.body));
  const before = (await relay.counts()).held;
  const started = await api('POST', '/api/v1/queue/jobs', { verb: 'release', query: { destination: 'first.test' } });
  const job = started.body as Job;
  await relay.kill();
  relay = await startRelay(options());
  const { state } = await ended('queue', job);
  assert.equal(state, 'done');
  const written = await until('the export to be written', async () => {
    const path = `/api/v1/exports/${(asked.body as { id: string }).id}`;
    const { body } = (await api('GET', path)) as { body: { state: string; rows: number } };
    return body.state === 'done' ? body : undefined;
  });
  assert.equal(written.rows, EACH + 1);
  assert.equal((await relay.counts()).held, before - EACH - 1, 'all of it is released');
});

test('many in quarantine: told with what is left alone, released as a job, with who did it', async () => {
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) ids.push(await sendOne(relay.ports.outbound, `${name}@kept.test`));
  for (const id of ids) await waitForEvent(relay.dataDir, id, 'message.recipient.deferred');
  const held = await api('POST', '/api/v1/queue/hold', { query: { destination: 'kept.test' }, kind: 'quarantine' });
  assert.equal((held.body as { changed: number }).changed, 3);
  const query = { ids: ids.slice(0, 2) };
  const told = await api('POST', '/api/v1/quarantine/jobs/preview', { query, action: 'release' });
  assert.deepEqual((told.body as Record<string, unknown>)['messages'], 2);
  receiver.script = {};
  const started = await api('POST', '/api/v1/quarantine/jobs', {
    query,
    action: 'release',
    expected: 2,
    reason: 'harmless',
  });
  assert.equal(started.status, 202, JSON.stringify(started.body));
  const job = await ended('quarantine', started.body);
  assert.deepEqual([job.state, job.changed, job.reason], ['done', 2, 'harmless']);
  for (const id of ids.slice(0, 2)) await waitForEvent(relay.dataDir, id, 'message.released');
  const listed = (await api('GET', '/api/v1/quarantine')) as { body: { entries: { id: string }[] } };
  assert.deepEqual(
    listed.body.entries.map(({ id }) => id),
    ids.slice(2),
  );
  const acts = (await api('GET', '/api/v1/quarantine/acts')) as {
    body: { entries: { action: string; reason: string }[] };
  };
  assert.deepEqual(
    acts.body.entries.map(({ action, reason }) => [action, reason]),
    [
      ['released', 'harmless'],
      ['released', 'harmless'],
    ],
  );
  const jobs = (await api('GET', '/api/v1/quarantine/jobs')) as { body: { entries: Job[] } };
  assert.equal(jobs.body.entries.length, 1);
});
