// What the Internet sees of a customer's own network, and what the operator still knows of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitForEvent } from '../support/mail.ts';
import { type Relay, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const SOURCES = { usual: '127.0.0.2', strict: '127.0.0.3', off: '127.0.0.4' } as const;
const STRANGER = '127.0.0.9';
const HOPS = 12;

let folder: TemporaryFolder;
let relay: Relay;
let internet: ScriptedReceiver;
let mailhost: ScriptedReceiver;

function customer(hide: keyof typeof SOURCES): Table {
  return {
    id: hide,
    pools: ['standard'],
    sources: [SOURCES[hide]],
    domains: [{ name: `${hide}.test`, verified: true }],
    mailhosts: [{ host: '127.0.0.1', port: mailhost.port }],
    // `usual` is what a customer has of whom nothing is said.
    ...(hide !== 'usual' && { hide }),
  };
}

before(async () => {
  folder = temporaryFolder('hide');
  internet = await startReceiver();
  mailhost = await startReceiver();
  relay = await startRelay({
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      limits: { hops: HOPS },
    },
    apply: {
      pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.50', hostname: 'out1.relay.test', state: 'active' }] }],
      customer: [customer('usual'), customer('strict'), customer('off')],
    },
  });
});

after(async () => {
  await relay?.stop();
  await internet?.close();
  await mailhost?.close();
  folder?.remove();
});

interface Sent {
  hide?: keyof typeof SOURCES;
  ip?: string;
  from?: string;
  to: string;
  content: string;
  port?: number;
}

async function send({ hide = 'usual', ip = SOURCES[hide], from = `a@${hide}.test`, ...sent }: Sent): Promise<string> {
  await using client = await SmtpClient.connect({ port: sent.port ?? relay.ports.outbound, from: ip });
  await client.hello();
  const reply = await client.message({ from, to: [sent.to], content: Buffer.from(sent.content, 'latin1') });
  await client.quit();
  return reply.text;
}

async function arrived(receiver: ScriptedReceiver, to: string): Promise<string> {
  const message = await until(`mail to ${to}`, () => receiver.messages.find(({ rcpts }) => rcpts[0]?.includes(to)));
  return message.content;
}

const idIn = (reply: string) => /queued as (\S+)/.exec(reply)?.[1] ?? assert.fail(reply);
const body = '\r\nReceived: in the body\r\nX-Mailer: body\r\n';

function message(hide: string): string {
  return (
    'Received: from pc17.corp.local (10.11.12.13) by exch01.corp.local; Sun, 22 Nov 2026 00:00:00 +0000\r\n' +
    `From: <a@${hide}.test>\r\nSubject: hello\r\nMessage-ID: <m1@exch01.corp.local>\r\n` +
    `X-Originating-IP: [10.11.12.13]\r\nX-Mailer: InsideMailer 7\r\nX-Acme-Ticket: 5\r\n${body}`
  );
}

const INSIDE = /corp\.local|10\.11\.12\.13|InsideMailer|127\.0\.0\.[23]|client\.test/;

for (const hide of ['usual', 'strict'] as const) {
  test(`${hide}: nothing of the inside is seen outside, the trace knows it, the log does not`, async () => {
    const id = idIn(await send({ hide, to: `seen-${hide}@there.test`, content: message(hide) }));
    const content = await arrived(internet, `seen-${hide}@there.test`);
    assert.doesNotMatch(content, INSIDE);
    assert.match(
      content,
      new RegExp(`^Received: from ${hide}\\.test\r\n\tby relay\\.test \\(Easymail\\) with ESMTP id ${id}`),
    );
    assert.equal(content.match(/^Received:/gm)?.length, 2, 'ours, and the one in the body');
    assert.match(content, /^Message-ID: <em1\.[\w-]+@relay\.test>\r$/m);
    assert.equal(/^X-Acme-Ticket: 5\r$/m.test(content), hide === 'usual');
    assert.ok(content.endsWith(body));
    await waitForEvent(relay.dataDir, id, 'message.accepted');
    const { stdout } = await relay.cli('trace', `id:${id}`);
    assert.match(stdout, /hidden: Received: from pc17\.corp\.local \(10\.11\.12\.13\) by exch01/);
    assert.match(stdout, /hidden: Message-ID: <m1@exch01\.corp\.local>\n\s+now: Message-ID: <em1\./);
    const found = await relay.cli('trace', 'message-id:m1@exch01.corp.local', `customer:${hide}`);
    assert.match(found.stdout, new RegExp(id));
    assert.doesNotMatch(relay.running.output(), /exch01|InsideMailer/);
  });
}

