// What is kept about an address: found for who asks, and taken away everywhere but from mail that still waits.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { countsOf, eventsOf, queued, sendOne, waitForEvent } from '../support/mail.ts';
import { callApi, type Relay, startRelay } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface Shown {
  id: string;
  state: string;
  address: string | null;
  mark: string;
  found: Record<string, number> | null;
}

async function ask(relay: Relay, body: Record<string, unknown>): Promise<Shown> {
  const path = '/api/v1/customers/acme/privacy/requests';
  const opened = await callApi(relay.dataDir, { method: 'POST', path, body: { reason: 'asked by mail', ...body } });
  assert.equal(opened.status, 202, opened.body);
  const { id } = JSON.parse(opened.body) as Shown;
  return until('the answer', async () => {
    const shown = JSON.parse((await callApi(relay.dataDir, { path: `/api/v1/privacy/requests/${id}` })).body) as Shown;
    return shown.state === 'open' || shown.state === 'running' ? undefined : shown;
  });
}

function octetsOf(folder: string, inside = ''): string {
  return readdirSync(join(folder, inside))
    .map((name) => join(inside, name))
    .filter((name) => !name.startsWith('queue.db') && !name.startsWith('bodies') && !name.endsWith('.sock'))
    .map((name) =>
      statSync(join(folder, name)).isDirectory() ? octetsOf(folder, name) : readFileSync(join(folder, name), 'latin1'),
    )
    .join('\n')
    .toLowerCase();
}

test('an address is exported with all that is kept of it, then erased; what still waits in the queue is delivered', async () => {
  await using folder = temporaryFolder('privacy');
  await using receiver = await startReceiver({ rcpt: (to) => (to.includes('wait') ? '451 4.2.1 later' : '250 ok') });
  await using relay = await startRelay({
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
      retry: { first: '1h', longest: '1h' },
    },
  });
  const done = await sendOne(relay.ports.outbound, 'Bob.Jones@now.test');
  const waiting = await sendOne(relay.ports.outbound, 'bob.jones@wait.test');
  await waitForEvent(relay.dataDir, done, 'message.recipient.delivered');
  await waitForEvent(relay.dataDir, waiting, 'message.recipient.deferred');
  const added = await relay.cli('suppression', 'add', 'acme', 'bob.jones@now.test');
  assert.equal(added.code, 0, added.stderr);

  const exported = await ask(relay, { kind: 'export', address: 'bob.jones@now.test' });
  assert.equal(exported.state, 'completed', JSON.stringify(exported));
  assert.deepEqual(exported.found, { suppression: 1, event: 1, message: 1 });
  const path = `/api/v1/privacy/requests/${exported.id}/result`;
  const result = await callApi(relay.dataDir, { path });
  assert.equal(result.status, 200, result.body);
  const lines = result.body.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.match(result.body, /message\.recipient\.delivered/);

  const erased = await ask(relay, { kind: 'erasure', address: 'BOB.jones@now.test', suppression: 'erase' });
  assert.equal(erased.state, 'completed', JSON.stringify(erased));
  assert.equal(erased.address, null);
  assert.deepEqual(erased.found, { messages: 1, event: 1, suppression: 1, 'results of exports': 1 });
  assert.equal((await callApi(relay.dataDir, { path })).status, 410);
  const events = JSON.stringify(await eventsOf(relay.dataDir, done));
  assert.doesNotMatch(events, /jones/i);
  assert.match(events, new RegExp(erased.mark));

  const later = await ask(relay, { kind: 'erasure', address: 'bob.jones@wait.test' });
  assert.equal(later.state, 'waiting', JSON.stringify(later));
  assert.ok(await queued(relay.dataDir, waiting));
  receiver.script = {};
  await relay.cli('queue', 'retry', '--all');
  await until('the delivery', () =>
    receiver.messages.find(({ rcpts }) => rcpts.join().includes('bob.jones@wait.test')),
  );
  await until('an empty queue', async () => {
    const counts = await countsOf(relay.dataDir);
    return counts.queued + counts.deferred + counts.events_pending === 0 ? true : undefined;
  });
  assert.match(JSON.stringify(await eventsOf(relay.dataDir, waiting)), /jones/, 'the later event names the address');
  const late = { method: 'POST', path: '/api/v1/privacy/retention/run', body: { job: 'late' } };
  assert.deepEqual(JSON.parse((await callApi(relay.dataDir, late)).body), { messages: 1 });
  assert.doesNotMatch(JSON.stringify(await eventsOf(relay.dataDir, waiting)), /jones/);
  const ended = await callApi(relay.dataDir, { path: `/api/v1/privacy/requests/${later.id}` });
  assert.equal((JSON.parse(ended.body) as Shown).state, 'completed');
  await relay.stop();
  const octets = octetsOf(relay.dataDir);
  const left = [...octets.matchAll(/.{0,60}bob\.jones.{0,40}/g)].map(([text]) => text);
  const audit = left.filter((text) => /suppression acme bob\.jones@now\.test/.test(text));
  assert.deepEqual(
    left.filter((text) => !audit.includes(text)),
    [],
  );
});

