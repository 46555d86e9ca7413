// DKIM keys as the operator has them: made or brought along, shown, rotated, retired. Each change is one transaction
// together with its audit, and the directory hears of it after that.
//
// - A new key waits until its record was seen in DNS (keeper.ts), or the operator says that it is published.
// - Then it signs, and the key that it takes over from stops; that one's record has to stay for the overlap.
// - After the overlap the private key is erased.

import type { StatementSync } from 'node:sqlite';
import type { Transaction } from 'kysely';
import type { DirectoryChange, DkimAlgorithm } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { Actor } from '../actor.ts';
import { Problem, problem } from '../api/problem.ts';
import { type AuditedChange, recordAudit } from '../audit/audit.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { ControlTables, DkimKeyRow } from '../database/tables.ts';
import { type KeyMaterial, makeKey, readKey } from './key-material.ts';
import {
  activate,
  type DkimKeyView,
  keysOfDomain,
  keyView,
  type NewDkimKey,
  retire,
  sealedFor,
  tellKeys,
} from './key-rows.ts';

export interface DkimOptions {
  database: ControlDatabase;
  box: SecretBox;
  clock: Clock;
  /** Told where a key that signs cannot be opened, or its published record is wrong; and where it is right again. */
  fault: (key: string, fault: string | undefined) => void;
  /** Looked at for each use: a reload may change it. */
  overlapMs: () => number;
  /** Runs one change after the other, and tells the directory what it gives back. */
  inTurn: <T>(work: () => Promise<{ result: T; changes: DirectoryChange[] }>) => Promise<T>;
}

/** Why something was not done; nothing was changed. */
export interface Refused {
  refused: Problem;
}

export interface CreateKey {
  domain: string;
  /** Empty: for all streams that have no key of their own. */
  stream: string;
  algorithm: DkimAlgorithm;
  selector?: string | undefined;
  /** The record is published, by the operator's word: it signs at once. */
  published: boolean;
}

/** What can be asked of and done to the keys. */
export interface DkimKeys {
  /** The private key for the id (PKCS #8, DER); nothing where there is none, or it cannot be opened. */
  privateKey(id: number): Uint8Array | undefined;
  /** Keys in order of domain and selector, after that place. */
  list(page: KeyPage): Promise<DkimKeyView[]>;
  /** Whose domain it is; nothing where it is nobody's. */
  ownerOf(domain: string): Promise<CustomerId | undefined>;
  show(key: KeyName): Promise<DkimKeyView | undefined>;
  create(key: CreateKey, by: Actor): Promise<DkimKeyView | Refused>;
  import(key: Omit<CreateKey, 'algorithm'> & { privateKey: string }, by: Actor): Promise<DkimKeyView | Refused>;
  /** A successor for each key that signs for the domain, or for this stream of it. */
  rotate(what: { domain: string; stream?: string; published: boolean }, by: Actor): Promise<DkimKeyView[] | Refused>;
  /** The key signs no more; its record has to stay for the overlap. */
  retire(key: KeyName, by: Actor): Promise<DkimKeyView | Refused>;
  /** Forgets a key that is waiting or retired. */
  remove(key: KeyName, by: Actor): Promise<DkimKeyView | Refused>;
}

export interface KeyPage {
  limit: number;
  domain?: string;
  state?: string;
  /** Keys of domains of this customer. */
  customer?: string;
  after?: string;
}

export interface KeyName {
  domain: string;
  selector: string;
}

/** Opens the keys of the control database. */
export function openDkimKeys(options: DkimOptions): DkimKeys {
  return new StoredKeys(options);
}

/** Throws, with a text for the operator, where the keys that sign or will cannot be opened: mail could not be signed. */
export function assertKeysOpen(database: ControlDatabase, box: SecretBox): void {
  for (const order of ['asc', 'desc']) {
    const newest = `select domain, selector, sealed from dkim_key where state in ('waiting', 'active') order by id ${order} limit 1`;
    const row = database.raw.prepare(newest).get();
    const sealed = row?.['sealed'];
    if (!(sealed instanceof Uint8Array)) return;
    const about = sealedFor({ domain: String(row?.['domain']), selector: String(row?.['selector']) });
    if (box.open(sealed, about) !== undefined) continue;
    throw new Error(
      `the DKIM key ${about} was sealed with another master key; name it in secrets.master_key_file, ` +
        'or in secrets.previous_master_key_files where the master key was changed (lost: docs/dkim.md)',
    );
  }
}

/** The row of a new key, its private half sealed. */
export function newKeyRow(
  key: { domain: string; selector: string; stream: string; material: KeyMaterial },
  { box, now }: { box: SecretBox; now: number },
): NewDkimKey {
  const { algorithm, publicKey, privateKey } = key.material;
  return {
    domain: key.domain,
    selector: key.selector,
    stream: key.stream,
    algorithm,
    state: 'waiting',
    public_key: publicKey,
    sealed: box.seal(privateKey, sealedFor(key)),
    master: box.master,
    made_at: now,
    active_at: null,
    until: null,
    check_at: now,
    checked_at: null,
    fault: null,
  };
}

