// Whether the queue still holds mail of a customer: while it does, the customer is not removed. Nothing is ever thrown
// away for a date.

import type { CustomerId } from '../../mail/message.ts';
import type { TerminationParts } from './parts.ts';

/** Recipients that are counted; past it there are "more than". */
const COUNTED = 1000;

/** `empty`, or why the removal waits, in words for the operator. */
export async function queueState({ reader }: Pick<TerminationParts, 'reader'>, customer: CustomerId): Promise<string> {
  const answer = await reader.queueList({ customer }, { limit: COUNTED });
  if (answer.kind !== 'ok') return 'the queue did not say whether it holds mail of the customer';
  const { entries, next } = answer.value;
  if (entries.length === 0) return 'empty';
  const counts = new Map<string, number>();
  for (const { status } of entries) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  return `the queue holds mail of the customer: ${words}${next === undefined ? '' : ' and more'}; release or remove it`;
}
