// The checks with a control store of their own, a DNS that the test edits, and a clock that it sets.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { createTestDkim } from '../../../../test/support/dkim.ts';
import { type FakeDns, noDomain, nothing, startFakeDns } from '../../../../test/support/fake-dns.ts';
import type { CustomerId } from '../../../mail/message.ts';
import type { AlarmWatch } from '../../../mail/report/alarm-watch.ts';
import { createResolver } from '../../../network/resolver.ts';
import { type Clock, systemClock } from '../../../platform/clock.ts';
import { parseConfig } from '../../../platform/config/load.ts';
import type { Config } from '../../../platform/config/schema.ts';
import { createTestLog } from '../../../platform/log.ts';
import { type Control, openControl } from '../../control.ts';
import type { NoticeKind } from '../../notices/kinds.ts';
import type { Notices } from '../../notices/notices.ts';
import type { CheckView } from '../check-views.ts';
import { type Checks, openChecks } from '../checks.ts';

/** Records of the zone: `TYPE name` and what it answers; `SERVFAIL` in the place of a list fails. */
export type TestZone = Map<string, unknown[] | 'SERVFAIL'>;

export const ACME = 'acme' as CustomerId;

export interface CheckWorld extends AsyncDisposable {
  readonly zone: TestZone;
  readonly dns: FakeDns;
  readonly control: Control;
  readonly checks: Checks;
  readonly told: { kind: NoticeKind; to: string; values: unknown }[];
  /** How late looks are, in hours, where the alarm rings. */
  readonly late: { hours: number | undefined };
  readonly clock: { time: number };
  apply(tables: Record<string, unknown>): Promise<void>;
  /** One look at everything of the customer, now. */
  look(customer?: string): Promise<CheckView[]>;
  check(kind: string, object?: string): Promise<CheckView>;
  /** Rounds until there is nothing left to begin or to write. */
  settle(): Promise<void>;
  /** What was written as events. */
  events(): Promise<{ type: string; customer: string | null; data: Record<string, unknown> }[]>;
}

const CONFIG = `
[node]
hostname = "mx.relay.test"
data_dir = "/nowhere"
[[listener]]
address = "127.0.0.1:25"
roles = ["outbound", "inbound"]
tls = "none"
[spf]
include = "_spf.relay.test"
`;

export interface WorldOptions {
  /** Added to the configuration. */
  config?: string;
}

/** Starts the world. */
export async function startCheckWorld({ config: more = '' }: WorldOptions = {}): Promise<CheckWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'checks-'));
  const zone: TestZone = new Map();
  const dns = await startZone(zone);
  const config = readConfig(`\n[dns]\nservers = ["127.0.0.1:${dns.endpoint.port}"]\ntimeout = "2s"\n${more}`);
  const time = { time: Date.UTC(2026, 10, 22, 8) };
  const clock = { now: () => time.time, monotonic: systemClock.monotonic };
  const control = openTestControl(folder, clock);
  const told: CheckWorld['told'] = [];
  const late: CheckWorld['late'] = { hours: undefined };
  const checks = openTestChecks(control, config, { clock, told, late });
  return {
    zone,
    dns,
    control,
    checks,
    told,
    late,
    clock: time,
    apply: async (tables) => {
      const outcome = await control.apply(stringify(tables), { prune: false, dryRun: false, who: 'tester' });
      if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.faults));
    },
    look: (customer = ACME) => checks.look(customer as CustomerId),
    check: async (kind, object) => {
      const all = await checks.results(ACME);
      const found = all.find((one) => one.kind === kind && one.object === (object ?? one.object));
      if (found === undefined) throw new Error(`no check ${kind} ${object ?? ''}`);
      return found;
    },
    settle: async () => {
      for (let round = 0; round < 8; round++) {
        await checks.round();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    events: async () => {
      const rows = await control.database.db.selectFrom('control_event').selectAll().orderBy('seq').execute();
      return rows.map(({ type, customer, data }) => {
        return { type, customer, data: JSON.parse(data) as Record<string, unknown> };
      });
    },
    [Symbol.asyncDispose]: async () => {
      await checks.close();
      await control.close();
      await dns[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function openTestChecks(
  { database, changes }: Control,
  config: Config,
  { clock, told, late }: { clock: Clock; told: CheckWorld['told']; late: CheckWorld['late'] },
): Checks {
  const resolver = {
    servers: config.dns.servers,
    trustAd: false,
    timeoutMs: 2000,
    clock: systemClock,
    cacheEntries: 1,
  };
  const checksLate = (hours: number | undefined) => void (late.hours = hours);
  const alarms = () => ({ checksLate }) as unknown as AlarmWatch;
  const parts = { database, changes, clock, log: createTestLog(), config: () => config, alarms };
  const tell: Notices['tell'] = async (kind, to, values) => {
    told.push({ kind, to: to.address, values });
    return { kind: 'withheld' };
  };
  return openChecks({ ...parts, freshResolver: () => createResolver(resolver) }, { notices: { tell } });
}

function startZone(zone: TestZone): Promise<FakeDns> {
  return startFakeDns(({ name, type }) => {
    const data = zone.get(`${type} ${name.toLowerCase()}`);
    if (data === 'SERVFAIL') return [{ rcode: 2 }];
    if (data !== undefined) return [{ answers: data.map((one) => ({ name, type, ttl: 1, data: one })) }];
    return [[...zone.keys()].some((key) => key.endsWith(` ${name}`)) ? nothing : noDomain];
  });
}

function readConfig(more: string): Config {
  const loaded = parseConfig(`${CONFIG}${more}`);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}

function openTestControl(folder: string, clock: Clock): Control {
  return openControl({
    path: join(folder, 'control.db'),
    clock,
    publish: () => {},
    suspend: async () => {},
    releaseSuppressed: async () => {},
    suppressionFailed: () => {},
    poolsChanged: () => {},
    dkim: createTestDkim().options,
    log: createTestLog(),
  });
}

/** A customer with one domain, both ways. */
export function acme(
  more: Record<string, unknown> = {},
  domain: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    pool: [{ name: 'standard', addresses: [{ ip: '198.51.100.10', hostname: 'out1.relay.test', state: 'active' }] }],
    customer: [
      {
        id: 'acme',
        pools: ['standard'],
        sources: ['193.0.0.5'],
        mailhosts: [{ host: '127.0.0.1', port: 9 }],
        domains: [{ name: 'acme.test', outbound: true, inbound: true, ...domain }],
        ...more,
      },
    ],
  };
}
