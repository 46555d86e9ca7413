import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { createTestLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { directMail } from './alarm-mail.ts';
import { ALARM_NAMES } from './alarm-names.ts';
import { commandSender, smtpSender, webhookSender } from './alarm-senders.ts';
import { type AlarmNotice, type AlarmSender, type Alarms, createAlarms } from './alarms.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

interface World {
  alarms: Alarms;
  clock: { at: number; now(): number; monotonic(): number };
  told: string[];
  lines: string[];
  gauge: (name: string) => Promise<number | undefined>;
}

function makeWorld(senders?: AlarmSender[]): World {
  const clock = { at: 0, now: () => NOON + clock.at, monotonic: () => clock.at };
  const told: string[] = [];
  const lines: string[] = [];
  const note: AlarmSender = {
    kind: 'note',
    send: async ({ event, name, about }) => void told.push([event, name, about].filter(Boolean).join(' ')),
  };
  const metrics = createMetrics();
  const alarms = createAlarms({
    clock,
    log: createTestLog((line) => lines.push(line)),
    metrics,
    node: 'relay.example',
    repeatMs: 3_600_000,
    senders: senders ?? [note],
  });
  const gauge = async (name: string) => {
    const all = (await metrics.snapshot()) as { values: { labels: { name: string }; value: number }[] }[];
    return all[0]?.values.find(({ labels }) => labels.name === name)?.value;
  };
  return { alarms, clock, told, lines, gauge };
}

const NOTICE: AlarmNotice = {
  event: 'raised',
  name: 'disk',
  meaning: 'Disk space is short.',
  text: '12 MB free',
  since: '2026-11-22T12:00:00.000Z',
  node: 'relay.example',
  runbook: 'docs/runbooks/disk.md',
};

test('an alarm is told when it begins, again after the interval, and when it is over; never in between', async () => {
  const { alarms, clock, told, lines, gauge } = makeWorld();
  alarms.raise('disk', { text: '12 MB free' });
  alarms.raise('disk', { text: '11 MB free' });
  alarms.look();
  await alarms.idle();
  assert.deepEqual(told, ['raised disk']);
  assert.equal(await gauge('disk'), 1);
  clock.at += 3_600_000;
  alarms.look();
  alarms.look();
  await alarms.idle();
  assert.deepEqual(told, ['raised disk', 'repeated disk']);
  assert.deepEqual(alarms.active(), [{ name: 'disk', text: '11 MB free', since: '2026-11-22T12:00:00.000Z' }]);
  alarms.clear('disk');
  alarms.clear('disk');
  await alarms.idle();
  assert.deepEqual(told, ['raised disk', 'repeated disk', 'cleared disk']);
  assert.equal(await gauge('disk'), 0);
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['alarm raised', 'alarm goes on', 'alarm cleared'],
  );
});

test('others are told from now on: first of what is on', async () => {
  const { alarms, told, lines } = makeWorld();
  alarms.raise('disk', { text: '12 MB free' });
  await alarms.idle();
  const others: string[] = [];
  alarms.tellOthers([{ kind: 'note', send: async ({ event, name }) => void others.push(`${event} ${name}`) }]);
  alarms.clear('disk');
  await alarms.idle();
  assert.deepEqual([told, others], [['raised disk'], ['repeated disk', 'cleared disk']]);
  assert.equal(lines.length, 2, 'the log is the same for whoever reads it');
});

test('one name about several things: each for itself', async () => {
  const { alarms, told, gauge } = makeWorld();
  alarms.set(
    'certificate',
    new Map([
      ['a.pem', { text: 'ends in 3 days' }],
      ['b.pem', { text: 'ends in 4 days' }],
    ]),
  );
  assert.equal(await gauge('certificate'), 2);
  alarms.set(
    'certificate',
    new Map([
      ['b.pem', { text: 'ends in 4 days' }],
      ['c.pem', { text: 'ended' }],
    ]),
  );
  await alarms.idle();
  assert.deepEqual(told, [
    'raised certificate a.pem',
    'raised certificate b.pem',
    'cleared certificate a.pem',
    'raised certificate c.pem',
  ]);
});

test('what an event raised is over when no such event came for a while', async () => {
  const { alarms, clock, told } = makeWorld();
  alarms.raise('thread-restarted', { text: 'the thread trace ended' }, 'trace');
  clock.at += 10 * 60_000;
  alarms.raise('thread-restarted', { text: 'the thread trace ended' }, 'trace');
  clock.at += 10 * 60_000;
  alarms.look();
  assert.equal(alarms.active().length, 1);
  clock.at += 10 * 60_000;
  alarms.look();
  await alarms.idle();
  assert.deepEqual(told, ['raised thread-restarted trace', 'cleared thread-restarted trace']);
});

