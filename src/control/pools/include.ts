// The SPF includes that the pools make, and how DNS compares with them.

import { aggregate } from '../../protocol/ip/aggregate.ts';
import { type IpNetwork, parseIp } from '../../protocol/ip/network.ts';
import { isSpfRecord } from '../../protocol/spf/record.ts';
import type { SpfDns } from '../../protocol/spf/spf-dns.ts';
import type { AddressView, PoolView } from './pool-view.ts';
import { coverage, readInclude, rememberingDns, tooMuch } from './published-include.ts';
import { type SpfTree, spfTree, type TreeRecord } from './spf-tree.ts';

/** An include as it should be published. */
export interface Include extends SpfTree {
  pools: string[];
  networks: IpNetwork[];
  /** Addresses that it names because they left only lately, or are about to come. */
  addresses: (AddressView & { pool: string })[];
}

export interface IncludeReport extends Include {
  /**
   * `ok`: DNS lets through what is ours and nothing else. `missing`: an address of ours would fail. `too_much`: others
   * would pass. `unknown`: DNS did not answer.
   */
  state: 'ok' | 'missing' | 'too_much' | 'unknown';
  found: {
    record: TreeRecord;
    /** What DNS has under its name; null: no SPF record. */
    text: string | null;
    state: 'ok' | 'missing' | 'different' | 'unknown';
  }[];
  /** Addresses that it should let through, and does not. */
  missing: (AddressView & { pool: string })[];
  /** Networks that it lets through, and that are not ours. */
  tooMuch: string[];
  /** Terms that only a whole evaluation can judge, such as `a` or `?all` before others. */
  foreign: string[];
  /** Names that it leads to and that are no longer needed. */
  obsolete: string[];
  faults: string[];
}

/** The includes that the pools need, by name. */
export function includesOf(pools: readonly PoolView[], lookups: number): Include[] {
  const named = pools.filter((pool) => typeof pool.include === 'string');
  const groups = Map.groupBy(named, (pool) => pool.include ?? '');
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => makeInclude(name, members, lookups));
}

function makeInclude(name: string, pools: readonly PoolView[], lookups: number): Include {
  const addresses = pools.flatMap((pool) =>
    pool.addresses.filter((one) => one.named).map((one) => ({ ...one, pool: pool.name })),
  );
  const networks = aggregate(addresses.flatMap(({ ip }) => parseIp(ip) ?? []));
  return { ...spfTree({ name, networks, lookups }), pools: pools.map((pool) => pool.name), networks, addresses };
}

/** Compares an include with DNS. Never rejects. */
export async function compareInclude(include: Include, resolver: SpfDns): Promise<IncludeReport> {
  const dns = rememberingDns(resolver);
  const published = await readInclude(dns, include.name);
  // Records below may be there already although the first one does not name them yet.
  const found = await Promise.all(include.records.map((record) => compareRecord(record, dns)));
  const missing: IncludeReport['missing'] = [];
  for (const address of include.addresses) {
    if ((await coverage(dns, published, address.ip)) === 'missing') missing.push(address);
  }
  const more = tooMuch(published, include.networks);
  const wanted = new Set(include.records.map(({ name }) => name));
  return {
    ...include,
    state: stateOf({ unknown: published.unknown !== undefined, missing, more, foreign: published.foreign }),
    found,
    missing,
    tooMuch: more,
    foreign: published.foreign,
    obsolete: [...published.records.keys()].filter((name) => !wanted.has(name)),
    faults: published.unknown === undefined ? published.faults : [published.unknown, ...published.faults],
  };
}

async function compareRecord(record: TreeRecord, dns: SpfDns): Promise<IncludeReport['found'][number]> {
  const answer = await dns.txt(record.name);
  if (answer.kind === 'temporary') return { record, text: null, state: 'unknown' };
  const texts = answer.kind === 'found' ? answer.records.filter(isSpfRecord) : [];
  if (texts.length === 0) return { record, text: null, state: 'missing' };
  const text = texts.join(' | ');
  return { record, text, state: text === record.text ? 'ok' : 'different' };
}

function stateOf(looked: {
  unknown: boolean;
  missing: readonly unknown[];
  more: readonly unknown[];
  foreign: readonly unknown[];
}): IncludeReport['state'] {
  if (looked.unknown) return 'unknown';
  if (looked.missing.length > 0) return 'missing';
  return looked.more.length + looked.foreign.length > 0 ? 'too_much' : 'ok';
}
