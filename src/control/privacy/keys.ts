// The key of hashes and marks: made at the first use, kept sealed under the master key. It goes with the control database
// into backups, so that what was erased after the copy is found in it.

import { randomBytes } from 'node:crypto';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { ControlDatabase } from '../database/control-database.ts';

const OCTETS = 32;
const ABOUT = 'key of erasures';

/** Purpose of the box that the key is sealed in. */
export const PRIVACY_PURPOSE = 'privacy';

/** The key. Throws where the master key that sealed it is not there: erasing under another would mark anew what is marked. */
export function readPrivacyKey({ raw }: Pick<ControlDatabase, 'raw'>, box: SecretBox): Uint8Array {
  const sealed = raw.prepare('select sealed from privacy_key where one = 1').get()?.['sealed'];
  if (sealed instanceof Uint8Array) {
    const key = box.open(sealed, ABOUT);
    if (key === undefined) throw new Error('the key of erasures cannot be opened: its master key is not there');
    return key;
  }
  const key = randomBytes(OCTETS);
  raw.prepare('insert into privacy_key (one, sealed) values (1, ?)').run(box.seal(key, ABOUT));
  return key;
}
