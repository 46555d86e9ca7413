// The scanners as the operator sees them: whether each answers, with its alarm and its event, and teaching the spam
// scanners. Relay threads find out by themselves what they can ask; this is for people.

import { readFileSync } from 'node:fs';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import { createVirusScanner } from '../../network/clamd/virus-scanner.ts';
import { createSpamLearner, type Learned, type SpamLearner } from '../../network/rspamd/spam-learner.ts';
import { createSpamScanner } from '../../network/rspamd/spam-scanner.ts';
import { clamdOf, rspamdOf } from '../../network/scanner-config.ts';
import type { ScannerNews } from '../../network/scanner-health.ts';
import type { Clock } from '../../platform/clock.ts';
import { scannerName } from '../../platform/config/scanners.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { Changes } from '../changes.ts';

export interface ScannersParts {
  /** Asked at the start: scanners change with a restart. */
  config: () => Pick<Config, 'clamd' | 'rspamd'>;
  changes: Changes;
  alarms: () => Pick<AlarmWatch, 'scanner'>;
  clock: Clock;
  log: Log;
  /** A scanner that is back before is no alarm: signatures are loaded, services restarted. Default 15 s. */
  graceMs?: number;
}

export interface ScannersService {
  /** Teaches the spam scanners. Rejects with words for people where none takes it. */
  learn(as: 'spam' | 'ham', content: Uint8Array): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

const GRACE_MS = 15_000;
const PROBE_EVERY_MS = 15_000;
/** Learning writes to a database of rspamd's. */
const LEARN_MS = 20_000;

/** Begins to watch. */
export function openScanners(parts: ScannersParts): ScannersService {
  const { clamd, rspamd } = parts.config();
  const watch = new ScannerWatch(parts);
  const options = { alwaysDeep: true, probeEveryMs: PROBE_EVERY_MS, news: (news: ScannerNews) => watch.heard(news) };
  const watched = [
    ...(clamd.length === 0 ? [] : [createVirusScanner({ ...options, scanners: clamd.map(clamdOf) })]),
    ...(rspamd.length === 0 ? [] : [createSpamScanner({ ...options, scanners: rspamd.map(rspamdOf) })]),
  ];
  const learner = openLearner(rspamd);
  return {
    learn: async (as, content) => understood(await learner.learn(as, content)),
    close() {
      for (const scanner of watched) scanner.close();
      learner.close();
      return watch.close();
    },
  };
}

function openLearner(rspamd: Config['rspamd']): SpamLearner {
  const controllers = rspamd.flatMap(({ controller: address, password_file: file }) => {
    if (address === undefined) return [];
    // Read anew each time: whoever changes the password restarts nothing.
    const password = () => (file === undefined ? undefined : readFileSync(file, 'utf8').trim());
    return [{ address, name: scannerName(address), password }];
  });
  return createSpamLearner({ controllers, timeoutMs: LEARN_MS });
}

function understood(answers: ReadonlyMap<string, Learned>): void {
  if (answers.size === 0) throw new Error('no [[rspamd]] names its controller: nobody learns');
  const failed = [...answers].flatMap(([name, answer]) =>
    answer.kind === 'failed' ? [`${name} ${answer.detail}`] : [],
  );
  if (failed.length > 0) throw new Error(`not every spam scanner has learned: ${failed.join('; ')}`);
}

/** Turns news into alarms and events. */
class ScannerWatch {
  readonly #parts: ScannersParts;
  readonly #down = new Map<string, NodeJS.Timeout>();
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: ScannersParts) {
    this.#parts = parts;
  }

  heard(news: ScannerNews): void {
    const name = `${news.scanner} ${news.address}`;
    clearTimeout(this.#down.get(name));
    this.#down.delete(name);
    if (news.state === 'up') {
      this.#parts.alarms().scanner(name, undefined);
      return;
    }
    const since = this.#parts.clock.now();
    const timer = setTimeout(() => this.#tell(news, name, since), this.#parts.graceMs ?? GRACE_MS);
    timer.unref();
    this.#down.set(name, timer);
  }

  close(): Promise<void> {
    for (const timer of this.#down.values()) clearTimeout(timer);
    return this.#writing;
  }

  #tell({ scanner, address, detail }: ScannerNews, name: string, since: number): void {
    this.#parts.alarms().scanner(name, detail);
    const data = { scanner, address, since: new Date(since).toISOString() };
    this.#writing = this.#writing.then(() => this.#write(data));
  }

  async #write(data: { scanner: string; address: string; since: string }): Promise<void> {
    try {
      await this.#parts.changes.make(RELAY_ACTOR, async () => ({
        result: undefined,
        audit: [],
        events: [{ type: 'scan.scanner_unavailable', data }],
      }));
    } catch (err) {
      this.#parts.log.error('the event of a scanner was not written', { ...data, err });
    }
  }
}
