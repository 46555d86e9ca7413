// Backups as the API sees them: made one at a time, by hand or by the clock, listed, and gone at their time.

import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import packageJson from '../../../package.json' with { type: 'json' };
import type { StoreControl } from '../../mail/queue/operations.ts';
import { alarmSays } from '../../mail/report/alarm-sentences.ts';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { inTime } from '../../platform/in-time.ts';
import type { Log } from '../../platform/log.ts';
import { readMasterKey } from '../../platform/secret-box.ts';
import type { Values } from '../../platform/sentence.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { Problem, problem } from '../api/problem.ts';
import type { Changes } from '../changes.ts';
import type { BackupThreadTask, FromBackup, KeptAnswer } from './backup-thread.ts';
import { COPYING } from './make-backup.ts';
import { glanceAtManifest, listBackupIds, type Manifest, timeOfBackup } from './manifest.ts';

export interface BackupParts {
  config: () => Config;
  clock: Clock;
  log: Log;
  changes: Changes;
  store: () => StoreControl;
  alarms: () => AlarmWatch;
}

/** A backup in a list. */
export interface ListedBackup {
  id: string;
  made_at: string;
  since: string;
  /** Octets of its files, those included that it shares with the one before. */
  size: number;
  queue_at: string;
  recipients: number;
  days: number;
}

export type BackupState =
  | { state: 'idle' }
  | { state: 'running'; step: string; octets_done: number; begun_at: string }
  | { state: 'done'; id: string; made_at: string }
  | { state: 'failed'; message: string; at: string };

export interface BackupPlan {
  /** Why none can be made, with the code of the problem; nothing where all that is needed is configured. */
  off: string | null;
  off_code?: string;
  off_values?: Values;
  interval_ms: number;
  keep_ms: number;
}

export interface BackupService {
  /** Begins a backup. `busy`: one is being made. `off`: no folder, or no key, is configured; `why` says what is missing. */
  begin(by: Actor, sinceLast: boolean): { kind: 'begun' } | { kind: 'busy' } | { kind: 'off'; problem: Problem };
  state(): BackupState;
  /** The newest last. */
  list(): ListedBackup[];
  /** Where they are; nothing where none are made. */
  folder(): string | undefined;
  /** How often one is made, how long they stay, and why none can be made, where that is so. */
  plan(): BackupPlan;
  /** Makes one where it is time, and rings where there is none for too long; by a timer, or by a test. Never throws. */
  look(): void;
  /** Resolves once none is being made. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const CLOSE_MS = 3000;
const LOOK_MS = 600_000;
const FIRST_LOOK_MS = 120_000;
/** Past so many intervals without a backup the alarm rings. */
const INTERVALS = 2;

/** Starts the clock of the backups. */
export function openBackup(parts: BackupParts): BackupService {
  return new Backups(parts);
}

class Backups implements BackupService {
  readonly #parts: BackupParts;
  readonly #startedAt: number;
  readonly #timers: NodeJS.Timeout[] = [];
  #state: BackupState = { state: 'idle' };
  #worker: Worker | undefined;
  #making: Promise<void> = Promise.resolve();
  /** The store thread that keeps what the copy needs. */
  #keeper: StoreControl | undefined;
  #closed = false;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    // Plain copies that a kill left behind.
    rmSync(join(parts.config().node.data_dir, COPYING), { recursive: true, force: true });
    // Not all at the same minute where several relays share a disk.
    this.#timers.push(setTimeout(() => this.look(), FIRST_LOOK_MS * (1 + Math.random())).unref());
    this.#timers.push(setInterval(() => this.look(), LOOK_MS).unref());
  }

  begin(by: Actor, sinceLast: boolean): ReturnType<BackupService['begin']> {
    if (this.#worker !== undefined) return { kind: 'busy' };
    const set = this.#settings();
    if (set instanceof Problem) return { kind: 'off', problem: set };
    this.#state = { state: 'running', step: 'begin', octets_done: 0, begun_at: this.#now() };
    this.#making = this.#make(by, { ...set, sinceLast }).catch((err: unknown) => {
      const message = err instanceof Error ? err.message : String(err);
      this.#state = { state: 'failed', message, at: this.#now() };
      this.#parts.log.error('no backup was made', { err });
      if (!this.#closed) this.#parts.alarms().backup(alarmSays('backup-failed', { detail: message }));
    });
    return { kind: 'begun' };
  }

