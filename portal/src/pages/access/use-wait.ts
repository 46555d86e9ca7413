// A wait that the API asks for after too many attempts, second by second.

import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';

export interface Wait {
  /** Seconds that are left; 0: none. */
  seconds: number;
  /** Begins one where the problem asks for it. Answers whether it does. */
  heed: (error: unknown) => boolean;
}

/** How long to wait where the API does not say. */
const USUAL_S = 30;

export function useWait(): Wait {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until <= now) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), 1000 - ((Date.now() - until) % 1000));
    return () => clearTimeout(timer);
  }, [until, now]);
  const heed = useCallback((error: unknown) => {
    if (!(error instanceof ApiProblem) || error.status !== 429) return false;
    setNow(Date.now());
    setUntil(Date.now() + (error.retryAfterS ?? USUAL_S) * 1000);
    return true;
  }, []);
  return { seconds: Math.max(0, Math.ceil((until - now) / 1000)), heed };
}
