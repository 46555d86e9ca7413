// The API over real HTTP with real access behind it, browsers with cookies, and a clock that can be moved.

import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { type AccessService, openAccess } from '../../src/control/access/access.ts';
import { type Api, startApi } from '../../src/control/api/server.ts';
import { type Control, openControl } from '../../src/control/control.ts';
import { createIdempotencyStore } from '../../src/control/database/idempotency.ts';
import type { CustomerId } from '../../src/mail/message.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { type Config, configSchema } from '../../src/platform/config/schema.ts';
import { createTestLog } from '../../src/platform/log.ts';
import { createSecretBox } from '../../src/platform/secret-box.ts';
import { createTestDkim } from './dkim.ts';

export const URL_OF_RELAY = 'http://localhost:8025';
/** Much cheaper than in earnest: what is tested here is not how long it takes. */
const CHEAP = { memory: 64, passes: 1, lanes: 1 };

export interface Mail {
  kind: string;
  to: string;
  language: string;
  values: Record<string, unknown>;
}

export interface WorldOptions {
  url?: string;
  access?: Partial<Config['access']>;
  /** The real cost of passwords. */
  costly?: boolean;
}

export class AccessWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'access-'));
  readonly mails: Mail[] = [];
  readonly logged: string[] = [];
  readonly clock: Clock = {
    now: () => Date.now() + this.moved,
    monotonic: () => performance.now() + this.moved,
  };
  /** Milliseconds that the clock goes before that of the machine. */
  moved = 0;
  readonly settings: Config['access'];
  readonly url: string;
  masters = [Buffer.alloc(32, 7)];
  control: Control;
  access!: AccessService;
  readonly #options: WorldOptions;
  #api: Api | undefined;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.url = options.url ?? URL_OF_RELAY;
    this.settings = { ...configSchema.shape.access.parse({}), ...options.access };
    this.control = this.#openControl();
  }

  #openControl(): Control {
    return openControl({
      path: join(this.folder, 'control.db'),
      clock: this.clock,
      publish: () => {},
      suspend: async () => {},
      releaseSuppressed: async () => {},
      suppressionFailed: () => {},
      poolsChanged: () => {},
      dkim: createTestDkim().options,
      log: createTestLog(),
    });
  }

  async start(): Promise<void> {
    const { control, clock, settings, url } = this;
    const http = {
      ...configSchema.shape.http.parse({ url, trusted_proxies: ['127.0.0.0/8'] }),
      address: { host: '127.0.0.1', port: 0 },
      requests_per_minute: 1_000_000,
      unknown_requests_per_minute: 1_000_000,
    };
    const log = createTestLog((line) => this.logged.push(line));
    const parts = {
      database: control.database,
      changes: control.changes,
      clock,
      log,
      config: () => ({ access: settings, http, retention: configSchema.shape.retention.parse({}) }),
      secretBox: (purpose: string) => createSecretBox(this.masters, purpose),
    };
    this.access = openAccess(parts as never, {
      notices: {
        tell: async (kind, to, values) => {
          this.mails.push({ kind, to: to.address, language: to.language, values: { ...values } });
          return { kind: 'sent', id: 'q' as never };
        },
      },
      ...(this.#options.costly !== true && { passwordCost: CHEAP }),
    });
    const answers = createIdempotencyStore({
      db: control.database.db,
      clock,
      box: createSecretBox(this.masters, 'answers'),
    });
    this.#api = await startApi({
      socketPath: join(this.folder, 'api.sock'),
      http,
      clock,
      log,
      ready: () => [],
      portal: () => false,
      metrics: async () => '',
      context: {
        control,
        services: { access: this.access, answers, customers: { links: { resolve: async () => undefined } } },
        status: () => ({ version: '1.0', hostname: 'relay.test', state: 'ready', started_at: '2026-01-01T00:00:00Z' }),
        store: () => ({ counts: async () => ({ queued: 1, deferred: 0, held: 0, quarantined: 0, events_pending: 0 }) }),
      } as never,
    });
  }

  get port(): number {
    return this.#api?.httpPort ?? 0;
  }

  async restart(): Promise<void> {
    await this.#close();
    this.control = this.#openControl();
    await this.start();
  }

  /** A customer as far as access asks for it. */
  async customer(id: string, portal: 'none' | 'requested' | 'approved' = 'approved'): Promise<CustomerId> {
    this.control.database.raw
      .prepare(
        `insert or replace into account (id, name, language, stage, stage_at, registered_at, holds, portal, pools, contacts, approvals, version)
         values (?, ?, 'en', 'live', 0, 0, 0, ?, '[]', '[]', '[]', 1)`,
      )
      .run(id, id, portal);
    return id as CustomerId;
  }

  /** The token in the last mail of a kind to somebody. */
  token(kind: string, to: string): string {
    const mail = this.mails.findLast((one) => one.kind === kind && one.to === to);
    if (mail === undefined) throw new Error(`no ${kind} was sent to ${to}`);
    return tokenOf(String(mail.values['link']));
  }

  async end(): Promise<void> {
    await this.#close();
    rmSync(this.folder, { recursive: true });
  }

  async #close(): Promise<void> {
    await this.#api?.close();
    await this.access.close();
    await this.control.close();
  }

  browser(from = '192.0.2.1'): Browser {
    return new Browser(this, from);
  }
}

