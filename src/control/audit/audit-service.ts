// The audit as the API and the relay's own timers use it: listed, verified, pruned, and its head noted outside.

import { join } from 'node:path';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { AuditRow } from '../database/tables.ts';
import { type AuditQuery, chainEnd, listAudit } from './audit.ts';
import { openAuditHeads } from './heads.ts';
import { pruneAudit } from './prune.ts';
import { type AuditVerdict, type VerifyParts, verifyAudit, verifySome } from './verify.ts';

export interface AuditParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  log: Log;
  config: () => Config;
  secretBox: (purpose: string) => SecretBox;
  alarms: () => Pick<AlarmWatch, 'audit'>;
}

export interface AuditService {
  list(query: AuditQuery): Promise<AuditRow[]>;
  /** Looks at all entries. */
  verify(): Promise<AuditVerdict>;
  /** Drops the beginning, up to this time; how many entries went. */
  prune(before: number): Promise<number>;
  /** One round of what the timers do; for tests and the stop. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const NOTE_MS = 60_000;
const LOOK_MS = 3_600_000;
const JITTER = 0.1;
/** Entries verified an hour, so that years of them come round within days and nobody waits. */
const ENTRIES_A_LOOK = 50_000;

/** Starts the timers: heads are noted by the minute, some entries are verified by the hour. */
export function openAudit(parts: AuditParts): AuditService {
  return new Audit(parts);
}

class Audit implements AuditService {
  readonly #parts: AuditParts;
  readonly #verify: VerifyParts;
  readonly #heads: ReturnType<typeof openAuditHeads>;
  readonly #box: SecretBox;
  readonly #timers: NodeJS.Timeout[];
  #running: Promise<void> = Promise.resolve();
  #verifying: Promise<AuditVerdict> | undefined;
  #noted = 0;
  #goOn = 0;

  constructor(parts: AuditParts) {
    this.#parts = parts;
    this.#box = parts.secretBox('audit');
    this.#heads = openAuditHeads(join(parts.config().node.data_dir, 'audit-heads.jsonl'), this.#box);
    this.#verify = { db: parts.database.db, box: this.#box, heads: () => this.#heads.read() };
    const spread = 1 + JITTER * Math.random();
    this.#timers = [
      setInterval(() => void this.#inTurn(() => this.#note(false)), NOTE_MS).unref(),
      setInterval(() => void this.look(), LOOK_MS * spread).unref(),
    ];
  }

  list(query: AuditQuery): Promise<AuditRow[]> {
    return listAudit(this.#parts.database.reads, query);
  }

  /** Who asks while one runs gets what that finds: many who ask are no more work. */
  verify(): Promise<AuditVerdict> {
    this.#verifying ??= verifyAudit(this.#verify)
      .then((verdict) => {
        this.#tell(verdict.faults.map(({ id, what }) => `entry ${id} ${what}`));
        return verdict;
      })
      .finally(() => {
        this.#verifying = undefined;
      });
    return this.#verifying;
  }

  prune(before: number): Promise<number> {
    return pruneAudit(this.#parts.changes, this.#box, before);
  }

  look(): Promise<void> {
    return this.#inTurn(async () => {
      const { faults, goOn } = await verifySome(this.#verify, { after: this.#goOn, most: ENTRIES_A_LOOK });
      this.#goOn = goOn;
      // What was found stays an alarm until a whole verification finds nothing.
      if (faults.length > 0) this.#tell(faults.map(({ id, what }) => `entry ${id} ${what}`));
      await this.#note(true);
    });
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#inTurn(() => this.#note(false));
  }

  #tell(faults: string[]): void {
    this.#parts.alarms().audit(faults[0]);
    if (faults.length > 0) this.#parts.log.error('the audit is not as it was written', { faults: faults.slice(0, 10) });
  }

  async #note(inLog: boolean): Promise<void> {
    const { id, hash } = await chainEnd(this.#parts.database.db);
    const head = { id, hash: Buffer.from(hash).toString('hex'), at: new Date(this.#parts.clock.now()).toISOString() };
    if (id !== this.#noted && id !== 0) this.#heads.note(head);
    this.#noted = id;
    if (inLog) this.#parts.log.info('audit head', { entry: id, hash: head.hash });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(work).catch((err: unknown) => {
      this.#parts.log.error('the audit was not looked at', { err });
    });
    return this.#running;
  }
}
