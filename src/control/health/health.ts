// How the relay is, in one answer for people: what is wrong now, and what everybody asks who wants to know whether all is
// well. It asks nothing that is not known anyway; the examination of the machine is apart, and takes its time.

import { statfsSync } from 'node:fs';
import type { StoreHealth } from '../../mail/queue/operations.ts';
import type { QueueSurvey } from '../../mail/queue/survey.ts';
import { ALARMS } from '../../mail/report/alarm-names.ts';
import type { ActiveAlarm } from '../../mail/report/alarms.ts';
import { inTime } from '../../platform/in-time.ts';
import { busyShares, type ThreadLoad } from '../../platform/thread-load.ts';
import type { BackupPlan, BackupService, BackupState, ListedBackup } from '../backup/backup.ts';
import { examineMachine } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/findings.ts';
import { reconcilerState } from '../live/relay-now.ts';
import type { LastRuns, PrivacyService } from '../privacy/privacy.ts';
import type { ScannersService, WatchedScanner } from '../scanners/scanners.ts';
import type { ServiceParts } from '../services.ts';
import { type CertificateEnd, certificatesOf } from './certificates.ts';

export type HealthParts = Pick<
  ServiceParts,
  'activeAlarms' | 'alarms' | 'clock' | 'config' | 'log' | 'reader' | 'store' | 'threadLoads'
> & { backup: BackupService; privacy: PrivacyService; scanners: ScannersService };

export interface HealthReport {
  /** Milliseconds since 1970. */
  at: number;
  alarms: (ActiveAlarm & { meaning: string })[];
  threads: { name: string; since: number; restarts: number; busy: number }[];
  /** Nothing: the store thread does not answer. */
  store: StoreHealth | undefined;
  disk: { total: number; low_water: number };
  /** Nothing: it could not be read in time. */
  queue: QueueSurvey | undefined;
  reconciler: { state: 'even' | 'fault' | 'unknown'; at: number | undefined; faults: string[]; unknown: string[] };
  scanners: WatchedScanner[];
  backup: { plan: BackupPlan; present: BackupState; last: ListedBackup | undefined };
  retention: LastRuns;
  certificates: CertificateEnd[];
}

export interface Examination {
  state: 'never' | 'running' | 'done';
  /** Milliseconds since 1970: when the findings were made. */
  at: number | undefined;
  findings: Finding[];
}

export interface HealthService {
  report(): Promise<HealthReport>;
  /** What was found when the machine was last examined. */
  examination(): Examination;
  /** Examines it now, unless that is going on or was just done. Resolves once that is done. */
  examine(): Promise<Examination>;
  close(): Promise<void>;
}

/** What does not answer in time is left out. */
const ANSWER_MS = 3000;
const CLOSE_MS = 3000;
/** Who asks again sooner gets what was found: the examination talks to many, and takes seconds. */
const FRESH_MS = 30_000;

export function openHealth(parts: HealthParts): HealthService {
  return new Health(parts);
}

class Health implements HealthService {
  readonly #parts: HealthParts;
  #loads: readonly ThreadLoad[];
  #findings: Finding[] = [];
  #foundAt: number | undefined;
  #examining: Promise<void> | undefined;

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#loads = [];
  }

  async report(): Promise<HealthReport> {
    const { alarms, activeAlarms, backup, clock, config, privacy, scanners } = this.#parts;
    const [store, queue, retention] = await Promise.all([this.#store(), this.#queue(), privacy.lastRuns()]);
    const { last } = alarms();
    const { faults = [], unknown = [] } = last?.reconciler ?? {};
    return {
      at: clock.now(),
      alarms: activeAlarms().map((alarm) => ({ ...alarm, meaning: ALARMS[alarm.name].meaning })),
      threads: this.#threads(),
      store,
      disk: { total: diskSize(config().node.data_dir), low_water: config().queue.low_water },
      queue,
      reconciler: { state: reconcilerState(this.#parts), at: last?.at, faults, unknown },
      scanners: scanners.list(),
      backup: { plan: backup.plan(), present: backup.state(), last: backup.list().at(-1) },
      retention,
      certificates: certificatesOf(config(), clock.now()),
    };
  }

  examination(): Examination {
    const state = this.#examining !== undefined ? 'running' : this.#foundAt === undefined ? 'never' : 'done';
    return { state, at: this.#foundAt, findings: this.#findings };
  }

  async examine(): Promise<Examination> {
    const age = this.#parts.clock.now() - (this.#foundAt ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < FRESH_MS) return this.examination();
    this.#examining ??= this.#examineNow().finally(() => {
      this.#examining = undefined;
    });
    await this.#examining;
    return this.examination();
  }

  async close(): Promise<void> {
    if (this.#examining !== undefined) await inTime(this.#examining, CLOSE_MS);
  }

  async #examineNow(): Promise<void> {
    try {
      this.#findings = await examineMachine(this.#parts.config());
      this.#foundAt = this.#parts.clock.now();
    } catch (err) {
      this.#parts.log.error('the machine was not examined', { err });
    }
  }

  async #store(): Promise<StoreHealth | undefined> {
    return inTime(
      this.#parts
        .store()
        .health()
        .catch(() => undefined),
      ANSWER_MS,
    );
  }

  async #queue(): Promise<QueueSurvey | undefined> {
    const answer = await this.#parts.reader.queueSurvey(undefined, ANSWER_MS);
    return answer.kind === 'ok' ? answer.value : undefined;
  }

  /** Busy since the report before: over a minute and more, where somebody looks now and then. */
  #threads(): HealthReport['threads'] {
    const loads = this.#parts.threadLoads();
    const busy = busyShares(this.#loads, loads);
    this.#loads = loads;
    return loads.map(({ name, since, restarts }, i) => ({ name, since, restarts, busy: busy[i]?.busy ?? 0 }));
  }
}

function diskSize(folder: string): number {
  const { blocks, bsize } = statfsSync(folder);
  return blocks * bsize;
}
