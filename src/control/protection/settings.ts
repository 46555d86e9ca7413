// Settings of protection by scope: what somebody said there, and what holds there with where it comes from.

import type { Transaction } from 'kysely';
import {
  BUILT_IN,
  originsFor,
  type ProtectionFacts,
  type ProtectionKey,
  type ProtectionOrigin,
  type ProtectionOverrides,
  type ProtectionScope,
  type ProtectionSettings,
  settingsFor,
} from '../../mail/inspect/protection.ts';
import { BUSINESS_STREAM } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { assertVersion, type ExpectedVersions } from '../api/etag.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { Change } from '../changes.ts';
import type { ControlTables } from '../database/tables.ts';
import { settingsChange } from './facts.ts';
import type { ProtectionParts, Side } from './protection.ts';
import { contradiction, OPERATORS_ALONE, PROTECTION_KEYS } from './setting-values.ts';
import type { ProtectionSettingsRow } from './tables.ts';

/** A setting as it holds in a scope. */
export interface SettingView {
  value: ProtectionSettings[ProtectionKey];
  /** Who said so. */
  origin: ProtectionOrigin;
  /** What would hold if nothing was said in this very scope. */
  inherited: ProtectionSettings[ProtectionKey];
}

export interface SettingsView {
  scope: ProtectionScope;
  /** 0: nothing was ever said here. */
  version: number;
  /** Streams of the customer, of which more can be said. */
  streams: string[];
  settings: Record<ProtectionKey, SettingView>;
}

/** What somebody says of a scope. */
export interface SettingsChange {
  set: ProtectionOverrides;
  /** No longer said here. */
  inherit: readonly ProtectionKey[];
}

export class Settings {
  readonly #parts: ProtectionParts;

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
  }

  /** What holds in a scope. Throws a 404 or 400 where there is no such scope. */
  async view(scope: ProtectionScope): Promise<SettingsView> {
    await this.#assertScope(scope);
    const { reads } = this.#parts.database;
    const row = await reads
      .selectFrom('protection_settings')
      .selectAll()
      .where('customer', '=', scope.customer)
      .where('direction', '=', scope.direction)
      .where('stream', '=', scope.stream)
      .executeTakeFirst();
    return { ...viewOf(scope, row, this.#parts.directory), streams: this.#streamsOf(scope) };
  }

  /** Says something in a scope; all or nothing. */
  async change(
    by: Actor,
    side: Side,
    { scope, said, expected }: { scope: ProtectionScope; said: SettingsChange; expected: ExpectedVersions },
  ): Promise<SettingsView> {
    await this.#assertScope(scope);
    assertMay(side, scope, said);
    await this.#parts.changes.make(by, async (trx, now): Promise<Change<void>> => {
      const before = await readRow(trx, scope);
      assertVersion(expected, before?.version ?? 0);
      const row: ProtectionSettingsRow = {
        ...scope,
        overrides: JSON.stringify(changed(overridesOf(before), said)),
        version: (before?.version ?? 0) + 1,
        changed_at: now,
        changed_by: by.who,
      };
      if (row.overrides === (before?.overrides ?? '{}')) return { result: undefined, audit: [] };
      assertFits(scope, row, this.#parts);
      await trx.replaceInto('protection_settings').values(row).execute();
      const about = scope.customer === '' ? {} : { customer: scope.customer };
      const data = { what: 'settings', direction: scope.direction, stream: scope.stream || null, by: by.who };
      return {
        result: undefined,
        audit: [
          { action: 'changed', object: nameOf(scope), ...about, before: overridesOf(before), after: overridesOf(row) },
        ],
        directory: [settingsChange(row)],
        events: [{ type: 'protection.changed', ...about, data }],
      };
    });
    return this.view(scope);
  }

  async #assertScope({ customer, stream }: ProtectionScope): Promise<void> {
    if (customer === '') {
      if (stream === '') return;
      throw problem('stream-without-customer', {}, [fault('stream', 'needs-customer')]);
    }
    await this.#parts.assertCustomer(customer);
    const known = this.#streamsOf({ customer });
    if (stream === '' || known.includes(stream)) return;
    throw problem('no-stream', { customer, stream }, [fault('stream', 'wrong-type', { expected: known.join(' or ') })]);
  }

  #streamsOf({ customer }: Pick<ProtectionScope, 'customer'>): string[] {
    if (customer === '') return [];
    const known = this.#parts.directory.customer(customer)?.streams.map(({ name }) => name) ?? [];
    return [...new Set([BUSINESS_STREAM, ...known])];
  }
}

