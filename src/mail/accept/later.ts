// Going on with a value that may already be there.

import type { Later } from './handler.ts';

/** Goes on at once if the value is there, else when it comes. */
export function whenDone<A, B>(value: Later<A>, goOn: (value: A) => Later<B>): Later<B> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
