// The checks and grants of a whole relay, with a real DNS that the test edits, real mail hosts and real mail.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { createAuthority } from '../support/certificates.ts';
import { DNS_PROGRAMS, type DnsZone, startDnsZone } from '../support/dns-zone.ts';
import { freePorts } from '../support/ports.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { callApi, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const SPF = '_spf TXT "v=spf1 ip4:127.0.0.1 -all"\n';

interface Check {
  kind: string;
  object: string;
  state: string;
  found: string;
  advice: string;
}

interface PublishedRecord {
  purpose: string;
  host: string;
  type: string;
  value: string;
}

describe('checks by a real DNS', { skip: skipWithoutPrograms(DNS_PROGRAMS) }, () => {
  let folder: TemporaryFolder;
  let dns: DnsZone;
  let relay: Relay;
  let mailhost: ScriptedReceiver;
  let internet: ScriptedReceiver;
  let mailPort = 0;
  const records = new Map<string, string>();

  const publish = () => dns.edit(`${SPF}${[...records.values()].join('')}`);

  before(async () => {
    folder = temporaryFolder('checks');
    dns = await startDnsZone({ folder, zone: 'zone.test', records: SPF });
    [mailPort = 0] = await freePorts(1);
    mailhost = await startReceiver({ rcpt: '550 5.1.1 no such user' }, '127.0.1.4', mailPort);
    internet = await startReceiver({});
    relay = await startRelay({
      folder: folder.file('relay'),
      config: {
        dns: { servers: [`127.0.0.1:${dns.port}`], timeout: '2s' },
        spf: { include: '_spf.zone.test' },
        inbound: { mx_names: ['mx.zone.test'] },
        checks: { interval: '1s', first_retry: '200ms', grace: '2s' },
        route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`] }],
      },
      apply: {
        pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.1', hostname: 'out1.relay.test', state: 'active' }] }],
        customer: [
          {
            id: 'acme',
            pools: ['standard'],
            sources: ['127.0.0.0/8'],
            mailhosts: [{ host: '127.0.1.4', port: mailPort }],
            domains: [
              { name: 'acme.zone.test', outbound: true, inbound: true },
              { name: 'word.zone.test', outbound: true, verified: true },
            ],
          },
        ],
      },
    });
  });

  after(async () => {
    await relay?.stop();
    await mailhost?.close();
    await internet?.close();
    await dns?.stop();
    folder?.remove();
  });

  async function get<T>(path: string): Promise<T> {
    const { body } = await callApi(relay.dataDir, { path: `/api/v1/customers/acme/${path}` });
    return JSON.parse(body) as T;
  }

  const checks = async () => (await get<{ entries: Check[] }>('checks')).entries;

  const state = (kind: string, object = 'acme.zone.test') =>
    until(`a check ${kind}`, async () => (await checks()).find((one) => one.kind === kind && one.object === object));

  const becomes = (kind: string, wanted: string, object?: string) =>
    until(`${kind} to be ${wanted}`, async () => (await state(kind, object)).state === wanted || undefined);

  async function publishedRecord(purpose: string): Promise<PublishedRecord> {
    const { entries } = await get<{ entries: (PublishedRecord & { domain: string })[] }>('records');
    const record = entries.find((one) => one.purpose === purpose && one.domain === 'acme.zone.test');
    assert(record, `no record for ${purpose}`);
    return record;
  }

  async function add(purpose: string): Promise<void> {
    const { host, type, value } = await publishedRecord(purpose);
    records.set(purpose, `${host}. ${type} ${type === 'TXT' ? `"${value}"` : value}\n`);
    await publish();
  }

  /** The reply to MAIL or RCPT of a message with this sender. */
  async function sends(from: string): Promise<number> {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound });
    await client.hello();
    const content = Buffer.from(`From: ${from}\r\n\r\nx\r\n`);
    const { code } = await client.message({ from, to: ['user@elsewhere.test'], content });
    return code;
  }

  /** Relay threads hear of a result a moment after it can be read. */
  const goes = (from: string) =>
    until(`mail of ${from} to go`, async () => (await sends(from)) === 250 || undefined, 2000);

  test('red at first: nothing is published, postmaster is refused', async () => {
    assert.equal((await state('ownership')).state, 'fail');
    assert.match((await state('ownership')).advice, /Publish a TXT record at _easymail-challenge\.acme\.zone\.test/);
    assert.equal((await state('spf')).state, 'fail');
    assert.equal((await state('mx')).state, 'fail');
    await becomes('mailhost', 'fail', `127.0.1.4:${mailPort}`);
    assert.equal(await sends('user@acme.zone.test'), 550);
    const looked = await relay.cli('check', 'look', 'acme');
    assert.equal(looked.code, 1, 'something is red');
    assert.match(looked.stdout, /fail +ownership acme\.zone\.test\n +expected: TXT/);
  });

  test('each turns green once its record is there, and mail goes within the next look', async () => {
    await add('ownership');
    await becomes('ownership', 'ok');
    await goes('user@acme.zone.test');
    await add('spf');
    await becomes('spf', 'ok');
    await add('mx');
    await becomes('mx', 'ok');
  });

  test('a mail host that takes postmaster is green with STARTTLS, orange without', async () => {
    mailhost.script = {};
    await becomes('mailhost', 'warn', `127.0.1.4:${mailPort}`);
    assert.match((await state('mailhost', `127.0.1.4:${mailPort}`)).advice, /STARTTLS/);
    const { certificate, key } = await (await createAuthority(folder.path)).issue('mail', ['mail.acme.test']);
    mailhost.script = { tls: { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') } };
    await becomes('mailhost', 'ok', `127.0.1.4:${mailPort}`);
    assert.match((await state('mailhost', `127.0.1.4:${mailPort}`)).found, /TLSv1\.3, certificate not verified/);
    const sent = mailhost.commands.filter((command) => /^(?:DATA|BDAT)/i.test(command));
    assert.deepEqual(sent, [], 'a probe sends no message');
    assert(mailhost.commands.some((command) => command.startsWith('RSET')));
  });

  test('an MX beside ours bypasses the relay; a null MX takes no mail at all', async () => {
    const ours = records.get('mx') ?? '';
    records.set('mx', `${ours}acme MX 20 elsewhere.zone.test.\n`);
    await publish();
    await becomes('mx', 'warn');
    assert.match((await state('mx')).advice, /elsewhere\.zone\.test/);
    records.set('mx', 'acme MX 0 .\n');
    await publish();
    await becomes('mx', 'fail');
    records.set('mx', ours);
    await publish();
    await becomes('mx', 'ok');
  });

  test('DNS that fails is no loss: everything goes on', async () => {
    await dns.stopServer();
    await becomes('ownership', 'unknown');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.equal(await sends('user@acme.zone.test'), 250);
    await dns.startServer();
    await becomes('ownership', 'ok');
  });

  test('a proof that is gone warns, stops that domain alone after the grace, and comes back at once', async () => {
    const kept = records.get('ownership') ?? '';
    records.delete('ownership');
    await publish();
    await becomes('ownership', 'warn');
    assert.equal(await sends('user@acme.zone.test'), 250, 'within the grace');
    await until('the domain to stop', async () => (await sends('user@acme.zone.test')) === 550 || undefined, 30_000);
    assert.equal(await sends('user@word.zone.test'), 250, 'the operator’s word stands');
    records.set('ownership', kept);
    await publish();
    await becomes('ownership', 'ok');
    await goes('user@acme.zone.test');
    const { stdout } = await relay.cli('audit', 'list', '--json');
    assert.match(stdout, /domain\.stopped/);
  });

  test('the owner of a domain grants it by a record, and takes it back by removing that', async () => {
    assert.equal(await sends('user@shop.zone.test'), 550);
    const asked = await relay.cli('grant', 'ask', 'acme', 'shop.zone.test', '--json');
    const { record } = JSON.parse(asked.stdout) as { record: { host: string; value: string } };
    records.set('grant', `${record.host}. TXT "${record.value}"\n`);
    await publish();
    await until('the grant', async () => (await sends('user@shop.zone.test')) === 250 || undefined);
    await dns.stopServer();
    await becomes('grant', 'unknown', 'shop.zone.test');
    assert.equal(await sends('user@shop.zone.test'), 250, 'DNS fails');
    await dns.startServer();
    const soon = new Date(Date.now() + 4000).toISOString().slice(0, 19);
    records.set('grant', `${record.host}. TXT "${record.value}; until=${soon}Z"\n`);
    await publish();
    await becomes('grant', 'ok', 'shop.zone.test');
    await until('its end', async () => (await sends('user@shop.zone.test')) === 550 || undefined, 15_000);
    records.set('grant', `${record.host}. TXT "${record.value}"\n`);
    await publish();
    await until('the grant', async () => (await sends('user@shop.zone.test')) === 250 || undefined);
    records.delete('grant');
    await publish();
    await until('its end', async () => (await sends('user@shop.zone.test')) === 550 || undefined);
  });
});
