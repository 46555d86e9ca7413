// How much of what lies in a relay's queue is sealed, seen by whoever opens its files.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Messages in the queue by their content: no header begins with a zero, as what is sealed does. */
export function contentsIn(dataDir: string): { sealed: number; clear: number } {
  const queue = new DatabaseSync(join(dataDir, 'queue.db'), { readOnly: true });
  const found = queue
    .prepare(
      `select count(*) as whole, count(*) filter (
         where body_file like '%.sealed' or (body_file is null and substr(body, 1, 1) = x'00')
       ) as sealed from message`,
    )
    .get();
  queue.close();
  const sealed = Number(found?.['sealed']);
  return { sealed, clear: Number(found?.['whole']) - sealed };
}