test('an erasure that is done has left no octets in the files of the running relay', async () => {
  await using folder = temporaryFolder('privacy');
  await using receiver = await startReceiver();
  await using relay = await startRelay({
    folder: folder.path,
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }] },
  });
  const id = await sendOne(relay.ports.outbound, 'carol.white@gone.test');
  await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  await until('no events', async () => ((await countsOf(relay.dataDir)).events_pending === 0 ? true : undefined));
  assert.match(octetsOf(relay.dataDir), /carol\.white/, 'the search can find it');
  const erased = await ask(relay, { kind: 'erasure', address: 'carol.white@gone.test' });
  assert.equal(erased.state, 'completed', JSON.stringify(erased));
  const gone = () => (/carol\.white/.test(octetsOf(relay.dataDir)) ? undefined : true);
  await until('no octets', async () => gone());
});

test('the verbs: register, retention, a look that finds nothing in a running relay, export to a file', async () => {
  await using folder = temporaryFolder('privacy');
  await using receiver = await startReceiver();
  await using relay = await startRelay({
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
      operator: { name: 'Telecom S.A.' },
    },
  });
  const id = await sendOne(relay.ports.outbound, 'bob@example.org', { body: `${'x'.repeat(70)}\r\n`.repeat(4000) });
  await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  const ran = async (...args: string[]) => {
    const { code, stdout, stderr } = await relay.cli(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  assert.match(await ran('privacy', 'register'), /Processor:\*\* Telecom S\.A\.[\s\S]*\| trace \|/);
  assert.deepEqual(JSON.parse(await ran('privacy', 'look', '--json')), { findings: [], unknown: [] });
  assert.match(await ran('privacy', 'drop'), /dropped: /);
  assert.match(await ran('privacy', 'retention'), /trace .*184 days after the day of acceptance/);
  const asked = JSON.parse(
    await ran('privacy', 'export', 'acme', 'bob@example.org', '--reason', 'by mail', '--json'),
  ) as Shown;
  await until('the export', async () => ((await ran('privacy', 'requests')).includes('completed') ? true : undefined));
  await ran('privacy', 'result', asked.id, '--to', folder.file('bob.jsonl'));
  assert.equal(statSync(folder.file('bob.jsonl')).mode & 0o077, 0);
  assert.match(readFileSync(folder.file('bob.jsonl'), 'utf8'), new RegExp(id));
  assert.equal((await relay.cli('privacy', 'export', 'nobody', 'bob@example.org', '--reason', 'by mail')).code, 1);
  const faulty = await relay.cli('privacy', 'export', 'acme', 'bob', '--reason', 'x');
  assert.equal(faulty.code, 1);
  assert.match(faulty.stderr, /address .*\n.*reason|reason .*\n.*address/, 'all faults at once');
  await relay.stop();
  const control = new DatabaseSync(join(relay.dataDir, 'control.db'));
  const types = control
    .prepare("select type from control_event where type like 'privacy%' or type like 'ret%' order by seq")
    .all();
  control.close();
  const told = types.map(({ type }) => type);
  for (const type of ['privacy.request_opened', 'privacy.completed', 'retention.run_completed']) {
    assert.ok(told.includes(type), `${type} among ${told.join()}`);
  }
});
