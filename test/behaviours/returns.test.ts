// What comes back: forwards with SRS, return paths of the relay, and mail to the relay itself, as sentences.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RecipientEvent } from '../../src/mail/report/events.ts';
import { waitForEvent } from '../support/mail.ts';
import { type Relay, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver, type TakenMessage } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const ACME = '127.0.0.2';
const STRANGER = '127.0.0.9';

let folder: TemporaryFolder;
let relay: Relay;
let internet: ScriptedReceiver;
let mailhost: ScriptedReceiver;

before(async () => {
  folder = temporaryFolder('returns');
  internet = await startReceiver();
  mailhost = await startReceiver();
  const customer: Table = {
    id: 'acme',
    name: 'Acme',
    pools: ['standard'],
    sources: [ACME],
    mailhosts: [{ host: '127.0.0.1', port: mailhost.port }],
    domains: [{ name: 'acme.test', outbound: true, inbound: true, subdomains: false, verified: true }],
    streams: [{ name: 'bulk', pools: ['standard'], match: 'header:X-Stream=bulk' }],
    forwards: 'srs',
    return_path: 'relay',
  };
  relay = await startRelay({
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      bounces: { domain: 'bounce.relay.test' },
      operator: { postmaster: ['it@ops.test'] },
    },
    apply: {
      pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.50', hostname: 'out1.relay.test', state: 'active' }] }],
      customer: [customer],
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
  ip?: string;
  from: string;
  to: string | string[];
  content: string;
  port?: number;
}

async function send({ ip = STRANGER, from, to, content, port = relay.ports.inbound }: Sent): Promise<string> {
  await using client = await SmtpClient.connect({ port, from: ip });
  await client.hello();
  const reply = await client.message({ from, to: [to].flat(), content: Buffer.from(content) });
  await client.quit();
  return reply.text;
}

const outbound = (mail: Sent) => send({ ip: ACME, port: relay.ports.outbound, ...mail });
const text = (from: string, more = '') => `From: <${from}>\r\nSubject: test\r\n${more}\r\nHello.\r\n`;
const idOf = (reply: string) => /queued as (\S+)/.exec(reply)?.[1] ?? reply;

async function arrived(at: ScriptedReceiver, to: string, fits: (one: TakenMessage) => boolean = () => true) {
  const isIt = (one: TakenMessage) => one.rcpts.some((rcpt) => rcpt.includes(`<${to}>`)) && fits(one);
  return until(`${to} to arrive`, () => at.messages.find(isIt));
}

const senderOf = ({ mail }: TakenMessage) => /<([^>]*)>/.exec(mail)?.[1] ?? '';

function bounceOf(recipient: string, returnedHeader?: string): string {
  const original = ['--b', 'Content-Type: text/rfc822-headers', '', returnedHeader ?? ''];
  return [
    'From: Mail Delivery System <MAILER-DAEMON@mx.example.org>',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    '',
    'It could not be delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    'Status: 5.1.1',
    `Diagnostic-Code: smtp; 550 5.1.1 <${recipient}>: Recipient address rejected: User unknown`,
    '',
    ...(returnedHeader === undefined ? [] : original),
    '--b--',
    '',
  ].join('\r\n');
}

test('a user’s forward goes out with SRS, and its bounce finds the way back to the original sender', async () => {
  await send({ from: 'ann@gmail.test', to: 'user@acme.test', content: text('ann@gmail.test') });
  const received = await arrived(mailhost, 'user@acme.test');
  // The customer's server sends it on as it is, with the original sender.
  const reply = await outbound({ from: 'ann@gmail.test', to: 'user@private.test', content: received.content });
  assert.match(reply, /^250/);
  const forwarded = await arrived(internet, 'user@private.test');
  const srs = senderOf(forwarded);
  assert.match(srs, /^SRS0=[a-z2-7]{8}=[a-z2-7]{2}=gmail\.test=ann@bounce\.relay\.test$/);
  assert.match(forwarded.content, /^From: <ann@gmail\.test>\r$/m, 'the author stays');
  assert.doesNotMatch(forwarded.content, /^DKIM-Signature:/im);
  await send({ from: '', to: srs, content: bounceOf('user@private.test') });
  const back = await arrived(internet, 'ann@gmail.test');
  assert.equal(senderOf(back), '', 'the null sender is kept');
});

test('a bounce of a forward is noted on the forward, and only there', async () => {
  await send({ from: 'bob@gmail.test', to: 'user3@acme.test', content: text('bob@gmail.test') });
  const received = await arrived(mailhost, 'user3@acme.test');
  const reply = await outbound({ from: 'bob@gmail.test', to: 'user3@private.test', content: received.content });
  const id = /queued as (\w+)/.exec(reply)?.[1] ?? assert.fail(reply);
  const other = /queued as (\w+)/.exec(
    await outbound({ from: 'a@acme.test', to: 'reader3@example.org', content: text('a@acme.test') }),
  )?.[1];
  const forwarded = await arrived(internet, 'user3@private.test');
  const header = forwarded.content.slice(0, forwarded.content.indexOf('\r\n\r\n') + 2);
  assert.ok(header.includes(id), 'our hop names the message');
  const events = async (of: string | undefined) => (await relay.cli('trace', `id:${of}`, '--json')).stdout;
  await until(
    'the trace of both',
    async () => ((await events(id)) + (await events(other))).includes('delivered') || undefined,
  );
  // Whoever got an SRS address cannot write a bounce onto any message: its sender is another.
  const forged = header.replaceAll(id, String(other));
  await send({ from: '', to: senderOf(forwarded), content: bounceOf('user3@private.test', forged) });
  await send({ from: '', to: senderOf(forwarded), content: bounceOf('user3@private.test', header) });
  const noted = await until('the note', async () => {
    const all = await events(id);
    return all.includes('"asynchronous":true') ? all : undefined;
  });
  assert.match(noted, /"recipient":"user3@private\.test"[^}]*/);
  assert.match(noted, /Recipient address rejected/);
  assert.doesNotMatch(noted, /"suppressed":true/);
  assert.doesNotMatch(await events(other), /asynchronous":true/);
});

test('what comes back to the sender of a forward tells nothing of the ids inside', async () => {
  const inside = 'Message-ID: <1.secret@pc7.acme.lan>\r\n';
  await outbound({ from: 'a@acme.test', to: 'reader@example.org', content: text('a@acme.test', inside) });
  const { content } = await arrived(internet, 'reader@example.org');
  const hidden = /^Message-ID: (<em1\.[^>]+>)\r$/im.exec(content)?.[1] ?? assert.fail(content);
  // Too long for SRS: the return path is a tag of a message of the customer.
  const eve = `${'e'.repeat(50)}@gmail.test`;
  await send({ from: eve, to: 'user2@acme.test', content: text(eve) });
  const received = await arrived(mailhost, 'user2@acme.test');
  await outbound({ from: eve, to: 'eve@private.test', content: received.content });
  const tag = senderOf(await arrived(internet, 'eve@private.test'));
  assert.match(tag, /^bounce-/);
  await send({ from: '', to: tag, content: `References: ${hidden}\r\n${bounceOf('eve@private.test')}` });
  const back = await arrived(internet, eve);
  assert.ok(back.content.includes(`References: ${hidden}`), back.content);
  assert.doesNotMatch(back.content, /secret/);
});

test('a foreign sender without a sign that it came in is no forward', async () => {
  const reply = await outbound({ from: 'eve@gmail.test', to: 'v@private.test', content: text('eve@gmail.test') });
  assert.match(reply, /^550 5\.7\.1 /);
  await send({ from: 'ann@gmail.test', to: 'other@acme.test', content: text('ann@gmail.test') });
  const { content } = await arrived(mailhost, 'other@acme.test');
  const forged = content.replaceAll('ann@gmail.test', 'boss@bank.test');
  assert.match(await outbound({ from: 'boss@bank.test', to: 'v@private.test', content: forged }), /^550 5\.7\.1 /);
});

test('the bounce domain is no open relay', async () => {
  const forged = 'SRS0=aaaaaaaa=aa=gmail.test=ann@bounce.relay.test';
  assert.match(await send({ from: '', to: forged, content: bounceOf('x@y.test') }), /^550 5\.1\.1 /);
  assert.match(await send({ from: '', to: 'ann=gmail.test@bounce.relay.test', content: 'x' }), /^550 5\.7\.1 /);
});

test('a late bounce is noted on its recipient, suppresses it, and goes on to the sender', async () => {
  const id = idOf(await outbound({ from: 'a@acme.test', to: 'late@example.org', content: text('a@acme.test') }));
  const tag = senderOf(await arrived(internet, 'late@example.org'));
  assert.match(tag, new RegExp(`^bounce-${id}-0-[a-z2-7]{12}@bounce\\.relay\\.test$`));
  await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  const bounce = idOf(await send({ from: '', to: tag, content: bounceOf('late@example.org') }));
  const back = await arrived(mailhost, 'a@acme.test');
  assert.equal(senderOf(back), '');
  assert.match(back.content, /User unknown/);
  const events = await waitForEvent(relay.dataDir, id, 'message.recipient.bounced');
  const note = events.at(-1) as RecipientEvent;
  assert.equal(note.asynchronous, true);
  assert.equal(note.recipient, 'late@example.org');
  assert.equal(note.bounce?.class, 'invalid_address');
  assert.equal(note.suppressed, true);
  assert.equal(note.note, `told by ${bounce}`);
  const trace = await relay.cli('trace', `id:${id}`, '--json');
  assert.match(trace.stdout, /"status":"delivered"/, 'what became of it stays what it was');
  const again = async () => {
    const reply = await outbound({ from: 'a@acme.test', to: 'late@example.org', content: text('a@acme.test') });
    return reply.startsWith('550') ? reply : undefined;
  };
  assert.match(await until('the address to be suppressed', again), /suppressed/i);
});

test('a message with several recipients has one tag, bulk mail one each', async () => {
  const to = ['m1@example.org', 'm2@example.org', 'm3@example.org'];
  const id = idOf(await outbound({ from: 'a@acme.test', to, content: text('a@acme.test') }));
  const together = await arrived(internet, 'm1@example.org');
  assert.equal(together.rcpts.length, 3);
  assert.match(senderOf(together), new RegExp(`^bounce-${id}-m-`));
  await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  await send({ from: '', to: senderOf(together), content: bounceOf('m2@example.org') });
  const events = await waitForEvent(relay.dataDir, id, 'message.recipient.bounced');
  assert.equal((events.at(-1) as RecipientEvent).index, 1);

  const bulk = idOf(
    await outbound({
      from: 'a@acme.test',
      to: ['n1@example.org', 'n2@example.org'],
      content: text('a@acme.test', 'X-Stream: bulk\r\n'),
    }),
  );
  const each = await Promise.all(['n1@example.org', 'n2@example.org'].map((one) => arrived(internet, one)));
  assert.deepEqual(
    each.map((one) => senderOf(one).replace(/-[a-z2-7]{12}@.*/, '')),
    [`bounce-${bulk}-0`, `bounce-${bulk}-1`],
  );
});

test('an automatic answer goes on without a note; a person’s mail to the tag does not', async () => {
  const id = idOf(await outbound({ from: 'b@acme.test', to: 'away@example.org', content: text('b@acme.test') }));
  const tag = senderOf(await arrived(internet, 'away@example.org'));
  await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  const spam = await send({ from: 'eve@example.org', to: tag, content: text('eve@example.org') });
  assert.match(spam, /^550 5\.7\.1 This address takes only reports/);
  const vacation = text('away@example.org', 'Auto-Submitted: auto-replied\r\n');
  assert.match(await send({ from: 'away@example.org', to: tag, content: vacation }), /^250/);
  await arrived(mailhost, 'b@acme.test');
  const events = await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  assert.equal(events.filter(({ type }) => type === 'message.recipient.bounced').length, 0);
});

test('mail to postmaster of any of our names reaches the operator, from anybody', async () => {
  for (const [number, to] of ['postmaster@relay.test', 'abuse@out1.relay.test', 'Postmaster'].entries()) {
    const subject = `to the operator ${number}`;
    const content = `From: <x@gmail.test>\r\nSubject: ${subject}\r\n\r\nHello.\r\n`;
    assert.match(await send({ from: 'x@gmail.test', to, content }), /^250/, to);
    await arrived(internet, 'it@ops.test', (one) => one.content.includes(subject));
  }
  const fromCustomer = await outbound({
    from: 'a@acme.test',
    to: 'postmaster@relay.test',
    content: text('a@acme.test'),
  });
  assert.match(fromCustomer, /^250/);
  assert.match(
    await send({ from: 'x@gmail.test', to: 'mailer-daemon@relay.test', content: text('x@gmail.test') }),
    /^550 5\.2\.1 Nobody reads/,
  );
  const explained = await relay.cli('explain', '--ip', STRANGER, '--from', 'x@gmail.test', '--to', 'abuse@relay.test');
  assert.match(explained.stdout, /is an address of the relay: goes to it@ops\.test/);
  const refused = await relay.apply({ customer: [{ id: 'easymail' }] });
  assert.match(refused.stdout + refused.stderr, /that is the relay itself/);
});
