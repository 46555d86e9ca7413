// Addresses that are gone, with a real Postfix that says so: learned from its 550 5.1.1, refused from then on, kept over
// restarts, lifted by hand.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { RecipientEvent } from '../../src/mail/report/events.ts';
import { countsOf, sendOne, waitForEvent } from '../support/mail.ts';
import { freePorts } from '../support/ports.ts';
import { type Postfix, skipWithoutPostfix, startPostfix, waitForMaildir } from '../support/postfix.ts';
import { acmeProvision, type Relay, type RelayOptions, startRelay, type Table } from '../support/relay.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface Entry {
  customer: string;
  address: string;
  reason: string;
  evidence: string;
  by: string;
}

describe('suppressions', { skip: skipWithoutPostfix }, () => {
  let temp: TemporaryFolder;
  let receiver: Postfix;
  let receiverPort = 0;
  let relay: Relay;
  let options: RelayOptions;

  before(async () => {
    temp = temporaryFolder('suppressions');
    const [port = 0, closed = 0] = await freePorts(2);
    receiverPort = port;
    receiver = await startPostfix({
      folder: `${temp.path}/receiver`,
      hostname: 'mx.dest.test',
      ports: [port],
      maildir: true,
      main: {
        virtual_mailbox_maps: 'inline:{known@dest.test=mail/ again@dest.test=mail/ later@closed.test=mail/}',
        smtpd_recipient_restrictions:
          'check_recipient_access inline:{ {blocked@dest.test = 550 5.7.1 blocked using zen.spamhaus.org}, {full@dest.test = 552 5.2.2 Mailbox full} }, permit_mynetworks, reject',
      },
    });
    options = {
      folder: `${temp.path}/relay`,
      config: {
        route: [
          { domain: 'closed.test', hosts: [`127.0.0.1:${closed}`], tls: 'none' },
          { domain: '*', hosts: [`127.0.0.1:${port}`], tls: 'none' },
        ],
        retry: { first: '1h', longest: '1h' },
      },
    };
    relay = await startRelay(options);
  });
  after(async () => {
    await relay?.stop();
    await receiver?.stop();
    temp?.remove();
  });

  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await relay.cli(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const list = async (...args: string[]): Promise<Entry[]> => {
    const text = await cli('suppression', 'list', '--json', ...args);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry);
  };
  const bounced = async (to: string): Promise<RecipientEvent> => {
    const id = await sendOne(relay.ports.outbound, to);
    const events = await waitForEvent(relay.dataDir, id, 'message.recipient.bounced');
    return events.find(
      (event): event is RecipientEvent => event.type === 'message.recipient.bounced',
    ) as RecipientEvent;
  };

  test('an address that its server does not know is suppressed, with the evidence', async () => {
    const event = await bounced('Gone@dest.test');
    assert.deepEqual(event.bounce, {
      permanence: 'permanent',
      class: 'invalid_address',
      responsible: 'recipient',
      asynchronous: false,
    });
    assert.equal(event.suppressed, true);
    const [entry] = await until('the suppression', async () => {
      const entries = await list();
      return entries.length > 0 ? entries : undefined;
    });
    assert.equal(entry?.customer, 'acme');
    assert.equal(entry?.address, 'gone@dest.test');
    assert.equal(entry?.reason, 'invalid_address');
    assert.equal(entry?.by, 'relay');
    assert.match(entry?.evidence ?? '', /550 5\.1\.1 .*unknown/i);
    assert.match(await cli('trace', `id:${event.id}`), /class: invalid_address, permanent, recipient can act/);
    const audit = (await relay.cli('suppression', 'show', 'acme', 'gone@dest.test')).stdout;
    assert.match(audit, /reason {4}invalid_address/);
  });

  test('from then on it is refused at RCPT, however it is written, with a reply that says since when and who can lift it', async () => {
    for (const to of ['gone@dest.test', 'GONE@DEST.test']) {
      const refusal = await sendOne(relay.ports.outbound, to);
      assert.match(refusal, /^550 5\.1\.1 Recipient suppressed since \d{4}-\d\d-\d\d \(.*\); .*administrator.*lift/);
    }
    // One that is not concerned goes through.
    await sendOne(relay.ports.outbound, 'known@dest.test');
    assert.equal((await waitForMaildir(receiver.folder, 1)).length, 1);
  });

  test('a refusal for reputation, and a full mailbox, suppress nobody', async () => {
    const blocked = await bounced('blocked@dest.test');
    assert.equal(blocked.bounce?.class, 'reputation');
    assert.equal(blocked.bounce?.responsible, 'easymail');
    const full = await bounced('full@dest.test');
    assert.equal(full.bounce?.class, 'mailbox_unavailable');
    assert.equal(full.bounce?.permanence, 'temporary');
    assert.equal(blocked.suppressed ?? full.suppressed, undefined);
    assert.equal((await list()).length, 1);
  });

  test('it survives a restart, and can be lifted: then the address is tried again', async () => {
    await relay.stop();
    relay = await startRelay(options, relay.ports);
    assert.match(await sendOne(relay.ports.outbound, 'gone@dest.test'), /^550 5\.1\.1/);
    await cli('suppression', 'remove', 'acme', 'GONE@dest.test');
    assert.equal((await relay.cli('suppression', 'remove', 'acme', 'gone@dest.test')).code, 1);
    const again = await bounced('gone@dest.test');
    assert.equal(again.suppressed, true);
  });

  test('what is queued already is held, and goes on once the suppression is removed', async () => {
    const id = await sendOne(relay.ports.outbound, 'later@closed.test');
    await waitForEvent(relay.dataDir, id, 'message.recipient.deferred');
    await cli('suppression', 'add', 'acme', 'Later@closed.test', '--note', 'asked by telephone');
    assert.match(await sendOne(relay.ports.outbound, 'later@closed.test'), /^550 5\.1\.1 .*by hand/);
    await cli('queue', 'retry', `id:${id}`);
    const events = await waitForEvent(relay.dataDir, id, 'message.recipient.held');
    const held = events.find((event): event is RecipientEvent => event.type === 'message.recipient.held');
    assert.equal(held?.reason, 'suppressed');
    assert.equal((await countsOf(relay.dataDir)).held, 1);
    await cli('queue', 'reroute', `id:${id}`, '--host', `127.0.0.1:${receiverPort}`);
    await cli('suppression', 'remove', 'acme', 'later@closed.test');
    await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  });

  test('behind a shared source: refused where nobody is left, else the sender is told of those that are', async () => {
    const shared = {
      id: 'beta',
      name: 'Beta',
      pools: ['standard'],
      sources: [{ network: '127.0.0.7', shared: true, proof: { header: 'X-Tenant', value: 'beta' } }],
      domains: [{ name: 'beta.test', outbound: true, inbound: false, subdomains: false, verified: true }],
    };
    const before = acmeProvision();
    const [acme] = before['customer'] as Table[];
    const applied = await relay.apply({ ...before, customer: [{ ...acme, sources: ['127.0.0.1'] }, shared] });
    assert.equal(applied.code, 0, applied.stderr);
    await cli('suppression', 'add', 'beta', 'gone@dest.test');
    const send = async (...to: string[]) => {
      await using client = await SmtpClient.connect({ port: relay.ports.outbound, from: '127.0.0.7' });
      await client.hello();
      const content = Buffer.from('From: <b@beta.test>\r\nX-Tenant: beta\r\n\r\nHello.\r\n');
      return (await client.message({ from: 'b@beta.test', to, content })).text;
    };
    assert.match(await send('gone@dest.test'), /^550 5\.1\.1 Recipient suppressed/);
    const id = /queued as (\S+)/.exec(await send('gone@dest.test', 'again@dest.test'))?.[1] ?? '';
    await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
    const events = await waitForEvent(relay.dataDir, id, 'message.recipient.suppressed');
    const ended = events.find((event): event is RecipientEvent => event.type === 'message.recipient.suppressed');
    assert.equal(ended?.recipient, 'gone@dest.test');
    assert.match(JSON.stringify(ended), /"notice":\{.*"subject":"failure"/);
  });

  test('lists: search, import, other customers are not concerned', async () => {
    const file = `${temp.path}/list.csv`;
    writeFileSync(file, 'address,note\r\n"one@list.test",left\r\nTWO@list.test\r\nno address here\r\n');
    assert.match(await cli('suppression', 'import', 'acme', file, '--reason', 'complaint'), /^2 suppressed/);
    assert.match(await cli('suppression', 'import', 'acme', file), /^0 suppressed, 2 were already/);
    const found = await list('@list.test');
    assert.deepEqual(
      found.map(({ address, reason, evidence }) => [address, reason, evidence]),
      [
        ['one@list.test', 'complaint', 'left'],
        ['two@list.test', 'complaint', ''],
      ],
    );
    assert.equal((await relay.cli('suppression', 'add', 'nobody', 'x@y.test')).code, 1);
    assert.equal((await relay.cli('suppression', 'add', 'acme', 'not an address')).code, 1);
    assert.deepEqual(await list('--customer', 'other'), []);
  });
});
