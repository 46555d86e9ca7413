// A relay with two customers and everybody who may ask its API something: people of every role, API keys, links, and those
// who are nobody.

import { type RequestOptions, request } from 'node:http';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import {
  ALL_PERMISSIONS,
  CUSTOMER_PERMISSIONS,
  CUSTOMER_ROLES,
  OPERATOR_ROLES,
  type Permission,
  type Role,
} from '../../src/control/access/permissions.ts';
import { newId, randomToken, tokenHash } from '../../src/control/access/secrets.ts';
import { type Config, configSchema } from '../../src/platform/config/schema.ts';
import { createTestLog } from '../../src/platform/log.ts';
import { type Relay, startRelay } from '../../src/start/relay.ts';
import { sendOne } from './mail.ts';
import { freePorts } from './ports.ts';
import { acmeProvision } from './relay.ts';
import { type TemporaryFolder, temporaryFolder } from './temp.ts';
import { until } from './until.ts';

/** Whose things are asked for. */
export const OWN = 'acme';
/** Another customer, whose people must never see anything of `OWN`. */
export const OTHER = 'globex';
/** One that is being entered over a link. */
export const NEW = 'initech';

export interface Caller {
  name: string;
  /** Header fields; none of the socket's own. */
  headers: Record<string, string>;
  /** Asks on the socket of the data folder. */
  owner?: true;
}

export interface Answer {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface Call {
  method: string;
  path: string;
  body?: string | undefined;
  type?: string | undefined;
  headers?: Record<string, string>;
}

const FAR = Date.parse('2100-01-01T00:00:00Z');

export class RolesWorld {
  readonly owner: Caller = { name: 'owner', headers: {}, owner: true };
  /** Values for the parameters of paths that mean something of `OWN`. */
  readonly objects: Record<string, string> = {
    customer: OWN,
    domain: 'acme.test',
    address: 'gone%40example.org',
    network: '127.0.0.0%2F8',
    host: '127.0.0.1',
    port: '9',
    pool: 'standard',
    ip: '127.0.0.1',
    act: 'drain',
    verb: 'retry',
    server: 'postfix',
  };
  relay!: Relay;
  config!: Config;
  #ports: number[] = [];
  readonly #temp: TemporaryFolder = temporaryFolder('roles');
  readonly logged: string[] = [];

  get dataDir(): string {
    return this.#temp.file('data');
  }

  async start(): Promise<void> {
    this.#ports = await freePorts(3);
    const [outbound, inbound, http] = this.#ports;
    this.config = configSchema.parse({
      node: { hostname: 'relay.test', data_dir: this.dataDir, threads: 1 },
      listener: [
        { address: `127.0.0.1:${outbound}`, roles: ['outbound'], tls: 'none' },
        { address: `127.0.0.1:${inbound}`, roles: ['inbound'], tls: 'none' },
      ],
      http: {
        address: `127.0.0.1:${http}`,
        url: `http://127.0.0.1:${http}`,
        requests_per_minute: 10_000_000,
        unknown_requests_per_minute: 10_000_000,
      },
      dns: { servers: ['127.0.0.1:9'] },
      delivery: { allow_private: true },
      route: [{ domain: '*', hosts: ['127.0.0.1:9'] }],
      access: { second_factor: [] },
      // Nothing changes by itself while others are tried.
      dkim: { check_interval: '1d' },
    });
    this.relay = await startRelay(this.config, {
      log: createTestLog((line) => this.logged.push(line)),
      fatal: (code) => {
        throw new Error(`the relay ended with ${code}`);
      },
      drained: () => {},
    });
    await this.#provision();
    await this.#makeObjects();
  }

  async end(): Promise<void> {
    await this.relay.stop(0);
    this.#temp.remove();
  }

  /** Asks as this caller. */
  ask(caller: Caller, { method, path, body, type = 'application/json', headers = {} }: Call): Promise<Answer> {
    // Node sends a body with DELETE only where its length is said.
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    const content = body === undefined ? {} : { 'content-type': type, 'content-length': length };
    const all = { ...content, ...caller.headers, ...headers };
    const where = caller.owner
      ? { socketPath: join(this.dataDir, 'api.sock') }
      : { host: '127.0.0.1', port: this.#ports[2] };
    return send({ ...where, method, path, headers: all }, body);
  }

  /** Asks as the owner, and throws where that is refused. */
  async make(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Record<string, unknown>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.ask(this.owner, { method, path: `/api/v1${path}`, body: text, headers });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body === '' ? '{}' : answer.body) as Record<string, unknown>;
  }

