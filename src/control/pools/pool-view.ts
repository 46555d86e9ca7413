// Pools with what is known of their addresses: the pool says what is, the rows beside it since when, and what was found.

import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { PoolAddressFact, PoolFact } from '../../mail/authorise/directory.ts';
import { INBOUND_POOL } from '../../mail/route/sending-address.ts';
import { poolFact } from '../database/facts.ts';
import type { ControlTables } from '../database/tables.ts';
import type { AddressFinding } from './address-checks.ts';
import type { PoolAddressRow } from './tables.ts';

export interface AddressView extends PoolAddressFact {
  /** Since when it is in this state, milliseconds since 1970. */
  since: number;
  /** Out, and named in the include because it is about to be made active. */
  prepared: boolean;
  /** Whether the include has to name it. */
  named: boolean;
  /** Of one that is out and still named: until then. */
  namedUntil?: number;
  findings: AddressFinding[];
  /** When the checks were made. */
  lookedAt?: number;
}

export interface PoolView {
  name: string;
  /** Name of the include that covers it; absent: it needs none; null: it needs one, and the configuration names none. */
  include?: string | null;
  /** As set for the pool alone. */
  spf?: string;
  addresses: AddressView[];
  /** Changes with every change of the pool. */
  version: string;
}

export interface ViewSettings {
  now: number;
  /** Name of the usual include. */
  include?: string | undefined;
  /** How long an address stays named once it is out, milliseconds. */
  keepMs: number;
}

/** Mail to customers' own servers, and to the operator: neither leaves in the name of a customer's domain. */
const WITHOUT_INCLUDE: readonly string[] = [INBOUND_POOL, 'operator'];

/** All pools, or those of these names, in order of name. */
export async function loadPools(
  db: Kysely<ControlTables>,
  settings: ViewSettings,
  names?: readonly string[],
): Promise<PoolView[]> {
  let pools = db.selectFrom('pool').selectAll().orderBy('name');
  let rows = db.selectFrom('pool_address').selectAll();
  if (names !== undefined) {
    pools = pools.where('name', 'in', names);
    rows = rows.where('pool', 'in', names);
  }
  const known = Map.groupBy(await rows.execute(), (row) => row.pool);
  return (await pools.execute()).map((row) => viewPool(poolFact(row), known.get(row.name) ?? [], settings));
}

/** A pool and its rows as one. An address without a row was seen for the first time. */
export function viewPool(pool: PoolFact, rows: readonly PoolAddressRow[], settings: ViewSettings): PoolView {
  const known = new Map(rows.map((row) => [row.ip, row]));
  const include = includeOf(pool, settings.include);
  return {
    name: pool.name,
    ...(include !== undefined && { include }),
    ...(pool.spf !== undefined && { spf: pool.spf }),
    addresses: pool.addresses.map((address) => viewAddress(address, known.get(address.ip), settings)),
    version: versionOf(pool),
  };
}

function includeOf({ name, spf }: PoolFact, usual: string | undefined): string | null | undefined {
  const wanted = spf ?? (WITHOUT_INCLUDE.includes(name) ? '' : (usual ?? null));
  return wanted === '' ? undefined : wanted;
}

function viewAddress(fact: PoolAddressFact, row: PoolAddressRow | undefined, settings: ViewSettings): AddressView {
  const { since, prepared } = currentState(fact, row, settings.now);
  const until = since + settings.keepMs;
  const leaving = fact.state === 'out' && !prepared && until > settings.now;
  return {
    ...fact,
    since,
    prepared,
    named: fact.state !== 'out' || prepared || leaving,
    ...(leaving && { namedUntil: until }),
    findings: JSON.parse(row?.findings ?? '[]') as AddressFinding[],
    ...(typeof row?.looked_at === 'number' && { lookedAt: row.looked_at }),
  };
}

/** What the row should say; one that `apply` has not told yet is told by the state of the pool. */
function currentState(
  { state }: PoolAddressFact,
  row: PoolAddressRow | undefined,
  now: number,
): { since: number; prepared: boolean } {
  // First seen out: somebody put it into a pool in order to use it. Afterwards it is prepared by word only.
  if (row === undefined) return { since: now, prepared: state === 'out' };
  return row.state === state ? { since: row.since, prepared: row.prepared === 1 } : { since: now, prepared: false };
}

/** A hash over the pool: a change back to what was is the same version, and harms nobody. */
export function versionOf({ name, addresses, spf }: PoolFact): string {
  return hash('sha256', JSON.stringify([name, addresses, spf]), 'hex').slice(0, 16);
}

/** Brings the rows to what the pools say; answers whether anything was written. */
export async function observePools(db: Kysely<ControlTables>, now: number): Promise<boolean> {
  const pools = (await db.selectFrom('pool').selectAll().execute()).map(poolFact);
  const rows = await db.selectFrom('pool_address').selectAll().execute();
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  const wanted: PoolAddressRow[] = [];
  for (const pool of pools) {
    for (const address of pool.addresses) {
      const key = keyOf({ pool: pool.name, ip: address.ip });
      const row = known.get(key);
      known.delete(key);
      if (row?.state === address.state) continue;
      const { since, prepared } = currentState(address, row, now);
      const { findings = null, looked_at = null } = row ?? {};
      const { ip, state } = address;
      wanted.push({ pool: pool.name, ip, state, since, prepared: Number(prepared), findings, looked_at });
    }
  }
  for (const row of wanted) await db.replaceInto('pool_address').values(row).execute();
  for (const { pool, ip } of known.values()) {
    await db.deleteFrom('pool_address').where('pool', '=', pool).where('ip', '=', ip).execute();
  }
  return wanted.length > 0 || known.size > 0;
}

function keyOf({ pool, ip }: { pool: string; ip: string }): string {
  return `${pool} ${ip}`;
}
