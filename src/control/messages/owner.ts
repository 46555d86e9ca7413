// Whose something is that only whoever made it may see.

import type { Principal } from '../access/principal.ts';

/** `user:ID`, `key:ID`, or `owner`. */
export function ownerOf(principal: Principal): string {
  return principal.kind === 'user' || principal.kind === 'key' ? `${principal.kind}:${principal.id}` : principal.kind;
}
