// Postfix, Exim and OpenSMTPD as receivers of the Internet and as customers' mail hosts: what each offers is used, and the
// content arrives octet for octet.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Certificate, createAuthority } from '../support/certificates.ts';
import { findExim, startExim } from '../support/exim.ts';
import { findOpenSmtpd, startOpenSmtpd } from '../support/opensmtpd.ts';
import { freePorts } from '../support/ports.ts';
import { skipWithoutPostfix, startPostfix } from '../support/postfix.ts';
import { run } from '../support/processes.ts';
import { acmeProvision, type Relay, startRelay, type Table } from '../support/relay.ts';
import { SmtpClient, stuffDots } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface Peer {
  name: string;
  skip: string | false;
  start(options: { folder: string; hostname: string; port: number; tls: Certificate }): Promise<AsyncDisposable>;
}

const reasonOf = (found: object): string | false => ('skip' in found ? String(found.skip) : false);

const PEERS: Peer[] = [
  {
    name: 'postfix',
    skip: skipWithoutPostfix,
    start: ({ port, ...options }) => startPostfix({ ...options, ports: [port], maildir: true }),
  },
  { name: 'exim', skip: reasonOf(await findExim()), start: (options) => startExim({ ...options, dsn: true }) },
  {
    name: 'opensmtpd',
    skip: reasonOf(await findOpenSmtpd()),
    start: (options) => startOpenSmtpd({ ...options, tls: true }),
  },
];

const present = PEERS.filter(({ skip }) => skip === false);

/** What is looked for in the conversation of a delivery. */
const FEATURES: Record<string, RegExp> = {
  STARTTLS: /^TLS handshake -> TLSv1/m,
  PIPELINING: /PIPELINING/,
  SIZE: /^MAIL .* SIZE=\d+/m,
  '8BITMIME': /^MAIL .* BODY=8BITMIME/m,
  CHUNKING: /^BDAT \d+ LAST -> 250/m,
  DSN: /^RCPT .* NOTIFY=NEVER/m,
  SMTPUTF8: /^MAIL .* SMTPUTF8/m,
};

/** What Debian's versions of them offer, and we therefore must use. */
const EXPECTED: Record<string, string[]> = {
  postfix: ['STARTTLS', 'PIPELINING', 'SIZE', '8BITMIME', 'CHUNKING', 'DSN', 'SMTPUTF8'],
  exim: ['STARTTLS', 'PIPELINING', 'SIZE', '8BITMIME', 'CHUNKING', 'DSN', 'SMTPUTF8'],
  opensmtpd: ['STARTTLS', 'SIZE', '8BITMIME', 'DSN'],
};

/** With these no server adds any of its own. */
const HEADER = 'Date: Sun, 22 Nov 2026 00:00:00 +0000\r\nMessage-ID: <1@client.test>\r\n';

interface Attempted {
  status: string;
  text: string;
}

async function shakesHands(port: number): Promise<boolean> {
  const client = `echo QUIT | openssl s_client -quiet -starttls smtp -connect 127.0.0.1:${port}`;
  return (await run('sh', ['-c', client])).code === 0;
}

