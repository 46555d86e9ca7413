// How much mail went where, over a running relay: the counts are what happened, over a crash too; the stream tells it as
// it happens, to each its own, and ends with the session and with the relay.

import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Frame, frameSchema } from '../../src/control/live/frame.ts';
import { sendOne, waitForEvent } from '../support/mail.ts';
import { acmeProvision, apiGet, callApi, type Relay, type RelayOptions, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface Answered {
  totals: Record<string, number>;
  buckets: { counts: Record<string, number> }[];
  bounces: { class: string; count: number }[];
  refusals: { reply: string; count: number }[];
  domains: { domain: string; recipients: number; bounced: number }[];
  recounting: boolean;
}

let folder: TemporaryFolder;
let receiver: ScriptedReceiver;
let relay: Relay;

const options = (): RelayOptions => {
  const apply = acmeProvision({ mailhost: { host: '127.0.0.1', port: receiver.port } });
  const other = { id: 'other', name: 'Other', pools: ['standard'], sources: ['192.0.2.9'], domains: [], mailhosts: [] };
  return {
    folder: folder.path,
    apply: { ...apply, customer: [...(apply['customer'] as []), other] },
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }] },
  };
};

before(async () => {
  folder = temporaryFolder('traffic');
  receiver = await startReceiver({
    rcpt: (argument) => (argument.includes('gone@') ? '550 5.1.1 No such user' : '250 2.1.5 Ok'),
  });
  relay = await startRelay(options());
});

after(async () => {
  await relay?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
  folder?.remove();
});

async function traffic(query = ''): Promise<Answered> {
  const { status, body } = await apiGet(relay.dataDir, `/api/v1/traffic${query}`);
  assert.equal(status, 200, body);
  return JSON.parse(body) as Answered;
}

interface Stream {
  frames: Frame[];
  response: IncomingMessage;
  /** Resolves once the other side has ended it. */
  ended: Promise<void>;
  close(): void;
}

/** A stream of frames, over the socket or, with a key, over TCP. */
async function listen(path: string, key?: string): Promise<Stream> {
  const where = key === undefined ? { socketPath: join(relay.dataDir, 'api.sock') } : { port: relay.ports.http };
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ ...where, path, headers, agent: false }, resolve).on('error', reject);
  });
  assert.equal(response.statusCode, 200);
  assert.match(response.headers['content-type'] ?? '', /^text\/event-stream/);
  const frames: Frame[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) frames.push(JSON.parse(event.slice(6)) as Frame);
  });
  const ended = new Promise<void>((resolve) => response.once('close', resolve));
  response.on('error', () => {});
  return { frames, response, ended, close: () => response.destroy() };
}

/** A key of acme's side with these scopes. */
async function makeKey(...scopes: string[]): Promise<{ id: string; token: string }> {
  const body = { name: 'looks on', customer: 'acme', scopes };
  const made = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/keys', body });
  assert.equal(made.status, 201, made.body);
  const { id, key } = JSON.parse(made.body) as { id: string; key: string };
  return { id, token: key };
}

test('counts are what happened, and a crash changes none of them', async () => {
  const delivered = await sendOne(relay.ports.outbound, 'bob@elsewhere.test');
  const bounced = await sendOne(relay.ports.outbound, 'gone@elsewhere.test');
  assert.match(await sendOne(relay.ports.outbound, 'x@elsewhere.test', { from: 'a@not-ours.test' }), /not/i);
  await waitForEvent(relay.dataDir, delivered, 'message.recipient.delivered');
  await waitForEvent(relay.dataDir, bounced, 'message.recipient.bounced');
  const counted = await until('the counts', async () => {
    const found = await traffic('?customer=acme');
    return (found.totals['rejected'] ?? 0) > 0 ? found : undefined;
  });
  const { totals } = counted;
  // The bounce made a notice to the sender, which is mail of acme's too.
  assert.equal(totals['bounced'], 1);
  assert.ok((totals['messages'] ?? 0) >= 2, JSON.stringify(totals));
  assert.ok((totals['delivered'] ?? 0) >= 1);
  assert.deepEqual(counted.bounces, [{ class: 'invalid_address', count: 1 }]);
  assert.equal(counted.refusals.length, 1);
  const elsewhere = counted.domains.find(({ domain }) => domain === 'elsewhere.test');
  assert.equal(elsewhere?.recipients, 2);
  const sum = counted.buckets.reduce((all, { counts }) => all + (counts['messages'] ?? 0), 0);
  assert.equal(sum, totals['messages']);
  assert.equal((await traffic('?customer=other')).totals['messages'], 0);
  assert.ok(((await traffic()).totals['messages'] ?? 0) >= 2);
  await relay.settled();
  const before = await traffic('?customer=acme');
  await relay.kill();
  relay = await startRelay(options(), relay.ports);
  const then = await traffic('?customer=acme');
  assert.deepEqual(then.totals, before.totals);
  assert.equal(then.recounting, false);
});

