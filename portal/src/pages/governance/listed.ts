// A list that is read page by page, as `Answered` takes it.

import type { UseQueryResult } from '@tanstack/react-query';

interface Pages<E> {
  entries: E[] | undefined;
  error: Error | null;
  isFetching: boolean;
  refetch: () => Promise<unknown>;
}

/** All entries read so far, and the state they are in. */
export function listed<E>({ entries, error, isFetching, refetch }: Pages<E>) {
  // Whoever reads again does not look at what it gives.
  const again = refetch as UseQueryResult<E[]>['refetch'];
  return { data: entries, error, isFetching, refetch: again };
}