/** A selector that the domain has not had yet: the day, and `r` or `e` for the algorithm. */
export function freeSelector(algorithm: DkimAlgorithm, now: number, taken: ReadonlySet<string>): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
  const base = `em${day}${algorithm === 'rsa' ? 'r' : 'e'}`;
  for (let number = 1; ; number++) {
    const selector = number === 1 ? base : `${base}${number}`;
    if (!taken.has(selector)) return selector;
  }
}

class StoredKeys implements DkimKeys {
  readonly #options: DkimOptions;
  #sealed: StatementSync | undefined;

  constructor(options: DkimOptions) {
    this.#options = options;
  }

  privateKey(id: number): Uint8Array | undefined {
    this.#sealed ??= this.#options.database.raw.prepare('select domain, selector, sealed from dkim_key where id = ?');
    const row = this.#sealed.get(id);
    // A key that was removed meanwhile: the next attempt will not ask for it.
    if (row === undefined) return undefined;
    const about = sealedFor({ domain: String(row['domain']), selector: String(row['selector']) });
    const sealed = row['sealed'];
    const key = sealed instanceof Uint8Array ? this.#options.box.open(sealed, about) : undefined;
    if (key === undefined)
      this.#options.fault(about, 'the private key cannot be opened; mail that it should sign waits');
    return key;
  }

  async ownerOf(domain: string): Promise<CustomerId | undefined> {
    const { db } = this.#options.database;
    const row = await db.selectFrom('domain').select('customer').where('name', '=', domain).executeTakeFirst();
    return row?.customer as CustomerId | undefined;
  }

  async list(page: KeyPage): Promise<DkimKeyView[]> {
    let query = this.#options.database.db.selectFrom('dkim_key').selectAll().orderBy('domain').orderBy('selector');
    if (page.domain !== undefined) query = query.where('domain', '=', page.domain);
    if (page.state !== undefined) query = query.where('state', '=', page.state as DkimKeyRow['state']);
    const { customer } = page;
    if (customer !== undefined) {
      query = query.where('domain', 'in', (own) =>
        own.selectFrom('domain').select('name').where('customer', '=', customer),
      );
    }
    if (page.after !== undefined) {
      const [domain = '', selector = ''] = page.after.split(' ');
      query = query.where((expression) =>
        expression(expression.refTuple('domain', 'selector'), '>', expression.tuple(domain, selector)),
      );
    }
    return (await query.limit(page.limit).execute()).map(keyView);
  }

  async show({ domain, selector }: KeyName): Promise<DkimKeyView | undefined> {
    const query = this.#options.database.db.selectFrom('dkim_key').selectAll().where('domain', '=', domain);
    const row = await query.where('selector', '=', selector).executeTakeFirst();
    return row === undefined ? undefined : keyView(row);
  }

  async create(key: CreateKey, by: Actor): Promise<DkimKeyView | Refused> {
    return this.#add(key, await makeKey(key.algorithm), by);
  }

  async import(key: Omit<CreateKey, 'algorithm'> & { privateKey: string }, by: Actor) {
    const material = readKey(key.privateKey);
    if (material instanceof Problem) return { refused: material };
    return this.#add(key, material, by);
  }

  async rotate(what: { domain: string; stream?: string; published: boolean }, by: Actor) {
    const { db } = this.#options.database;
    const wanted = db.selectFrom('dkim_key').selectAll().where('domain', '=', what.domain);
    const rows = await wanted.where('state', 'in', ['active', 'waiting']).execute();
    const meant = rows.filter(({ stream }) => what.stream === undefined || stream === what.stream);
    const signing = meant.filter(({ state }) => state === 'active');
    if (signing.length === 0) {
      const { domain, stream } = what;
      return {
        refused: stream ? problem('no-key-signs-stream', { domain, stream }) : problem('no-key-signs', { domain }),
      };
    }
    const made: DkimKeyView[] = [];
    for (const { stream, algorithm } of signing) {
      const waiting = meant.find(
        (row) => row.state === 'waiting' && row.stream === stream && row.algorithm === algorithm,
      );
      // Asked twice, or again after a crash: the successor that waits already is the one. It is also the one that can have
      // been published: a key made now would sign without a record.
      const key = { domain: what.domain, stream, published: what.published, algorithm };
      const view = await (waiting === undefined
        ? this.#add(key, await makeKey(algorithm), by)
        : what.published
          ? this.#begin(waiting, by)
          : keyView(waiting));
      if ('refused' in view) return view;
      made.push(view);
    }
    return made;
  }

