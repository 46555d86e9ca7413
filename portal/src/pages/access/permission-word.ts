// Permissions as keys of the catalogue, where a colon means something else.

import type { Permission } from '../../session.ts';

type Word<P extends string> = P extends `${infer Noun}:${infer Verb}` ? `${Noun}_${Verb}` : never;
type Noun<P extends string> = P extends `${infer N}:${string}` ? N : never;

export function wordOf<P extends Permission>(permission: P): Word<P> {
  return permission.replace(':', '_') as Word<P>;
}

/** What it is about. */
export function nounOf<P extends Permission>(permission: P): Noun<P> {
  return permission.slice(0, permission.indexOf(':')) as Noun<P>;
}
