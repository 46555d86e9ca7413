// Inbound mail as its sender's domain meant it, or not: SPF, DKIM, DMARC and ARC through the whole relay.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedBy, testKey } from '../../src/mail/inspect/authentication/testing/mail-world.ts';
import { beginChain } from '../../src/protocol/arc/verify.ts';
import { BodyHashes, type KeyLookup, SignedHeader, splitMessage } from '../../src/protocol/dkim/verify.ts';
import { type FakeDns, noDomain, startFakeDns } from '../support/fake-dns.ts';
import { waitForEvent } from '../support/mail.ts';
import { callApi, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const HOME = '127.0.0.9';

/** Texts by name; `SERVFAIL` in their place: no answer. */
const zone = new Map([
  ['good.test', `v=spf1 ip4:${HOME} -all`],
  ['_dmarc.good.test', 'v=DMARC1; p=reject'],
  ['strict.test', 'v=spf1 -all'],
  ['_dmarc.strict.test', 'v=DMARC1; p=reject'],
  ['k._domainkey.strict.test', testKey.record],
  ['_dmarc.soft.test', 'v=DMARC1; p=quarantine'],
  ['_dmarc.flaky.test', 'v=DMARC1; p=reject'],
  ['k._domainkey.flaky.test', 'SERVFAIL'],
]);

let folder: TemporaryFolder;
let dns: FakeDns;
let relay: Relay;
/** Takes no eight-bit mail, and does not know `gone@`. */
let mailHost: ScriptedReceiver;
let internet: ScriptedReceiver;

before(async () => {
  folder = temporaryFolder('authentication');
  dns = await startFakeDns(({ name, type }) => {
    const text = zone.get(name.toLowerCase());
    if (text === 'SERVFAIL') return [{ rcode: 2 }];
    if (type !== 'TXT' || text === undefined) return [noDomain];
    return [{ answers: [{ type: 'TXT', name, ttl: 1, data: text.match(/.{1,200}/g) ?? [] }] }];
  });
  mailHost = await startReceiver({
    extensions: ['PIPELINING'],
    rcpt: (argument) => (argument.includes('gone') ? '550 5.1.1 no such user' : '250 2.1.5 ok'),
  });
  internet = await startReceiver();
  relay = await startRelay({
    folder: folder.path,
    config: {
      dns: { servers: [`127.0.0.1:${dns.endpoint.port}`] },
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      recipients: { known_lifetime: '1d' },
    },
    apply: {
      pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.50', hostname: 'out1.relay.test', state: 'active' }] }],
      customer: [
        {
          id: 'acme',
          name: 'Acme',
          pools: ['standard'],
          sources: ['127.0.0.2'],
          mailhosts: [{ host: '127.0.0.1', port: mailHost.port }],
          domains: [{ name: 'acme.test', outbound: true, inbound: true, subdomains: false, verified: true }],
        },
        {
          id: 'operator',
          name: 'Operator',
          pools: ['standard'],
          domains: [{ name: 'relay.test', outbound: true, verified: true, dkim: { make: ['rsa'], published: true } }],
        },
      ],
    },
  });
});

after(async () => {
  await relay?.stop();
  await mailHost?.close();
  await internet?.close();
  await dns?.[Symbol.asyncDispose]();
  folder?.remove();
});

const mailOf = (author: string, body = 'Hello Bob.\r\n', more = '') =>
  `${more}From: Ann <${author}>\r\nTo: bob@acme.test\r\nSubject: hi\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n${body}`;

interface Letter {
  sender?: string;
  to?: string;
  /** One character an octet. */
  content: string;
}

/** Sends to the inbound listener; what was said to the message, and its id where it was taken. */
async function send({ sender = 'x@nobody.test', to = 'bob@acme.test', content }: Letter) {
  await using client = await SmtpClient.connect({ port: relay.ports.inbound, from: HOME });
  await client.hello('mail.good.test');
  const reply = await client.message({ from: sender, to: [to], content: Buffer.from(content, 'latin1') });
  await client.quit();
  return { reply: reply.text, id: /queued as (\w+)/.exec(reply.text)?.[1] ?? '' };
}

/** The content that the customer's mail host was given. */
async function arrived({ id, reply }: { id: string; reply: string }): Promise<string> {
  assert.notEqual(id, '', reply);
  return until(`${id} at the mail host`, () => mailHost.messages.find(({ content }) => content.includes(id))?.content);
}

test('what its author proves passes, and the customer’s server and the trace are told', async () => {
  const sent = await send({ sender: 'ann@good.test', content: mailOf('ann@good.test') });
  const content = await arrived(sent);
  assert.match(content, /^Authentication-Results: relay\.test;\r\n\tspf=pass smtp\.mailfrom=good\.test;/m);
  assert.match(content, /dmarc=pass \(p=reject\) header\.from=good\.test/);
  await waitForEvent(relay.dataDir, sent.id, 'message.accepted');
  const { stdout } = await relay.cli('trace', `id:${sent.id}`);
  assert.match(stdout, /authentication/);
  assert.match(stdout, /p=reject of good\.test/);
});

test('results in our name are ours alone; those of others stay', async () => {
  const forged =
    'Authentication-Results: relay.test; dmarc=pass header.from=bank.example\r\n' +
    'authentication-results: "Relay.Test" 1;\r\n\tspf=pass\r\nAuthentication-Results: mx.other.test; spf=pass\r\n';
  const content = await arrived(
    await send({ sender: 'ann@good.test', content: mailOf('ann@good.test', 'Hi\r\n', forged) }),
  );
  assert(!content.includes('bank.example'));
  assert.equal(content.match(/^Authentication-Results: .*relay\.test/gim)?.length, 1);
  assert.match(content, /^Authentication-Results: mx\.other\.test; spf=pass/m);
});

test('the wish of the domain’s owner is followed', async () => {
  const refused = await send({ content: mailOf('ceo@strict.test') });
  assert.equal(refused.reply, '550 5.7.26 Refused by the DMARC policy of strict.test');
  const signed = await signedBy('strict.test', mailOf('ceo@strict.test'));
  assert.match((await send({ content: signed })).reply, /^250 /);
  const changed = await send({ content: `${signed}Pay to somebody else.\r\n` });
  assert.match(changed.reply, /^550 5\.7\.26 /);
  const kept = await send({ content: mailOf('ann@soft.test') });
  assert.match(kept.reply, /^250 /);
  await waitForEvent(relay.dataDir, kept.id, 'message.quarantined');
  assert(!mailHost.messages.some(({ content }) => content.includes(kept.id)));
  const twice = await send({ content: mailOf('ann@good.test', 'x\r\n', 'From: <ceo@strict.test>\r\n') });
  await waitForEvent(relay.dataDir, twice.id, 'message.quarantined');
});

test('a fault of DNS refuses nobody for good', async () => {
  const letter = { content: await signedBy('flaky.test', mailOf('ann@flaky.test')) };
  assert.match((await send(letter)).reply, /^451 4\.7\.1 /);
  zone.set('k._domainkey.flaky.test', testKey.record);
  assert.match((await send(letter)).reply, /^250 /);
  zone.set('k._domainkey.flaky.test', 'SERVFAIL');
});

test('what has to be changed on its way is sealed, and the seal holds', async () => {
  const rule = {
    customer: 'acme',
    name: 'Outside',
    conditions: [
      { on: 'direction', is: 'inbound' },
      { on: 'recipient', in: ['tagged@acme.test'] },
    ],
    actions: [{ do: 'subject-tag', text: '[outside]' }],
  };
  const made = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/rules', body: rule });
  assert.equal(made.status, 201, made.body);
  const content = await signedBy('strict.test', mailOf('ceo@strict.test', 'Gr\xfc\xdfe.\r\n'));
  const given = await arrived(await send({ content }));
  assert.match(given, /quoted-printable|base64/i, 'the mail host takes no eight-bit mail');
  const verdict = await judged(given);
  assert.equal(verdict.result, 'pass', verdict.reason ?? '');
  assert.match(verdict.sets[0]?.results ?? '', /dkim=pass[^]*dmarc=pass/);
  const tagged = await arrived(
    await send({ content: await signedBy('strict.test', mailOf('ceo@strict.test')), to: 'tagged@acme.test' }),
  );
  assert.match(tagged, /^Subject: \[outside\] hi/m);
  assert.deepEqual((await judged(tagged)).result, 'pass');
  const plain = await arrived(await send({ content: await signedBy('strict.test', mailOf('ceo@strict.test')) }));
  assert(!plain.includes('ARC-Seal'), 'what is as it came needs no seal');
});

async function judged(message: string) {
  const listed = JSON.parse((await relay.cli('dkim', 'show', 'relay.test', '--json')).stdout) as unknown;
  const records = JSON.stringify(listed).match(/v=DKIM1;[^"]*/g) ?? [];
  const lookup: KeyLookup = async () => ({ kind: 'found', records });
  const { fields, body } = splitMessage(Buffer.from(message, 'latin1'));
  const bodies = new BodyHashes();
  const end = beginChain({ header: new SignedHeader(fields), bodies, lookup, now: Date.now() / 1000 });
  bodies.update(body);
  return end();
}

test('a sender who was proven hears of what fails later; who was not does not', async () => {
  await send({ sender: 'ann@good.test', to: 'gone@acme.test', content: mailOf('ann@good.test') });
  const notice = await until('the notice to ann', () =>
    internet.messages.find(({ rcpts }) => rcpts.join().includes('ann@good.test')),
  );
  assert.match(notice.content, /gone@acme\.test/);
  const unproven = await send({ sender: 'eve@nobody.test', to: 'gone@acme.test', content: mailOf('eve@nobody.test') });
  const bounced = await waitForEvent(relay.dataDir, unproven.id, 'message.recipient.bounced');
  assert.match(JSON.stringify(bounced), /unknown-sender/);
});
