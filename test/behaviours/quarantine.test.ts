// Mail that is held for what it holds, through the whole relay: sealed on the disk, listed with its reason, shown without
// anything that acts, released to some, over a crash and with another master key, once and as it was.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Clamd, EICAR, skipWithoutClamd, startClamd } from '../support/clamd.ts';
import { eventsOf } from '../support/mail.ts';
import { callApi, type Relay, type RelayOptions, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const SECRET = 'the-merger-is-on-friday';
/** Past `queue.inline_body`: it has a file of its own. */
const LARGE = 300_000;

let folder: TemporaryFolder;
let receiver: ScriptedReceiver;
let relay: Relay;
let clamd: Clamd | undefined;
let small: string;
let large: string;

const lines = (octets: number) =>
  Array.from({ length: Math.ceil(octets / 62) }, (_, i) => `${SECRET} ${String(i).padStart(36, '0')}`).join('\r\n');

const letter = (subject: string, body: string) =>
  `From: Ann <ann@acme.test>\r\nTo: b@elsewhere.test\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${body}\r\n`;

function options(config: Table = {}): RelayOptions {
  return {
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
      ...(clamd !== undefined && { clamd: [{ address: clamd.socket }] }),
      ...config,
    },
  };
}

async function send(content: string, ...to: string[]): Promise<string> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const reply = await client.message({ from: 'ann@acme.test', to, content: Buffer.from(content) });
  await client.quit();
  assert.equal(reply.code, 250, reply.text);
  return /queued as (\w+)/.exec(reply.text)?.[1] ?? assert.fail(reply.text);
}

async function api(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await callApi(relay.dataDir, { method, path, ...(body !== undefined && { body }) });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
}

const cli = async (...args: string[]) => {
  const finished = await relay.cli(...args);
  assert.equal(finished.code, 0, finished.stderr);
  return finished.stdout;
};

const arrived = (to: string) => receiver.messages.filter(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes(to)));

