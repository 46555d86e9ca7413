// Contents that ended an inspect process: by their digest, over all threads of the relay. Once is chance, thrice is a
// matter for a person.

/** So many deaths, and the message is no longer taken apart. */
export const DEATHS_TO_HOLD = 3;
/** Contents that are remembered; the oldest are forgotten. */
const MOST = 10_000;

export interface Deaths {
  /** Another death. Gives the count. */
  add(digest: string): number;
  count(digest: string): number;
  /** For a thread that starts later. */
  entries(): [string, number][];
}

/** Counts from nothing, or from what another thread knew. */
export function createDeaths(known: readonly (readonly [string, number])[] = []): Deaths {
  const counts = new Map<string, number>(known);
  return {
    add(digest) {
      const count = (counts.get(digest) ?? 0) + 1;
      counts.delete(digest);
      counts.set(digest, count);
      const [oldest] = counts.keys();
      if (counts.size > MOST && oldest !== undefined) counts.delete(oldest);
      return count;
    },
    count: (digest) => counts.get(digest) ?? 0,
    entries: () => [...counts],
  };
}
