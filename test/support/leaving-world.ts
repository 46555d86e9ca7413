// A relay in the test's own process whose control plane lives ahead of the clock, with one customer that has a
// subscription, a DNS server that the test edits, and a Postfix that people read their mail at.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stringify } from 'smol-toml';
import { systemClock } from '../../src/platform/clock.ts';
import { loadConfig } from '../../src/platform/config/load.ts';
import { createLog } from '../../src/platform/log.ts';
import { startRelay as buildRelay, type Relay } from '../../src/start/relay.ts';
import { type FakeDns, nothing, startFakeDns } from './fake-dns.ts';
import { nextNoon } from './noon.ts';
import { freePorts } from './ports.ts';
import { type Postfix, startPostfix, waitForMaildir } from './postfix.ts';
import { readMail, type SeenMail } from './read-mail.ts';
import { callApi, type RelayPorts, relayConfig, type Table } from './relay.ts';
import { type TemporaryFolder, temporaryFolder } from './temp.ts';

export const DAY_MS = 86_400_000;

/** The end of a customer as the API shows it. */
export interface EndView {
  state: string;
  noticed: string | null;
  deactivation: string | null;
  removal: string | null;
  waits_for: string | null;
  certificate: string | null;
  mails: { kind: string; to: string; sent_at: string | null }[];
  records: { purpose: string; host: string; value: string; state: string }[];
}

/** Records by name, and by type within. */
export type Zone = Record<string, { TXT?: string[]; MX?: string[]; fault?: true }>;

export interface LeavingWorld extends AsyncDisposable {
  readonly temp: TemporaryFolder;
  readonly ports: RelayPorts;
  readonly zone: Zone;
  readonly people: Postfix;
  readonly mailhostPort: number;
  readonly laterPort: number;
  readonly dataDir: string;
  /** The day in Luxembourg, so many days after the one on which this world began. */
  day(this: void, ahead: number): string;
  relay: Relay;
  /** Moves the clock of the control plane on and lets it do what is due. */
  pass(days: number): Promise<void>;
  api(
    this: void,
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }>;
  end(): Promise<EndView>;
  /** Messages at the people's server once there are so many. */
  letters(count: number): Promise<SeenMail[]>;
  /** Ends the relay and starts it anew after so many days. */
  offFor(days: number): Promise<void>;
}

