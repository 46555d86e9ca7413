// The path of a message as sentences: who may send what to whom, what arrives, and what the trace says of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Relay, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const ACME = '127.0.0.2';
const BETA = '127.0.0.3';
const SHARED = '127.0.0.4';
const STRANGER = '127.0.0.9';

let folder: TemporaryFolder;
let relay: Relay;
let internet: ScriptedReceiver;
let mailhost: ScriptedReceiver;

function customer(id: string, source: string, more: Table): Table {
  const domains = [{ name: `${id}.test`, outbound: true, inbound: true, subdomains: false, verified: true }];
  const mailhosts = [{ host: '127.0.0.1', port: mailhost.port }];
  return { id, name: id, pools: ['standard'], sources: [source], domains, mailhosts, ...more };
}

function provision(): Table {
  const shared = { network: SHARED, shared: true, proof: { secret_header: 'X-Easymail-Key', secret: SECRET } };
  return {
    pool: [
      { name: 'standard', addresses: [{ ip: '127.0.0.50', hostname: 'out1.relay.test', state: 'active' }] },
      { name: 'bulk', addresses: [{ ip: '127.0.0.60', hostname: 'bulk1.relay.test', state: 'active' }] },
    ],
    customer: [
      customer('acme', ACME, {
        sources: [ACME, shared] as unknown as Table[],
        streams: [{ name: 'bulk', pools: ['bulk'], match: 'header:X-Stream=bulk' }],
        grants: [{ domain: 'beta.test', stream: 'bulk', proof: 'letter of 2026-11-01' }],
      }),
      customer('beta', BETA, { foreign_from: 'rewrite' }),
      customer('gamma', '127.0.0.5', {}),
    ],
  };
}

before(async () => {
  folder = temporaryFolder('path');
  internet = await startReceiver();
  mailhost = await startReceiver();
  relay = await startRelay({
    folder: folder.path,
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }] },
    apply: provision(),
  });
});

after(async () => {
  await relay?.stop();
  await internet?.close();
  await mailhost?.close();
  folder?.remove();
});

interface Sent {
  ip: string;
  from: string;
  to: string | string[];
  header?: string;
  body?: string;
  port?: number;
}

async function send(mail: Sent): Promise<string> {
  const header = mail.header ?? `From: <${mail.from}>\r\nSubject: test\r\n`;
  await using client = await SmtpClient.connect({ port: mail.port ?? relay.ports.outbound, from: mail.ip });
  await client.hello();
  const reply = await client.message({
    from: mail.from,
    to: [mail.to].flat(),
    content: Buffer.from(`${header}\r\n${mail.body ?? 'Hello.\r\n'}`),
  });
  await client.quit();
  return reply.text;
}

/** The message that arrived for this recipient. */
async function arrived(at: ScriptedReceiver, to: string) {
  return until(`${to} to arrive`, () => at.messages.find((message) => message.rcpts.some((rcpt) => rcpt.includes(to))));
}

const inbound = () => relay.ports.inbound;

test('a registered source sends from its own domain, from the address of its pool, under that address’s name', async () => {
  const reply = await send({ ip: ACME, from: 'a@acme.test', to: 'first@example.org' });
  assert.match(reply, /^250 2\.0\.0 Ok: queued as [0-9a-v]{17}$/);
  const message = await arrived(internet, 'first@example.org');
  const client = internet.clients.find((one) => one.helo.includes('out1.relay.test'));
  assert.equal(client?.ip, '127.0.0.50');
  assert.match(message.content, /^Received: from acme\.test\r\n\tby relay\.test \(Easymail\) with ESMTP id /);
  assert.equal(message.content.match(/^Received:/gm)?.length, 1);
  const id = /queued as (\S+)/.exec(reply)?.[1] ?? 'none';
  assert(message.content.includes(`id ${id}`), 'the id of the reply stands in Received');
});

test('the trace knows the message by its id, its sender, its recipient and its subject', async () => {
  await send({
    ip: ACME,
    from: 'trace@acme.test',
    to: 'traced@example.org',
    header: 'From: trace@acme.test\r\nSubject: Quarterly figures\r\nMessage-ID: <q4@acme.test>\r\n',
  });
  await arrived(internet, 'traced@example.org');
  await relay.settled();
  for (const query of [
    'from:trace@acme.test',
    'to:traced@example.org',
    'message-id:q4@acme.test',
    'Quarterly',
    'to:@example.org customer:acme status:delivered',
  ]) {
    const found = await relay.cli('trace', '--json', query);
    assert.equal(found.code, 0, found.stderr);
    assert(found.stdout.includes('traced@example.org'), `${query} finds it: ${found.stdout}`);
  }
});

