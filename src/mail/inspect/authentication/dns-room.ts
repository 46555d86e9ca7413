// How many look-ups are under way at once. Each has a socket of its own, and strangers choose what is asked: without a
// bound a few hundred messages with names that nobody answers for take all files that the process may open.

/** Does the work once there is room for it, in order. */
export type DnsRoom = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes room for so many at once. */
export function createDnsRoom(most: number): DnsRoom {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes on to who waits.
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
