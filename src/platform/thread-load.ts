// How busy a thread is: the share of time that its event loop spent at work, from two looks.

export interface ThreadLoad {
  name: string;
  /** When it was started last, milliseconds since 1970. */
  since: number;
  /** How often it ended by itself and was started again. */
  restarts: number;
  /** At work and waiting since it was started, milliseconds. */
  activeMs: number;
  idleMs: number;
}

/** The busy share of each thread between two looks, 0 to 1; of one that began anew, since it began. */
export function busyShares(
  before: readonly ThreadLoad[],
  now: readonly ThreadLoad[],
): { name: string; busy: number }[] {
  const known = new Map(before.map((load) => [load.name, load]));
  return now.map(({ name, since, activeMs, idleMs }) => {
    const last = known.get(name);
    const begun = last === undefined || last.since !== since ? { activeMs: 0, idleMs: 0 } : last;
    const active = activeMs - begun.activeMs;
    const all = active + idleMs - begun.idleMs;
    return { name, busy: all > 0 ? Math.min(1, Math.max(0, active / all)) : 0 };
  });
}