/** All files of the relay that hold these octets. */
function filesWith(text: string): string[] {
  const found = readdirSync(relay.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return found.filter((path) => readFileSync(path).includes(text));
}

before(async () => {
  folder = temporaryFolder('quarantine');
  receiver = await startReceiver();
  if (skipWithoutClamd === false) clamd = await startClamd({ folder: join(folder.path, 'clamd') });
  relay = await startRelay(options());
  const rule = {
    name: 'Words of the board',
    conditions: [
      { on: 'sender', in: ['ann@acme.test'] },
      { on: 'header', name: 'Subject', has: 'board' },
    ],
    actions: [{ do: 'quarantine' }],
  };
  assert.equal((await api('POST', '/api/v1/rules', rule)).status, 201);
});
after(async () => {
  await relay?.stop();
  await clamd?.stop();
  await receiver?.close();
  folder?.remove();
});

test('what a rule holds is accepted, sealed on the disk, and listed with its reason', async () => {
  small = await send(
    letter('board: small', `<p>${SECRET}<script>alert(1)</script></p>`),
    'b@elsewhere.test',
    'c@elsewhere.test',
  );
  large = await send(letter('board: large', lines(LARGE)), 'd@elsewhere.test');
  assert.deepEqual(filesWith(SECRET), [], 'nothing of it lies in the clear');
  for (const id of [small, large]) {
    assert.equal((JSON.parse(await cli('queue', 'show', id)) as { sealed: boolean }).sealed, true);
  }
  const { entries } = (await api('GET', '/api/v1/quarantine')).body as { entries: Record<string, unknown>[] };
  assert.deepEqual(
    entries.map(({ id, reason, subject, recipients }) => [id, reason, subject, recipients]),
    [
      [large, 'content', 'board: large', 1],
      [small, 'content', 'board: small', 2],
    ],
  );
  assert.match(String(entries[0]?.['words']), /A rule of the content filter was met: Words of the board/);
  assert.match(await cli('quarantine', 'list', 'from:@acme.test'), /board: small/);
  assert.equal(await cli('quarantine', 'list', 'from:@other.test', '--json'), '');
  assert.equal(receiver.messages.length, 0);
});

test('a preview has the text and nothing that acts, and is written down for the customer', async () => {
  const asked = { reason: 'the customer asked on the telephone' };
  const { status, body } = await api('POST', `/api/v1/quarantine/${small}/preview`, asked);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(String(body['html']).trim(), `<p>${SECRET}</p>`);
  assert.equal(body['subject'], 'board: small');
  assert.match(await cli('quarantine', 'preview', large, '--reason', 'to see the large one'), new RegExp(SECRET));
  const access = await api('GET', '/api/v1/customers/acme/privacy/content-access');
  assert.match(JSON.stringify(access.body), /telephone/);
});

test('the queue’s own verbs let nothing out of quarantine', async () => {
  const { status } = await api('POST', '/api/v1/queue/release', { query: { id: small }, kind: 'quarantine' });
  assert.equal(status, 409);
  await cli('queue', 'retry', small);
  assert.equal(receiver.messages.length, 0);
});

test('released to one: that one gets it once, the other stays', async () => {
  assert.match(await cli('quarantine', 'release', small, '--to', 'b@elsewhere.test'), /released 1/);
  await until('the released one to arrive', () => (arrived('b@elsewhere').length > 0 ? true : undefined));
  const { body } = await api('GET', `/api/v1/quarantine/${small}`);
  assert.deepEqual(body['to'], ['c@elsewhere.test']);
  assert.match(arrived('b@elsewhere')[0]?.content ?? '', /<p>the-merger-is-on-friday<script>/, 'it goes on as it was');
  assert.equal(arrived('c@elsewhere').length, 0);
});

test('over a crash and under another master key it is still sealed, and goes on as it was', async () => {
  // What was delivered and not noted yet would be delivered again.
  await relay.settled();
  await relay.kill();
  const next = join(folder.path, 'next-master.key');
  writeFileSync(next, randomBytes(32), { mode: 0o600 });
  const secrets: Table = { master_key_file: next, previous_master_key_files: [join(relay.dataDir, 'master.key')] };
  relay = await startRelay(options({ secrets }), relay.ports);
  assert.deepEqual(filesWith(SECRET), []);
  const bulk = await cli('quarantine', 'release', 'customer:acme');
  assert.match(bulk, /2 message\(s\) to 2 recipient\(s\); nothing was done/);
  assert.match(await cli('quarantine', 'release', 'customer:acme', '--yes'), /2 message\(s\) to 2 recipient\(s\)/);
  await until('the rest to arrive', () =>
    arrived('c@elsewhere').length + arrived('d@elsewhere').length > 1 ? true : undefined,
  );
  const content = arrived('d@elsewhere')[0]?.content ?? '';
  assert.equal(content.slice(content.indexOf('\r\n\r\n') + 4), `${lines(LARGE)}\r\n`);
  await relay.settled();
  assert.deepEqual(arrived('b@elsewhere').length + arrived('c@elsewhere').length + arrived('d@elsewhere').length, 3);
  assert.deepEqual(
    readdirSync(join(relay.dataDir, 'bodies'), { recursive: true }).filter((name) => String(name).includes(large)),
    [],
  );
  const acts = await cli('quarantine', 'acts', '--json');
  assert.equal(acts.trim().split('\n').length, 3);
});

test('deleted: it ends, and nobody but the trace is told', async () => {
  const id = await send(letter('board: waste', 'x'), 'e@elsewhere.test');
  assert.match(await cli('quarantine', 'delete', id, '--reason', 'nobody wants it'), /deleted 1/);
  const events = await until('its end in the trace', async () => {
    const found = await eventsOf(relay.dataDir, id);
    return found.some(({ type }) => type === 'message.recipient.removed') ? found : undefined;
  });
  assert.match(JSON.stringify(events), /nobody wants it/);
  assert.equal((await api('GET', `/api/v1/quarantine/${id}`)).status, 404);
});

test('a virus is not let go by one person, whoever that is', { skip: skipWithoutClamd }, async () => {
  const set = await callApi(relay.dataDir, {
    method: 'PATCH',
    path: '/api/v1/protection?direction=outbound',
    body: { set: { virus: 'quarantine' } },
    headers: { 'if-match': '*' },
  });
  assert.equal(set.status, 200, set.body);
  const id = await send(letter('sample', EICAR), 'f@elsewhere.test');
  const { body } = await api('GET', `/api/v1/quarantine/${id}`);
  assert.deepEqual([body['reason'], body['may_release']], ['virus', false]);
  assert.match(String(body['words']), /A virus was found: /);
  assert.equal((await api('POST', `/api/v1/quarantine/${id}/release`, {})).status, 409);
  assert.equal((await api('POST', `/api/v1/quarantine/${id}/release-virus`, { reason: 'a sample' })).status, 403);
  const bulk = await api('POST', '/api/v1/quarantine/bulk', { query: { id }, action: 'release', dry_run: false });
  assert.deepEqual(bulk.body['skipped'], { virus: 1, operator: 0 });
  assert.equal(arrived('f@elsewhere').length, 0);
  assert.deepEqual(filesWith(EICAR.slice(10, 40)), []);
});
