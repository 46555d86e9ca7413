// Requests for notices and notices themselves with real servers: nodemailer and Python as clients, Postfix as customer
// and as receiver with and without DSN, Exim as the mail host that passes notices on.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { readReport } from '../../src/protocol/dsn/read-report.ts';
import type { Report } from '../../src/protocol/dsn/report.ts';
import { type Exim, findExim, startExim } from '../support/exim.ts';
import { freePorts } from '../support/ports.ts';
import { type Postfix, skipWithoutPostfix, startPostfix, waitForMaildir } from '../support/postfix.ts';
import { run, skipWithoutPrograms } from '../support/processes.ts';
import { acmeProvision, type Relay, startRelay, type Table } from '../support/relay.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const exim = await findExim();

interface World {
  temp: TemporaryFolder;
  relay: Relay;
  /** Offers DSN, keeps all it gets. */
  modern: Postfix;
  /** Offers none. */
  plain: Postfix;
  customer: Postfix;
  customerPort: number;
  host: Exim | undefined;
  eximReceiver: Exim | undefined;
}

const PYTHON = `
import smtplib, sys
port, envid, notify, to = sys.argv[1:5]
body = b'From: alice@acme.test\\r\\nSubject: from python\\r\\n\\r\\nGr\\xc3\\xbc\\xc3\\x9fe\\r\\n.dot\\r\\n'
with smtplib.SMTP('127.0.0.1', int(port)) as s:
    s.ehlo()
    assert s.has_extn('dsn')
    s.sendmail('alice@acme.test', [to], body, ['BODY=8BITMIME', 'RET=FULL', 'ENVID=' + envid], ['NOTIFY=' + notify, 'ORCPT=rfc822;' + to])
`;

