// Parts of pages that come with their own script: what is not in sight at first does not delay what is.

import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** A part that is loaded when it is first drawn, within a `Suspense`. */
export function lazily<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => ({ default: await load() }));
}

/** Loads ahead, once the browser has nothing else to do; what fails is loaded again when it is needed. */
export function loadAhead(...loads: readonly (() => Promise<unknown>)[]): void {
  const start = () => {
    for (const load of loads) void load().catch(() => {});
  };
  if (typeof requestIdleCallback === 'function') requestIdleCallback(start, { timeout: 2000 });
  else setTimeout(start, 1000);
}
