// Policy through the whole relay, set with the command line: who is listed, which ready-made rules hold, what a dry run says
// beforehand, and that the same then happens on the wire.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { acmeProvision, callApi, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

let folder: TemporaryFolder;
let relay: Relay;
let internet: ScriptedReceiver;

before(async () => {
  folder = temporaryFolder('protection');
  internet = await startReceiver();
  relay = await startRelay({
    folder: folder.path,
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }] },
    apply: acmeProvision(),
  });
});

after(async () => {
  await relay?.stop();
  await internet?.close();
  folder?.remove();
});

/** Runs the command line; answers what it wrote. */
async function cli(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await relay.cli(...argv);
  assert.equal(code, 0, `${argv.join(' ')}: ${stderr}`);
  return stdout;
}

function file(name: string, text: string): string {
  const path = folder.file(name);
  writeFileSync(path, text);
  return path;
}

const mail = (subject: string, body: string) => `From: <a@acme.test>\r\nSubject: ${subject}\r\n\r\n${body}\r\n`;
const withFile = (name: string) =>
  `From: <a@acme.test>\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n` +
  `Content-Disposition: attachment; filename="${name}"\r\n\r\nhello\r\n`;

async function send(content: string, from = 'a@acme.test') {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const reply = await client.message({ from, to: ['x@there.test'], content: Buffer.from(content) });
  await client.quit();
  return reply;
}

test('a ready-made set is tried, taken over, and refuses on the wire; switched off it lets pass', async () => {
  const program = file('program.eml', withFile('Setup.PIF'));
  const tried = ['rule', 'test', program, '--to', 'x@there.test', '--direction', 'outbound', '--customer', 'acme'];
  assert.match(await cli(...tried), /no rule is met/);
  assert.match(await cli('rule', 'sets'), /personal-data-leaving/);
  const taken = await cli('rule', 'adopt', 'dangerous-attachments', '--customer', 'acme', '--json');
  const rules = taken
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; name: string });
  assert.match(await cli(...tried), /verdict +reject\n(?:.*\n)*.*Programs and scripts/);
  const refused = await send(withFile('Setup.PIF'));
  assert.equal(refused.code, 550, refused.text);

  const named = rules.find(({ name }) => name.startsWith('Programs'))?.id ?? '';
  await cli('rule', 'disable', named);
  assert.equal((await send(withFile('Setup.PIF'))).code, 250);
  assert.match(await cli(...tried, '--off'), /off +Programs and scripts/);
  await cli('rule', 'move', named, '1');
  assert.match(await cli('rule', 'list', '--customer', 'acme'), new RegExp(`acme +1 +${named}`));
  await cli('rule', 'remove', named);
});

test('a rule is written, tried before it is kept, shown, changed and set again', async () => {
  const rule = {
    name: 'Falcon',
    conditions: [{ on: 'words', in: ['falcon'], where: 'anywhere' }],
    actions: [{ do: 'subject-tag', text: '[secret]' }],
  };
  const draft = file('falcon.json', JSON.stringify(rule));
  const message = file('falcon.eml', mail('about the Falcon', 'hello'));
  const tried = await cli('rule', 'test', message, '--to', 'x@there.test', '--rule', draft);
  assert.match(tried, /draft .*Falcon/);
  const added = JSON.parse(await cli('rule', 'add', draft, '--customer', 'acme', '--json')) as { id: string };
  assert.equal((await send(mail('about the Falcon', 'hello'))).code, 250);
  await until('the tag in the subject', () =>
    internet.messages.find(({ content }) => content.includes('Subject: [secret] about the Falcon')),
  );
  const shown = JSON.parse(await cli('rule', 'show', added.id, '--json')) as { actions: unknown[] };
  shown.actions = [{ do: 'reject' }];
  await cli('rule', 'set', added.id, file('changed.json', JSON.stringify(shown)));
  assert.equal((await send(mail('about the Falcon', 'hello'))).code, 550);
  await cli('rule', 'remove', added.id);
  const faulty = file(
    'faulty.json',
    JSON.stringify({ ...rule, conditions: [{ on: 'pattern', matches: '(', where: 'body' }] }),
  );
  const { code, stderr } = await relay.cli('rule', 'add', faulty);
  assert.equal(code, 1);
  assert.match(stderr, /conditions\.0\.matches/);
});

