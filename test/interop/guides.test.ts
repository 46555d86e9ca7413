// The settings that a guide gives, put into real servers: Postfix, Exim and OpenSMTPD, known by their address and by a
// login. Mail goes both ways through the relay, and what does not come through the relay is refused. sendmail expands its
// settings, and sends. What cannot be run here (Exchange, Microsoft 365, Google Workspace, Zimbra) is checked for its
// quoting only (guides.test.ts).

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { findExim, startExim } from '../support/exim.ts';
import { contentFor, guideBlocks, readAll, settingsOf } from '../support/guide.ts';
import { findOpenSmtpd, startOpenSmtpd } from '../support/opensmtpd.ts';
import { freePorts } from '../support/ports.ts';
import { skipWithoutPostfix, startPostfix, waitForMaildir } from '../support/postfix.ts';
import { runOrThrow, skipWithoutPrograms } from '../support/processes.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { buildSendmail, findSendmail } from '../support/sendmail.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const OURS = '127.0.0.50';
const STRANGER = '127.0.0.77';
const PASSWORD = 'a:long^enough$password';
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

type Blocks = Awaited<ReturnType<typeof guideBlocks>>;

interface Place {
  folder: string;
  port: number;
  /** Domain of the customer. */
  domain: string;
  authority: Authority;
}

interface Peer {
  name: string;
  skip: string | false;
  start(blocks: Blocks, place: Place): Promise<AsyncDisposable & { log(): string }>;
}

const reasonOf = (found: object): string | false => ('skip' in found ? String(found.skip) : false);

/** The password that the customer puts in, and the paths of the machine as those of the folder. */
function made(text: string, { folder, authority }: Place): string {
  return text
    .replaceAll('PASSWORD', PASSWORD)
    .replaceAll(AUTHORITIES, authority.ca)
    .replaceAll(/\/etc\/(?:postfix|exim4|mail)\/|\/etc\/(?=easymail)/g, `${folder}/own/`);
}

function writeOwn(blocks: Blocks, place: Place, mode: number): void {
  mkdirSync(join(place.folder, 'own'), { recursive: true });
  for (const { file, content } of blocks) {
    const name = /\/(easymail[^/]*)$/.exec(file ?? '')?.[1];
    if (name === undefined) continue;
    const path = join(place.folder, 'own', name);
    writeFileSync(path, made(content, place));
    chmodSync(path, mode);
  }
}

async function startPostfixBy(blocks: Blocks, place: Place) {
  writeOwn(blocks, place, 0o600);
  const main = made(contentFor(blocks, '/etc/postfix/main.cf'), place);
  return startPostfix({
    folder: place.folder,
    hostname: `mail.${place.domain}`,
    ports: [place.port],
    maildir: true,
    main: {
      mynetworks: '127.0.0.1/32',
      virtual_mailbox_domains: place.domain,
      smtp_tls_loglevel: '1',
      smtpd_reject_unlisted_recipient: 'no',
      ...settingsOf(main),
    },
  });
}

