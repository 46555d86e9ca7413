// Control as main sees it: the database, the directory's facts, and the one way to change them.

import { Worker } from 'node:worker_threads';
import type { Directory, DirectoryChange } from '../mail/authorise/directory.ts';
import {
  buildDirectoryBase,
  type DirectoryBase,
  type DirectoryIndex,
  type DirectoryUpdate,
  openDirectory,
} from '../mail/authorise/directory-index.ts';
import type { CustomerId } from '../mail/message.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { SecretBox } from '../platform/secret-box.ts';
import type { Actor } from './actor.ts';
import {
  type ActivatedAddress,
  type ApplyResult,
  activatedAddresses,
  applyDocument,
  touchesPools,
} from './apply/apply.ts';
import type { ObjectChange } from './apply/difference.ts';
import type { ApplyDocument } from './apply/document-schema.ts';
import { unpublishedKeys } from './apply/domain-keys.ts';
import { type ApplyFault, locateFaults, readLater } from './apply/read-document.ts';
import { type AuditQuery, listAudit } from './audit/audit.ts';
import { type Changes, createChanges } from './changes.ts';
import type { Step } from './customers/step.ts';
import { type ControlDatabase, openControlDatabase } from './database/control-database.ts';
import { streamFacts } from './database/facts.ts';
import type { AuditRow } from './database/tables.ts';
import { assertKeysOpen, type DkimKeys, type DkimOptions, openDkimKeys } from './dkim/dkim.ts';
import { type DkimKeeper, type KeeperOptions, startDkimKeeper } from './dkim/keeper.ts';
import { createSuppressions, type Suppressions } from './suppressions/suppressions.ts';

export interface ControlOptions {
  /** The file of the control database. */
  path: string;
  clock: Clock;
  /** Tells every relay thread. Called in order, after the change is on disk. */
  publish: (update: DirectoryUpdate) => void;
  /** Tells the queue that a customer's mail waits, or goes on. May be called again for what it knows already. */
  suspend: (customer: CustomerId, suspended: boolean, who: string) => Promise<void>;
  /** Takes away what a customer has besides what a file names, in the transaction in which `apply` removes it. */
  erase?: (step: Step, customer: CustomerId) => Promise<void>;
  /** Lets mail go on that was held because its recipient was suppressed. May be called where there is none. */
  releaseSuppressed: (customer: CustomerId, address: string, who: string) => Promise<void>;
  /** What a relay thread learned about an address could not be kept. */
  suppressionFailed: (err: unknown) => void;
  /** Told after events of the control plane were written. */
  eventsWritten?: () => void;
  /** Told after `publish` where pools, or what customers may use of them, changed. */
  poolsChanged: () => void;
  /** What DNS says against addresses that `apply` made active; sentences for people. Never rejects. */
  addressWarnings?: (addresses: readonly ActivatedAddress[]) => Promise<string[]>;
  dkim: {
    /** Keeps private keys. */
    box: SecretBox;
    /** By the operator's word some keys cannot be opened any more: the relay starts without them. */
    mayBeLost?: boolean;
    /** Settings as they are now. */
    settings: () => { overlap: number; check_interval: number };
    /** Asks DNS, not a cache. Never rejects. */
    lookTxt: KeeperOptions['lookTxt'];
    /** Told where a key that signs is not right, and where it is again. */
    fault: DkimOptions['fault'];
  };
  log: Log;
}

/** What `apply` answers. */
export type ApplyOutcome =
  | { kind: 'applied'; dryRun: boolean; changes: AppliedChange[]; unchanged: number; warnings: string[] }
  | { kind: 'refused'; faults: ApplyFault[] };

export interface AppliedChange {
  object: string;
  action: ObjectChange['action'];
  details: string[];
}

export interface Control {
  /** The base as it was at the start; changes since then were published. */
  readonly base: DirectoryBase;
  readonly database: ControlDatabase;
  /** The way to change what no method here changes. */
  readonly changes: Changes;
  /** Main's own view, always up to date. */
  readonly directory: Directory;
  apply(text: string, options: { prune: boolean; dryRun: boolean } & Actor): Promise<ApplyOutcome>;
  audit(query: AuditQuery): Promise<AuditRow[]>;
  /** A verified domain that the customer's mail hosts take mail for. */
  inboundDomain(customer: CustomerId): Promise<string | undefined>;
  readonly suppressions: Suppressions;
  readonly dkim: DkimKeys;
  readonly dkimKeeper: DkimKeeper;
  close(): Promise<void>;
}

/** Past this many changes a new base is built instead of sending them one by one. */
const CHANGES_AT_ONCE = 2000;
/** Past this many changes on top of the base a new one is built, so that threads hold little of their own. */
const LARGEST_OVERLAY = 20_000;

/** Keys that `apply` asked for are waited for; more than some dozens are made after the answer. */
const WAIT_FOR_KEYS_MS = 5000;

/** Opens the database and builds the base. Throws where the file cannot be opened. */
export function openControl(options: ControlOptions): Control {
  return new ControlStore(options);
}

