// Postfix, Exim and OpenSMTPD as a customer's server that logs in: from an address that alone authorises nothing, over
// STARTTLS whose certificate they verify, with all that they can use of what we offer.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MailEvent } from '../../src/mail/report/events.ts';
import { type Authority, createAuthority, type Submission } from '../support/certificates.ts';
import { findExim, startExim } from '../support/exim.ts';
import { eventsOf } from '../support/mail.ts';
import { findOpenSmtpd, startOpenSmtpd } from '../support/opensmtpd.ts';
import { freePorts } from '../support/ports.ts';
import { skipWithoutPostfix, startPostfix } from '../support/postfix.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { acmeProvision, type Relay, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

type Accepted = Extract<MailEvent, { type: 'message.accepted' }>['meta'];

interface StartOptions {
  folder: string;
  hostname: string;
  port: number;
  relayhost: { host: string; port: number };
  submission: Submission;
}

interface Customer {
  name: string;
  skip: string | false;
  start(options: StartOptions): Promise<AsyncDisposable & { log(): string }>;
  /** What it says of a delivery whose certificate it verified, and of a login that was refused. */
  verified: RegExp;
  refused: RegExp;
  /**
   * RFC 1870: what it says of a message above our limit. Postfix and OpenSMTPD go by what EHLO said and send nothing; Exim
   * sends it in vain.
   */
  tooLarge: RegExp;
  /** What it uses of our offer. Exim and OpenSMTPD never declare BODY. */
  uses: string[];
}

const LOGIN = 'acme-app';
const PASSWORD = 'a-long-enough-password';
/** UTF-8 as the client writes it: one character an octet. */
const wire = (text: string): string => Buffer.from(text).toString('latin1');
const reasonOf = (found: object): string | false => ('skip' in found ? String(found.skip) : false);

