// A relay in the test's own process whose control plane can be moved ahead, a real DNS whose zone the test edits, and real
// Postfixes: the customer's sending server, its mail host, and the rest of the world.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'smol-toml';
import { systemClock } from '../../src/platform/clock.ts';
import { loadConfig } from '../../src/platform/config/load.ts';
import { createLog } from '../../src/platform/log.ts';
import { startRelay as buildRelay, type Relay } from '../../src/start/relay.ts';
import { type DnsZone, startDnsZone } from './dns-zone.ts';
import { freePorts } from './ports.ts';
import { type Postfix, startPostfix, waitForMaildir } from './postfix.ts';
import { readMail, type SeenMail } from './read-mail.ts';
import { callApi, type RelayPorts, relayConfig } from './relay.ts';
import { type TemporaryFolder, temporaryFolder } from './temp.ts';

const DAY_MS = 86_400_000;

/** The zone in which everybody lives. */
export const ZONE = 'lux.test';
/** The address that the customer's server sends from. */
export const SOURCE = '127.0.0.3';

export interface ApiAnswer {
  status: number;
  body: Record<string, unknown>;
  etag: string | null;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface LifeWorld extends AsyncDisposable {
  readonly temp: TemporaryFolder;
  readonly ports: RelayPorts;
  readonly dns: DnsZone;
  readonly relay: Relay;
  readonly dataDir: string;
  readonly mailhostPort: number;
  /** As the operator, over the socket. */
  api(this: void, method: Method, path: string, body?: unknown): Promise<ApiAnswer>;
  /** As whoever has the link, over HTTP. */
  link(
    this: void,
    url: string,
    method: Method,
    path: string,
    more?: { body?: unknown; etag?: string },
  ): Promise<ApiAnswer>;
  /** The customer's server sends a message, and keeps trying. */
  customerSends(this: void, to: string): Promise<void>;
  /** Messages at the customer's mail host, and in the world, once there are so many. */
  atMailHost(this: void, count: number): Promise<SeenMail[]>;
  inTheWorld(this: void, count: number): Promise<SeenMail[]>;
  /** What the customer's server still has. */
  customerWaits(this: void): Promise<number>;
  retry(this: void): Promise<void>;
  /** Moves the control plane on by so many days, and lets it do what is due. */
  pass(days: number): Promise<void>;
}

/** Starts all of it. `tables`: of the configuration besides. */
export async function lifeWorld(tables: Readonly<Record<string, object>> = {}): Promise<LifeWorld> {
  const temp = temporaryFolder('life');
  const [outbound = 0, inbound = 0, submission = 0, http = 0, world = 0, mailhostPort = 0, own = 0] =
    await freePorts(7);
  const ports = { outbound, inbound, submission, http };
  const dns = await startDnsZone({ folder: temp, zone: ZONE, records: 'world MX 10 mx.world\nmx.world A 127.0.0.1\n' });
  const postfix = { hostname: `mx.${ZONE}`, maildir: true };
  const people = await startPostfix({ ...postfix, folder: temp.file('world'), ports: [world] });
  const mailhost = await startPostfix({ ...postfix, folder: temp.file('mailhost'), ports: [mailhostPort] });
  const sender = await startPostfix({
    folder: temp.file('sender'),
    hostname: `server.acme.${ZONE}`,
    ports: [own],
    relayhost: { host: '127.0.0.1', port: outbound },
    main: { smtp_bind_address: SOURCE, minimal_backoff_time: '1s', maximal_backoff_time: '2s', queue_run_delay: '1s' },
  });
  const config = configOf(temp, ports, { dns: dns.port, world, tables });
  let aheadMs = 0;
  const relay = await buildRelay(config, {
    clock: { ...systemClock, now: () => Date.now() + aheadMs },
    log: createLog({ level: 'error', thread: 'main' }),
    fatal: (code) => assert.fail(`the relay ended itself with ${code}`),
    drained: () => undefined,
  });
  const dataDir = config.node.data_dir;
  const read = async (folder: string, count: number) =>
    Promise.all((await waitForMaildir(folder, count)).map(readMail));
  return {
    temp,
    ports,
    dns,
    relay,
    dataDir,
    mailhostPort,
    api: async (method, path, body) => {
      const call = { method, path: `/api/v1${path}`, body, headers: { 'if-match': '*' } };
      const { status, body: text } = await callApi(dataDir, call);
      return { status, body: JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>, etag: null };
    },
    link: (url, method, path, more) => askOverLink(http, url, { method, path, ...more }),
    customerSends: (to) => handOver(own, to),
    atMailHost: (count) => read(mailhost.folder, count),
    inTheWorld: (count) => read(people.folder, count),
    customerWaits: () => sender.queued(),
    retry: () => sender.flush(),
    pass: async (days) => {
      aheadMs += days * DAY_MS;
      await relay.services.termination.look();
    },
    [Symbol.asyncDispose]: async () => {
      await relay.stop(2000);
      await Promise.all([people, mailhost, sender].map((one: Postfix) => one.stop()));
      await dns.stop();
      await temp[Symbol.asyncDispose]();
    },
  };
}

function configOf(
  temp: TemporaryFolder,
  ports: RelayPorts,
  { dns, world, tables }: { dns: number; world: number; tables: Readonly<Record<string, object>> },
) {
  const file = temp.file('easymail.toml');
  const all = relayConfig(
    {
      folder: temp.path,
      config: {
        node: { hostname: `relay.${ZONE}` },
        http: { url: `http://127.0.0.1:${ports.http}` },
        dns: { servers: [`127.0.0.1:${dns}`] },
        operator: { name: 'Telecom', postmaster: [`team@world.${ZONE}`] },
        spf: { include: `_spf.relay.${ZONE}`, check_addresses: false },
        inbound: { mx_names: [`mx.relay.${ZONE}`] },
        checks: { spf: 'required' },
        provisioning: { test_interval: '500ms' },
        retry: { first: '1s', longest: '1s' },
        route: [{ domain: `world.${ZONE}`, hosts: [`127.0.0.1:${world}`], tls: 'none' }],
        log: { level: 'error' },
        ...tables,
      },
    },
    ports,
  );
  writeFileSync(file, stringify(all));
  const loaded = loadConfig(file);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.config;
}

async function askOverLink(
  port: number,
  url: string,
  { method, path, body, etag }: { method: Method; path: string; body?: unknown; etag?: string },
): Promise<ApiAnswer> {
  const headers: Record<string, string> = { authorization: `Link ${url.split('#')[1] ?? ''}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (etag !== undefined) headers['if-match'] = etag;
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, init);
  const text = await response.text();
  const read = JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
  return { status: response.status, body: read, etag: response.headers.get('etag') };
}

/** Hands a message to the customer's server, as one of its users would. */
async function handOver(port: number, to: string): Promise<void> {
  const { SmtpClient } = await import('./smtp-client.ts');
  await using client = await SmtpClient.connect({ port });
  await client.hello();
  const from = `ann@acme.${ZONE}`;
  const content = Buffer.from(
    `From: Ann <${from}>\r\nTo: <${to}>\r\nSubject: Hello\r\nDate: ${new Date().toUTCString()}\r\n\r\nHello.\r\n`,
  );
  const reply = await client.message({ from, to: [to], content });
  assert.equal(reply.code, 250, reply.text);
  await client.quit();
  await sleep(200);
}
