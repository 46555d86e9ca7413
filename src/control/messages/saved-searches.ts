// Searches that people keep: the parameters of a page's address under a name. Each sees its own.

import { randomBytes } from 'node:crypto';
import { actorOf, type UserPrincipal } from '../access/principal.ts';
import { problem } from '../api/problem.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { SavedSearchRow } from './tables.ts';

const MOST = 100;

export interface NewSearch {
  page: string;
  name: string;
  search: Readonly<Record<string, string>>;
}

export type SavedSearch = Omit<SavedSearchRow, 'seq'>;

export interface SavedSearches {
  /** Those of a page, by name. */
  list(by: UserPrincipal, page: string): Promise<SavedSearch[]>;
  /** Keeps it; one of the same name is replaced. Throws a Problem (409) where there are too many. */
  save(by: UserPrincipal, search: NewSearch): Promise<SavedSearch>;
  /** Throws a Problem (404) where there is no such one. */
  remove(by: UserPrincipal, id: string): Promise<void>;
}

/** Opens the searches. Nothing of them is audited: they change nothing for anybody else. */
export function openSavedSearches({
  database: { db },
  changes,
}: {
  database: ControlDatabase;
  changes: Changes;
}): SavedSearches {
  const own = (by: UserPrincipal) => db.selectFrom('saved_search').selectAll().where('person', '=', by.id);
  return {
    list: (by, page) => own(by).where('page', '=', page).orderBy('name').execute(),
    save: (by, { page, name, search }) =>
      changes.make(actorOf(by), async (trx, now) => {
        const former = trx.deleteFrom('saved_search').where('person', '=', by.id).where('page', '=', page);
        await former.where('name', '=', name).execute();
        const others = await trx.selectFrom('saved_search').select('id').where('person', '=', by.id).execute();
        if (others.length >= MOST) throw problem('too-many-searches', { most: MOST });
        const row: SavedSearch = {
          id: `srch_${randomBytes(12).toString('hex')}`,
          person: by.id,
          customer: by.customer ?? null,
          page,
          name,
          search: JSON.stringify(search),
          made_at: now,
        };
        await trx.insertInto('saved_search').values(row).execute();
        return { result: row, audit: [] };
      }),
    remove: (by, id) =>
      changes.make(actorOf(by), async (trx) => {
        const gone = trx.deleteFrom('saved_search').where('person', '=', by.id).where('id', '=', id);
        const { numDeletedRows } = await gone.executeTakeFirst();
        if (numDeletedRows === 0n) throw problem('no-such-search');
        return { result: undefined, audit: [] };
      }),
  };
}
