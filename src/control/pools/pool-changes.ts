// Changes of pools and addresses: each in one transaction with its audit; relay threads and waiting mail hear of it.

import type { Transaction } from 'kysely';
import type { PoolAddressFact, PoolFact } from '../../mail/authorise/directory.ts';
import type { Actor } from '../actor.ts';
import { assertVersion, type ExpectedVersions } from '../api/etag.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { Change } from '../changes.ts';
import { poolFact, poolRow } from '../database/facts.ts';
import type { ControlTables } from '../database/tables.ts';
import type { ControlEvent } from '../events/control-events.ts';
import { isFit } from './address-checks.ts';
import { customersOf } from './customers-of-pool.ts';
import { loadPools, observePools, type PoolView, type ViewSettings, versionOf } from './pool-view.ts';
import type { AddressName, AddressState, ChangeAddress, Looked, PoolsParts } from './pools.ts';

/** What the operator says about an address. `prepare`: it is about to be made active, so the include names it. */
export type AddressVerb = 'prepare' | 'activate' | 'drain' | 'out';

const STATE_AFTER = {
  prepare: 'out',
  activate: 'active',
  drain: 'draining',
  out: 'out',
} as const satisfies Record<AddressVerb, AddressState>;

export interface PoolChangesOptions {
  settings: () => ViewSettings;
  /** What DNS says now of an address; empty where there is none. */
  look: (which: AddressName) => Promise<Looked[]>;
}

/** A pool as it becomes, with what is told of it. */
interface Made {
  after: PoolFact;
  action: string;
  /** Address that it is about, for the audit. */
  ip?: string;
  events?: ControlEvent[];
}

export class PoolChanges {
  readonly #parts: PoolsParts;
  readonly #options: PoolChangesOptions;

  constructor(parts: PoolsParts, options: PoolChangesOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  create(by: Actor, pool: PoolFact): Promise<PoolView> {
    return this.#parts.changes.make(by, async (trx, now) => {
      if ((await readPool(trx, pool.name)) !== undefined) {
        throw problem('pool-there', { pool: pool.name }, [fault('name', 'taken')]);
      }
      return this.#write(trx, now, undefined, { after: pool, action: 'created' });
    });
  }

  change(by: Actor, name: string, spf: string | null, expected: ExpectedVersions): Promise<PoolView> {
    return this.#edit(by, name, expected, ({ name: same, addresses }) => ({
      after: { name: same, addresses, ...(spf !== null && { spf }) },
      action: 'changed',
    }));
  }

  async remove(by: Actor, name: string, expected: ExpectedVersions): Promise<void> {
    const { changes, database, poolsChanged } = this.#parts;
    await changes.make(by, async (trx, now): Promise<Change<void>> => {
      const before = await existing(trx, name);
      assertVersion(expected, versionOf(before));
      const used = customersOf(database.raw, name);
      if (used.customers.length > 0) {
        const list = used.customers.join(', ');
        throw problem('pool-in-use', { pool: name, customers: used.more ? `${list}, …` : list });
      }
      const working = before.addresses.filter(({ state }) => state !== 'out');
      if (working.length > 0) {
        throw problem('pool-has-addresses', { addresses: working.map(({ ip }) => ip).join(', ') });
      }
      await trx.deleteFrom('pool').where('name', '=', name).execute();
      await observePools(trx, now);
      return {
        result: undefined,
        audit: [{ action: 'removed', object: `pool ${name}`, before, after: null }],
        directory: [{ kind: 'pool', name, fact: null }],
        after: async () => poolsChanged(),
      };
    });
  }

  addAddress(by: Actor, name: string, { ip, hostname }: { ip: string; hostname: string }): Promise<PoolView> {
    return this.#edit(by, name, { any: true }, (before) => {
      if (before.addresses.some((one) => one.ip === ip)) {
        throw problem('address-in-pool', { address: ip }, [fault('ip', 'in-pool')]);
      }
      const added: PoolAddressFact = { ip, hostname, state: 'out' };
      return { after: { ...before, addresses: [...before.addresses, added] }, action: 'changed', ip };
    });
  }

  async renameAddress(by: Actor, which: AddressName, hostname: string, how: ChangeAddress): Promise<PoolView> {
    assertReason(by, how.override);
    const { pool, ip } = which;
    return this.#edit(by, pool, how.expected, (before) => {
      const address = addressOf(before, ip);
      // Its reverse DNS cannot match two names: it is looked at once more when it is made active.
      if (address.state === 'active' && address.hostname !== hostname && !how.override) {
        throw problem('address-active', { address: ip }, [fault('hostname', 'hostname-while-active')]);
      }
      return { after: withAddress(before, { ...address, hostname }), action: 'changed', ip };
    });
  }

  async removeAddress(by: Actor, which: AddressName, how: ChangeAddress): Promise<PoolView> {
    assertReason(by, how.override);
    const { pool: name, ip } = which;
    return this.#parts.changes.make(by, async (trx, now) => {
      const before = await existing(trx, name);
      assertVersion(how.expected, versionOf(before));
      addressOf(before, ip);
      await observePools(trx, now);
      const [view] = await loadPools(trx, this.#options.settings(), [name]);
      const address = view?.addresses.find((one) => one.ip === ip);
      if (!how.override) assertGone(address);
      const addresses = before.addresses.filter((one) => one.ip !== ip);
      return this.#write(trx, now, before, { after: { ...before, addresses }, action: 'changed', ip });
    });
  }

  async say(by: Actor, verb: AddressVerb, which: AddressName, override: boolean): Promise<PoolView> {
    assertReason(by, override);
    const checked = verb === 'activate' && !override && this.#parts.config().spf.check_addresses;
    // DNS is asked before the transaction: others must not wait for it.
    const looked = checked ? await this.#options.look(which) : [];
    return this.#parts.changes.make(by, async (trx, now) => {
      const before = await existing(trx, which.pool);
      await observePools(trx, now);
      const address = addressOf(before, which.ip);
      if (verb === 'prepare' && address.state !== 'out') {
        throw problem('address-needs-no-preparing', { address: which.ip, state: address.state });
      }
      if (checked && address.state !== 'active') assertFit(address, looked);
      const after = withAddress(before, { ...address, state: STATE_AFTER[verb] });
      const change = await this.#write(trx, now, before, {
        after,
        action: verb === 'prepare' ? 'prepared' : 'changed',
        ip: which.ip,
        events: eventsOf(address, verb, { by, pool: which.pool }),
      });
      if (address.state === STATE_AFTER[verb]) return this.#mark(trx, which, verb, change);
      return change;
    });
  }

  /** The state stays; whether the include names an address that is out is what is said. */
  async #mark(
    trx: Transaction<ControlTables>,
    { pool, ip }: AddressName,
    verb: AddressVerb,
    unchanged: Change<PoolView>,
  ): Promise<Change<PoolView>> {
    const was = unchanged.result.addresses.find((one) => one.ip === ip);
    const prepared = verb === 'prepare';
    if (was?.state !== 'out' || was.prepared === prepared) return unchanged;
    const row = trx.updateTable('pool_address').set({ prepared: Number(prepared) });
    await row.where('pool', '=', pool).where('ip', '=', ip).execute();
    const [view] = await loadPools(trx, this.#options.settings(), [pool]);
    const audit = { object: `pool ${pool}`, before: { ip, prepared: was.prepared }, after: { ip, prepared } };
    return {
      result: view ?? unchanged.result,
      audit: [{ ...audit, action: prepared ? 'prepared' : 'changed' }],
    };
  }

  #edit(by: Actor, name: string, expected: ExpectedVersions, make: (before: PoolFact) => Made): Promise<PoolView> {
    return this.#parts.changes.make(by, async (trx, now) => {
      const before = await existing(trx, name);
      assertVersion(expected, versionOf(before));
      return this.#write(trx, now, before, make(before));
    });
  }

  /** The change as it is told; without a difference nothing is written and nobody is told. */
  async #write(
    trx: Transaction<ControlTables>,
    now: number,
    before: PoolFact | undefined,
    { after, action, events }: Made,
  ): Promise<Change<PoolView>> {
    const { name } = after;
    const same = before !== undefined && versionOf(before) === versionOf(after);
    if (!same) await trx.replaceInto('pool').values(poolRow(after)).execute();
    await observePools(trx, now);
    const [view] = await loadPools(trx, this.#options.settings(), [name]);
    if (view === undefined) throw new Error('a pool that was written is not there');
    if (same) return { result: view, audit: [] };
    return {
      result: view,
      audit: [{ action, object: `pool ${name}`, before: before ?? null, after }],
      directory: [{ kind: 'pool', name, fact: after }],
      events: events ?? [],
      after: async () => this.#parts.poolsChanged(),
    };
  }
}

