// What the checks of a customer say, and a way to look again now.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useCall } from '../../../api/queries.ts';

/** More of one customer are not shown at once; those that are not as they should be come first there. */
const MOST = 1000;

export function useChecks(customer: string) {
  const queries = useQueryClient();
  const query = useCall('getChecks', { path: { customer }, query: { limit: MOST } }, { everyMs: 15_000 });
  const [isLooking, setLooking] = useState(false);
  const [error, setError] = useState<unknown>();
  const look = async () => {
    setLooking(true);
    setError(undefined);
    try {
      await call('lookAgain', { path: { customer } });
    } catch (problem) {
      // A moment ago somebody looked: what is shown is new.
      if (!(problem instanceof ApiProblem && problem.status === 429)) setError(problem);
    } finally {
      for (const id of ['getChecks', 'getRecords', 'listDomains', 'listDkimKeys'] as const) {
        void queries.invalidateQueries({ queryKey: [id] });
      }
      setLooking(false);
    }
  };
  return { query, checks: query.data?.entries ?? [], look, isLooking, error };
}
