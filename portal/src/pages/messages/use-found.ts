// What a search finds, page by page. Where a page comes back with little, the next is asked for at once, so that one sees
// the search go on; not without end, for somebody has to want it.

import { useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { type Entry, usePages } from '../../api/queries.ts';
import { readMore } from '../../parts/more-foot.tsx';

export type Row = Entry<'searchRecipients'>;

/** The API answers after so long with what it has. */
const WITHIN_MS = 700;
const PAGE = 100;
/** Rows that fill a window. */
const ENOUGH = 40;
/** Pages asked for without anybody asking. */
const BY_ITSELF = 12;

export interface Found {
  rows: readonly Row[];
  /** The first answer to a new question is not there yet; rows are those of the question before. */
  isStale: boolean;
  isLooking: boolean;
  /** Everything later than this was looked at; absent: all was. */
  searchedTo?: string | undefined;
  /** It stopped by itself, and goes on when asked to. */
  hasStopped: boolean;
  goOn: () => void;
  stop: () => void;
  /** For the list: the next page, once its end is near. */
  more: (() => void) | undefined;
  /** The question cannot be understood. */
  fault?: string | undefined;
  pages: ReturnType<typeof usePages<'searchRecipients'>>;
}

export function useFound(q: string, customer: string | undefined): Found {
  const input = { query: { q, limit: PAGE, within: WITHIN_MS, ...(customer !== undefined && { customer }) } };
  const pages = usePages('searchRecipients', input, { cursor: 'before', keep: true });
  const question = `${customer ?? ''} ${q}`;
  const [wish, setWish] = useState({ question, pages: 0, stopped: false });
  const { pages: wished, stopped } = wish.question === question ? wish : { pages: 0, stopped: false };
  const last = useRef<readonly Row[]>([]);
  const { error, hasNextPage, isFetchingNextPage, isFetchNextPageError, isPlaceholderData, fetchNextPage } = pages;
  if (pages.entries !== undefined) last.current = pages.entries;
  const rows = last.current;
  const read = pages.pages?.length ?? 0;
  const withRows = (pages.pages?.findLastIndex(({ entries }) => entries.length > 0) ?? -1) + 1;
  const isDry = !isPlaceholderData && hasNextPage && (rows.length < ENOUGH || withRows < read);
  const goesOn = isDry && !stopped && !isFetchNextPageError && read < Math.max(withRows + BY_ITSELF, wished);
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) void fetchNextPage();
  }, [goesOn, isFetchingNextPage, fetchNextPage]);
  return {
    rows,
    isStale: isPlaceholderData,
    isLooking: isDry && (isFetchingNextPage || goesOn),
    searchedTo: pages.pages?.at(-1)?.searched_to,
    hasStopped: isDry && !goesOn && !isFetchingNextPage,
    goOn: () => setWish({ question, pages: read + BY_ITSELF, stopped: false }),
    stop: () => setWish({ question, pages: 0, stopped: true }),
    more: isDry ? undefined : readMore(pages),
    fault:
      error instanceof ApiProblem && error.status === 400 ? (error.faults[0]?.message ?? error.message) : undefined,
    pages,
  };
}