describe('notices with real servers', { skip: skipWithoutPostfix }, () => {
  let world: World;

  before(async () => {
    const temp = temporaryFolder('notices-interop');
    const [modernPort = 0, plainPort = 0, customerPort = 0, hostPort = 0, eximPort = 0] = await freePorts(5);
    const modern = await startPostfix({
      folder: temp.file('modern'),
      hostname: 'modern.test',
      ports: [modernPort],
      maildir: true,
    });
    const plain = await startPostfix({
      folder: temp.file('plain'),
      hostname: 'plain.test',
      ports: [plainPort],
      maildir: true,
      main: {
        smtpd_discard_ehlo_keywords: 'dsn, silent-discard',
        smtpd_recipient_restrictions:
          'check_recipient_access inline:{ { gone@plain.example = 550 5.1.1 No such person here } }, permit_mynetworks, reject',
      },
    });
    const withExim = !('skip' in exim);
    const host = withExim
      ? await startExim({
          folder: temp.file('exim'),
          hostname: 'mail.acme.test',
          port: hostPort,
          relayhost: { host: '127.0.0.1', port: modernPort },
        })
      : undefined;
    const eximReceiver = withExim
      ? await startExim({
          folder: temp.file('exim-receiver'),
          hostname: 'receiver.exim.test',
          port: eximPort,
          dsn: true,
          // What it says to the customer goes on to where all of the customer's mail is kept.
          direct: { domain: 'acme.test', port: modernPort },
          relayhost: { host: '127.0.0.1', port: plainPort },
        })
      : undefined;
    const provision = acmeProvision({ mailhost: { host: '127.0.0.1', port: withExim ? hostPort : modernPort } });
    const [acme] = provision['customer'] as Table[];
    const relay = await startRelay({
      folder: temp.file('relay'),
      apply: { ...provision, customer: [{ ...acme, language: 'de' }] },
      config: {
        route: [
          { domain: 'modern.example', hosts: [`127.0.0.1:${modernPort}`] },
          { domain: 'exim.example', hosts: [`127.0.0.1:${eximPort}`] },
          { domain: '*', hosts: [`127.0.0.1:${plainPort}`] },
        ],
      },
    });
    const customer = await startPostfix({
      folder: temp.file('customer'),
      hostname: 'customer.test',
      ports: [customerPort],
      relayhost: { host: '127.0.0.1', port: relay.ports.outbound },
    });
    world = { temp, relay, modern, plain, customer, customerPort, host, eximReceiver };
  });

  after(async () => {
    await world?.customer.stop();
    await world?.relay.stop();
    await world?.host?.[Symbol.asyncDispose]();
    await world?.eximReceiver?.[Symbol.asyncDispose]();
    await world?.plain.stop();
    await world?.modern.stop();
    world?.temp.remove();
  });

  /** The report with this envelope id that reached the maildir behind the customer's mail host. */
  function report(envid: string): Promise<{ report: Report; text: string }> {
    return until(`a report about ${envid}`, async () => {
      for (const path of await waitForMaildir(world.modern.folder, 0)) {
        const octets = readFileSync(path);
        const read = readReport(octets);
        if (read.envelopeId === envid) return { report: read, text: octets.toString('latin1') };
      }
      return undefined;
    });
  }

  test('a request goes from nodemailer over Postfix, the relay and Postfix, whose success names all of it', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: world.customerPort, ignoreTLS: true });
    await transport.sendMail({
      from: 'alice@acme.test',
      to: 'ok@modern.example',
      text: 'Moien',
      dsn: { id: 'order-66', return: 'headers', notify: ['success', 'delay'], recipient: 'rfc822; Old@modern.example' },
    });
    transport.close();
    const { report: success } = await report('order-66');
    assert.equal(success.reportingMta, 'modern.test');
    assert.equal(success.recipients[0]?.action, 'delivered');
    assert.equal(success.recipients[0].final, 'ok@modern.example');
    assert.match(success.recipients[0].original ?? '', /Old@modern\.example/);
  });

  test('where the receiver has no DSN, the relay says that it passed the mail on; Exim and Postfix carry that', {
    skip: skipWithoutPrograms(['python3']),
  }, async () => {
    const port = String(world.relay.ports.outbound);
    const sent = await run('python3', ['-c', PYTHON, port, 'py-1', 'SUCCESS', 'ok@plain.example']);
    assert.equal(sent.code, 0, sent.stderr);
    const { report: relayed, text } = await report('py-1');
    assert.equal(relayed.kind, 'success');
    assert.deepEqual(
      { ...relayed.recipients[0], diagnostic: undefined, words: undefined },
      {
        final: 'ok@plain.example',
        original: 'ok@plain.example',
        action: 'relayed',
        status: '2.1.9',
        remoteMta: '[127.0.0.1]',
        diagnostic: undefined,
        words: undefined,
      },
    );
    assert.match(text, /\nSubject: =\?UTF-8\?B\?|\nSubject: Ihre E-Mail wurde weitergegeben/);
  });

  test('a failure comes back whole, with eight bits, through Exim and Postfix', {
    skip: skipWithoutPrograms(['python3']),
  }, async () => {
    const port = String(world.customerPort);
    const sent = await run('python3', ['-c', PYTHON, port, 'py-2', 'FAILURE', 'gone@plain.example']);
    assert.equal(sent.code, 0, sent.stderr);
    const { report: failure, text } = await report('py-2');
    const [recipient] = failure.recipients;
    assert.equal(failure.kind, 'failure');
    assert.equal(recipient?.action, 'failed');
    assert.equal(recipient.status, '5.1.1');
    assert.match(recipient.diagnostic ?? '', /550 5\.1\.1 .*No such person here/);
    assert.match(text, /\nContent-Type: message\/rfc822\n/);
    assert.ok(text.includes('\nGr\xc3\xbc\xc3\x9fe\n.dot\n'), 'the body is there octet for octet');
    assert.match(text, /Diese Adresse gibt es nicht/);
  });

  test('Exim as the customer passes the request on to us, and as a receiver it answers what we pass on', {
    skip: 'skip' in exim ? exim.skip : false,
  }, async () => {
    const [customerPort = 0] = await freePorts(1);
    await using _customer = await startExim({
      folder: world.temp.file('exim-customer'),
      hostname: 'exim-customer.test',
      port: customerPort,
      dsn: true,
      relayhost: { host: '127.0.0.1', port: world.relay.ports.outbound },
    });
    const transport = createTransport({ host: '127.0.0.1', port: customerPort, ignoreTLS: true });
    const dsn = (id: string) => ({ id, return: 'headers' as const, notify: 'success' as const });
    const mail = { from: 'alice@acme.test', text: 'Moien' };
    await transport.sendMail({ ...mail, to: 'ok3@modern.example', dsn: dsn('exim-1') });
    await transport.sendMail({ ...mail, to: 'ok4@exim.example', dsn: dsn('exim-2') });
    transport.close();
    const { report: success } = await report('exim-1');
    assert.equal(success.reportingMta, 'modern.test');
    assert.equal(success.recipients[0]?.action, 'delivered');
    // Exim hands on to a Postfix without DSN, and calls that delivered.
    const { report: handedOn } = await report('exim-2');
    assert.equal(handedOn.reportingMta, 'receiver.exim.test');
    assert.equal(handedOn.recipients[0]?.action, 'delivered');
  });
});
