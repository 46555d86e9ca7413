// What people say a message was: the spam scanners learn from it.

import type { HeldMessage } from '../../mail/queue/read-held.ts';
import type { Actor } from '../actor.ts';
import { fromThread, Problem, valueOf } from '../api/problem.ts';
import type { QuarantineParts } from './parts.ts';
import { noteAct } from './record.ts';

/** More of a message teaches nothing more. */
const MOST_LEARNED = 2 * 1024 ** 2;

/** Teaches the scanners now. Throws a Problem where the message is gone, or no scanner takes it. */
export async function report(
  parts: QuarantineParts,
  by: Actor,
  message: HeldMessage,
  as: 'spam' | 'ham',
): Promise<void> {
  await noteAct(parts.changes, by, as === 'spam' ? 'reported_spam' : 'reported_ham', { message, recipients: 0 });
  const content = valueOf(await parts.reader.queueContent(message.id, MOST_LEARNED), 'id');
  if (content === undefined) throw new Problem(404, `${message.id} is no longer in quarantine.`);
  await fromThread(parts.learn(as, content.bytes));
}

/** Teaches them besides something else: whoever waits for that does not wait for this. */
export function learnLater(parts: QuarantineParts, as: 'spam' | 'ham', { id }: Pick<HeldMessage, 'id'>): void {
  const learning = async () => {
    const content = await parts.reader.queueContent(id, MOST_LEARNED);
    // A message that goes on may be gone before it was read: nothing is learned of it then.
    if (content.kind === 'ok' && content.value !== undefined) await parts.learn(as, content.value.bytes);
  };
  learning().catch((err: unknown) => parts.log.warn('nothing was learned of a message', { id, as, err }));
}