async function readPool(trx: Transaction<ControlTables>, name: string): Promise<PoolFact | undefined> {
  const row = await trx.selectFrom('pool').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : poolFact(row);
}

async function existing(trx: Transaction<ControlTables>, name: string): Promise<PoolFact> {
  const pool = await readPool(trx, name);
  if (pool === undefined) throw problem('no-pool', { pool: name });
  return pool;
}

function addressOf(pool: PoolFact, ip: string): PoolAddressFact {
  const address = pool.addresses.find((one) => one.ip === ip);
  if (address === undefined) throw problem('no-address', { pool: pool.name, address: ip });
  return address;
}

function withAddress(pool: PoolFact, address: PoolAddressFact): PoolFact {
  return { ...pool, addresses: pool.addresses.map((one) => (one.ip === address.ip ? address : one)) };
}

function assertReason(by: Actor, override: boolean): void {
  if (!override || (by.reason ?? '').trim() !== '') return;
  throw problem('override-needs-reason', {}, [fault('reason', 'needed-with-override')]);
}

/** Mail that left from it may still be judged by receivers: DNS speaks for it a while longer. */
function assertGone(address: PoolView['addresses'][number] | undefined): void {
  if (address === undefined) return;
  if (address.state !== 'out') {
    throw problem('address-in-use', { address: address.ip, state: address.state });
  }
  if (address.namedUntil !== undefined) {
    const until = new Date(address.namedUntil).toISOString();
    throw problem('address-still-named', { address: address.ip, until });
  }
}

/** Throws a 422 with expected and found where the checks are against it. */
function assertFit({ ip, hostname }: PoolAddressFact, looked: readonly Looked[]): void {
  const findings = looked.find((one) => one.ip === ip && one.hostname === hostname)?.findings;
  if (findings === undefined) throw problem('address-changed-meanwhile');
  if (isFit(findings)) return;
  const errors = findings
    .filter(({ state }) => state === 'fail' || state === 'unknown')
    .map(({ check, expected, found, advice }) => ({
      field: check,
      message: `expected ${expected}; found ${found}${advice === undefined ? '' : `: ${advice}`}`,
    }));
  throw problem('address-not-fit', { address: ip }, errors);
}

function eventsOf(
  { ip, hostname, state }: PoolAddressFact,
  verb: AddressVerb,
  { by, pool }: { by: Actor; pool: string },
): ControlEvent[] {
  const data = { pool, ip, hostname, old_state: state, state: STATE_AFTER[verb], reason: by.reason ?? null };
  if (state === 'active' && (verb === 'drain' || verb === 'out')) return [{ type: 'address.drained', data }];
  return verb === 'activate' && state !== 'active' ? [{ type: 'address.returned', data }] : [];
}
