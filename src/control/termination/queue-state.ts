// Whether the queue still holds mail of a customer: while it does, the customer is not removed. Nothing is ever thrown
// away for a date.

import type { CustomerId } from '../../mail/message.ts';
import { type Problem, problem } from '../api/problem.ts';
import type { TerminationParts } from './parts.ts';

/** Recipients that are counted; past it there are "more than". */
const COUNTED = 1000;

/** `empty`, or the problem that lets the removal wait. */
export async function queueState(
  { reader }: Pick<TerminationParts, 'reader'>,
  customer: CustomerId,
): Promise<'empty' | Problem> {
  const answer = await reader.queueList({ customer }, { limit: COUNTED });
  if (answer.kind !== 'ok') return problem('queue-unknown');
  const { entries, next } = answer.value;
  if (entries.length === 0) return 'empty';
  const counts = new Map<string, number>();
  for (const { status } of entries) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  return problem('queue-not-empty', { counts: next === undefined ? words : `${words}, …` });
}