  /** Hands in a message of the own customer; its id. */
  send(to: string): Promise<string> {
    return sendOne(this.#ports[0] ?? 0, to);
  }

  /** Somebody who is signed in. */
  async person(
    role: Role,
    customer: string | undefined,
    more: { steppedUp?: boolean; expired?: boolean } = {},
  ): Promise<Caller> {
    const { steppedUp = true, expired = false } = more;
    const now = Date.now();
    const id = newId('usr');
    const email = `${role}-${id.slice(4, 10)}@${customer ?? 'operator'}.test`;
    const { db } = this.relay.control.database;
    await db
      .insertInto('person')
      .values({
        id,
        name: email,
        email,
        display_name: role,
        language: 'en',
        role,
        customer: customer ?? null,
        state: 'active',
        password: null,
        password_at: null,
        totp: null,
        totp_master: null,
        totp_at: null,
        totp_step: 0,
        made_at: now,
        made_by: 'test',
        last_login_at: now,
        version: 1,
      })
      .execute();
    if (customer === OWN) this.objects['user'] ??= id;
    const token = randomToken();
    await db
      .insertInto('session')
      .values({
        id: newId('ses'),
        token_hash: tokenHash(token),
        person: id,
        made_at: now,
        last_used_at: now,
        expires_at: expired ? now - 1 : FAR,
        last_from: null,
        agent: null,
        stepped_up_until: steppedUp ? FAR : 0,
      })
      .execute();
    const cookie = `easymail-session=${token}`;
    const name = `${customer === undefined ? '' : `${customer} `}${role}${steppedUp ? '' : ' without step-up'}`;
    return { name: expired ? 'an expired session' : name, headers: { cookie, origin: this.config.http.url } };
  }

  /** An API key. */
  async key(name: string, scopes: readonly Permission[], customer?: string): Promise<Caller> {
    const token = `emk_${randomToken()}`;
    await this.relay.control.database.db
      .insertInto('api_key')
      .values({
        id: newId('key'),
        token_hash: tokenHash(token),
        name,
        scopes: JSON.stringify(scopes),
        customer: customer ?? null,
        networks: '[]',
        person: null,
        made_at: Date.now(),
        made_by: 'test',
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
        last_from: null,
      })
      .execute();
    return { name, headers: { authorization: `Bearer ${token}` } };
  }

  /** A link of the customer that is being entered. */
  async link(kind: 'onboarding' | 'records'): Promise<Caller> {
    const { url } = await this.make('POST', `/customers/${NEW}/links`, { kind });
    const token = /([A-Za-z0-9_-]{43})$/.exec(String(url))?.[1] ?? '';
    return { name: `link ${kind}`, headers: { authorization: `Link ${token}` } };
  }

  async #provision(): Promise<void> {
    const { pool, customer } = acmeProvision() as { pool: object[]; customer: object[] };
    const other = { id: OTHER, name: 'Other', pools: ['standard'], domains: [{ name: 'globex.test', verified: true }] };
    const outcome = await this.relay.control.apply(stringify({ pool, customer: [...customer, other] }), {
      prune: false,
      dryRun: false,
      who: 'test',
    });
    if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome));
    await this.make('POST', '/customers', { id: NEW, name: 'Initech', domain: 'initech.test' });
    await this.relay.control.database.db.updateTable('account').set({ portal: 'approved' }).execute();
  }

  /** A job over the quarantine that has ended. */
  async #makeJob(): Promise<string> {
    const id = '1'.repeat(16);
    const counts = { total: 0, total_more: 0, changed: 0, skipped: 0, at_rest: 0, cut_off: 0 };
    const over = { began_at: 1, ended_at: 2, state: 'done', reason: null, place: null, fault: null } as const;
    const what = { part: 'quarantine', verb: 'delete', customer: OWN, who: 'root', what: '{"query":{}}' } as const;
    await this.relay.control.database.db
      .insertInto('bulk_job')
      .values({ id, ...what, ...over, ...counts })
      .execute();
    return id;
  }

  async #makeObjects(): Promise<void> {
    const { objects } = this;
    objects['id'] = await sendOne(this.#ports[0] ?? 0, 'someone@elsewhere.test');
    await until('the trace of the message', async () => {
      const { status } = await this.ask(this.owner, { method: 'GET', path: `/api/v1/trace/messages/${objects['id']}` });
      return status === 200 ? true : undefined;
    });
    const entries = [{ address: 'gone@example.org' }];
    await this.make('POST', `/customers/${OWN}/suppressions`, { entries });
    objects['selector'] = String((await this.make('POST', '/dkim/keys', { domain: 'acme.test' }))['selector']);
    objects['key'] = String(
      (await this.make('POST', '/keys', { name: 'own', scopes: ['queue:read'], customer: OWN }))['id'],
    );
    objects['share'] = String((await this.make('POST', `/trace/messages/${objects['id']}/shares`, {}))['id']);
    objects['job'] = await this.#makeJob();
    objects['export'] = String((await this.make('POST', '/exports', { customer: OWN }))['id']);
    const webhook = await this.make('POST', '/webhooks', { url: 'https://hooks.example.org/x', customer: OWN });
    objects['webhook'] = String(webhook['id']);
    const rule = { customer: OWN, name: 'Theirs', conditions: [], actions: [{ do: 'pass' }] };
    objects['rule'] = String((await this.make('POST', '/rules', rule))['id']);
    const listed = { customer: OWN, list: 'block', sender: 'spam@elsewhere.test' };
    objects['sender'] = String((await this.make('POST', '/listed-senders', listed))['id']);
    const asked = { kind: 'export', address: 'someone@elsewhere.test', reason: 'asked by mail' };
    objects['request'] = String((await this.make('POST', `/customers/${OWN}/privacy/requests`, asked))['id']);
    await this.relay.services.privacy.idle();
    // The first look of a new key comes by itself; after this one the next is a day away.
    await this.make('POST', '/dkim/domains/acme.test/check');
  }
}