describe('receivers and mail hosts', { skip: present.length === 0 ? 'no receiver is there' : false }, () => {
  let temp: TemporaryFolder;
  let relay: Relay;
  const running: AsyncDisposable[] = [];

  before(async () => {
    temp = temporaryFolder('receivers');
    const authority = await createAuthority(temp.file('.'));
    const route: Table[] = [];
    const provision = acmeProvision();
    const customers = provision['customer'] as Table[];
    for (const peer of present) {
      const { name } = peer;
      const [port = 0] = await freePorts(1);
      const tls = await authority.issue(`${name}.test`, [`${name}.test`]);
      running.push(await peer.start({ folder: temp.file(name), hostname: `${name}.test`, port, tls }));
      handshakes.set(name, await shakesHands(port));
      route.push({ domain: `${name}.example`, hosts: [`127.0.0.1:${port}`] });
      customers.push({
        id: name,
        name,
        pools: ['standard'],
        mailhosts: [{ host: '127.0.0.1', port }],
        domains: [{ name: `in.${name}.example`, outbound: false, inbound: true, subdomains: false, verified: true }],
      });
    }
    relay = await startRelay({
      folder: temp.file('relay'),
      apply: provision,
      config: { route, delivery: { chunking: 'always', allow_private: true } },
    });
  });

  after(async () => {
    await relay?.stop();
    for (const one of running) await one[Symbol.asyncDispose]();
    temp?.remove();
  });

  async function submit(port: number, to: string, content: Buffer, options: { mail?: string; rcpt?: string } = {}) {
    await using client = await SmtpClient.connect({ port });
    await client.hello();
    const sender = port === relay.ports.inbound ? 'someone@internet.example' : 'from@acme.test';
    await client.expect(250, `MAIL FROM:<${sender}> BODY=8BITMIME${options.mail ?? ''}`);
    await client.expect(250, `RCPT TO:<${to}>${options.rcpt ?? ''}`);
    await client.expect(354, 'DATA');
    client.send(stuffDots(Buffer.concat([Buffer.from(`${HEADER}From: <${sender}>\r\n`), content])));
    await client.expect(250, '.');
    await client.quit();
  }

  /** Outcome and conversation of the only message to this recipient. */
  function attempted(to: string): Promise<Attempted> {
    return until(
      `an outcome of mail to ${to}`,
      async () => {
        const { stdout } = await relay.cli('trace', `to:${to}`, '--json');
        const [entry] = stdout.split('\n').filter((line) => line !== '');
        if (entry === undefined) return undefined;
        const { id, recipients } = JSON.parse(entry) as { id: string; recipients: { status: string }[] };
        const status = recipients[0]?.status ?? '';
        if (status === 'queued') return undefined;
        const text = (await relay.cli('trace', `id:${id}`)).stdout;
        return { status, text: text.replaceAll(/^ +\d+ ms {2}/gm, '').replaceAll('  ->  ', ' -> ') };
      },
      20_000,
    );
  }

  /** Content that arrived with this word in it, from its Subject on. */
  function arrived(name: string, word: string): Promise<string> {
    const folder = join(temp.file(name), 'mail/new');
    return until(
      `${word} at ${name}`,
      () => {
        for (const file of readdirSync(folder)) {
          const text = readFileSync(join(folder, file), 'latin1');
          if (text.includes(`Subject: ${word}`)) return text.slice(text.indexOf('Subject: ')).replaceAll('\r\n', '\n');
        }
        return undefined;
      },
      20_000,
    );
  }

  const table: string[] = [];
  /** Servers whose TLS works with openssl's own client. That of Debian's OpenSMTPD does not with its OpenSSL. */
  const handshakes = new Map<string, boolean>();

  for (const { name, skip } of PEERS) {
    for (const role of ['receiver', 'mail host'] as const) {
      test(`${name} as ${role}`, { skip }, async () => {
        const inbound = role === 'mail host';
        const port = inbound ? relay.ports.inbound : relay.ports.outbound;
        const domain = inbound ? `in.${name}.example` : `${name}.example`;
        const word = `${name}-${inbound ? 'in' : 'out'}`;
        const small = `Subject: ${word}-small\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n.dot\r\n..\r\n`;
        const large = `Subject: ${word}-large\r\n\r\n${`.${'x'.repeat(900)}\r\n`.repeat(700)}`;
        await submit(port, `small@${domain}`, Buffer.from(small, 'latin1'), inbound ? {} : { rcpt: ' NOTIFY=NEVER' });
        await submit(port, `large@${domain}`, Buffer.from(large, 'latin1'));
        const outcome = await attempted(`small@${domain}`);
        assert.equal(outcome.status, 'delivered', outcome.text);
        assert.equal(await arrived(name, `${word}-small`), small.replaceAll('\r\n', '\n'));
        assert.equal((await attempted(`large@${domain}`)).status, 'delivered');
        assert.equal(await arrived(name, `${word}-large`), large.replaceAll('\r\n', '\n'));
        const utf8 = await internationalized(port, domain, word);
        const used = Object.keys(FEATURES).filter((feature) => FEATURES[feature]?.test(outcome.text + utf8.text));
        table.push(`${name.padEnd(10)} ${role.padEnd(10)} ${used.join(' ')}`);
        // Requests for notices are offered to customers alone.
        const cannot = new Set([...(inbound ? ['DSN'] : []), ...(handshakes.get(name) === true ? [] : ['STARTTLS'])]);
        const expected = EXPECTED[name]?.filter((feature) => !cannot.has(feature));
        assert.deepEqual(used, expected, outcome.text + utf8.text);
      });
    }
  }

  /** A message that needs SMTPUTF8: it arrives as it is, or the sender is told. */
  async function internationalized(port: number, domain: string, word: string): Promise<Attempted> {
    const content = Buffer.from(`Subject: ${word}-utf8 äöü\r\n\r\nx\r\n`);
    await submit(port, `utf8@${domain}`, content, { mail: ' SMTPUTF8' });
    const outcome = await attempted(`utf8@${domain}`);
    const offered = outcome.text.includes('SMTPUTF8 ') || /^MAIL .* SMTPUTF8/m.test(outcome.text);
    assert.equal(outcome.status, offered ? 'delivered' : 'bounced', outcome.text);
    if (!offered) assert.match(outcome.text, /no-smtputf8/);
    return outcome;
  }

  test('OpenSMTPD as the customer', { skip: PEERS[2]?.skip ?? false }, async () => {
    const [port = 0] = await freePorts(1);
    await using _customer = await startOpenSmtpd({
      folder: temp.file('customer'),
      hostname: 'customer.test',
      port,
      relayhost: { host: '127.0.0.1', port: relay.ports.outbound },
    });
    const to = present[0]?.name ?? '';
    const text = 'Subject: by-opensmtpd\r\n\r\n.dot\r\nGr\xc3\xbc\xc3\x9fe\r\n';
    await submit(port, `customer@${to}.example`, Buffer.from(text, 'latin1'));
    assert.equal((await attempted(`customer@${to}.example`)).status, 'delivered');
    assert.match(await arrived(to, 'by-opensmtpd'), /^Subject: by-opensmtpd\n(.*\n)*\n\.dot\nGr\xc3\xbc\xc3\x9fe\n$/);
  });

  test('what was used with whom', (context) => {
    for (const line of table) context.diagnostic(line);
    for (const [name, works] of handshakes) if (!works) context.diagnostic(`${name}: its TLS fails with any client`);
  });
});