test('off: the message leaves as it came, under one Received of ours with name and address', async () => {
  await send({ hide: 'off', to: 'off@there.test', content: message('off') });
  const content = await arrived(internet, 'off@there.test');
  assert.ok(content.endsWith(message('off')));
  assert.match(content, /^Received: from \S+ \(\[127\.0\.0\.4\]\)/);
});

test('the same id is the same outside, and an answer brings the old one back, unless its field is signed', async () => {
  const outside = async (to: string, field: string) => {
    await send({ to, content: `From: <a@usual.test>\r\n${field}: <t1@exch01.corp.local>\r\n${body}` });
    return new RegExp(`^${field}: (<.*>)\r$`, 'm').exec(await arrived(internet, to))?.[1];
  };
  const id = await outside('thread1@there.test', 'Message-ID');
  assert.match(id ?? '', /^<em1\./);
  assert.equal(await outside('thread2@there.test', 'References'), id);
  const answer = (to: string, signed: string, hide = 'usual') =>
    send({
      ip: STRANGER,
      port: relay.ports.inbound,
      from: 'x@there.test',
      to: `${to}@${hide}.test`,
      content: `DKIM-Signature: v=1; d=there.test; h=from:${signed}; b=x\r\nFrom: <x@there.test>\r\nIn-Reply-To: ${id}\r\n${body}`,
    });
  await answer('plain', 'subject');
  assert.match(await arrived(mailhost, 'plain@usual.test'), /^In-Reply-To: <t1@exch01\.corp\.local>\r$/m);
  await answer('signed', 'in-reply-to');
  assert.ok((await arrived(mailhost, 'signed@usual.test')).includes(`In-Reply-To: ${id}\r\n`));
  await answer('other', 'subject', 'strict');
  assert.ok(
    (await arrived(mailhost, 'other@strict.test')).includes(`In-Reply-To: ${id}\r\n`),
    'no other customer learns it',
  );
});

test('a loop is still caught: by the mark for the same recipient, by the hops for new ones', async () => {
  await send({ to: 'loop@there.test', content: message('usual') });
  const first = await arrived(internet, 'loop@there.test');
  assert.match(await send({ to: 'loop@there.test', content: first }), /5\.4\.6/);
  let content = first;
  let passes = 1;
  for (let reply = '2'; reply.startsWith('2'); passes++) {
    assert.ok(passes <= HOPS, 'goes round for ever');
    const to = `loop${passes}@there.test`;
    reply = await send({ to, content });
    if (reply.includes('queued')) content = await arrived(internet, to);
    else assert.match(reply, /5\.4\.6/);
    if (!reply.includes('queued')) break;
    reply = '2';
  }
  // One hop a pass, and one of the customer's own at first.
  assert.equal(passes, HOPS);
});

test('a message without a header gets the empty line that it lacks; a line of a mailbox file is taken off', async () => {
  await send({ to: 'text@there.test', content: 'Hello there.\r\nFrom: x@bank.test\r\n' });
  assert.match(await arrived(internet, 'text@there.test'), /\r\n\r\nHello there\.\r\nFrom: x@bank\.test\r\n$/);
  await send({ to: 'mbox@there.test', content: 'From a@usual.test Mon Sep  1\r\nFrom: <a@usual.test>\r\n\r\nx\r\n' });
  assert.match(await arrived(internet, 'mbox@there.test'), /[0-9a-f]\r\nFrom: <a@usual\.test>\r\n\r\nx\r\n$/);
  assert.match(await send({ to: 'x@there.test', content: ' From: x@bank.test\r\n\r\nx\r\n' }), /5\.6\.0/);
});
