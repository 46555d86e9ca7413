// The API with a control database and an HTTP shell that are real; the queue and the trace are told what to say.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authenticate } from '../../src/control/access/authenticate.ts';
import { PERMISSIONS, type Permission } from '../../src/control/access/permissions.ts';
import type { TlsFiles } from '../../src/control/api/listeners.ts';
import { problem } from '../../src/control/api/problem.ts';
import { type Api, startApi } from '../../src/control/api/server.ts';
import type { AuditQuery } from '../../src/control/audit/audit.ts';
import { type Control, openControl } from '../../src/control/control.ts';
import { type Customers, openCustomers } from '../../src/control/customers/customers.ts';
import { createIdempotencyStore } from '../../src/control/database/idempotency.ts';
import { explain } from '../../src/control/explain/explain.ts';
import type { OperatorVerb } from '../../src/mail/queue/operations.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { type Config, configSchema } from '../../src/platform/config/schema.ts';
import { createTestLog } from '../../src/platform/log.ts';
import { createSecretBox } from '../../src/platform/secret-box.ts';
import { createTestDkim } from './dkim.ts';

/** A message that queue and trace know. */
export const KNOWN_ID = 'aaaaaaaaaaaaaaaaaa';

const HTTP: Config['http'] = {
  address: { host: '127.0.0.1', port: 0 },
  url: 'http://localhost:8025',
  trusted_proxies: [],
  metrics_from: ['127.0.0.0/8'],
  requests_per_minute: 60,
  unknown_requests_per_minute: 30,
};

export interface Answer {
  status: number;
  type: string;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface Asked {
  body?: string;
  headers?: Record<string, string>;
}

/** Any word is an API key of all scopes, but `wrong`, which is known to nobody. */
const authenticate: Authenticate = async ({ authorization, from }) => {
  const key = /^Bearer (\w+)$/.exec(authorization ?? '')?.[1];
  if (key === undefined) return { kind: 'nobody' };
  if (key === 'wrong') throw problem('unknown-key');
  const scopes = Object.keys(PERMISSIONS) as Permission[];
  return { kind: 'key', id: key, scopes, ...(from !== undefined && { from }) };
};

export class ApiWorld {
  readonly verbs: OperatorVerb[] = [];
  storeGone = false;
  readonly logged: string[] = [];
  readonly folder: string;
  readonly control: Control;
  /** As it ships, but for what must be given. */
  config: Config = configSchema.parse({
    node: { hostname: 'relay.test', data_dir: '/nowhere' },
    listener: [{ address: '127.0.0.1:25', roles: ['outbound', 'inbound'], tls: 'none' }],
  });
  readonly clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
  #api: Api | undefined;
  readonly #customers: Customers;

