// Work of which only so much may run at once; the rest waits in the order in which it came.

/** Makes the gate: each piece of work begins when it is its turn, and ends as it ends. */
export function fewAtOnce(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < most) running += 1;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place goes to who waits longest.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