/** Everybody whose requests are tried, but for keys, which the operation decides. */
export async function everybody(world: RolesWorld) {
  const people = async (customer?: string) => {
    const roles = Object.keys(customer === undefined ? OPERATOR_ROLES : CUSTOMER_ROLES) as Role[];
    const callers = await Promise.all(roles.map((role) => world.person(role, customer)));
    return new Map(roles.map((role, i) => [role, callers[i] as Caller]));
  };
  return {
    operator: await people(),
    own: await people(OWN),
    other: await people(OTHER),
    notSteppedUp: await world.person('administrator', undefined, { steppedUp: false }),
    strangers: [
      { name: 'nobody', headers: {} },
      await world.person('administrator', undefined, { expired: true }),
      { name: 'a wrong key', headers: { authorization: `Bearer emk_${randomToken()}` } },
      { name: 'a wrong link', headers: { authorization: `Link ${randomToken()}` } },
      { name: 'a wrong cookie', headers: { cookie: `easymail-session=${randomToken()}` } },
      { name: 'who says to be the owner', headers: { 'x-operator': 'root', 'x-forwarded-for': '127.0.0.1' } },
    ] satisfies Caller[],
  };
}

/** Keys that hold, or lack, one permission. */
export async function keysFor(world: RolesWorld, permission: Permission) {
  const without = (all: readonly Permission[]) => all.filter((one) => one !== permission);
  const ofCustomers = CUSTOMER_PERMISSIONS.includes(permission);
  return {
    operator: await world.key(`key with ${permission}`, [permission]),
    lacking: await world.key(`key without ${permission}`, without(ALL_PERMISSIONS)),
    ownLacking: await world.key(`${OWN} key without ${permission}`, without(CUSTOMER_PERMISSIONS), OWN),
    ...(ofCustomers && {
      own: await world.key(`${OWN} key with ${permission}`, [permission], OWN),
      other: await world.key(`${OTHER} key with ${permission}`, [permission], OTHER),
    }),
  };
}

function send(options: RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ ...options, timeout: 20_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      const answered = () => resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers });
      // What has no end is heard once.
      const goesOn = response.headers['content-type']?.startsWith('text/event-stream') === true;
      response.on('data', (part: string) => {
        text += part;
        if (!goesOn) return;
        answered();
        call.destroy();
      });
      response.on('error', reject);
      response.on('end', answered);
    });
    call.on('timeout', () => call.destroy(new Error(`no answer to ${options.method} ${options.path}`)));
    call.on('error', reject);
    call.end(body);
  });
}
