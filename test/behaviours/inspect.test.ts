// Messages on their way through inspect processes: what rules do to them, what is told of it, and what becomes of content
// that ends the process which takes it apart.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { AcceptedEvent, RejectedEvent } from '../../src/mail/report/events.ts';
import { countsOf, waitForEvent } from '../support/mail.ts';
import { processTree } from '../support/processes.ts';
import { acmeProvision, callApi, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type Reply, SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

let folder: TemporaryFolder;
let relay: Relay;
let internet: ScriptedReceiver;

before(async () => {
  folder = temporaryFolder('inspect');
  internet = await startReceiver();
  relay = await startRelay({
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      inspect: { time: '1s', processes: 1 },
      operator: { postmaster: ['ops@ops.test'] },
    },
    apply: acmeProvision(),
  });
});

after(async () => {
  await relay?.stop();
  await internet?.close();
  folder?.remove();
});

/** Makes a rule of acme's; directories of all threads have it once this resolves. */
async function rule(name: string, rest: { conditions: unknown[]; actions: unknown[] }): Promise<string> {
  const body = { customer: 'acme', name, ...rest };
  const answer = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/rules', body });
  assert.equal(answer.status, 201, answer.body);
  return (JSON.parse(answer.body) as { id: string }).id;
}

const to = (address: string) => ({ on: 'recipient', in: [address] });

interface Mail {
  to: string;
  content: string;
  from?: string;
  cc?: string[];
}

async function send({ to: first, content, from = 'a@acme.test', cc = [] }: Mail): Promise<Reply> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const reply = await client.message({ from, to: [first, ...cc], content: Buffer.from(content, 'latin1') });
  await client.quit();
  return reply;
}

const idIn = ({ text }: Reply) => /queued as (\S+)/.exec(text)?.[1] ?? assert.fail(text);
const header = 'From: <a@acme.test>\r\nSubject: hello\r\nMIME-Version: 1.0\r\n';
const withFile = (name: string, content = 'hello') =>
  `${header}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n` +
  `Content-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n` +
  `${content}\r\n--b--\r\n`;

/** What takes these patterns seconds, and a process has one: each letter leaves them as many ways to go on as there are. */
const slow = `${header}\r\n${Array.from({ length: 950 }, () => letters(900)).join('\r\n')}\r\n`;
const SLOW_PATTERNS = ['([ab]*a[ab]{190}c|[ab]*b[ab]{190}d)', '([ab]*a[ab]{190}e|[ab]*b[ab]{190}f)'];

function letters(count: number): string {
  return Array.from(randomBytes(count), (octet) => (octet % 2 === 0 ? 'a' : 'b')).join('');
}

async function arrived(address: string): Promise<string> {
  const found = await until(`mail to ${address}`, () =>
    internet.messages.find(({ rcpts }) => rcpts.some((one) => one.includes(address))),
  );
  return found.content;
}

test('mail that no rule can hold for is not taken apart: nothing is said of it', async () => {
  const id = idIn(await send({ to: 'plain@there.test', content: `${header}\r\nHello.\r\n` }));
  const events = await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  const accepted = events.find((event): event is AcceptedEvent => event.type === 'message.accepted');
  assert.equal(accepted?.meta.inspection, undefined);
});

test('a rule refuses a file by its name; the trace says why, and finds it by the rule', async () => {
  await rule('No programs', { conditions: [{ on: 'attachment-name', in: ['*.exe'] }], actions: [{ do: 'reject' }] });
  const refused = await send({ to: 'refused@there.test', content: withFile('setup.exe') });
  assert.equal(refused.code, 550);
  assert.match(refused.text, /5\.7\.1 Content refused/);
  const found = await until('the refusal in the trace', async () => {
    const { stdout } = await relay.cli('trace', 'status:rejected', 'programs', '--json');
    return stdout === '' ? undefined : stdout;
  });
  assert.match(found, /"customer":"acme"/);
  assert.match(found, /contentRefused/);
  const passed = await send({ to: 'passed@there.test', content: withFile('notes.txt') });
  const id = idIn(passed);
  await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  const { stdout } = await relay.cli('trace', `id:${id}`);
  assert.match(stdout, /content: clean, \d+ ms\n\s+parts: \d/);
});

test('fields, copies and word to people: the copy goes along, nobody but them is told of it', async () => {
  await rule('Watched', {
    conditions: [to('watched@there.test')],
    actions: [
      { do: 'header', name: 'X-Acme-Watched', value: 'yes' },
      { do: 'copy', to: 'archive@acme.test' },
      { do: 'notify', to: ['boss@acme.test'] },
    ],
  });
  const id = idIn(await send({ to: 'watched@there.test', content: `${header}\r\nHello.\r\n` }));
  assert.match(await arrived('watched@there.test'), /^X-Acme-Watched: yes\r$/m);
  assert.match(await arrived('watched@there.test'), /for <watched@there\.test>/);
  const accepted = (await waitForEvent(relay.dataDir, id, 'message.accepted')).find(
    (event): event is AcceptedEvent => event.type === 'message.accepted',
  );
  assert.deepEqual(accepted?.recipients, ['watched@there.test', 'archive@acme.test']);
  assert.equal(accepted?.meta.copies, 1);
  assert.deepEqual(accepted?.meta.dsn, { recipients: [null, { notify: [] }] });
  assert.deepEqual(
    accepted?.meta.inspection?.map(({ check, result, verdict, details }) => [
      check,
      result,
      verdict,
      details?.['rules'],
    ]),
    [['content', 'rule', 'tag', ['Watched']]],
  );
  const told = await until('word to the boss', async () => {
    const { body } = await callApi(relay.dataDir, { path: '/api/v1/trace?q=to:boss@acme.test' });
    return (JSON.parse(body) as { entries: { subject?: string }[] }).entries[0];
  });
  assert.equal(told.subject, 'The rule "Watched" was met');
});

