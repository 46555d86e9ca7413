// What control needs of DKIM in tests: a master key, and a DNS of records that the test publishes.

import type { ControlOptions } from '../../src/control/control.ts';
import { createSecretBox } from '../../src/platform/secret-box.ts';

export interface TestDkim {
  options: ControlOptions['dkim'];
  /** Records by name. */
  zone: Map<string, string[]>;
  /** Keys that were told of, with what was wrong; nothing where they are right again. */
  faults: Map<string, string | undefined>;
  /** DNS gives no answer. */
  silent: boolean;
}

/** A master key of its own, a short overlap, and an empty zone. */
export function createTestDkim(settings = { overlap: 60_000, check_interval: 1000 }): TestDkim {
  const zone = new Map<string, string[]>();
  const box = createSecretBox([Buffer.alloc(32, 9)], 'dkim');
  const lookTxt: ControlOptions['dkim']['lookTxt'] = async (name) => {
    if (made.silent) return { kind: 'temporary', detail: 'SERVFAIL' };
    const records = zone.get(name);
    return records === undefined
      ? { kind: 'none', missing: 'domain', security: 'insecure' }
      : { kind: 'found', records, security: 'insecure' };
  };
  const faults = new Map<string, string | undefined>();
  const fault = (key: string, what: string | undefined) => void faults.set(key, what);
  const made: TestDkim = { options: { box, settings: () => settings, lookTxt, fault }, zone, faults, silent: false };
  return made;
}
