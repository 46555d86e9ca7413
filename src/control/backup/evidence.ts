// What the lost machine knew of mail that is in the copy: its trace, and events on their way to it. A recipient that had its
// final event there is final here too, with that event.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ErasedAddresses, eraseInValue } from '../../mail/erased-address.ts';
import type { QueueId } from '../../mail/message.ts';
import type { KnownEnd, RestoredMessage, RestoredQueue } from '../../mail/queue/copy-operations.ts';
import { outboxRowsOfCopy } from '../../mail/queue/copy-operations.ts';
import { FINAL_EVENTS, type MailEvent, type RecipientEvent } from '../../mail/report/events.ts';
import { readEvent } from '../../mail/trace/read-event.ts';
import { openTraceReader } from '../../mail/trace/trace-reader.ts';

export interface Evidence {
  /** Folder of the days, or the data folder around it. */
  trace: string | undefined;
  /** Addresses that must not come back with the events. */
  erased: ErasedAddresses;
}

const MESSAGES_AT_ONCE = 500;
const FINAL: ReadonlySet<string> = new Set(FINAL_EVENTS);

/** Settles what is known to have ended; answers how many recipients. Throws where the evidence cannot be read. */
export function settleByEvidence(queue: RestoredQueue, { trace, erased }: Evidence): number {
  if (trace === undefined) return 0;
  const inside = existsSync(join(trace, 'trace'));
  const folder = inside ? join(trace, 'trace') : trace;
  if (!existsSync(folder)) throw new Error(`${trace} is no folder of a trace`);
  const pending = inside ? pendingEvents(join(trace, 'queue.db')) : new Map<QueueId, RecipientEvent[]>();
  const reader = openTraceReader(folder);
  try {
    return settleAll(queue, (message) => {
      const events = [...finalEvents(reader.show(message.id)?.events ?? []), ...(pending.get(message.id) ?? [])];
      return endsOf(message, events, erased);
    });
  } finally {
    reader.close();
  }
}

function settleAll(queue: RestoredQueue, endsOf: (message: RestoredMessage) => KnownEnd[]): number {
  let settled = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = queue.messages(after, MESSAGES_AT_ONCE);
    for (const message of page) {
      const ends = endsOf(message);
      if (ends.length > 0) queue.settle(message, ends);
      settled += ends.length;
    }
    after = page.at(-1)?.row;
  }
  return settled;
}

function endsOf(message: RestoredMessage, events: readonly RecipientEvent[], erased: ErasedAddresses): KnownEnd[] {
  return message.recipients.flatMap(({ row, index }) => {
    const event = events.find((one) => one.index === index);
    return event === undefined
      ? []
      : [{ row, event: JSON.stringify(eraseInValue(event, message.customer, erased).value) }];
  });
}

function finalEvents(events: readonly MailEvent[]): RecipientEvent[] {
  return events.filter(
    (event): event is RecipientEvent => FINAL.has(event.type) && !('asynchronous' in event && event.asynchronous),
  );
}

/** Final events that the lost machine had committed and not yet traced. */
function pendingEvents(queueFile: string): Map<QueueId, RecipientEvent[]> {
  if (!existsSync(queueFile)) return new Map();
  const texts = outboxRowsOfCopy(queueFile).flatMap(({ events }) => events.split('\n'));
  const events = texts.map((text) => readEvent(text)).filter((event) => event !== undefined);
  return Map.groupBy(finalEvents(events), ({ id }) => id);
}