/** Starts it. `config` is laid over ours. */
export async function leavingWorld(config: Table = {}): Promise<LeavingWorld> {
  const temp = temporaryFolder('leaving');
  const [outbound = 0, inbound = 0, submission = 0, http = 0, world = 0, mailhostPort = 0, laterPort = 0] =
    await freePorts(7);
  const ports = { outbound, inbound, submission, http };
  const zone: Zone = {};
  const dns = await startFakeDns(({ name, type }) => answer(zone, name, type));
  const people = await startPostfix({
    folder: temp.file('people'),
    hostname: 'world.test',
    ports: [world],
    maildir: true,
    main: {
      // Mail for late.test is taken and cannot be delivered; what the relay puts off is tried again soon.
      transport_maps: `inline:{ { late.test = error:5.1.1 user unknown here }, { relay.test = smtp:[127.0.0.1]:${inbound} } }`,
      smtpd_reject_unlisted_recipient: 'no',
      queue_run_delay: '1s',
      minimal_backoff_time: '1s',
      maximal_backoff_time: '2s',
    },
  });
  const loaded = configOf(temp, ports, { dns, world, laterPort, config });
  const noon = nextNoon();
  let aheadMs = noon.epochMilliseconds - Date.now();
  const start = () =>
    buildRelay(loaded, {
      clock: { ...systemClock, now: () => Date.now() + aheadMs },
      log: createLog({ level: 'error', thread: 'main' }),
      fatal: (code) => assert.fail(`the relay ended itself with ${code}`),
      drained: () => undefined,
    });
  const api: LeavingWorld['api'] = async (method, path, body) => {
    const headers = { 'if-match': '*' };
    const got = await callApi(loaded.node.data_dir, { method, path: `/api/v1${path}`, body, headers });
    return { status: got.status, body: JSON.parse(got.body === '' ? 'null' : got.body) as unknown };
  };
  const made: LeavingWorld = {
    temp,
    ports,
    zone,
    people,
    mailhostPort,
    laterPort,
    dataDir: loaded.node.data_dir,
    day: (ahead) => noon.add({ days: ahead }).toPlainDate().toString(),
    relay: await start(),
    api,
    pass: async (days) => {
      aheadMs += days * DAY_MS;
      await made.relay.services.termination.look();
    },
    end: async () => (await api('GET', '/customers/acme/termination')).body as EndView,
    letters: async (count) => Promise.all((await waitForMaildir(people.folder, count)).map(readMail)),
    offFor: async (days) => {
      await made.relay.stop(2000);
      aheadMs += days * DAY_MS;
      made.relay = await start();
      await made.relay.services.termination.look();
    },
    [Symbol.asyncDispose]: async () => {
      await made.relay.stop(2000);
      await people.stop();
      await dns[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
  await provision(made);
  return made;
}

interface Around {
  dns: FakeDns;
  world: number;
  laterPort: number;
  config: Table;
}

function configOf(temp: TemporaryFolder, ports: RelayPorts, { dns, world, laterPort, config }: Around) {
  const file = temp.file('easymail.toml');
  const tables = relayConfig(
    {
      folder: temp.path,
      config: {
        dns: { servers: [`127.0.0.1:${dns.endpoint.port}`] },
        operator: { name: 'Télécom "Test"', postmaster: ['team@world.test'] },
        spf: { include: '_spf.relay.test', check_addresses: false },
        retry: { first: '1s', longest: '1s' },
        route: [
          { domain: 'world.test', hosts: [`127.0.0.1:${world}`], tls: 'none' },
          { domain: 'late.test', hosts: [`127.0.0.1:${world}`], tls: 'none' },
          { domain: 'later.test', hosts: [`127.0.0.1:${laterPort}`], tls: 'none' },
        ],
        log: { level: 'error' },
        ...config,
      },
    },
    ports,
  );
  writeFileSync(file, stringify(tables));
  const loaded = loadConfig(file);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.config;
}

function answer(zone: Zone, name: string, type: string) {
  const found = zone[name.toLowerCase()];
  if (found?.fault === true) return [{ rcode: 2 }];
  const answers =
    type === 'TXT'
      ? (found?.TXT ?? []).map((data) => ({ name, type: 'TXT', ttl: 5, data }))
      : type === 'MX'
        ? (found?.MX ?? []).map((exchange) => ({ name, type: 'MX', ttl: 5, data: { preference: 10, exchange } }))
        : [];
  return answers.length === 0 ? [nothing] : [{ answers }];
}

async function provision({ relay, mailhostPort, api }: LeavingWorld): Promise<void> {
  const applied = await relay.control.apply(
    stringify({
      pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.1', hostname: 'out1.relay.test', state: 'active' }] }],
      customer: [
        {
          id: 'acme',
          name: 'Acme S.à r.l.',
          pools: ['standard'],
          sources: ['127.0.0.2'],
          mailhosts: [{ host: '127.0.0.1', port: mailhostPort, tls: 'none' }],
          domains: [{ name: 'acme.test', verified: true, dkim: { published: true } }],
        },
      ],
    }),
    { prune: false, dryRun: false, who: 'test' },
  );
  assert.equal(applied.kind, 'applied', JSON.stringify(applied));
  const contact = { name: 'Anna', email: 'anna@world.test' };
  const changed = await api('PATCH', '/customers/acme', { contacts: [contact], language: 'de' });
  assert.equal(changed.status, 200, JSON.stringify(changed));
}
