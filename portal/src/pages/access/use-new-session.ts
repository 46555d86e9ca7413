// A session that has just begun.

import { useQueryClient } from '@tanstack/react-query';
import { SESSION_KEY } from '../../session.ts';

/** Reads who is signed in now; what was read for whoever was before is forgotten. */
export function useNewSession(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
    await queries.resetQueries({ queryKey: SESSION_KEY });
  };
}
