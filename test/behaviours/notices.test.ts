// Who is told what: requests of clients (RFC 3461), notices of failure, delay and relaying, and who is never told.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecipientEvent } from '../../src/mail/report/events.ts';
import { eventsOf, waitForEvent } from '../support/mail.ts';
import { type Relay, type RelayOptions, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver, type TakenMessage } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const ACME = '127.0.0.2';
const SHARED = '127.0.0.4';
const STRANGER = '127.0.0.9';
const SECRET = '0123456789abcdef0123456789abcdef';
const REFUSED = '550 5.1.1 inside7.beta.internal [10.9.8.7] does not know that one';

let folder: TemporaryFolder;
let relay: Relay;
/** Offers no DSN. */
let internet: ScriptedReceiver;
/** Offers DSN; takes mail for dsn.test. */
let modern: ScriptedReceiver;
let acmeHost: ScriptedReceiver;
let betaHost: ScriptedReceiver;

const refuse = (argument: string) => {
  if (argument.includes('gone')) return REFUSED;
  return argument.includes('busy') ? '451 4.2.2 busy' : '250 2.1.5 ok';
};

function customer(id: string, host: ScriptedReceiver, more: Table): Table {
  const domains = [{ name: `${id}.test`, outbound: true, inbound: true, subdomains: false, verified: true }];
  return { id, name: id, pools: ['standard'], domains, mailhosts: [{ host: '127.0.0.1', port: host.port }], ...more };
}

function options(): RelayOptions {
  return {
    folder: folder.path,
    config: {
      route: [
        { domain: 'dsn.test', hosts: [`127.0.0.1:${modern.port}`], tls: 'none' },
        { domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' },
      ],
      notices: { delay_after: '2s' },
    },
    apply: {
      pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.50', hostname: 'out1.relay.test', state: 'active' }] }],
      customer: [
        customer('acme', acmeHost, {
          sources: [
            ACME,
            { network: SHARED, shared: true, proof: { secret_header: 'X-Easymail-Key', secret: SECRET } },
          ] as unknown as Table[],
          language: 'fr',
        }),
        customer('beta', betaHost, { sources: ['127.0.0.3'], language: 'de' }),
      ],
    },
  };
}

before(async () => {
  folder = temporaryFolder('notices');
  internet = await startReceiver({ rcpt: refuse });
  modern = await startReceiver({ rcpt: refuse, extensions: ['PIPELINING', '8BITMIME', 'SIZE 0', 'DSN'] });
  acmeHost = await startReceiver({ rcpt: refuse, extensions: ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'DSN'] });
  betaHost = await startReceiver({ rcpt: refuse, extensions: ['PIPELINING', '8BITMIME', 'DSN'] });
  relay = await startRelay(options());
});

after(async () => {
  await relay?.stop();
  await internet?.close();
  await modern?.close();
  await acmeHost?.close();
  await betaHost?.close();
  folder?.remove();
});

async function startAgain(): Promise<void> {
  await relay.stop();
  relay = await startRelay(options(), relay.ports);
}

interface Sent {
  ip?: string;
  port?: number;
  from?: string;
  /** Parameters of MAIL and RCPT, a space before each. */
  mail?: string;
  to: string[];
  body?: string;
}

/** Sends one message, of acme's unless said otherwise; gives its queue id. `to` may hold parameters behind the address. */
async function send({ ip = ACME, port = relay.ports.outbound, ...sent }: Sent): Promise<string> {
  const { from = 'alice@acme.test', mail = '', to, body = 'Hello.\r\n' } = sent;
  await using client = await SmtpClient.connect({ port, from: ip });
  await client.hello();
  await client.expect(250, `MAIL FROM:<${from}>${mail}`);
  for (const recipient of to) {
    const [address, ...parameters] = recipient.split(' ');
    await client.expect(250, [`RCPT TO:<${address}>`, ...parameters].join(' '));
  }
  await client.expect(354, 'DATA');
  client.send(`From: <${from}>\r\nSubject: test\r\nMessage-ID: <${to[0]?.split(' ')[0]}>\r\n\r\n${body}.\r\n`);
  const reply = await client.expect(250);
  await client.quit();
  return /queued as (\S+)/.exec(reply.text)?.[1] ?? reply.text;
}