const REFUSALS: { name: string; mail: () => Sent; reply: RegExp }[] = [
  {
    name: 'a stranger relays nothing',
    mail: () => ({ ip: STRANGER, from: 'a@acme.test', to: 'b@example.org' }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'a source does not send from a domain of another customer',
    mail: () => ({ ip: ACME, from: 'a@gamma.test', to: 'b@example.org' }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'a source does not send from an unknown domain',
    mail: () => ({ ip: ACME, from: 'a@unknown.test', to: 'b@example.org' }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'a subdomain is not the domain',
    mail: () => ({ ip: ACME, from: 'a@sub.acme.test', to: 'b@example.org' }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'a From header of another customer is refused',
    mail: () => ({ ip: ACME, from: 'a@acme.test', to: 'b@example.org', header: 'From: ceo@gamma.test\r\n' }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'a null sender is judged by its From header',
    mail: () => ({ ip: ACME, from: '', to: 'b@example.org', header: 'From: a@elsewhere.test\r\n' }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'a shared source never authorises alone',
    mail: () => ({ ip: SHARED, from: 'a@acme.test', to: 'b@example.org' }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'a shared source with a wrong secret is refused',
    mail: () => ({
      ip: SHARED,
      from: 'a@acme.test',
      to: 'b@example.org',
      header: `From: a@acme.test\r\nX-Easymail-Key: ${SECRET.replace('0', 'f')}\r\n`,
    }),
    reply: /^550[ -]5\.7\.1/,
  },
  {
    name: 'the inbound listener takes nothing for foreign domains',
    mail: () => ({ ip: STRANGER, from: 'x@else.test', to: 'b@example.org', port: inbound() }),
    reply: /^550[ -]5\.7\.1/,
  },
];
for (const refusal of REFUSALS) {
  test(refusal.name, async () => assert.match(await send(refusal.mail()), refusal.reply));
}

test('a shared source with the secret sends, and the secret is taken out', async () => {
  const header = `From: a@acme.test\r\nX-Easymail-Key: ${SECRET}\r\nSubject: shared\r\n`;
  assert.match(await send({ ip: SHARED, from: 'a@acme.test', to: 'shared@example.org', header }), /^250/);
  const { content } = await arrived(internet, 'shared@example.org');
  assert(!content.includes('X-Easymail-Key') && !content.includes(SECRET), content);
  assert(content.endsWith('From: a@acme.test\r\nSubject: shared\r\n\r\nHello.\r\n'), content);
});

test('a null sender with the customer’s own From passes', async () => {
  assert.match(
    await send({ ip: ACME, from: '', to: 'null@example.org', header: 'From: postmaster@acme.test\r\n' }),
    /^250/,
  );
  assert.match((await arrived(internet, 'null@example.org')).mail, /<>/);
});

test('a granted domain is sent for in its stream only, and the stream leaves from its own pool', async () => {
  const header = 'From: news@beta.test\r\nX-Stream: bulk\r\n';
  assert.match(await send({ ip: ACME, from: 'news@beta.test', to: 'granted@example.org', header }), /^250/);
  await arrived(internet, 'granted@example.org');
  assert.equal(internet.clients.find((one) => one.helo.includes('bulk1.relay.test'))?.ip, '127.0.0.60');
});

test('a foreign From is rewritten where the customer wants it so, and answers still find their way', async () => {
  const header = 'From: "Ada" <ada@elsewhere.test>\r\nSubject: rewritten\r\n';
  assert.match(await send({ ip: BETA, from: 'b@beta.test', to: 'rewritten@example.org', header }), /^250/);
  const { content } = await arrived(internet, 'rewritten@example.org');
  assert.match(content, /^From:.*b@beta\.test/m);
  assert.match(content, /^Reply-To:.*ada@elsewhere\.test/m);
});

test('mail from the Internet goes to the customer’s own mail host, from anywhere', async () => {
  assert.match(await send({ ip: STRANGER, from: 'x@else.test', to: 'inbound@acme.test', port: inbound() }), /^250/);
  const { mail } = await arrived(mailhost, 'inbound@acme.test');
  assert.match(mail, /x@else\.test/);
});

test('a transaction belongs to one customer: a recipient of another gets 452 4.5.3', async () => {
  await using client = await SmtpClient.connect({ port: inbound(), from: STRANGER });
  await client.hello();
  await client.expect(250, 'MAIL FROM:<x@else.test>');
  await client.expect(250, 'RCPT TO:<one@acme.test>');
  assert.match((await client.command('RCPT TO:<two@beta.test>')).text, /^452 4\.5\.3/);
});

test('customer to customer stays inside and is no loop', async () => {
  assert.match(await send({ ip: ACME, from: 'a@acme.test', to: 'colleague@beta.test' }), /^250/);
  const { content } = await arrived(mailhost, 'colleague@beta.test');
  const looped = await send({
    ip: STRANGER,
    from: 'a@acme.test',
    to: 'colleague@beta.test',
    port: inbound(),
    header: content.split('\r\n\r\n')[0] + '\r\n',
  });
  assert.match(looped, /^250/, 'outbound first and inbound then is a forward, not a loop');
});

test('a second sight of our own mark for the same recipient and direction is a loop', async () => {
  assert.match(await send({ ip: STRANGER, from: 'x@else.test', to: 'loop@acme.test', port: inbound() }), /^250/);
  const { content } = await arrived(mailhost, 'loop@acme.test');
  const header = `${content.split('\r\n\r\n')[0]}\r\n`;
  assert.match(
    await send({ ip: STRANGER, from: 'x@else.test', to: 'loop@acme.test', port: inbound(), header }),
    /^554 5\.4\.6/,
  );
  assert.match(
    await send({ ip: STRANGER, from: 'x@else.test', to: 'other@acme.test', port: inbound(), header }),
    /^250/,
    'another recipient is no loop',
  );
  assert.match(
    await send({
      ip: STRANGER,
      from: 'x@else.test',
      to: ['loop@acme.test', 'third@acme.test'],
      port: inbound(),
      header,
    }),
    /^250/,
  );
  await arrived(mailhost, 'third@acme.test');
  await until('the bounce of the looping recipient', async () =>
    (await relay.cli('trace', '--json', 'to:loop@acme.test', 'status:bounced')).stdout.includes('loop@acme.test')
      ? true
      : undefined,
  );
});

test('more than thirty hops are a loop', async () => {
  const header = `${'Received: from a by b; Sun, 22 Nov 2026 00:00:00 +0000\r\n'.repeat(31)}From: a@acme.test\r\n`;
  assert.match(await send({ ip: ACME, from: 'a@acme.test', to: 'b@example.org', header }), /^554 5\.4\.6/);
});

test('what a receiver refuses for good comes back to the sender as a notice, and never for a null sender', async () => {
  internet.script = { rcpt: (argument) => (argument.includes('gone') ? '550 5.1.1 no such user' : '250 ok') };
  assert.match(await send({ ip: BETA, from: 'boss@beta.test', to: 'gone@example.org' }), /^250/);
  const notice = await arrived(mailhost, 'boss@beta.test');
  assert.match(notice.mail, /<>/);
  assert.match(notice.content, /no such user/);
  const before = mailhost.messages.length;
  // Another one: the first is suppressed from now on.
  assert.match(await send({ ip: BETA, from: '', to: 'gone2@example.org', header: 'From: boss@beta.test\r\n' }), /^250/);
  await relay.settled();
  assert.equal(mailhost.messages.length, before);
  internet.script = {};
});

test('a change by apply is in force at the next MAIL, without dropping a session', async () => {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound, from: ACME });
  await client.hello();
  assert.match((await client.command('MAIL FROM:<a@new.test>')).text, /^550 5\.7\.1/);
  const wanted = provision();
  const customers = wanted['customer'] as Table[];
  const moved = { name: 'new.test', outbound: true, inbound: false, subdomains: false, verified: true };
  for (const one of customers) if (one['id'] === 'acme') (one['domains'] as Table[]).push(moved);
  assert.equal((await relay.apply(wanted)).code, 0);
  await client.expect(250, 'MAIL FROM:<a@new.test>');
  await client.expect(250, 'RSET');
});
