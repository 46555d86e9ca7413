// Rows of a list that are chosen: single ones, or all that match.

import { useState } from 'react';
import type { Selection } from '../../../parts/data-list.tsx';

export interface Choice<Row> {
  selection: Selection<Row>;
  /** Keys of the rows; of no use where all that match are meant. */
  keys: readonly string[];
  /** All that match, shown or not. */
  isAll: boolean;
  takeAll(): void;
  clear(): void;
}

interface Names<Row> {
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  /** So many single rows does one request name; more are meant by all that match. */
  most: number;
}

/** The choice; `about` names what the list shows: another list begins with nothing chosen. */
export function useChoice<Row>(rows: readonly Row[], about: string, { keyOf, nameOf, most }: Names<Row>): Choice<Row> {
  const [kept, setKept] = useState<{ about: string; keys: ReadonlySet<string>; isAll: boolean }>({
    about,
    keys: new Set(),
    isAll: false,
  });
  const { keys, isAll } = kept.about === about ? kept : { keys: new Set<string>(), isAll: false };
  const keep = (next: ReadonlySet<string>, all = false) => setKept({ about, keys: next, isAll: all });
  const shown = rows.map(keyOf);
  const first = shown.slice(0, most);
  const all = rows.length > 0 && (isAll || first.every((key) => keys.has(key)));
  return {
    selection: {
      has: (row) => isAll || keys.has(keyOf(row)),
      toggle: (row) => {
        const next = new Set(isAll ? first : keys);
        if (!next.delete(keyOf(row))) next.add(keyOf(row));
        keep(next);
      },
      all,
      some: isAll || keys.size > 0,
      toggleAll: () => keep(all ? new Set() : new Set(first)),
      nameOf,
    },
    keys: [...keys],
    isAll,
    takeAll: () => keep(new Set(), true),
    clear: () => keep(new Set()),
  };
}