test('a blocked sender is refused until it is taken off the list', async () => {
  const listed = await cli('protection', 'block', 'B@acme.test', '--direction', 'outbound', '--json');
  const { id } = JSON.parse(listed) as { id: string };
  const refused = await send(mail('x', 'y').replace('a@', 'b@'), 'b@acme.test');
  assert.match(`${refused.code} ${refused.text}`, /^550 .*5\.7\.1 Mail from this sender is not taken here/);
  assert.equal((await send(mail('x', 'y'))).code, 250);
  const found = await until('the refusal in the trace', async () => {
    const { stdout } = await relay.cli('trace', 'status:rejected', 'from:b@acme.test', '--json');
    return stdout === '' ? undefined : stdout;
  });
  assert.match(found, /senderBlocked/);
  assert.match(await cli('protection', 'senders'), /b@acme\.test/);
  await cli('protection', 'forget', id);
  assert.equal((await send(mail('x', 'y').replace('a@', 'b@'), 'b@acme.test')).code, 250);
});

test('settings are said, inherited and no longer said', async () => {
  await cli('protection', 'set', 'spam_quarantine=9', 'greylist=true', '--reason', 'a test');
  const customers = await cli('protection', 'show', '--customer', 'acme');
  assert.match(customers, /spam_quarantine +9 +operator/);
  await cli('protection', 'set', 'spam_quarantine=null', '--customer', 'acme');
  assert.match(await cli('protection', 'show', '--customer', 'acme'), /spam_quarantine +null +customer +9/);
  await cli('protection', 'reset', 'spam_quarantine', '--customer', 'acme');
  await cli('protection', 'reset', 'spam_quarantine', 'greylist');
  assert.match(await cli('protection', 'show', '--customer', 'acme'), /spam_quarantine +12 +built-in/);
  const { code, stderr } = await relay.cli('protection', 'set', 'virus=maybe');
  assert.equal(code, 1);
  assert.match(stderr, /set\.virus/);
});

test('a rule that is being written is told its faults, and nothing is kept', async () => {
  const check = async (rule: unknown) => {
    const body = { customer: 'acme', rule };
    const answer = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/rules/check', body });
    assert.equal(answer.status, 200, answer.body);
    return (JSON.parse(answer.body) as { faults: { field: string; message: string }[] }).faults;
  };
  const actions = [{ do: 'reject' }];
  assert.deepEqual(await check({ name: 'Good', conditions: [], actions }), []);
  const bad = await check({ conditions: [{ on: 'pattern', matches: '(', where: 'body' }], actions });
  assert.deepEqual(bad.map(({ field }) => field).toSorted(), ['conditions.0.matches', 'name']);
  const stranger = await check({ name: 'Copies', conditions: [], actions: [{ do: 'copy', to: 'a@elsewhere.test' }] });
  assert.deepEqual(
    stranger.map(({ field }) => field),
    ['actions.0.to'],
  );
  assert.doesNotMatch(await cli('rule', 'list', '--customer', 'acme'), /Good|Copies/);
});

test('what strangers did lately is counted', async () => {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const answer = await callApi(relay.dataDir, { path: '/api/v1/floods' });
  assert.equal(answer.status, 200, answer.body);
  const floods = JSON.parse(answer.body) as {
    connections: { open: number; limit: number; opened: { last_hour: number; slots: number[] } };
    greylisting: { on: boolean; otherwise: string[] };
  };
  assert.deepEqual([floods.connections.open, floods.connections.limit], [1, 10_000]);
  assert.ok(floods.connections.opened.last_hour > 0 && floods.connections.opened.slots.length === 12);
  assert.deepEqual(floods.greylisting, { on: false, otherwise: [], results: [] });
  await cli('protection', 'set', 'greylist=true', '--customer', 'acme');
  const changed = JSON.parse((await callApi(relay.dataDir, { path: '/api/v1/floods' })).body) as typeof floods;
  assert.deepEqual(changed.greylisting.otherwise, ['acme']);
  await cli('protection', 'reset', 'greylist', '--customer', 'acme');
  await client.quit();
});