  state(): BackupState {
    return this.#state;
  }

  list(): ListedBackup[] {
    const folder = this.folder();
    if (folder === undefined) return [];
    return listBackupIds(folder).flatMap((id) => {
      const manifest = glanceAtManifest(join(folder, id));
      return manifest === undefined ? [] : [listed(id, manifest)];
    });
  }

  folder(): string | undefined {
    const { folder } = this.#parts.config().backup;
    return folder === undefined ? undefined : resolve(folder);
  }

  plan(): BackupPlan {
    const { interval, keep } = this.#parts.config().backup;
    const set = this.#settings();
    const times = { interval_ms: interval, keep_ms: keep };
    if (!(set instanceof Problem)) return { off: null, ...times };
    const { message, code, values } = set;
    return { off: message, off_code: code, ...(values !== undefined && { off_values: values }), ...times };
  }

  idle(): Promise<void> {
    return this.#making;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    // What is half made is removed by the next one. A copy of a large file cannot be interrupted: the stop waits no longer.
    void this.#worker?.terminate();
    await inTime(this.#making, CLOSE_MS);
  }

  #now(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  /** The folder and the key, or what is missing. */
  #settings(): { folder: string; key: Uint8Array } | Problem {
    const { backup, node } = this.#parts.config();
    const folder = this.folder();
    if (folder === undefined || backup.key_file === undefined) {
      return problem('backups-not-set');
    }
    const dataDir = resolve(node.data_dir);
    if (`${folder}/`.startsWith(`${dataDir}/`)) return problem('backups-in-data-folder');
    if (resolve(backup.key_file).startsWith(`${folder}/`)) return problem('backup-key-beside');
    try {
      return { folder, key: readMasterKey(backup.key_file) };
    } catch (err) {
      const why = err instanceof Error ? err.message.replace('master key', 'key of the backups') : String(err);
      return problem('backup-key-unreadable', { why });
    }
  }