const CUSTOMERS: Customer[] = [
  {
    name: 'postfix',
    skip: skipWithoutPostfix,
    start: ({ port, ...options }) => startPostfix({ ...options, ports: [port] }),
    verified: /Verified TLS connection established to localhost/,
    refused: /SASL authentication failed.*535/,
    tooLarge: /exceeds size limit 65536 of server/,
    uses: ['STARTTLS', 'AUTH', '8BITMIME', 'SMTPUTF8', 'DSN'],
  },
  {
    name: 'exim',
    skip: reasonOf(await findExim()),
    start: (options) => startExim({ ...options, dsn: true }),
    verified: /=> .* CV=yes A=plain/,
    refused: /535/,
    tooLarge: /SMTP error from remote mail server after .*552 5\.3\.4 Message too large/,
    uses: ['STARTTLS', 'AUTH', 'SMTPUTF8', 'CHUNKING', 'DSN'],
  },
  {
    name: 'opensmtpd',
    skip: reasonOf(await findOpenSmtpd()),
    start: async (options) => {
      const server = await startOpenSmtpd(options);
      return { log: () => server.output(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
    },
    verified: /server-cert-check result="success"/,
    refused: /535/,
    tooLarge: /message too large for peer/,
    uses: ['STARTTLS', 'AUTH', 'DSN'],
  },
];

const present = CUSTOMERS.filter(({ skip }) => skip === false);
const skip = skipWithoutPrograms(['openssl']) || (present.length === 0 ? 'no server is there' : false);

/** What the customer's server used, from what the relay kept, and for BDAT from Exim's log (`K`). */
function featuresOf(meta: Accepted, mail: string, log: string): Record<string, boolean> {
  return {
    STARTTLS: meta.origin.tls !== undefined,
    AUTH: meta.origin.login === LOGIN,
    '8BITMIME': meta.eightBit,
    SMTPUTF8: meta.smtpUtf8 && / SMTPUTF8/.test(mail),
    CHUNKING: / A=plain K /.test(log),
    DSN: meta.dsn?.recipients?.[0]?.notify?.length === 0,
  };
}

describe('servers of customers that log in', { skip }, () => {
  let temp: TemporaryFolder;
  let authority: Authority;
  let relay: Relay;
  let receiver: ScriptedReceiver;
  let submission = 0;
  const table: string[] = [];

  before(async () => {
    temp = temporaryFolder('customers');
    authority = await createAuthority(temp.file('.'));
    const server = await authority.issue('relay.test', ['relay.test', 'localhost']);
    receiver = await startReceiver();
    [submission = 0] = await freePorts(1);
    const provision = acmeProvision();
    const [acme = {}] = provision['customer'] as Table[];
    delete acme['sources'];
    acme['logins'] = [{ name: LOGIN, password: PASSWORD }];
    relay = await startRelay({
      folder: temp.file('relay'),
      apply: provision,
      config: {
        listener: [{ address: `127.0.0.1:${submission}`, roles: ['submission'], tls: 'starttls' }],
        tls: { certificate: server.certificate, key: server.key },
        limits: { message_size: '64KB' },
        route: [{ domain: 'example.test', hosts: [`127.0.0.1:${receiver.port}`] }],
      },
    });
  });

  after(async () => {
    await relay?.stop();
    await receiver?.close();
    temp?.remove();
  });

  async function startCustomer(customer: Customer, word: string, password: string) {
    const [port = 0] = await freePorts(1);
    const server = await customer.start({
      folder: temp.file(`${customer.name}-${word}`),
      hostname: 'customer.test',
      port,
      relayhost: { host: 'localhost', port: submission },
      submission: { login: LOGIN, password, ca: authority.ca },
    });
    return { server, port };
  }

  /** Hands a message to the customer's server, with what it offers. */
  async function hand(port: number, to: string, utf8: boolean): Promise<void> {
    await using client = await SmtpClient.connect({ port });
    await client.hello();
    await client.expect(250, `MAIL FROM:<a@acme.test> BODY=8BITMIME${utf8 ? ' SMTPUTF8' : ''}`);
    await client.expect(250, wire(`RCPT TO:<${to}> NOTIFY=NEVER`));
    await client.expect(354, 'DATA');
    const subject = utf8 ? 'äöü' : 'hello';
    client.send(wire(`From: <a@acme.test>\r\nTo: <${to}>\r\nSubject: ${subject}\r\n\r\nGrüße\r\n..dot\r\n`));
    await client.expect(250, '.');
    await client.quit();
  }

  /** What the relay kept of the message to this address when it took it. */
  function acceptedOf(to: string): Promise<Accepted> {
    return until(
      `the acceptance of mail to ${to}`,
      async () => {
        const { stdout } = await relay.cli('trace', `to:${to}`, '--json');
        const id = /"id":"([0-9a-z]+)"/.exec(stdout)?.[1];
        const events = id === undefined ? [] : await eventsOf(relay.dataDir, id);
        const accepted = events.find(({ type }) => type === 'message.accepted');
        return accepted !== undefined && 'meta' in accepted ? accepted.meta : undefined;
      },
      20_000,
    );
  }

  for (const customer of CUSTOMERS) {
    const { name } = customer;
    test(`${name} logs in over STARTTLS`, { skip: customer.skip }, async () => {
      const { server, port } = await startCustomer(customer, 'right', PASSWORD);
      await using _server = server;
      const utf8 = customer.uses.includes('SMTPUTF8');
      const to = utf8 ? `zoë-${name}@example.test` : `zoe-${name}@example.test`;
      await hand(port, to, utf8);
      const meta = await acceptedOf(to);
      assert.equal(meta.origin.login, LOGIN);
      assert.match(meta.origin.tls?.version ?? '', /^TLSv1\.[23]$/);
      const taken = await until('the delivery', () =>
        receiver.messages.find(({ rcpts }) => String(rcpts).includes(name)),
      );
      assert.match(Buffer.from(taken.content, 'latin1').toString(), /\r\n\r\nGrüße\r\n\.dot\r\n$/);
      await until(`${name}'s own word`, () => customer.verified.test(server.log()) || undefined);
      const used = Object.entries(featuresOf(meta, taken.mail, server.log()));
      const names = used.filter(([, does]) => does).map(([feature]) => feature);
      assert.deepEqual(names, customer.uses, `${JSON.stringify(meta)}\n${server.log()}`);
      table.push(`${name.padEnd(10)} ${names.join(' ')}`);
    });

    test(`${name} with a wrong password gets nothing through`, { skip: customer.skip }, async () => {
      const { server, port } = await startCustomer(customer, 'wrong', `${PASSWORD}x`);
      await using _server = server;
      const to = `never-${name}@example.test`;
      await hand(port, to, false);
      await until('the refused login', () => customer.refused.test(server.log()) || undefined);
      assert.equal((await relay.cli('trace', `to:${to}`, '--json')).stdout.trim(), '');
    });
  }

  for (const customer of CUSTOMERS) {
    test(`${customer.name} and a message above our limit (SIZE)`, { skip: customer.skip }, async () => {
      const { server, port } = await startCustomer(customer, 'large', PASSWORD);
      await using _server = server;
      const to = `large-${customer.name}@example.test`;
      const content = Buffer.from(`From: <a@acme.test>\r\nTo: <${to}>\r\n\r\n${`${'x'.repeat(998)}\r\n`.repeat(200)}`);
      await using client = await SmtpClient.connect({ port });
      await client.hello();
      assert.equal((await client.message({ from: 'a@acme.test', to: [to], content })).code, 250);
      const said = await until('what it makes of it', () => customer.tooLarge.exec(server.log())?.[0], 15_000).catch(
        () => assert.fail(server.log()),
      );
      table.push(`${customer.name.padEnd(10)} SIZE: ${said}`);
    });
  }

  test('what was used by whom', (context) => {
    for (const line of table) context.diagnostic(line);
  });
});
