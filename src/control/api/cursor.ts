// Pages of long lists: the cursor names the key of the last entry, so that a page costs the same wherever it lies, and
// what is added or removed meanwhile moves nothing else. It is a place, never a right: every page is filtered anew.

import { z } from 'zod';
import { says } from './field-faults.ts';

/** Parts of a key, in the order of the list. */
export type CursorKey = readonly (string | number)[];

const LONGEST = 2000;

/** The cursor of an entry, from its key in the order of the list. */
export function cursorOf(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The `after` of a list whose key has this shape, such as `z.tuple([z.string(), z.number()])`: text of the request becomes
 * the key. What is no cursor of ours is a 400 that names the field.
 */
export function afterCursor<T extends CursorKey>(key: z.ZodType<T>) {
  return z
    .string()
    .max(LONGEST)
    .transform((text, context): T => {
      const parsed = key.safeParse(decode(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: says('cursor') });
      return z.NEVER;
    })
    .optional()
    .describe('`next` of the page before.');
}

function decode(text: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    // No JSON: none of ours, which the caller says.
    return undefined;
  }
}

/** The schema of a page. */
export function pageSchema<T extends z.ZodType>(entry: T) {
  return z.object({
    entries: z.array(entry),
    next: z.string().optional().describe('Cursor of the page that follows; absent on the last one.'),
  });
}

/** A page from rows of which one more than `limit` was read, so that the last page has no `next`. */
export function pageOf<Row, Entry>(
  rows: readonly Row[],
  limit: number,
  { entry, key }: { entry: (row: Row) => Entry; key: (row: Row) => CursorKey },
): { entries: Entry[]; next?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const entries = shown.map(entry);
  return rows.length > limit && last !== undefined ? { entries, next: cursorOf(key(last)) } : { entries };
}
