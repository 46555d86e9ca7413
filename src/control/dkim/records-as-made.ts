// The records of our keys as DNS would have them, were all of them published: for the sandbox, which asks no DNS.

import { recordName } from '../../protocol/dkim/key-record.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { KeeperOptions } from './keeper.ts';
import { keyView } from './key-rows.ts';

/** Answers for a name as a resolver would. */
export function recordsAsMade({ reads }: Pick<ControlDatabase, 'reads'>): KeeperOptions['lookTxt'] {
  return async (name) => {
    const rows = await reads.selectFrom('dkim_key').selectAll().execute();
    const records = rows
      .filter(({ selector, domain }) => recordName(selector, domain) === name)
      .map((row) => keyView(row).record.text);
    if (records.length === 0) return { kind: 'none', missing: 'record', security: 'insecure' };
    return { kind: 'found', records, security: 'insecure' };
  };
}