const plain = (text: string) =>
  Buffer.from(
    text
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** The notice about the message of this id, at this receiver. */
async function notice(at: ScriptedReceiver, id: string): Promise<TakenMessage> {
  const isIt = ({ mail, content }: TakenMessage) => mail.includes('<>') && content.includes(`Queue-Id: ${id}`);
  return until(`the notice about ${id}`, () => at.messages.find(isIt));
}

/** What the trace has about the recipients of a message once each has an event of this type. */
async function noted(id: string, type: RecipientEvent['type'], count = 1): Promise<unknown[]> {
  await waitForEvent(relay.dataDir, id, type);
  return until(`${count} ${type} of ${id}`, async () => {
    const found = (await eventsOf(relay.dataDir, id)).filter((event) => event.type === type) as RecipientEvent[];
    return found.length >= count ? found.map((event) => event.notice) : undefined;
  });
}

test('DSN is offered to a customer’s own source alone; a request of others is refused', async () => {
  const cases: [string, number, boolean][] = [
    [ACME, relay.ports.outbound, true],
    [ACME, relay.ports.inbound, false],
    [SHARED, relay.ports.outbound, false],
    [STRANGER, relay.ports.inbound, false],
  ];
  for (const [ip, port, offered] of cases) {
    await using client = await SmtpClient.connect({ port, from: ip });
    const hello = await client.hello();
    assert.equal(hello.lines.includes('DSN'), offered, `${ip} ${port}`);
    if (offered) continue;
    const stranger = await client.command('MAIL FROM:<a@example.org> RET=HDRS');
    assert.match(stranger.text, /^555 5\.5\.4/);
  }
  await using client = await SmtpClient.connect({ port: relay.ports.inbound, from: STRANGER });
  await client.hello();
  await client.expect(250, 'MAIL FROM:<a@example.org>');
  await client.expect(555, 'RCPT TO:<bob@beta.test> NOTIFY=SUCCESS');
});

test('a bad request is refused with the name of the parameter', async () => {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound, from: ACME });
  await client.hello();
  const ofMail: [string, string][] = [
    ['RET=ALL', 'RET'],
    ['RET', 'RET'],
    ['ENVID=a+0Ab', 'ENVID'],
    ['ENVID=a+zz', 'ENVID'],
  ];
  for (const [parameter, name] of ofMail) {
    const reply = await client.command(`MAIL FROM:<alice@acme.test> ${parameter}`);
    assert.match(reply.text, new RegExp(`^501 5\\.5\\.4 Bad value of ${name}:`), parameter);
  }
  await client.expect(250, 'MAIL FROM:<alice@acme.test> RET=FULL ENVID=QQ+2B');
  const ofRcpt: [string, string][] = [
    ['NOTIFY=NEVER,FAILURE', 'NOTIFY'],
    ['NOTIFY=', 'a parameter'],
    ['NOTIFY=SOMETIMES', 'NOTIFY'],
    ['ORCPT=bob@example.org', 'ORCPT'],
    ['ORCPT=rfc822;b+0D+0A@x', 'ORCPT'],
  ];
  for (const [parameter, name] of ofRcpt) {
    const reply = await client.command(`RCPT TO:<bob@example.org> ${parameter}`);
    assert.match(reply.text, new RegExp(`^501 5\\.5\\.4 Bad value of ${name}`), parameter);
  }
  await client.expect(250, 'RCPT TO:<bob@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bb@example.org');
});

test('a receiver that offers DSN gets the request as it was made, and tells of success itself', async () => {
  const id = await send({
    mail: ' RET=HDRS ENVID=order+2B66',
    to: ['one@dsn.test NOTIFY=SUCCESS ORCPT=rfc822;One@old.test', 'two@dsn.test NOTIFY=NEVER', 'three@dsn.test'],
  });
  assert.deepEqual(await noted(id, 'message.recipient.delivered', 3), [undefined, undefined, undefined]);
  const message = modern.messages.find(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes('one@dsn.test')));
  assert.match(message?.mail ?? '', / RET=HDRS ENVID=order\+2B66$/);
  assert.deepEqual(
    message?.rcpts.map((rcpt) => rcpt.slice(rcpt.indexOf('>') + 1)),
    [' NOTIFY=SUCCESS ORCPT=rfc822;One@old.test', ' NOTIFY=NEVER', ''],
  );
  assert.ok(!acmeHost.messages.some(({ content }) => content.includes(`Queue-Id: ${id}`)));
});

test('of success at a receiver without DSN the relay tells itself: relayed', async () => {
  const id = await send({ mail: ' ENVID=abc', to: ['ok1@example.org NOTIFY=SUCCESS', 'ok2@example.org'] });
  const { content, rcpts } = await notice(acmeHost, id);
  assert.match(rcpts[0] ?? '', /<alice@acme\.test>/);
  assert.match(content, /\r\nOriginal-Envelope-Id: abc\r\n/);
  assert.match(content, /\r\nFinal-Recipient: rfc822; ok1@example\.org\r\nAction: relayed\r\nStatus: 2\.1\.9\r\n/);
  assert.doesNotMatch(content, /ok2@example\.org\r\nAction/);
  assert.match(content, /\r\nContent-Language: fr\r\n/);
  assert.ok(!internet.messages.some(({ mail }) => mail.includes('ENVID')));
});

