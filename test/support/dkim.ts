// What control needs of DKIM in tests: a master key, and a DNS of records that the test publishes.

import type { ControlOptions } from '../../src/control/control.ts';
import { createSecretBox } from '../../src/platform/secret-box.ts';

export interface TestDkim {
  options: ControlOptions['dkim'];
  /** Records by name. */
  zone: Map<string, string[]>;
}

/** A master key of its own, a short overlap, and an empty zone. */
export function createTestDkim(settings = { overlap: 60_000, check_interval: 1000 }): TestDkim {
  const zone = new Map<string, string[]>();
  const box = createSecretBox([Buffer.alloc(32, 9)], 'dkim');
  const lookTxt: ControlOptions['dkim']['lookTxt'] = async (name) => {
    const records = zone.get(name);
    return records === undefined
      ? { kind: 'none', missing: 'domain', security: 'insecure' }
      : { kind: 'found', records, security: 'insecure' };
  };
  return { options: { box, settings: () => settings, lookTxt }, zone };
}
