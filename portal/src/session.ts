// Who is signed in, and what that person may do.

import { queryOptions, useQuery } from '@tanstack/react-query';
import { type Answer, askToSignIn, call } from './api/call.ts';
import { ApiProblem } from './api/problem.ts';

export type Session = Answer<'getSession'>;
export type Permission = Session['permissions'][number];
export type Side = 'operator' | 'customer';

export const SESSION_KEY = ['getSession', {}] as const;
/** Somebody else may have changed the role meanwhile. */
const FRESH_MS = 60_000;

/** The session; `null` where nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await call('getSession', {});
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      // A session that ended while it was used: the page stays, with what was typed in it.
      return (await askToSignIn()) ? call('getSession', {}) : null;
    }
  },
  staleTime: FRESH_MS,
});

/** The session, as it is or will be. */
export function useSessionQuery() {
  return useQuery(sessionQuery);
}

/** The session of a page that needs one. */
export function useSession(): Session {
  const { data } = useSessionQuery();
  if (data === undefined || data === null) throw new Error('this page is shown without a session');
  return data;
}

export function sideOf({ user }: Session): Side {
  return user.customer === undefined ? 'operator' : 'customer';
}

/** Whether the person may; for showing or not, the API decides. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}