test('a failure is told as asked: NEVER and SUCCESS alone say nothing, the others share one notice', async () => {
  const body = 'All of this comes back.\r\n';
  const id = await send({
    mail: ' RET=FULL',
    to: [
      'gone1@example.org',
      'gone2@example.org NOTIFY=FAILURE ORCPT=rfc822;Old@example.org',
      'gone3@example.org NOTIFY=NEVER',
      'gone4@example.org NOTIFY=SUCCESS,DELAY',
    ],
    body,
  });
  const notes = await noted(id, 'message.recipient.bounced', 4);
  const { content } = await notice(acmeHost, id);
  const noticeId = /\tby relay\.test[^;]* id (\S+);|id ([0-9a-v]{17});/.exec(content)?.slice(1).find(Boolean);
  const told = { subject: 'failure', id: noticeId };
  const not = { subject: 'failure', none: 'not-asked' };
  assert.deepEqual(notes, [told, told, not, not]);
  assert.match(content, /\r\nFinal-Recipient: rfc822; gone1@example\.org\r\nAction: failed\r\nStatus: 5\.1\.1\r\n/);
  assert.match(content, /\r\nOriginal-Recipient: rfc822; Old@example\.org\r\nFinal-Recipient: rfc822; gone2@/);
  assert.doesNotMatch(content, /Final-Recipient: rfc822; gone[34]/);
  assert.match(content, /\r\nContent-Type: message\/rfc822\r\n/);
  assert.ok(content.includes(body));
  // The words of a stranger's server are quoted: nobody's mail host is behind it.
  assert.match(plain(content), /550 5\.1\.1 inside7\.beta\.internal/);
  const shown = (await relay.cli('trace', `id:${id}`)).stdout;
  assert.match(shown, new RegExp(`notice \\(failure\\) to the sender: ${noticeId}`));
  assert.match(shown, /no notice \(failure\): not-asked/);
  const ofNotice = (await relay.cli('trace', `id:${noticeId}`)).stdout;
  assert.match(ofNotice, new RegExp(`notice \\(failure\\) about ${id}`));
});

test('recipients of several domains that end together are in one notice', async () => {
  const id = await send({ to: ['gone7@one.example', 'gone8@two.example', 'fine@three.example'] });
  const [first, second] = await noted(id, 'message.recipient.bounced', 2);
  assert.deepEqual(first, second);
  const { content } = await notice(acmeHost, id);
  assert.equal(content.split('\r\nFinal-Recipient: ').length, 3);
});

test('without RET the header alone comes back', async () => {
  const id = await send({ to: ['gone5@example.org'], body: 'Not this.\r\n' });
  const { content } = await notice(acmeHost, id);
  assert.match(content, /\r\nSubject: test\r\n/);
  assert.doesNotMatch(content, /Not this/);
});

test('another customer’s mail host is named in no notice, nor are its words', async () => {
  const id = await send({ to: ['gone@beta.test', 'fine@beta.test NOTIFY=SUCCESS'] });
  const failure = await notice(acmeHost, id);
  const relayed = await until('both notices', () =>
    acmeHost.messages.find(({ content }) => content.includes(`Queue-Id: ${id}`) && content.includes('Action: relayed')),
  );
  for (const { content } of [failure, relayed]) {
    assert.doesNotMatch(plain(content), /inside7|internal|10\.9\.8\.7|127\.0\.0\.1|does not know|Remote-MTA/);
  }
  assert.match(plain(failure.content), /550 5\.1\.1/);
  const asked = betaHost.messages.find(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes('fine@')));
  assert.match(asked?.rcpts[0] ?? '', /NOTIFY=NEVER$/);
});

test('a stranger whose mail a customer’s host refuses is not told: its address may be forged', async () => {
  const id = await send({
    ip: STRANGER,
    port: relay.ports.inbound,
    from: 'victim@example.org',
    to: ['gone@beta.test'],
  });
  assert.deepEqual(await noted(id, 'message.recipient.bounced'), [{ subject: 'failure', none: 'unknown-sender' }]);
  assert.ok(!internet.messages.some(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes('victim@'))));
});

test('a notice that cannot be delivered ends as an event', async () => {
  const id = await send({ from: 'gone@acme.test', to: ['gone6@example.org'] });
  const [note] = (await noted(id, 'message.recipient.bounced')) as { id: string }[];
  assert.deepEqual(await noted(note?.id ?? '', 'message.recipient.bounced'), [
    { subject: 'failure', none: 'null-sender' },
  ]);
});

test('a delay is told once, with the end of the attempts', async () => {
  const id = await send({ to: ['busy1@example.org', 'busy2@example.org NOTIFY=FAILURE', 'busy3@example.net'] });
  await noted(id, 'message.recipient.deferred', 3);
  await sleep(2100);
  // The queue looks for late mail at its start, and then once a minute.
  await startAgain();
  const notes = await noted(id, 'message.recipient.delay_told', 2);
  const { content } = await notice(acmeHost, id);
  assert.match(content, /\r\nFinal-Recipient: rfc822; busy1@example\.org\r\nAction: delayed\r\nStatus: 4\.2\.2\r\n/);
  assert.match(content, /\r\nDiagnostic-Code: smtp; 451 4\.2\.2 busy\r\n/);
  assert.match(content, /\r\nWill-Retry-Until: \w{3}, \d\d \w{3} \d{4} /);
  assert.doesNotMatch(content, /busy2/);
  assert.match(content, /\r\nFinal-Recipient: rfc822; busy3@example\.net\r\n/);
  assert.match(plain(content), /n’a pas encore été remis/);
  await startAgain();
  await sleep(2100);
  assert.deepEqual(await noted(id, 'message.recipient.delay_told', 2), notes);
  assert.deepEqual(notes[0], notes[1]);
});
