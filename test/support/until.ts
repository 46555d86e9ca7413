// Waiting for something that comes by itself: bounded, and with words for when it does not.

import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until there is an answer. Throws, with what was waited for, when the time is over. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 15_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await sleep(25);
  }
}
