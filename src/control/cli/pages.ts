// Lists that come in pages, read to their end.

import type { CallOptions, Client } from './client.ts';

const PAGE = 1000;

/** The first `limit` entries of a list, page by page. */
export async function listPages<Entry>(client: Client, call: CallOptions, limit: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  let after: string | undefined;
  do {
    const query = { ...call.query, limit: String(Math.min(PAGE, limit - entries.length)), after };
    const page = (await client.call({ ...call, query })) as { entries: Entry[]; next?: string };
    entries.push(...page.entries);
    after = page.next;
  } while (after !== undefined && entries.length < limit);
  return entries;
}