  async #make(by: Actor, set: { folder: string; key: Uint8Array; sinceLast: boolean }): Promise<void> {
    mkdirSync(set.folder, { recursive: true, mode: 0o700 });
    await this.#expire(set.folder);
    const manifest = await this.#run(this.#task(set));
    const { id, made_at: madeAt } = manifest;
    await this.#expire(set.folder);
    await this.#parts.changes.make(by, async () => {
      const size = manifest.files.reduce((sum, file) => sum + file.sealed_size, 0);
      const after = { since: manifest.since, size };
      return { result: undefined, audit: [{ action: 'made', object: `backup ${id}`, before: null, after }] };
    });
    this.#state = { state: 'done', id, made_at: madeAt };
    this.#parts.log.info('backup made', { id, since: manifest.since, files: manifest.files.length });
    this.#parts.alarms().backup(undefined);
  }

  #task({ folder, key, sinceLast }: { folder: string; key: Uint8Array; sinceLast: boolean }): BackupThreadTask {
    const { node, backup, secrets, queue } = this.#parts.config();
    const inFolder = (name: string) => join(node.data_dir, name);
    const previous = secrets.previous_master_key_files.map((path, at) => [`previous-master-${at + 1}.key`, path]);
    return {
      role: 'backup',
      pacePerSecond: backup.pace * 1024 ** 2,
      dataDir: node.data_dir,
      folder,
      key,
      sinceLast,
      keyFiles: {
        'loop-mark.key': inFolder('loop-mark.key'),
        'return-path.key': inFolder('return-path.key'),
        'master.key': secrets.master_key_file ?? inFolder('master.key'),
        ...Object.fromEntries(previous),
      },
      program: packageJson.version,
      node: node.hostname,
      lowWater: queue.low_water,
    };
  }

  async #run(task: BackupThreadTask): Promise<Manifest> {
    const worker = new Worker(new URL('./backup-thread.ts', import.meta.url), { workerData: task });
    this.#worker = worker;
    try {
      return await new Promise<Manifest>((made, failed) => {
        worker.on('message', (message: FromBackup) => {
          switch (message.op) {
            case 'keep':
              return void this.#keep(worker, message.on);
            case 'progress':
              return this.#progress(message.step, message.done);
            case 'made':
              return made(message.manifest);
            case 'failed':
              return failed(new Error(message.message));
            default:
              return message satisfies never;
          }
        });
        worker.once('error', failed);
        worker.once('exit', (code) => failed(new Error(`the backup's thread ended with ${code}`)));
      });
    } finally {
      this.#worker = undefined;
      // Whatever happened: nothing is kept any longer for a copy that nobody makes.
      await this.#parts
        .store()
        .keep(false)
        .catch(() => {});
    }
  }

  async #keep(worker: Worker, on: boolean): Promise<void> {
    let kept = true;
    try {
      const store = this.#parts.store();
      // One that was started meanwhile has kept nothing: events may be in neither of the two copies.
      if (on) this.#keeper = store;
      else kept = store === this.#keeper;
      await store.keep(on);
    } catch {
      kept = false;
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    worker.postMessage({ kept } satisfies KeptAnswer);
  }

  #progress(step: string, done: number): void {
    if (this.#state.state === 'running') this.#state = { ...this.#state, step, octets_done: done };
  }

  /** Removes backups past their time, whether or not new ones come about; the newest stays whatever its age. */
  async #expire(folder: string): Promise<void> {
    const { clock, config, changes, log } = this.#parts;
    const before = clock.now() - config().backup.keep;
    const old = listBackupIds(folder)
      .slice(0, -1)
      .filter((id) => timeOfBackup(id) < before);
    if (old.length === 0) return;
    for (const id of old) rmSync(join(folder, id), { recursive: true, force: true });
    log.info('backups past their time removed', { removed: old });
    const audit = old.map((id) => ({ action: 'removed', object: `backup ${id}`, before: null, after: null }));
    await changes.make(RELAY_ACTOR, async () => ({ result: undefined, audit }));
  }

  look(): void {
    try {
      this.#makeDue();
    } catch (err) {
      // The disk of the backups, as a rule: nobody waits for a timer, and mail goes on.
      const message = err instanceof Error ? err.message : String(err);
      this.#parts.log.error('backups not looked after', { err });
      this.#parts.alarms().backup(alarmSays('backup-folder-unreadable', { detail: message }));
    }
  }

  #makeDue(): void {
    const { backup } = this.#parts.config();
    const folder = this.folder();
    if (this.#closed) return;
    if (folder === undefined) return this.#parts.alarms().backup(undefined);
    if (this.#worker === undefined) {
      this.#expire(folder).catch((err: unknown) => this.#parts.log.error('old backups not removed', { err }));
    }
    const set = this.#settings();
    if (set instanceof Problem)
      return this.#parts.alarms().backup(alarmSays('backup-not-set', { detail: set.message }));
    if (backup.interval === 0) return;
    const newest = listBackupIds(folder).at(-1);
    const last = newest === undefined ? this.#startedAt : timeOfBackup(newest);
    const age = this.#parts.clock.now() - last;
    if (age > INTERVALS * backup.interval) {
      const hours = Math.round(backup.interval / 3_600_000);
      this.#parts
        .alarms()
        .backup(
          newest === undefined
            ? alarmSays('backup-none', { hours })
            : alarmSays('backup-late', { last: newest, hours }),
        );
    }
    if (age >= backup.interval || newest === undefined) this.begin(RELAY_ACTOR, true);
  }
}

function listed(id: string, manifest: Manifest): ListedBackup {
  return {
    id,
    made_at: manifest.made_at,
    since: manifest.since,
    size: manifest.files.reduce((sum, file) => sum + file.sealed_size, 0),
    queue_at: manifest.queue_at,
    recipients: manifest.queue.recipients,
    days: Object.keys(manifest.days).length,
  };
}
