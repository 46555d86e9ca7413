// Mail of the relay's own to people: written here, kept by the store thread, delivered like any other mail.

import type { StoreControl } from '../mail/queue/operations.ts';
import { createQueueIds } from '../mail/queue/queue-id.ts';
import type { SendMail } from '../mail/report/operations.ts';
import { composeOwnMail } from '../mail/report/own-mail.ts';
import { bounceDomain } from '../mail/returns.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';

export interface OwnMailOptions {
  config: () => Config;
  /** Key of return paths. */
  returnKey: Uint8Array;
  clock: Clock;
  /** The way to the store thread as it is now. */
  store: () => StoreControl;
}

/** Relay threads count from 0; ids of the last number are told apart by their start where there are so many threads. */
const MAIN_THREAD = 63;

/** Makes the function that sends. */
export function createOwnMail({ config, returnKey, clock, store }: OwnMailOptions): SendMail {
  // Ids carry the time of the machine, as those of the relay threads do: the trace finds the day by it.
  const newId = createQueueIds({ node: config().node.id, thread: MAIN_THREAD, now: clock.now });
  return async (mail) => {
    const { node, operator, trace, bounces } = config();
    const message = composeOwnMail(mail, {
      id: newId(),
      hostname: node.hostname.toLowerCase(),
      operator: operator.name ?? 'Easymail',
      bounceDomain: bounceDomain({ node, bounces }),
      returnKey,
      now: clock.now(),
      keepSubject: trace.subject,
    });
    const answer = await store().enqueue(message);
    if (answer.kind !== 'accepted') throw new Error(`the queue did not keep a mail of our own: ${answer.kind}`);
    return message.meta.id;
  };
}