async function startEximBy(blocks: Blocks, place: Place) {
  writeOwn(blocks, place, 0o644);
  const own = blocks.filter(({ file }) => file === 'exim4.conf').map(({ content }) => made(content, place));
  const pick = (pattern: RegExp) => own.filter((text) => pattern.test(text)).join('');
  const server = await startExim({
    folder: place.folder,
    hostname: `mail.${place.domain}`,
    port: place.port,
    own: {
      main: `domainlist local_domains = ${place.domain}\nhostlist relay_from_hosts = 127.0.0.1\n${pick(/^hostlist/)}`,
      rcpt: pick(/^ {2}deny/),
      // The relay of the test is on this very machine, which Exim takes for a loop.
      routers: pick(/driver = manualroute/).replace('  no_more', '  no_more\n  self = send'),
      transports: pick(/driver = smtp/).replace('driver = smtp', 'driver = smtp\n  allow_localhost'),
      authenticators: pick(/driver = plaintext/),
    },
  });
  return { log: () => server.log(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function startOpenSmtpdBy(blocks: Blocks, place: Place) {
  writeOwn(blocks, place, 0o600);
  const server = await startOpenSmtpd({
    folder: place.folder,
    hostname: `mail.${place.domain}`,
    port: place.port,
    ca: place.authority.ca,
    own: made(contentFor(blocks, '/etc/smtpd.conf'), place),
  });
  return { log: () => server.output(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const PEERS: Peer[] = [
  { name: 'postfix', skip: skipWithoutPostfix, start: startPostfixBy },
  { name: 'exim', skip: reasonOf(await findExim()), start: startEximBy },
  { name: 'opensmtpd', skip: reasonOf(await findOpenSmtpd()), start: startOpenSmtpdBy },
];
const noSendmail = reasonOf(await findSendmail());

describe('the settings of a guide in real servers', { skip: skipWithoutPrograms(['openssl']) }, () => {
  let temp: TemporaryFolder;
  let authority: Authority;
  let relay: Relay;
  let receiver: ScriptedReceiver;
  const ports: Record<string, number> = {};

  before(async () => {
    temp = temporaryFolder('guides');
    authority = await createAuthority(temp.file('.'));
    chmodSync(authority.ca, 0o644);
    const server = await authority.issue('localhost', ['localhost']);
    receiver = await startReceiver();
    const [outbound = 0, inbound = 0, submission = 0, ...rest] = await freePorts(3 + 2 * PEERS.length);
    Object.assign(ports, { outbound, inbound, submission });
    for (const [i, { name }] of PEERS.entries())
      Object.assign(ports, { [`${name} acme`]: rest[2 * i], [`${name} beta`]: rest[2 * i + 1] });
    const listener = (port: number, roles: string[]) => ({ address: `127.0.0.1:${port}`, roles, tls: 'starttls' });
    relay = await startRelay({
      folder: temp.file('relay'),
      config: {
        node: { hostname: 'localhost', data_dir: temp.file('relay/data'), threads: 1 },
        listener: [
          listener(outbound, ['outbound']),
          listener(inbound, ['inbound']),
          listener(submission, ['submission']),
        ],
        tls: { certificate: server.certificate, key: server.key },
        route: [{ domain: 'example.test', hosts: [`127.0.0.1:${receiver.port}`] }],
      },
      apply: {
        pool: [
          { name: 'standard', addresses: [{ ip: '127.0.0.1', hostname: 'out1.relay.test' }] },
          { name: 'inbound', addresses: [{ ip: OURS, hostname: 'in1.relay.test' }] },
        ],
        customer: PEERS.flatMap(({ name }) => [
          {
            id: `${name}-acme`,
            pools: ['standard'],
            // The first alone may hold the address; the others are tried by their login.
            sources: name === PEERS[0]?.name ? ['127.0.0.1'] : [],
            logins: name === PEERS[0]?.name ? [] : [{ name: `${name}-app`, password: PASSWORD }],
            mailhosts: [{ host: '127.0.0.1', port: ports[`${name} acme`] ?? 0 }],
            domains: [{ name: `${name}-acme.test`, verified: true }],
          },
        ]),
      },
    });
  });

  after(async () => {
    await relay?.stop();
    await receiver?.close();
    temp?.remove();
  });

  for (const peer of PEERS) {
    test(`${peer.name}: mail goes both ways, and not past the relay`, { skip: peer.skip }, async () => {
      const domain = `${peer.name}-acme.test`;
      const port = ports[`${peer.name} acme`] ?? 0;
      const blocks = await guideBlocks(relay, `${peer.name}-acme`, peer.name);
      const place = { folder: temp.file(peer.name), port, domain, authority };
      await using server = await peer.start(blocks, place);
      await outward(server, { port, domain, to: `${peer.name}@example.test` });
      await inward(server, { place, domain });
      await strangers(port, domain);
    });
  }

  test('postfix with a login: mail goes out through the relay', { skip: skipWithoutPostfix }, async () => {
    const [port = 0] = await freePorts(1);
    const blocks = await guideBlocks(relay, 'exim-acme', 'postfix');
    const place = { folder: temp.file('postfix-login'), port, domain: 'exim-acme.test', authority };
    await using server = await startPostfixBy(blocks, place);
    await outward(server, { port, domain: place.domain, to: 'login@example.test' });
    assert.match(server.log(), /Verified TLS connection established to localhost/);
  });

  /** A user's mail to the Internet. */
  async function outward(
    server: { log(): string },
    { port, domain, to }: { port: number; domain: string; to: string },
  ) {
    await hand(port, { from: `ann@${domain}`, to, subject: 'out' });
    const taken = await until(`mail to ${to}: ${server.log()}`, () =>
      receiver.messages.find(({ rcpts }) => String(rcpts).includes(to)),
    ).catch((error: unknown) => assert.fail(`${String(error)}\n${server.log()}`));
    assert.match(taken.content, /Subject: out/);
    await until('the relay’s trace of it', async () => {
      const { stdout } = await relay.cli('trace', `to:${to}`, '--json');
      return /"id":"/.test(stdout) || undefined;
    });
  }

  /** A stranger's mail to a user, which only the relay can hand over. */
  async function inward(server: { log(): string }, { place, domain }: { place: Place; domain: string }) {
    await hand(ports['inbound'] ?? 0, {
      from: 'bob@example.test',
      to: `ann@${domain}`,
      subject: 'in',
      source: STRANGER,
    });
    await until('the maildir', () => existsSync(join(place.folder, 'mail/new')) || undefined);
    const files = await waitForMaildir(place.folder, 1, 20_000);
    assert.equal(files.length, 1, server.log());
    assert.match(readAll(files)[0] ?? '', /Subject: in/);
  }

  async function strangers(port: number, domain: string): Promise<void> {
    await using client = await SmtpClient.connect({ port, from: STRANGER });
    const codes: number[] = [];
    for (const line of [undefined, 'EHLO stranger.test', 'MAIL FROM:<bob@example.test>', `RCPT TO:<ann@${domain}>`]) {
      if (line !== undefined) client.send(`${line}\r\n`);
      const reply = await client.replyOrEnd();
      if (reply === undefined) break;
      codes.push(reply.code);
    }
    assert.ok((codes.at(-1) ?? 0) >= 500, `a stranger got ${codes.join(' ')}`);
  }

  async function hand(
    port: number,
    { from, to, subject, source }: { from: string; to: string; subject: string; source?: string },
  ): Promise<void> {
    await using client = await SmtpClient.connect({ port, ...(source !== undefined && { from: source }) });
    await client.hello();
    await client.expect(250, `MAIL FROM:<${from}>`);
    await client.expect(250, `RCPT TO:<${to}>`);
    await client.expect(354, 'DATA');
    client.send(`From: <${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\n\r\nhello\r\n`);
    await client.expect(250, '.');
    await client.quit();
  }

  test('sendmail: its settings are expanded, lead everything to the relay, and mail goes through it', {
    skip: noSendmail,
  }, async () => {
    const [, exim] = PEERS;
    assert.ok(exim);
    // A customer with a login, so that all settings are used.
    const blocks = await guideBlocks(relay, `${exim.name}-acme`, 'sendmail');
    const folder = temp.file('sendmail');
    mkdirSync(folder);
    const settings = contentFor(blocks, '/etc/mail/sendmail.mc')
      .replace("FEATURE(`access_db')", `FEATURE(\`access_db', \`hash -T<TMPF> -o ${folder}/access.db')`)
      .replaceAll('/etc/mail/', `${folder}/`);
    // A name without a dot gets the domain of the machine; those of real relays have dots.
    const mapOf = (file: string) => contentFor(blocks, file).replaceAll(':localhost', ':localhost.exim-acme.test');
    const sendmail = await buildSendmail({
      folder,
      hostname: 'mail.exim-acme.test',
      ca: authority.ca,
      settings,
      maps: {
        access: mapOf('/etc/mail/access'),
        authinfo: mapOf('/etc/mail/authinfo').replace('PASSWORD', PASSWORD),
      },
    });
    assert.match(
      await sendmail.resolve('bob@example.test'),
      /\$# relay \$@ \[ localhost \] \$: bob < @ example \. test (?:\. )?>/,
    );
    const message = 'From: ann@exim-acme.test\nTo: sendmail@example.test\nSubject: out\n\nhello\n';
    const said = await sendmail.send('ann@exim-acme.test', 'sendmail@example.test', message);
    const taken = await until(`mail of sendmail: ${said}`, () =>
      receiver.messages.find(({ rcpts }) => String(rcpts).includes('sendmail@')),
    ).catch((error: unknown) => assert.fail(`${String(error)}\n${said}`));
    assert.match(taken.content, /Subject: out/);
  });

  test('Zimbra: the commands are ones that a shell reads as they are meant', async () => {
    const blocks = await guideBlocks(relay, 'exim-acme', 'zimbra');
    const shell = blocks.filter(({ syntax }) => syntax === 'shell').map(({ content }) => content);
    assert.ok(shell.length >= 2);
    for (const script of shell) await runOrThrow('sh', ['-n', '-c', script]);
  });
});
