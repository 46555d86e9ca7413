// Takes a message out of quarantine for good. Its sender is told nothing: mail that is held for what it holds mostly comes
// with a sender that is not its own, and a notice would hit somebody who never wrote.

import type { HeldMessage } from '../../mail/queue/read-held.ts';
import type { Actor } from '../actor.ts';
import { fromThread } from '../api/problem.ts';
import type { QuarantineParts } from './parts.ts';

/** Ends the recipients that wait in quarantine, those alone; how many. `why` is for the trace. */
export async function removeMessage(
  parts: Pick<QuarantineParts, 'store'>,
  by: Actor,
  { id, kinds }: Pick<HeldMessage, 'id' | 'kinds'>,
  why = by.reason,
): Promise<number> {
  let removed = 0;
  for (const hold of kinds) {
    const verb = { verb: 'remove', query: { id, hold }, by: by.who, ...(why !== undefined && { note: why }) } as const;
    removed += (await fromThread(parts.store().apply(verb))).changed;
  }
  return removed;
}