function nameOf({ customer, direction, stream }: ProtectionScope): string {
  return `protection ${[customer || 'operator', direction, stream].join(' ').trim()}`;
}

function readRow(
  trx: Transaction<ControlTables>,
  { customer, direction, stream }: ProtectionScope,
): Promise<ProtectionSettingsRow | undefined> {
  return trx
    .selectFrom('protection_settings')
    .selectAll()
    .where('customer', '=', customer)
    .where('direction', '=', direction)
    .where('stream', '=', stream)
    .executeTakeFirst();
}

function overridesOf(row: ProtectionSettingsRow | undefined): ProtectionOverrides {
  return row === undefined ? {} : (JSON.parse(row.overrides) as ProtectionOverrides);
}

/** In the order of all keys, so that the same settings are the same text. */
function changed(before: ProtectionOverrides, { set, inherit }: SettingsChange): ProtectionOverrides {
  const after = { ...before, ...set };
  const said = PROTECTION_KEYS.filter((key) => key in after && !inherit.includes(key));
  return Object.fromEntries(said.map((key) => [key, after[key]]));
}

function assertMay(side: Side, { direction }: ProtectionScope, { set, inherit }: SettingsChange): void {
  const both = inherit.filter((key) => key in set);
  if (both.length > 0) {
    throw problem(
      'set-and-inherited',
      {},
      both.map((key) => fault(`inherit`, 'in-set-too', { key })),
    );
  }
  if (side === 'operator') return;
  const denied = OPERATORS_ALONE[direction].filter((key) => key in set || inherit.includes(key));
  if (denied.length === 0) return;
  throw problem(
    'setting-of-operator',
    {},
    denied.map((key) => fault(`set.${key}`, 'operators-setting')),
  );
}

/** What would hold here must make sense, wherever it comes from. */
function assertFits(scope: ProtectionScope, row: ProtectionSettingsRow, { directory, config }: ProtectionParts): void {
  const settings = { ...inheritedBy(scope, directory), ...overridesOf(row) };
  const found = contradiction(settings);
  if (found !== undefined) throw problem('settings-contradict', {}, [found]);
  const mostDays = Math.floor(config().retention.records / DAY_MS);
  if (settings.quarantine_days <= mostDays) return;
  throw problem('quarantine-beyond-records', {}, [fault('set.quarantine_days', 'beyond-records', { most: mostDays })]);
}

const DAY_MS = 86_400_000;

function viewOf(
  scope: ProtectionScope,
  row: ProtectionSettingsRow | undefined,
  directory: ProtectionFacts,
): Omit<SettingsView, 'streams'> {
  const settings = settingsFor(directory, scope);
  const origins = originsFor(directory, scope);
  const inherited = inheritedBy(scope, directory);
  const entries = PROTECTION_KEYS.map((key): [ProtectionKey, SettingView] => [
    key,
    { value: settings[key], origin: origins[key], inherited: inherited[key] },
  ]);
  return {
    scope,
    version: row?.version ?? 0,
    settings: Object.fromEntries(entries) as Record<ProtectionKey, SettingView>,
  };
}

function inheritedBy(scope: ProtectionScope, directory: ProtectionFacts): ProtectionSettings {
  if (scope.customer === '') return BUILT_IN[scope.direction];
  const above = scope.stream === '' ? { ...scope, customer: '' as const } : { ...scope, stream: '' };
  return settingsFor(directory, above);
}
