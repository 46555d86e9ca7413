// The key of hashes and marks: made at the first start, kept sealed under the master key. It goes with the control database
// into backups, so that what was erased after the copy is found in it.

import { randomBytes } from 'node:crypto';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { ControlDatabase } from '../database/control-database.ts';

const OCTETS = 32;
const ABOUT = 'key of erasures';

/** Purpose of the box that the key is sealed in. */
export const PRIVACY_PURPOSE = 'privacy';

/**
 * The key; nothing where there is none yet. Throws where the master key that sealed it is not there: erasing under another
 * would mark anew what is marked.
 */
export function readPrivacyKey({ raw }: Pick<ControlDatabase, 'raw'>, box: SecretBox): Uint8Array | undefined {
  const sealed = raw.prepare('select sealed from privacy_key where one = 1').get()?.['sealed'];
  if (!(sealed instanceof Uint8Array)) return undefined;
  const key = box.open(sealed, ABOUT);
  if (key === undefined) throw new Error('the key of erasures cannot be opened: its master key is not there');
  return key;
}

/**
 * The key, made where there is none: at the first start, so that every backup has it. It is sealed anew with the present
 * master key. `mayBeLost`: by the operator's word the master key is lost; then another key takes its place, and what the
 * ledger names can no longer be found.
 */
export function readOrMakePrivacyKey(
  database: Pick<ControlDatabase, 'raw'>,
  box: SecretBox,
  mayBeLost = false,
): Uint8Array {
  const key = keptKey(database, box, mayBeLost) ?? randomBytes(OCTETS);
  const write =
    'insert into privacy_key (one, sealed) values (1, ?) on conflict do update set sealed = excluded.sealed';
  database.raw.prepare(write).run(box.seal(key, ABOUT));
  return key;
}

function keptKey(database: Pick<ControlDatabase, 'raw'>, box: SecretBox, mayBeLost: boolean): Uint8Array | undefined {
  try {
    return readPrivacyKey(database, box);
  } catch (err) {
    if (mayBeLost) return undefined;
    throw err;
  }
}