test('a sender that fails holds up no other; what it missed is sent when it works again, in order', async () => {
  const got: string[] = [];
  let works = false;
  const flaky: AlarmSender = {
    kind: 'flaky',
    async send({ event }) {
      if (!works) throw new Error('down');
      got.push(event);
    },
  };
  const steady: string[] = [];
  const other: AlarmSender = { kind: 'other', send: async ({ event }) => void steady.push(event) };
  const { alarms, lines } = makeWorld([flaky, other]);
  alarms.raise('disk', { text: 'full' });
  await alarms.idle();
  alarms.clear('disk');
  await alarms.idle();
  assert.deepEqual([got, steady], [[], ['raised', 'cleared']]);
  assert.ok(lines.some((line) => line.includes('alarm not sent')));
  works = true;
  alarms.look();
  await alarms.idle();
  assert.deepEqual(got, ['raised', 'cleared']);
});

test('webhook: a JSON POST; anything but 2xx, a redirect included, is a failure', async (t) => {
  let answer = 200;
  const got: { body: string; type: string | undefined; id: unknown }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      got.push({ body, type: request.headers['content-type'], id: request.headers['webhook-id'] });
      response.writeHead(answer, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const sender = webhookSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}/alarm`);
  await sender.send(NOTICE);
  assert.equal(got[0]?.type, 'application/json');
  assert.match(String(got[0]?.id), /^alm_/);
  const body = JSON.parse(got[0]?.body ?? '') as { type: string; data: { name: string; node: string } };
  assert.deepEqual([body.type, body.data.name, body.data.node], ['alarm.raised', 'disk', 'relay.example']);
  answer = 500;
  await assert.rejects(sender.send(NOTICE), /answered 500/);
  answer = 302;
  await assert.rejects(sender.send(NOTICE));
  assert.equal(got.length, 3);
});

test('command: the alarm on standard input, no shell, no secrets of ours in its environment', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-alarm-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, 'out; touch x $(id)');
  process.env['EASYMAIL_TEST_SECRET'] = 'hush';
  t.after(() => delete process.env['EASYMAIL_TEST_SECRET']);
  await commandSender(['sh', '-c', 'cat > "$1"; env >> "$1"', 'alarm', out]).send(NOTICE);
  const text = readFileSync(out, 'utf8');
  assert.match(text, /^\{"type":"alarm\.raised",.*"12 MB free"/);
  assert.doesNotMatch(text, /hush/);
  await assert.rejects(
    commandSender(['sh', '-c', 'echo no pager here >&2; exit 3']).send(NOTICE),
    /ended with 3: no pager here/,
  );
  await assert.rejects(commandSender(['/no/such/program']).send(NOTICE), /ENOENT/);
  // A program that reads nothing and says that all is well.
  await commandSender(['true']).send(NOTICE);
});

/** Takes one mail a connection and answers the end of data as told. */
async function startSmtpServer(t: TestContext, endReply: () => string) {
  const said: string[] = [];
  const server = createTcpServer((socket) => {
    let inData = false;
    let rest = '';
    socket.write('220 pager.example\r\n');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        said.push(line);
        if (inData && line !== '.') continue;
        if (line.startsWith('EHLO')) socket.write('250-pager.example\r\n250 8BITMIME\r\n');
        else if (line === 'DATA') socket.write('354 go on\r\n');
        else if (line === '.') socket.write(`${endReply()}\r\n`);
        else socket.write('250 Ok\r\n');
        inData = line === 'DATA';
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, said };
}

test('smtp: a mail straight to the server; a refusal is a failure', async (t) => {
  let reply = '250 Ok';
  const server = await startSmtpServer(t, () => reply);
  const sender = smtpSender({
    from: 'easymail@relay.example',
    to: ['oncall@operator.example', 'second@operator.example'],
    node: 'relay.example',
    sendMail: directMail({
      server: { host: '127.0.0.1', port: server.port },
      hostname: 'relay.example',
      clock: systemClock,
    }),
  });
  await sender.send({ ...NOTICE, about: 'zwölf\r\nBcc: x@y' });
  const text = server.said.join('\n');
  assert.match(
    text,
    /EHLO relay\.example\nMAIL FROM:<easymail@relay\.example>.*\nRCPT TO:<oncall@operator\.example>\nRCPT TO:<second@operator\.example>\nDATA\n/,
  );
  assert.match(text, /\nSubject: \[relay\.example\] alarm raised: disk \(zw\?lf\?\?Bcc: x@y\)\n/);
  assert.match(text, /\nWhat was seen: 12 MB free\n/);
  reply = '451 not now';
  await assert.rejects(sender.send(NOTICE), /did not take it/);
  const gone = directMail({ server: { host: '127.0.0.1', port: 1 }, hostname: 'relay.example', clock: systemClock });
  await assert.rejects(gone({ sender: 'a@b', recipients: ['c@d'], content: Buffer.from('x') }), /takes no mail/);
});

test('every alarm has a runbook that says what it means, how to check and how to mend it', () => {
  for (const name of ALARM_NAMES) {
    const page = readFileSync(new URL(`../../../docs/runbooks/${name}.md`, import.meta.url), 'utf8');
    for (const part of ['## What it means', '## How to check', '## How to mend it'])
      assert.ok(page.includes(part), name);
    assert.ok(page.includes('bin/easymail'), name);
  }
});
