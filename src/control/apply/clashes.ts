// What clashes with customers that the file does not name: they keep what they have.

import type { DatabaseSync } from 'node:sqlite';
import type { DirectoryChange } from '../../mail/authorise/directory.ts';
import { lastAddress, networkOf, parseNetwork } from '../../protocol/ip/network.ts';
import { addressKey, reversedName } from '../database/facts.ts';
import { sourcesClash } from './duplicates.ts';

const ALL_PREFIXES = { 4: upTo(32), 6: upTo(128) };

/** Looks for what stands in the way of the additions, inside of a running transaction. */
export class ClashFinder {
  readonly #named: ReadonlySet<string>;
  readonly #domain;
  readonly #below;
  readonly #login;
  readonly #certificate;
  readonly #holders;
  readonly #inside;
  readonly #prefixes: { 4: readonly number[]; 6: readonly number[] };

  /**
   * `named` are the customers whose old facts do not count, because the file replaces them. With `few` additions every
   * prefix is tried, instead of going through all sources for the ones there are.
   */
  constructor(raw: DatabaseSync, named: ReadonlySet<string>, { few = false }: { few?: boolean } = {}) {
    this.#named = named;
    this.#domain = raw.prepare('select customer, subdomains from domain where name = ?');
    this.#below = raw.prepare('select name, customer from domain where reversed > ? and reversed < ?');
    this.#login = raw.prepare('select customer from login where name = ?');
    this.#certificate = raw.prepare('select customer from certificate where key = ?');
    this.#holders = raw.prepare('select network, customer, shared from source where first = ? and prefix = ?');
    this.#inside = raw.prepare(
      'select network, customer, shared from source where first >= ? and first <= ? and prefix > ?',
    );
    this.#prefixes = few ? ALL_PREFIXES : { 4: prefixesOf(raw, 4), 6: prefixesOf(raw, 6) };
  }

  /** The first clash of a fact that is to be added. */
  find(change: DirectoryChange): string | undefined {
    if (change.kind === 'domain') return this.#findDomain(change.name, change.fact?.subdomains === true);
    if (change.kind === 'login') return this.#findLogin(change.name);
    if (change.kind === 'certificate') return this.#findCertificate(change.key);
    if (change.kind === 'source') {
      return this.#findSource({ ...change, shared: change.fact?.shared !== undefined, text: change.network });
    }
    return undefined;
  }

  #findDomain(name: string, subdomains: boolean): string | undefined {
    const owner = this.#other(this.#domain.get(name));
    if (owner !== undefined) return `"${name}" belongs to customer "${owner}": a domain has one owner`;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const parent = name.slice(dot + 1);
      const row = this.#domain.get(parent);
      const holder = row?.['subdomains'] === 1 ? this.#other(row) : undefined;
      if (holder !== undefined) return `"${name}" is below "${parent}", which customer "${holder}" has with subdomains`;
    }
    const reversed = reversedName(name);
    // "." is followed by "/" in ASCII: the range holds exactly the names below this one.
    for (const row of subdomains ? this.#below.iterate(`${reversed}.`, `${reversed}/`) : []) {
      const holder = this.#other(row);
      if (holder !== undefined) return `"${String(row['name'])}" below it belongs to customer "${holder}"`;
    }
    return undefined;
  }

  #findLogin(name: string): string | undefined {
    const holder = this.#other(this.#login.get(name));
    return holder === undefined ? undefined : `login "${name}" belongs to customer "${holder}"`;
  }

  #findCertificate(key: string): string | undefined {
    const holder = this.#other(this.#certificate.get(key));
    return holder === undefined ? undefined : `certificate "${key}" belongs to customer "${holder}"`;
  }

  #findSource(source: { network: string; customer: string; shared: boolean; text: string }): string | undefined {
    const network = parseNetwork(source.network);
    if ('fault' in network) return network.fault;
    for (const prefix of this.#prefixes[network.family]) {
      if (prefix > network.prefix) break;
      const key = addressKey(network.family, networkOf(network, prefix).words);
      const fault = this.#clashAmong(this.#holders.iterate(key, prefix), source);
      if (fault !== undefined) return fault;
    }
    const first = addressKey(network.family, network.words);
    const last = addressKey(network.family, lastAddress(network));
    return this.#clashAmong(this.#inside.iterate(first, last, network.prefix), source);
  }

  #clashAmong(
    rows: Iterable<Record<string, unknown>>,
    source: { customer: string; shared: boolean; text: string },
  ): string | undefined {
    for (const row of rows) {
      const customer = this.#other(row);
      if (customer === undefined) continue;
      const text = String(row['network']);
      const other = { customer, shared: row['shared'] !== null, text };
      if (!sourcesClash(source, other)) {
        // All holders of a shared network are alike: one answers for thousands.
        if (other.shared && text === source.text) return undefined;
        continue;
      }
      return `${source.text} clashes with ${text} of customer "${customer}": an unshared source has one holder`;
    }
    return undefined;
  }

  #other(row: Record<string, unknown> | undefined): string | undefined {
    const customer = row?.['customer'];
    return typeof customer === 'string' && !this.#named.has(customer) ? customer : undefined;
  }
}

function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, prefix) => prefix);
}

function prefixesOf(raw: DatabaseSync, family: 4 | 6): number[] {
  const rows = raw.prepare('select distinct prefix from source where first >= ? and first < ? order by prefix');
  const after = new Uint8Array([family + 1]);
  return rows.all(new Uint8Array([family]), after).map((row) => Number(row['prefix']));
}
