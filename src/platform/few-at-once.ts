// Work of which only so much may run at once. The rest waits: of each owner in the order in which it came, and the owners
// in turn, so that nobody waits behind all that another has brought.

/** Makes the gate: each piece of work begins when it is its turn, and ends as it ends. */
export function fewAtOnce(most: number): <T>(owner: string, work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting = new Map<string, (() => void)[]>();
  const wait = (owner: string) =>
    new Promise<void>((begin) => {
      const own = waiting.get(owner);
      if (own === undefined) waiting.set(owner, [begin]);
      else own.push(begin);
    });
  const ended = () => {
    const [next] = waiting;
    // The place goes on to whose turn it is.
    if (next === undefined) {
      running -= 1;
      return;
    }
    const [owner, own] = next;
    waiting.delete(owner);
    const begin = own.shift();
    if (own.length > 0) waiting.set(owner, own);
    begin?.();
  };
  return async (owner, work) => {
    if (running < most) running += 1;
    else await wait(owner);
    try {
      return await work();
    } finally {
      ended();
    }
  };
}
