// Lets a message go on, whole or for some of its recipients; it is not scanned again, and goes on once: the hold is lifted
// in the queue's own transaction, and what goes on can be let go no second time.

import type { HeldMessage } from '../../mail/queue/read-held.ts';
import type { Actor } from '../actor.ts';
import { fault } from '../api/field-faults.ts';
import { fromThread, problem } from '../api/problem.ts';
import { makeStep, type Step } from '../customers/step.ts';
import { listSender } from '../protection/senders.ts';
import { REFUSAL_PROBLEMS, releaseRefusal, type Side } from './may-release.ts';
import type { QuarantineParts } from './parts.ts';
import { auditOf, noteAct, noteActs } from './record.ts';

export interface ReleaseOptions {
  side: Side;
  /** Those it is meant for; absent: all that wait. */
  recipients?: readonly string[];
  /** Its sender is never spam from now on. */
  allow?: boolean;
}

/**
 * Releases a message; how many recipients go on. Throws a Problem where this side may not, where an address is no
 * recipient that waits, and where there is no sender to allow. It is written down before it is done.
 */
export async function release(
  parts: QuarantineParts,
  by: Actor,
  message: HeldMessage,
  { side, recipients, allow }: ReleaseOptions,
): Promise<number> {
  const refusal = releaseRefusal(message, side);
  if (refusal !== undefined) throw problem(REFUSAL_PROBLEMS[refusal]);
  const some = recipients === undefined ? undefined : chosen(message, recipients);
  // The last of them take along what goes with the message.
  const to = some?.length === message.recipientCount ? undefined : some;
  const sender = allow === true ? allowedSender(message, side) : undefined;
  await makeStep(parts.changes, by, async (step) => {
    const act = { message, recipients: to?.length ?? message.recipientCount };
    await noteActs(step, 'released', [act], auditOf('released', act));
    if (sender !== undefined) await allowFrom(step, message, { sender, to: some });
  });
  if (message.reasons.includes('spam')) await parts.lessons.takeNow('ham', message.id);
  const released = await letGo(parts, by, message, to);
  return released;
}

/** Lifts the holds; nothing is asked any more. How many recipients go on. */
export async function letGo(
  parts: Pick<QuarantineParts, 'store' | 'changes'>,
  by: Actor,
  { id, customer, kinds }: Pick<HeldMessage, 'id' | 'customer' | 'kinds'>,
  to?: readonly string[],
): Promise<number> {
  const query = { id };
  let released = 0;
  try {
    for (const kind of kinds) {
      const verb = { verb: 'release', kind, by: by.who } as const;
      const asked =
        to === undefined
          ? [{ ...verb, query }]
          : to.map((one) => ({ ...verb, query: { ...query, to: one }, only: true as const }));
      let changed = 0;
      for (const one of asked) changed += (await parts.store().apply(one)).changed;
      released = Math.max(released, changed);
    }
  } catch (error) {
    await noteAct(parts.changes, by, 'failed', { message: { id, customer }, recipients: released });
    return fromThread(Promise.reject(error));
  }
  return released;
}

/** For those it is released to, where they were named; else for all of the customer. */
async function allowFrom(
  step: Step,
  message: HeldMessage,
  { sender, to = [''] }: { sender: string; to: readonly string[] | undefined },
): Promise<void> {
  const { customer, direction, id } = message;
  for (const recipient of to) {
    const entry = { customer, direction, list: 'allow', sender, note: `released ${id}` } as const;
    await listSender(step, { ...entry, recipient: recipient.toLowerCase() });
  }
  const act = { message, recipients: to.length };
  await noteActs(step, 'allowed', [act], auditOf('allowed', act));
}

function chosen(message: HeldMessage, recipients: readonly string[]): string[] {
  const waiting = new Map(message.recipients.map((address) => [address.toLowerCase(), address]));
  const errors = recipients.flatMap((address, position) =>
    waiting.has(address.toLowerCase()) ? [] : [fault(`recipients.${position}`, 'not-held-here')],
  );
  if (errors.length > 0) throw problem('recipients-not-held', {}, errors);
  return [...new Set(recipients.map((address) => waiting.get(address.toLowerCase()) ?? address))];
}

/** From is what people see, and what they mean by the sender. */
function allowedSender({ direction, headerFrom, sender }: HeldMessage, side: Side): string {
  if (side === 'customer' && direction === 'outbound') {
    throw problem('allowing-by-operator', {}, [fault('allow', 'operators-for-outgoing')]);
  }
  const address = (direction === 'inbound' ? (headerFrom ?? sender) : sender).toLowerCase();
  if (address.includes('@')) return address;
  throw problem('no-sender-to-allow', {}, [fault('allow', 'no-sender')]);
}
