// Where mail goes by a real DNS: a zone of NSD behind a real Unbound, asked by the whole relay.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DNS_PROGRAMS, type DnsZone, startDnsZone } from '../support/dns-zone.ts';
import { freePorts } from '../support/ports.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { acmeProvision, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const ZONE = `
a A 127.0.1.1
b A 127.0.1.2
c A 127.0.1.3
busy A 127.0.1.5
ours A 127.0.0.99
v6 AAAA ::1
first MX 20 b.zone.test.
first MX 10 a.zone.test.
next MX 10 busy.zone.test.
next MX 20 b.zone.test.
equal MX 10 a.zone.test.
equal MX 10 b.zone.test.
equal MX 10 c.zone.test.
bare A 127.0.1.3
alias CNAME bare.zone.test.
xn--bcher-kva MX 10 a.zone.test.
six MX 10 v6.zone.test.
gap MX 10 nowhere.zone.test.
gap MX 20 a.zone.test.
backup MX 10 a.zone.test.
backup MX 20 relay.test.
backup MX 30 c.zone.test.
inbound MX 10 a.zone.test.
exact MX 10 a.zone.test.
x.below MX 10 a.zone.test.
null MX 0 .
dangling MX 10 nowhere.zone.test.
text TXT "no address, no MX"
ours-first MX 5 relay.test.
ours-first MX 10 a.zone.test.
ours-by-address MX 10 ours.zone.test.
ours-by-address MX 20 a.zone.test.
lame NS ns.lame.zone.test.
ns.lame A 127.0.0.1
`;

/** Domain of the recipient, and the receiver that gets the mail. */
const DELIVERED: readonly [domain: string, receiver: string, why: string][] = [
  ['first.zone.test', '127.0.1.1', 'the lower preference first'],
  ['next.zone.test', '127.0.1.2', 'the next host where the first is busy'],
  ['bare.zone.test', '127.0.1.3', 'an address alone is an implicit MX'],
  ['alias.zone.test', '127.0.1.3', 'a CNAME is followed'],
  ['xn--bcher-kva.zone.test', '127.0.1.1', 'a name beyond ASCII, as A-label'],
  ['six.zone.test', '::1', 'a host with IPv6 alone'],
  ['gap.zone.test', '127.0.1.1', 'a host without an address is passed over'],
  ['backup.zone.test', '127.0.1.1', 'hosts before ourselves only'],
  ['inbound.zone.test', '127.0.1.4', 'a domain of a customer goes to its mail host, whatever its MX'],
  ['exact.zone.test', '127.0.1.3', 'a static route comes before MX'],
  ['x.below.zone.test', '127.0.1.2', 'a static route for all names below'],
];

const BOUNCED: readonly [domain: string, cause: string][] = [
  ['null.zone.test', 'null-mx'],
  ['dangling.zone.test', 'dns-no-host'],
  ['text.zone.test', 'dns-no-host'],
  ['missing.zone.test', 'dns-no-domain'],
  ['ours-first.zone.test', 'mx-is-us'],
  ['ours-by-address.zone.test', 'mx-is-us'],
];

describe('routes by a real DNS', { skip: skipWithoutPrograms(DNS_PROGRAMS) }, () => {
  let folder: TemporaryFolder;
  let relay: Relay;
  let busy: ScriptedReceiver;
  let dns: DnsZone;
  const receivers = new Map<string, ScriptedReceiver>();

  before(async () => {
    folder = temporaryFolder('routes');
    dns = await startDnsZone({ folder, zone: 'zone.test', records: ZONE });
    const [mx = 0, listener = 0] = await freePorts(2);
    for (const ip of ['127.0.1.1', '127.0.1.2', '127.0.1.3', '127.0.1.4', '::1']) {
      const receiver = await startReceiver({}, ip, mx).catch(() => undefined);
      if (receiver !== undefined) receivers.set(ip, receiver);
    }
    busy = await startReceiver({ greeting: '421 4.3.2 busy' }, '127.0.1.5', mx);
    const provision = acmeProvision({ mailhost: { host: '127.0.1.4', port: mx }, domains: ['inbound.zone.test'] });
    const address = (ip: string) => ({ ip, hostname: 'out1.relay.test', state: 'active' });
    relay = await startRelay({
      folder: folder.file('relay'),
      config: {
        dns: { servers: [`127.0.0.1:${dns.port}`], timeout: '2s' },
        // One message a connection, so that each chooses among equal hosts anew.
        delivery: { port: mx, connect_timeout: '3s', messages_per_connection: 1 },
        listener: [
          { address: `127.0.0.1:${listener}`, roles: ['outbound', 'inbound'], tls: 'none' },
          { address: `127.0.0.99:${mx}`, roles: ['inbound'], tls: 'none' },
        ],
        route: [
          { domain: 'exact.zone.test', hosts: [`127.0.1.3:${mx}`] },
          { domain: '*.below.zone.test', hosts: [`127.0.1.2:${mx}`] },
        ],
      },
      apply: { ...provision, pool: [{ name: 'standard', addresses: [address('127.0.0.50'), address('::1')] }] },
    });
    relay.ports.outbound = listener;
  });

  after(async () => {
    await relay?.stop();
    await dns?.stop();
    for (const receiver of [...receivers.values(), busy]) await receiver?.close();
    folder?.remove();
  });

  async function send(to: string): Promise<string> {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound });
    await client.hello();
    const content = Buffer.from('From: a@acme.test\r\n\r\nx\r\n');
    const { code, text } = await client.message({ from: 'a@acme.test', to: [to], content });
    assert.equal(code, 250, text);
    await client.quit();
    return /queued as (\S+)/.exec(text)?.[1] ?? '';
  }

  const arrivedAt = (to: string) =>
    [...receivers].find(([, { messages }]) =>
      messages.some(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes(to))),
    )?.[0];

  for (const [domain, receiver, why] of DELIVERED) {
    test(`${domain}: ${why}`, async (t) => {
      if (!receivers.has(receiver)) return t.skip(`nothing can listen on ${receiver}`);
      await send(`user@${domain}`);
      assert.equal(await until('the mail to arrive', () => arrivedAt(`user@${domain}`)), receiver);
    });
  }

  for (const [domain, cause] of BOUNCED) {
    test(`${domain}: ${cause}`, async () => {
      const id = await send(`user@${domain}`);
      const found = await until('the bounce', async () => {
        const { stdout } = await relay.cli('trace', `id:${id}`, '--json');
        return stdout.includes('bounced') ? stdout : undefined;
      });
      assert(found.includes(`"${cause}"`), found);
      assert.equal(arrivedAt(`user@${domain}`), undefined);
    });
  }

  test('equal preferences share the load', async () => {
    const used = new Set<string | undefined>();
    for (let i = 0; i < 30 && used.size < 3; i++) {
      await send(`user${i}@equal.zone.test`);
      used.add(await until('the mail to arrive', () => arrivedAt(`user${i}@equal.zone.test`)));
    }
    assert(used.size > 1, 'always the same host');
  });

  test('a zone whose servers do not answer for it is put off, not refused', async () => {
    const id = await send('user@x.lame.zone.test');
    const entry = await until('the mail to be put off', async () => {
      const { stdout } = await relay.cli('queue', 'list', `id:${id}`, '--json');
      return stdout.includes('"deferred"') ? stdout : undefined;
    });
    assert.match(entry, /dns-temporary/);
  });
});