test('a part is taken out, the subject tagged, a disclaimer put in: size and the rest of the message stay right', async () => {
  await rule('No scripts', {
    conditions: [{ on: 'attachment-name', in: ['*.vbs'] }],
    actions: [{ do: 'remove-part', note: 'A script was here.' }],
  });
  await rule('Outside', {
    conditions: [to('changed@there.test')],
    actions: [
      { do: 'subject-tag', text: '[ACME]' },
      { do: 'disclaimer', text: 'Acme S.A., Luxembourg' },
    ],
  });
  const content = withFile('love.vbs', 'MsgBox "hello"');
  const id = idIn(await send({ to: 'changed@there.test', content }));
  const found = await arrived('changed@there.test');
  assert.match(found, /^Subject: \[ACME\] hello\r$/m);
  assert.match(found, /See the file\.\r\n[^]*Acme S\.A\., Luxembourg[^]*--b\r\n/);
  assert.match(found, /A script was here\./);
  assert.doesNotMatch(found, /MsgBox/);
  const events = await waitForEvent(relay.dataDir, id, 'message.accepted');
  const accepted = events.find((event): event is AcceptedEvent => event.type === 'message.accepted');
  // What the relay puts before it is no part of the content.
  assert.equal(accepted?.meta.size, found.length - found.indexOf('From: <a@acme.test>'));
  assert.equal(accepted?.meta.inspection?.[0]?.verdict, 'strip');
});

test('a rule holds mail for a person, or puts it into quarantine', async () => {
  const { held, quarantined } = await countsOf(relay.dataDir);
  await rule('Hold', { conditions: [to('hold@there.test')], actions: [{ do: 'hold', note: 'look at it' }] });
  await rule('Away', { conditions: [to('away@there.test')], actions: [{ do: 'quarantine' }] });
  const heldId = idIn(await send({ to: 'hold@there.test', content: `${header}\r\nHello.\r\n` }));
  const awayId = idIn(await send({ to: 'away@there.test', content: `${header}\r\nHello.\r\n` }));
  const events = await waitForEvent(relay.dataDir, heldId, 'message.held');
  assert(events.some((event) => event.type === 'message.held' && event.note === 'look at it'));
  await waitForEvent(relay.dataDir, awayId, 'message.quarantined');
  const counts = await countsOf(relay.dataDir);
  assert.deepEqual([counts.held - held, counts.quarantined - quarantined], [1, 1]);
});

test('processes that are killed while mail flows lose nothing: each message is taken or has to come again', async () => {
  const isProcess = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inspect-process');
  const processes = () => processTree(relay.pid).filter((pid) => existsSync(`/proc/${pid}`) && isProcess(pid));
  const addresses = Array.from({ length: 12 }, (_, i) => `killed${i}@there.test`);
  let killed = 0;
  const sendUntilTaken = async (address: string) => {
    for (let reply = await send({ to: address, content: withFile(`${address}.txt`) }); reply.code !== 250; ) {
      assert.match(reply.text, /^451 4\.7\.1 Content cannot be checked now/);
      reply = await send({ to: address, content: withFile(`${address}.txt`) });
    }
  };
  const killing = async () => {
    while (killed < 2) {
      const found = await until('a process', () => processes()[0]);
      process.kill(found, 'SIGKILL');
      killed++;
      await until('its end', () => (existsSync(`/proc/${found}`) ? undefined : true));
    }
  };
  await Promise.all([killing(), ...addresses.map(sendUntilTaken)]);
  for (const address of addresses) await arrived(address);
  assert.equal(internet.messages.filter(({ rcpts }) => rcpts[0]?.includes('killed')).length, addresses.length);
  // A signal to the whole service is for the relay alone.
  for (const pid of processes()) process.kill(pid, 'SIGTERM');
  assert.equal((await send({ to: 'after@there.test', content: withFile('after.txt') })).code, 250);
});

test('content that ends the process has to come again; the third time a person looks, whichever thread has it', async () => {
  for (const matches of SLOW_PATTERNS) {
    const pattern = { on: 'pattern', matches, where: 'body' };
    await rule(`Slow ${matches}`, { conditions: [to('large@there.test'), pattern], actions: [{ do: 'reject' }] });
  }
  const replies: Reply[] = [];
  for (let i = 0; i < 3; i++) {
    replies.push(await send({ to: 'large@there.test', content: `X-Try: ${i}\r\n${slow}` }));
    // Threads hear of it from main.
    await until(
      'the processes are back',
      async () => (await send({ to: 'small@there.test', content: withFile('s.txt') })).code === 250,
    );
  }
  assert.deepEqual(
    replies.map(({ code }) => code),
    [451, 451, 250],
  );
  assert.match(replies[0]?.text ?? '', /4\.7\.1 Content cannot be checked now/);
  const id = idIn(replies[2] ?? assert.fail());
  const events = await waitForEvent(relay.dataDir, id, 'message.held');
  assert(events.some((event) => event.type === 'message.held' && event.reason === 'content'));
  const again = await send({ to: 'large@there.test', content: slow });
  assert.equal(again.code, 250, 'not given to another process');
  await waitForEvent(relay.dataDir, idIn(again), 'message.held');
  const { stdout } = await relay.cli('trace', 'status:rejected', 'died', '--json');
  const row = JSON.parse(stdout.split('\n')[0] ?? '{}') as { reply?: string } & Partial<RejectedEvent>;
  assert.match(row.reply ?? '', /inspectLater/);
});
