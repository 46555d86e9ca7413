// Control with a database of its own, for tests: what it tells the rest of the relay is kept.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { type ApplyOutcome, type Control, openControl } from '../../src/control/control.ts';
import type { DirectoryUpdate } from '../../src/mail/authorise/directory-index.ts';
import { createTestLog } from '../../src/platform/log.ts';
import { createTestDkim } from './dkim.ts';

export class ControlWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'control-'));
  readonly updates: DirectoryUpdate[] = [];
  readonly suspensions: [string, boolean][] = [];
  readonly releases: [string, string][] = [];
  poolChanges = 0;
  control: Control = this.open();

  open(): Control {
    return openControl({
      path: join(this.folder, 'control.db'),
      clock: { now: () => 1_800_000_000_000, monotonic: () => 0 },
      publish: (update) => this.updates.push(update),
      suspend: async (customer, suspended) => void this.suspensions.push([customer, suspended]),
      releaseSuppressed: async (customer, address) => void this.releases.push([customer, address]),
      suppressionFailed: (err) => {
        throw err;
      },
      poolsChanged: () => this.poolChanges++,
      dkim: createTestDkim().options,
      log: createTestLog(),
    });
  }

  apply(tables: Record<string, unknown>, more: { prune?: boolean; dryRun?: boolean } = {}): Promise<ApplyOutcome> {
    return this.applyText(stringify(tables), more);
  }

  applyText(text: string, more: { prune?: boolean; dryRun?: boolean } = {}): Promise<ApplyOutcome> {
    return this.control.apply(text, { prune: false, dryRun: false, who: 'tester', ...more });
  }

  async restart(): Promise<void> {
    await this.control.close();
    this.control = this.open();
  }

  async end(): Promise<void> {
    await this.control.close();
    rmSync(this.folder, { recursive: true });
  }
}
