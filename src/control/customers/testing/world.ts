// Customers with a control database of their own, for tests: the clock is the test's, queue and trace are told what to say.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { createTestDkim } from '../../../../test/support/dkim.ts';
import type { CustomerId, QueueId } from '../../../mail/message.ts';
import type { OperatorVerb } from '../../../mail/queue/operations.ts';
import type { OwnMail } from '../../../mail/report/operations.ts';
import type { TraceEntry } from '../../../mail/trace/trace.ts';
import { type Config, configSchema } from '../../../platform/config/schema.ts';
import { createTestLog } from '../../../platform/log.ts';
import type { Actor } from '../../actor.ts';
import { type Control, openControl } from '../../control.ts';
import { domainFact } from '../../database/facts.ts';
import { type Customers, openCustomers } from '../customers.ts';
import { type Entry, entrySchema } from '../entry.ts';
import type { Order } from '../register.ts';

export const OPERATOR: Actor = { who: 'op@relay.test' };
export const SECOND: Actor = { who: 'second@relay.test' };
export const LINK: Actor = { who: 'link:0123456789abcdef' };
export const ANY = { any: true } as const;

/** An entry in which nothing is wrong. */
export const ENTRY = {
  domains: [{ name: 'Acme.test', inbound: true, outbound: true, subdomains: false }],
  mailhosts: [{ host: '127.0.0.1', port: 2525, preference: 10, tls: 'opportunistic' as const }],
  sources: [{ network: '127.0.0.2', shared: false }],
  administrators: [
    { name: 'Ann', email: 'ann@acme.test', role: 'customer_administrator' as const, language: 'fr' as const },
  ],
};

export class CustomerWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'customers-'));
  readonly verbs: OperatorVerb[] = [];
  readonly sent: OwnMail[] = [];
  /** What the trace knows of messages. */
  readonly messages: TraceEntry[] = [];
  now = Date.parse('2026-11-22T09:00:00Z');
  green = false;
  config: Config;
  readonly control: Control;
  readonly customers: Customers;

  constructor(provisioning: Partial<Config['provisioning']> = {}, allowPrivate = true) {
    const parsed = configSchema.parse({
      node: { hostname: 'relay.test', data_dir: this.folder },
      listener: [{ address: '127.0.0.1:25', roles: ['outbound', 'inbound'], tls: 'none' }],
      delivery: { allow_private: allowPrivate },
      http: { url: 'https://relay.test/' },
    });
    // No round by itself: the tests make them.
    this.config = { ...parsed, provisioning: { ...parsed.provisioning, test_interval: 2 ** 30, ...provisioning } };
    const clock = { now: () => this.now, monotonic: () => performance.now() };
    this.control = openControl({
      path: join(this.folder, 'control.db'),
      clock,
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
    const { control } = this;
    this.customers = openCustomers({
      database: control.database,
      changes: control.changes,
      directory: control.directory,
      clock,
      log: createTestLog(),
      config: () => this.config,
      store: () => ({ apply: async (verb: OperatorVerb) => void this.verbs.push(verb) }) as never,
      reader: this.#reader() as never,
      sendMail: async (mail) => {
        this.sent.push(mail);
        return `sent${String(this.sent.length).padStart(14, '0')}` as QueueId;
      },
      poolsChanged: () => {},
      light: () => ({ allGreen: async () => this.green }),
    });
  }

  async apply(tables: Record<string, unknown>) {
    return this.control.apply(stringify(tables), { prune: false, dryRun: false, who: 'tester' });
  }

  async order(more: Partial<Order> = {}, invite = false) {
    const least: Order = { name: 'Acme S.A.', language: 'en', subscriptions: [], pools: [], contacts: [] };
    const given: Order = { ...least, ...more };
    return this.customers.entering.register(OPERATOR, given, invite);
  }

  /** Enters this for the customer, as whoever it is. */
  enter(customer: CustomerId, entry: Partial<Entry>, by = LINK) {
    const side = by === LINK ? 'customer' : 'operator';
    return this.customers.entering.save(by, customer, { side, expected: ANY, edit: () => entrySchema.parse(entry) });
  }

  submit(customer: CustomerId, by = LINK) {
    const side = by === LINK ? 'customer' : 'operator';
    return this.customers.entering.submit(by, customer, { side, expected: ANY });
  }

  /** The domain is proved, as the checks would do it. */
  async prove(name: string): Promise<void> {
    await this.control.changes.make(OPERATOR, async (trx) => {
      const proved = { verified: 1, verified_by: 'checks' } as const;
      const row = await trx
        .updateTable('domain')
        .set(proved)
        .where('name', '=', name)
        .returningAll()
        .executeTakeFirstOrThrow();
      return { result: undefined, audit: [], directory: [{ kind: 'domain', name, fact: domainFact(row) }] };
    });
  }

  async events(type: string): Promise<unknown[]> {
    const rows = await this.control.database.db
      .selectFrom('control_event')
      .selectAll()
      .where('type', '=', type as never)
      .execute();
    return rows.map(({ data }) => JSON.parse(data) as unknown);
  }

  async end(): Promise<void> {
    await this.customers.close();
    await this.control.close();
    rmSync(this.folder, { recursive: true });
  }

  #reader() {
    return {
      search: async (query: string) => {
        const to = / to:(\S+)/.exec(query)?.[1];
        const entries = this.messages.filter(({ recipients }) => recipients.some(({ address }) => address === to));
        return { kind: 'ok', value: { entries } };
      },
      traceShow: async (id: string) => {
        const entry = this.messages.find((one) => one.id === id);
        return { kind: 'ok', value: entry === undefined ? undefined : { entry, events: [] } };
      },
    };
  }
}
