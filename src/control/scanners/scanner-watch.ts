// What is found of the scanners over time: since when each answers, what was wrong last, and whether it looks at
// everything. What stays away is told as an alarm and an event.

import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { ClamdAddress } from '../../network/clamd/clamd-session.ts';
import { looksAtAll } from '../../network/clamd/looks-at-all.ts';
import type { ScannerNews, ScannerState } from '../../network/scanner-health.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { Changes } from '../changes.ts';

export interface WatchParts {
  changes: Changes;
  alarms: () => Pick<AlarmWatch, 'scanner'>;
  clock: Clock;
  log: Log;
  /** A scanner that is back before is no alarm: signatures are loaded, services restarted. Default 15 s. */
  graceMs?: number;
}

/** What was found of one scanner. */
export interface Found {
  /** Since when it is as it is, milliseconds since 1970; absent while nothing is known. */
  since?: number;
  /** What was wrong last, also where it is over. */
  lastFault?: { at: number; detail: string };
  /** It calls clean what it did not look at. Absent where that was not found out. */
  incomplete?: boolean;
}

const GRACE_MS = 15_000;

/** Hears what becomes of scanners. */
export class ScannerWatch {
  readonly #parts: WatchParts;
  readonly #found = new Map<string, Found>();
  readonly #down = new Map<string, NodeJS.Timeout>();
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** What is known of a scanner. */
  found({ scanner, address }: Pick<ScannerState, 'scanner' | 'address'>): Found {
    return this.#found.get(`${scanner} ${address}`) ?? {};
  }

  heard(news: ScannerNews): void {
    const name = `${news.scanner} ${news.address}`;
    const at = this.#parts.clock.now();
    const lastFault = news.state === 'down' ? { at, detail: news.detail } : this.#found.get(name)?.lastFault;
    this.#found.set(name, { ...this.#found.get(name), since: at, ...(lastFault !== undefined && { lastFault }) });
    clearTimeout(this.#down.get(name));
    this.#down.delete(name);
    if (news.state === 'up') {
      this.#parts.alarms().scanner(name, undefined);
      return;
    }
    const timer = setTimeout(() => this.#tell(news, name, at), this.#parts.graceMs ?? GRACE_MS);
    timer.unref();
    this.#down.set(name, timer);
  }

  /** Whether a clamd that was just found to answer looks at everything: its settings change with a restart alone. */
  async lookWhetherAll(news: ScannerNews, scanner: { address: ClamdAddress; timeoutMs: number }): Promise<void> {
    if (news.state !== 'up') return;
    const name = `${news.scanner} ${news.address}`;
    try {
      const incomplete = !(await looksAtAll(scanner.address, scanner.timeoutMs));
      this.#found.set(name, { ...this.#found.get(name), incomplete });
      if (!incomplete) return;
      this.#parts.log.error('clamd calls clean what is past its limits: set "AlertExceedsMax yes" in clamd.conf', {
        scanner: news.scanner,
        address: news.address,
      });
    } catch {
      // It is gone again, which is told by itself; the next time that it answers it is asked anew.
      this.#found.set(name, withoutLook(this.#found.get(name)));
    }
  }

  /** It is no longer one of ours: nothing is wrong with it any more. */
  forget({ scanner, address }: Pick<ScannerState, 'scanner' | 'address'>): void {
    const name = `${scanner} ${address}`;
    clearTimeout(this.#down.get(name));
    this.#down.delete(name);
    this.#found.delete(name);
    this.#parts.alarms().scanner(name, undefined);
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

function withoutLook({ incomplete: _incomplete, ...found }: Found = {}): Found {
  return found;
}