export function tokenOf(link: string): string {
  return link.split('=')[1] ?? '';
}

/** The code that an app shows at a time. */
export function totpAt(secret: string, at: number): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: at });
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // What the answer says; tests know what they asked for.
  body: Record<string, unknown> & { [key: string]: never };
  text: string;
}

/** A browser at an address: keeps cookies, and says which page asks. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #world: AccessWorld;
  from: string;
  headers: Record<string, string> = {};

  constructor(world: AccessWorld, from: string) {
    this.#world = world;
    this.from = from;
  }

  get(path: string): Promise<Answered> {
    return this.ask('GET', path);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    return this.ask('POST', path, body, headers);
  }

  ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answered> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      'x-forwarded-for': this.from,
      'user-agent': 'Test/1.0',
      origin: new URL(this.#world.url).origin,
      ...(cookie !== '' && { cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...this.headers,
      ...more,
    };
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const options = { host: '127.0.0.1', port: this.#world.port, method, path: `/api/v1${path}`, headers: sent };
    return new Promise((resolve, reject) => {
      const call = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () => {
          for (const line of response.headers['set-cookie'] ?? []) this.#take(line);
          const body = text === '' ? {} : (JSON.parse(text) as Answered['body']);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            text,
          });
        });
      });
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  #take(line: string): void {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    if (/max-age=0/i.test(line)) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

/** The first administrator, signed in, with a second factor. */
export interface Administrator {
  browser: Browser;
  email: string;
  password: string;
  secret: string;
  recoveryCodes: string[];
}

/** Makes the first administrator the way people do: the link, a password, an app. */
export async function firstAdministrator(world: AccessWorld, email = 'anna@example.lu'): Promise<Administrator> {
  const browser = world.browser();
  const password = 'correct horse battery staple';
  const link = await world.access.joining.firstLink({ who: 'tester' });
  const joined = await browser.post('/invitations/redeem', {
    token: tokenOf(link ?? ''),
    password,
    email,
    name: 'Anna',
  });
  if (joined.status !== 200) throw new Error(`not joined: ${joined.text}`);
  return { browser, email, password, ...(await setUpTotp(world, browser)) };
}

/** Sets up codes of an app. */
export async function setUpTotp(
  world: AccessWorld,
  browser: Browser,
): Promise<{ secret: string; recoveryCodes: string[] }> {
  const begun = (await browser.post('/account/totp')).body as unknown as { ticket: string; secret: string };
  const code = totpAt(begun.secret, world.clock.now());
  const done = await browser.post('/account/totp/confirm', { ticket: begun.ticket, code });
  if (done.status !== 200) throw new Error(`not set up: ${done.text}`);
  return { secret: begun.secret, recoveryCodes: done.body['recovery_codes'] ?? [] };
}

/** Invites somebody and takes the invitation. */
export async function invite(
  world: AccessWorld,
  by: Browser,
  user: { email: string; role: string; customer?: string; language?: string },
  from = '198.51.100.7',
): Promise<{ browser: Browser; id: string; password: string }> {
  const invited = await by.post('/users', user);
  if (invited.status !== 201) throw new Error(`not invited: ${invited.text}`);
  const browser = world.browser(from);
  const password = `password of ${user.email}`;
  const joined = await browser.post('/invitations/redeem', { token: world.token('invitation', user.email), password });
  if (joined.status !== 200) throw new Error(`not joined: ${joined.text}`);
  return { browser, id: String(invited.body['id']), password };
}

/** Signs in with the password and, where there is a secret, a code of the next minute: each works once. */
export async function signIn(
  world: AccessWorld,
  browser: Browser,
  { email, password, secret }: Pick<Administrator, 'email' | 'password'> & { secret?: string },
): Promise<Answered> {
  if (secret !== undefined) world.moved += 60_000;
  const code = secret === undefined ? {} : { code: totpAt(secret, world.clock.now()) };
  return browser.post('/session/sign-in', { email, password, ...code });
}