  constructor() {
    // Deeper than the name of a socket may be long.
    this.folder = join(mkdtempSync(join(tmpdir(), 'api-')), 'd'.repeat(120));
    mkdirSync(this.folder);
    writeFileSync(join(this.folder, 'api.sock'), 'left behind');
    this.control = openControl({
      path: join(this.folder, 'control.db'),
      clock: this.clock,
      publish: () => {},
      suspend: async () => {},
      releaseSuppressed: async () => {},
      suppressionFailed: (err) => {
        throw err;
      },
      poolsChanged: () => {},
      dkim: createTestDkim().options,
      log: createTestLog(),
    });
    const { control, clock } = this;
    this.#customers = openCustomers({
      database: control.database,
      changes: control.changes,
      directory: control.directory,
      clock,
      log: createTestLog(),
      config: () => this.config,
      store: () => this.#store() as never,
      reader: reader as never,
      sendMail: async () => KNOWN_ID as never,
      poolsChanged: () => {},
      light: () => undefined,
    });
  }

  replaceCertificate(tls: TlsFiles): void {
    this.#api?.replaceCertificate(tls);
  }

  get port(): number {
    return this.#api?.httpPort ?? 0;
  }

  async start(http: Partial<Config['http']> = {}, tls?: TlsFiles): Promise<void> {
    const listeners = [{ address: { host: '127.0.0.1', port: 25 }, roles: ['outbound', 'inbound'] as const }];
    const { control, clock } = this;
    this.#api = await startApi({
      socketPath: join(this.folder, 'api.sock'),
      http: { ...HTTP, ...http },
      ...(tls !== undefined && { tls }),
      clock,
      log: createTestLog((line) => this.logged.push(line)),
      ready: () => (this.storeGone ? ['the store thread is gone'] : []),
      metrics: async () => 'easymail_test 1\n',
      portal: (incoming, response) => {
        if (incoming.url !== '/page') return false;
        response.end('page');
        return true;
      },
      context: {
        control,
        store: () => this.#store() as never,
        reader: reader as never,
        drain: () => {},
        sendingAddresses: () => 'none',
        settings: () => {
          throw new Error('nobody asks for the settings here');
        },
        services: this.#services() as never,
        firewall: { published: async () => undefined, check: async () => undefined },
        status: () => ({ version: '1.0', hostname: 'relay.test', state: 'ready', started_at: '2026-01-01T00:00:00Z' }),
        explain: (question) =>
          explain(
            {
              directory: control.directory,
              listeners,
              route: async () => ({ kind: 'bounce', cause: { from: 'us', cause: 'null-mx' } }),
              addresses: () => ({ v4: { ip: '192.0.2.1', family: 4, hostname: 'out1.test', pool: 'standard' } }),
            },
            question,
          ),
      },
    });
  }

  /** Asks on the socket, the same way in as for the server: through the folder, by its name in the working directory. */
  ask(method: string, path: string, { body, headers = {} }: Asked = {}): Promise<Answer> {
    const { openSync, closeSync } = process.getBuiltinModule('node:fs');
    const fd = openSync(this.folder, 'r');
    const options = { socketPath: `/proc/self/fd/${fd}/api.sock`, method, path, headers };
    return send(options, body).finally(() => closeSync(fd));
  }

  /** Asks over TCP. */
  askTcp(method: string, path: string, { body, headers = {} }: Asked = {}): Promise<Answer> {
    return send({ host: '127.0.0.1', port: this.port, method, path, headers }, body);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  async end(): Promise<void> {
    await this.#api?.close();
    await this.#customers.close();
    await this.control.close();
    rmSync(join(this.folder, '..'), { recursive: true });
  }

  #store() {
    return {
      counts: async () => {
        if (this.storeGone) throw new Error('the store thread is gone');
        return { queued: 1, deferred: 2, held: 3, quarantined: 4, events_pending: 5, accepted: 10, final: 0 };
      },
      apply: async (verb: OperatorVerb) => {
        this.verbs.push(verb);
        return { changed: 7, busy: 0 };
      },
      destinations: async () => [],
    };
  }

  #services() {
    const box = createSecretBox([Buffer.alloc(32, 7)], 'answers');
    return {
      access: { authenticate },
      audit: { list: (query: AuditQuery) => this.control.audit(query) },
      answers: createIdempotencyStore({ db: this.control.database.db, clock: this.clock, box }),
      customers: this.#customers,
    };
  }
}

const QUEUED = {
  key: '1',
  id: KNOWN_ID,
  customer: 'acme',
  direction: 'outbound',
  stream: 'business',
  from: 'a@acme.test',
  to: 'x@y.test',
  destination: 'y.test',
  status: 'queued',
  holds: [],
  size: 5,
  accepted_at: '2026-01-01T00:00:00.000Z',
  attempts: 0,
  next_attempt_at: null,
  last_cause: null,
};

/** What the trace finds. */
const FOUND = { cursor: 'c1', id: KNOWN_ID, at: '2026-01-01T00:00:00.000Z', recipients: [] };

const reader = {
  search: async (query: string) => {
    if (query === 'slow') return { kind: 'deadline' };
    if (query.includes('since:never')) return { kind: 'refused', message: 'since: must be a time' };
    return { kind: 'ok', value: { entries: [FOUND], next: 'c1' } };
  },
  traceShow: async (id: string) => ({
    kind: 'ok',
    value: id === KNOWN_ID ? { entry: FOUND, events: [] } : undefined,
  }),
  queueList: async () => ({ kind: 'ok', value: { entries: [QUEUED] } }),
  queueShow: async () => ({ kind: 'ok', value: undefined }),
};

function send(options: RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, type, body: text, headers: response.headers });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
