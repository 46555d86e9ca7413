// Recipients that are not tried although their message is at hand: those whose own loop mark was in the header, and
// those that the customer's mail is not sent to.

import type { Directory, SuppressionFact } from '../authorise/directory.ts';
import { readSuppressedAddress, sinceAndWhy } from '../authorise/suppression.ts';
import type { MessageMeta, Outcome } from '../message.ts';
import type { ClaimedRecipient } from '../queue/queue.ts';

/** The kind of hold of mail to suppressed recipients. */
export const SUPPRESSED_HOLD = 'suppressed';

/** What becomes of the recipient without an attempt; nothing where it is tried. */
export function withheld(meta: MessageMeta, recipient: ClaimedRecipient, directory: Directory): Outcome | undefined {
  if (meta.looping?.includes(recipient.index) === true) {
    return { kind: 'bounced', cause: { from: 'us', cause: 'loop' } };
  }
  if (meta.direction !== 'outbound') return undefined;
  const address = directory.hasSuppressions ? readSuppressedAddress(recipient.address) : undefined;
  const fact = address === undefined ? undefined : directory.suppression(meta.customer, address);
  return fact === undefined ? undefined : suppressedOutcome(meta, fact);
}

/**
 * What was in the queue when the address was suppressed waits: lifting the suppression lets it go on. What came later,
 * from a client that could not be refused at RCPT because its customer was known by the header alone, ends at once, so
 * that its sender hears of it.
 */
function suppressedOutcome(meta: MessageMeta, fact: SuppressionFact): Outcome {
  const note = sinceAndWhy(fact);
  if (meta.acceptedAt > fact.at) return { kind: 'suppressed', note };
  return { kind: 'held', hold: { kind: SUPPRESSED_HOLD, note } };
}
