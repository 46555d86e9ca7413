// Records and what DNS says of them, over a link; looked at again and again while somebody waits.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useCall } from '../../../api/queries.ts';

/** While somebody looks at a record that is missing. */
const LOOK_EVERY_MS = 10_000;

export function useLinkRecords(token: string, { follow }: { follow: boolean }) {
  const queries = useQueryClient();
  const records = useCall('getOnboardingRecords', { link: token });
  const checks = useCall('getOnboardingChecks', { link: token });
  const [isLooking, setLooking] = useState(false);
  const [error, setError] = useState<unknown>();
  const look = useCallback(async () => {
    setLooking(true);
    try {
      const { entries } = await call('lookOnboarding', { link: token });
      queries.setQueryData(['getOnboardingChecks', { link: token }], { entries });
      // With the look a domain that was just entered gets its record.
      await queries.invalidateQueries({ queryKey: ['getOnboardingRecords'] });
      setError(undefined);
    } catch (problem) {
      // A moment ago somebody looked: what is shown is new.
      if (!(problem instanceof ApiProblem && problem.status === 429)) setError(problem);
    } finally {
      setLooking(false);
    }
  }, [queries, token]);
  const entries = checks.data?.entries;
  const isGreen = entries?.every(({ required, state }) => !required || state === 'ok' || state === 'warn') ?? false;
  const goesOn = follow && !(isGreen && (entries?.length ?? 0) > 0);
  useEffect(() => {
    if (!goesOn) return undefined;
    void look();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void look();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [goesOn, look]);
  return { records, checks, look, isLooking, error, isGreen, goesOn };
}
