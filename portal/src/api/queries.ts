// The API as hooks: what is read is kept and read again when it may have changed.

import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type Answer, call, callWithTag, type Input, type OperationId } from './call.ts';

interface ReadOptions {
  /** Ask only while this is true. */
  enabled?: boolean;
  /** Ask again so often. */
  everyMs?: number;
  /** Show what was there while the next is being read: for lists that change as one types. */
  keep?: boolean;
}

/** What an operation answers. The key is [id, input]. */
export function useCall<Id extends OperationId>(id: Id, input: Input<Id>, options: ReadOptions = {}) {
  return useQuery({
    ...queryOptions({
      queryKey: [id, input],
      queryFn: ({ signal }): Promise<Answer<Id>> => call(id, { ...input, signal }),
    }),
    ...shared(options),
  });
}

/** As `useCall`, with the version of what was read. */
export function useTagged<Id extends OperationId>(id: Id, input: Input<Id>, options: ReadOptions = {}) {
  return useQuery({
    queryKey: [id, input, 'tag'],
    queryFn: ({ signal }) => callWithTag(id, { ...input, signal }),
    ...shared(options),
  });
}

export interface Read<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/** Two answers that are shown together: both are there, or what failed of them is asked again in one. */
export function both<A, B>(one: Read<A>, other: Read<B>): Read<readonly [A, B]> {
  return {
    data: one.data === undefined || other.data === undefined ? undefined : [one.data, other.data],
    error: one.error ?? other.error,
    refetch: () => Promise.all([one, other].filter(({ error }) => error !== null).map(({ refetch }) => refetch())),
  };
}

interface Page {
  readonly entries: readonly unknown[];
  readonly next?: string | undefined;
}

type PagedId = { [Id in OperationId]: Answer<Id> extends Page ? Id : never }[OperationId];
export type Entry<Id extends PagedId> = Answer<Id> extends { readonly entries: readonly (infer E)[] } ? E : never;

/** A list without end, as far as it was read. */
export interface Paged<Row> {
  entries: Row[] | undefined;
  /** The entries, or why there are none, as `Answered` takes them. */
  listed: Read<Row[]>;
  error: Error | null;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

/** A list without end: `entries` of all pages read so far. `cursor`: the query's name for `next` of the page before. */
export function usePages<Id extends PagedId>(
  id: Id,
  input: Input<Id>,
  { cursor = 'after', ...options }: ReadOptions & { cursor?: 'after' | 'before' } = {},
) {
  const query = useInfiniteQuery({
    ...infiniteQueryOptions({
      queryKey: [id, input, 'pages'],
      initialPageParam: undefined as string | undefined,
      queryFn: async ({ signal, pageParam }): Promise<Answer<Id> & Page> => {
        const given = input as unknown as { query?: object };
        const query = { ...given.query, ...(pageParam !== undefined && { [cursor]: pageParam }) };
        return await call(id, { ...given, query, signal });
      },
      getNextPageParam: (last: Page) => last.next,
    }),
    ...shared(options),
  });
  const data = query.data;
  const entries = data?.pages.flatMap((page) => page.entries as Entry<Id>[]);
  const { error, refetch } = query;
  return { ...query, pages: data?.pages, entries, listed: { data: entries, error, refetch } };
}

/** Carries out an operation; what the named ones answered is read again afterwards. */
export function useAct<Id extends OperationId>(id: Id, { changes = [] }: { changes?: readonly OperationId[] } = {}) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input<Id>): Promise<Answer<Id>> => call(id, input),
    onSettled: () => Promise.all(changes.map((one) => queries.invalidateQueries({ queryKey: [one] }))),
  });
}

function shared({ enabled = true, everyMs, keep = false }: ReadOptions) {
  return {
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
    ...(keep && { placeholderData: <T>(before: T | undefined) => before }),
  };
}
