// Results of exports: files that go at their time, or when their address is erased.

import { createReadStream, existsSync, type ReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlDatabase } from '../database/control-database.ts';
import { exportPath } from './export-address.ts';
import type { PrivacyRequestRow } from './tables.ts';

/** The result of an export that is still there; nothing where it is over, or never was. */
export function openExport(folder: string, request: PrivacyRequestRow, now: number): ReadStream | undefined {
  if (request.expires_at === null || request.expires_at <= now) return undefined;
  const path = exportPath(folder, request.id);
  return existsSync(path) ? createReadStream(path) : undefined;
}

/** Removes the results that name an address that is being erased; their requests forget it too. Answers how many. */
export async function removeExports(
  { database, folder }: { database: ControlDatabase; folder: string },
  { customer, mark }: Pick<PrivacyRequestRow, 'customer' | 'mark'>,
): Promise<number> {
  const same = await database.db
    .selectFrom('privacy_request')
    .select('id')
    .where('customer', '=', customer)
    .where('mark', '=', mark)
    .where('kind', '=', 'export')
    .execute();
  let removed = 0;
  for (const { id } of same) {
    const path = exportPath(folder, id);
    if (existsSync(path)) removed += 1;
    rmSync(path, { force: true });
  }
  await database.db
    .updateTable('privacy_request')
    .set({ address: null, expires_at: null })
    .where('customer', '=', customer)
    .where('mark', '=', mark)
    .where('kind', '=', 'export')
    .where('state', 'in', ['completed', 'failed'])
    .execute();
  return removed;
}

/** Removes results older than `before` (milliseconds since 1970), and what a stop left half written; answers how many. */
export function dropExports(folder: string, before: number): number {
  if (!existsSync(folder)) return 0;
  let dropped = 0;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs >= before) continue;
    rmSync(path, { force: true });
    dropped += 1;
  }
  return dropped;
}