class ControlStore implements Control {
  readonly base: DirectoryBase;
  readonly suppressions: Suppressions;
  readonly dkim: DkimKeys;
  readonly dkimKeeper: DkimKeeper;
  readonly #options: ControlOptions;
  readonly database: ControlDatabase;
  readonly changes: Changes;
  readonly #directory: DirectoryIndex;
  /** One change at a time, so that they are published in the order in which they were made. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ControlOptions) {
    this.#options = options;
    this.database = openControlDatabase(options.path);
    if (options.dkim.mayBeLost !== true) assertKeysOpen(this.database, options.dkim.box);
    this.base = buildDirectoryBase(streamFacts(this.database.raw));
    this.#directory = openDirectory(this.base);
    const { box, settings, lookTxt, fault } = options.dkim;
    const keys: DkimOptions = {
      database: this.database,
      box,
      clock: options.clock,
      fault,
      overlapMs: () => settings().overlap,
      inTurn: (work) => this.#inTurnWithChanges(work),
    };
    this.dkim = openDkimKeys(keys);
    const checkIntervalMs = () => settings().check_interval;
    this.dkimKeeper = startDkimKeeper({ ...keys, lookTxt, checkIntervalMs, log: options.log });
    this.changes = createChanges({
      database: this.database,
      clock: options.clock,
      inTurn: (work) => this.#inTurn(work),
      publish: (changes) => this.#publishAll(changes),
      eventsWritten: options.eventsWritten ?? (() => {}),
    });
    this.suppressions = createSuppressions({
      db: this.database.db,
      now: options.clock.now,
      inTurn: (work) => this.#inTurn(work),
      publish: (changes) => this.#publishAll(changes),
      release: options.releaseSuppressed,
      failed: options.suppressionFailed,
      eventsWritten: options.eventsWritten ?? (() => {}),
    });
  }

  get directory(): Directory {
    return this.#directory;
  }

  async apply(text: string, options: { prune: boolean; dryRun: boolean } & Actor): Promise<ApplyOutcome> {
    const read = await readLater(text);
    if (!read.ok) return { kind: 'refused', faults: read.faults };
    const { outcome, activated } = await this.#applyInTurn(text, read.document, options);
    if (outcome.kind === 'refused' || options.dryRun) return outcome;
    // Many keys take long; they go on being made after the answer.
    await this.dkimKeeper.makeMissing(WAIT_FOR_KEYS_MS);
    const unpublished = await unpublishedKeys(this.database.db, read.document);
    const unfit = (await this.#options.addressWarnings?.(activated)) ?? [];
    return { ...outcome, warnings: [...outcome.warnings, ...unpublished, ...unfit] };
  }

  #applyInTurn(
    text: string,
    document: ApplyDocument,
    options: { prune: boolean; dryRun: boolean } & Actor,
  ): Promise<{ outcome: ApplyOutcome; activated: ActivatedAddress[] }> {
    return this.#inTurn(async () => {
      const now = this.#options.clock.now();
      const { erase, dkim } = this.#options;
      const { box, settings } = dkim;
      const how = { ...options, now, box, overlapMs: settings().overlap, ...(erase !== undefined && { erase }) };
      const result = await applyDocument(this.database, document, how);
      if (result.kind === 'refused') {
        return { outcome: { kind: 'refused', faults: locateFaults(text, result.faults) }, activated: [] };
      }
      if (!options.dryRun) await this.#announce(result, options.who);
      const outcome = {
        kind: 'applied' as const,
        dryRun: options.dryRun,
        changes: result.changes.map(({ object, action, details }) => ({ object, action, details })),
        unchanged: result.unchanged,
        warnings: result.warnings,
      };
      return { outcome, activated: activatedAddresses(result.changes) };
    });
  }

  async inboundDomain(customer: CustomerId): Promise<string | undefined> {
    const row = await this.database.db
      .selectFrom('domain')
      .select('name')
      .where('customer', '=', customer)
      .where('inbound', '=', 1)
      .where('verified', '=', 1)
      .orderBy('name')
      .limit(1)
      .executeTakeFirst();
    return row?.name;
  }

  audit(query: AuditQuery): Promise<AuditRow[]> {
    return listAudit(this.database.reads, query);
  }

  async close(): Promise<void> {
    await this.dkimKeeper.close();
    await this.#last;
    await this.database.close();
  }

  async #announce(result: Extract<ApplyResult, { kind: 'applied' }>, who: string): Promise<void> {
    const changes = [
      ...result.changes.flatMap((change) => change.removals),
      ...result.changes.flatMap((change) => change.additions),
      ...result.erased.directory,
    ];
    if (changes.length === 0) return;
    await this.#publishAll(changes);
    const { eventsWritten, suspended, resumed } = result.accounts;
    if (eventsWritten) this.#options.eventsWritten?.();
    for (const work of result.erased.after) await work();
    for (const id of suspended) await this.#options.suspend(id, true, who);
    for (const id of resumed) await this.#options.suspend(id, false, who);
    if (touchesPools(result.changes)) this.#options.poolsChanged();
  }

  /** Many changes, or many since the base was built, are told as a new base. */
  async #publishAll(changes: DirectoryChange[]): Promise<void> {
    const rebuild = changes.length > CHANGES_AT_ONCE || this.#directory.overlaySize > LARGEST_OVERLAY;
    if (rebuild) this.#publish({ kind: 'base', base: await buildApart(this.#options.path) });
    else this.#publish({ kind: 'changes', changes });
  }

  #publish(update: DirectoryUpdate): void {
    this.#directory.update(update);
    this.#options.publish(update);
  }

  #inTurnWithChanges<T>(work: () => Promise<{ result: T; changes: DirectoryChange[] }>): Promise<T> {
    return this.#inTurn(async () => {
      const { result, changes } = await work();
      if (changes.length > 0) await this.#publishAll(changes);
      return result;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** Builds a base in a thread of its own. */
function buildApart(path: string): Promise<DirectoryBase> {
  const worker = new Worker(new URL('./directory/build-base-thread.ts', import.meta.url), { workerData: { path } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the directory was not built')));
  });
}