  /** The key that waits signs, by the operator's word that its record is published. */
  #begin(name: KeyName, by: Actor): Promise<DkimKeyView | Refused> {
    return this.#change(name, by, async (trx, row, now) => {
      if (row.state === 'waiting') await activate(trx, row, { now, overlapMs: this.#options.overlapMs() });
      return 'activated';
    });
  }

  retire(name: KeyName, by: Actor): Promise<DkimKeyView | Refused> {
    return this.#change(name, by, async (trx, row, now) => {
      if (row.state !== 'active') return problem('key-does-not-sign', { state: row.state });
      await retire(trx, [row], now + this.#options.overlapMs());
      return 'retired';
    });
  }

  remove(name: KeyName, by: Actor): Promise<DkimKeyView | Refused> {
    return this.#change(name, by, async (trx, row) => {
      if (row.state === 'active') return problem('key-signs');
      if (row.state === 'retiring') {
        return problem('key-under-way', { until: new Date(row.until ?? 0).toISOString() });
      }
      await trx.deleteFrom('dkim_key').where('id', '=', row.id).execute();
      return 'removed';
    });
  }

  #add(
    key: { domain: string; stream: string; selector?: string | undefined; published: boolean },
    material: KeyMaterial,
    by: Actor,
  ): Promise<DkimKeyView | Refused> {
    const { box, clock } = this.#options;
    return this.#transaction(async (trx, now) => {
      const domain = await trx.selectFrom('domain').select('name').where('name', '=', key.domain).executeTakeFirst();
      if (domain === undefined) return { refused: problem('no-domain-of-customer', { domain: key.domain }) };
      const rows = await keysOfDomain(trx, key.domain);
      const taken = new Set(rows.map(({ selector }) => selector));
      const selector = key.selector ?? freeSelector(material.algorithm, clock.now(), taken);
      if (taken.has(selector)) return { refused: problem('selector-taken', { domain: key.domain, selector }) };
      const row = newKeyRow({ ...key, selector, material }, { box, now });
      const inserted = await trx.insertInto('dkim_key').values(row).returningAll().executeTakeFirstOrThrow();
      if (key.published) await activate(trx, inserted, { now, overlapMs: this.#options.overlapMs() });
      return { row: inserted, action: 'created', by };
    });
  }

  #change(
    { domain, selector }: KeyName,
    by: Actor,
    change: (trx: Transaction<ControlTables>, row: DkimKeyRow, now: number) => Promise<string | Problem>,
  ): Promise<DkimKeyView | Refused> {
    return this.#transaction(async (trx, now) => {
      const row = (await keysOfDomain(trx, domain)).find((one) => one.selector === selector);
      if (row === undefined) return { refused: problem('no-dkim-key', { selector, domain }) };
      const action = await change(trx, row, now);
      return action instanceof Problem ? { refused: action } : { row, action, by };
    });
  }

  #transaction(
    work: (
      trx: Transaction<ControlTables>,
      now: number,
    ) => Promise<Refused | { row: DkimKeyRow; action: string; by: Actor }>,
  ): Promise<DkimKeyView | Refused> {
    const { database, clock, inTurn } = this.#options;
    return inTurn<DkimKeyView | Refused>(() =>
      database.db
        .transaction()
        .execute(async (trx): Promise<{ result: DkimKeyView | Refused; changes: DirectoryChange[] }> => {
          const now = clock.now();
          const done = await work(trx, now);
          if ('refused' in done) return { result: done, changes: [] };
          const after = (await keysOfDomain(trx, done.row.domain)).find(({ id }) => id === done.row.id);
          const view = keyView(after ?? done.row);
          const audited = { ...auditOf(done.action, done.row, after), ...(await ownerIn(trx, done.row.domain)) };
          await recordAudit(trx, [audited], { ...done.by, now });
          return { result: view, changes: await tellKeys(trx, done.row.domain) };
        }),
    );
  }
}

/** What the audit keeps of a key: never its private half. */
export function auditOf(action: string, before: DkimKeyRow | undefined, after: DkimKeyRow | undefined): AuditedChange {
  const row = after ?? before;
  const forAudit = (one: DkimKeyRow | undefined) =>
    one === undefined
      ? null
      : { state: one.state, stream: one.stream, algorithm: one.algorithm, public_key: one.public_key };
  return {
    action,
    object: `dkim ${row?.selector}._domainkey.${row?.domain}`,
    before: action === 'created' ? null : forAudit(before),
    after: forAudit(after),
  };
}

/** Whose domain it is, as the audit names it. */
async function ownerIn(trx: Transaction<ControlTables>, domain: string): Promise<{ customer?: string }> {
  return (await trx.selectFrom('domain').select('customer').where('name', '=', domain).executeTakeFirst()) ?? {};
}