test('days, zones and stretches that make no sense are told so', async () => {
  const days = await traffic('?by=day&zone=Europe/Luxembourg');
  assert.ok(days.buckets.length >= 1);
  for (const query of ['?zone=Nowhere/City', '?from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z', '?by=week']) {
    assert.equal((await apiGet(relay.dataDir, `/api/v1/traffic${query}`)).status, 400, query);
  }
});

test('the stream tells what happens as it happens, to each its own', async () => {
  const key = await makeKey('queue:read', 'messages:read');
  const all = await listen('/api/v1/live');
  const acme = await listen('/api/v1/live', key.token);
  const other = await listen('/api/v1/live?customer=other');
  try {
    await until('a frame', () => all.frames.find(({ relay: now }) => now !== undefined));
    const id = await sendOne(relay.ports.outbound, 'carol@elsewhere.test');
    await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
    const deliveredIn = ({ frames }: Stream) => frames.reduce((sum, { outbound }) => sum + outbound.delivered, 0);
    await until('the delivery in the stream of all', () => deliveredIn(all) || undefined);
    await until('the delivery in the stream of acme', () => deliveredIn(acme) || undefined);
    await until('the queue', () => acme.frames.find(({ queue }) => queue !== null));
    await until('two frames of the other', () => other.frames[1]);
    assert.equal(deliveredIn(other), 0, 'nothing of acme');
    assert.ok(
      acme.frames.every((frame) => frame.relay === undefined),
      "nothing of the relay's own",
    );
    // Whoever comes between two frames does not wait for the next one.
    for (const one of [acme, other]) await until('a first frame at once', () => one.frames.find(({ ms }) => ms === 0));
    for (const frame of [...all.frames, ...acme.frames]) assert.deepEqual(frameSchema.parse(frame), frame);
    const now = all.frames.findLast(({ relay: found }) => found !== undefined)?.relay;
    assert.ok(now !== undefined && now.disk.free > 0);
    assert.ok(now.threads.some(({ name }) => name === 'store'));
    assert.equal(
      (await callTcp('/api/v1/live?customer=other', key.token)).statusCode,
      404,
      'that there is another customer stays unsaid',
    );
  } finally {
    for (const stream of [all, acme, other]) stream.close();
  }
});

test('a stream ends with its key, and streams are bounded', async () => {
  const key = await makeKey('queue:read');
  const streams: Stream[] = [];
  try {
    for (let i = 0; i < 10; i++) streams.push(await listen('/api/v1/live', key.token));
    assert.equal((await callTcp('/api/v1/live', key.token)).statusCode, 429);
    const revoked = await callApi(relay.dataDir, { method: 'DELETE', path: `/api/v1/keys/${key.id}` });
    assert.ok(revoked.status < 300, revoked.body);
    let left = streams.length;
    for (const { ended } of streams) void ended.then(() => left--);
    await until('all streams to end', () => (left === 0 ? true : undefined), 10_000);
  } finally {
    for (const stream of streams) stream.close();
  }
});

test('health says what is well and what is not, and the runbook of an alarm', async () => {
  const { status, body } = await apiGet(relay.dataDir, '/api/v1/health');
  assert.equal(status, 200, body);
  const health = JSON.parse(body) as { state: string; threads: { name: string }[]; queue: { ages: unknown[] } };
  assert.ok(['well', 'attention', 'trouble'].includes(health.state));
  assert.deepEqual(health.threads.map(({ name }) => name).toSorted(), [
    'checkpoint',
    'main',
    'relay-0',
    'relay-1',
    'store',
    'trace',
  ]);
  assert.equal(health.queue.ages.length, 7);
  const runbook = JSON.parse((await apiGet(relay.dataDir, '/api/v1/runbooks/disk')).body) as { title: string };
  assert.match(runbook.title, /disk space is short/);
  assert.equal((await apiGet(relay.dataDir, '/api/v1/runbooks/..%2f..%2fREADME')).status, 404);
  const examined = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/health/examination' });
  assert.equal(examined.status, 200, examined.body);
  assert.ok((JSON.parse(examined.body) as { findings: unknown[] }).findings.length > 3);
});

test('the relay stops although somebody looks on', async () => {
  const stream = await listen('/api/v1/live');
  const began = performance.now();
  await relay.stop();
  await stream.ended;
  assert.ok(performance.now() - began < 10_000);
});

function callTcp(path: string, key: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(
      { port: relay.ports.http, path, headers: { authorization: `Bearer ${key}` }, agent: false },
      (response) => {
        response.resume();
        resolve(response);
      },
    );
    request.on('error', reject);
  });
}
