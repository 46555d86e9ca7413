// Joins the way in at another customer (take-in.ts) to the parts of a relay thread.

import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';
import type { Log } from '../platform/log.ts';
import type { Directory } from './authorise/directory.ts';
import type { Signer } from './deliver/sign.ts';
import { messageIdsOf } from './hide/message-ids.ts';
import type { Checks } from './inspect/create-checks.ts';
import type { QueueId } from './message.ts';
import type { BodyStore } from './queue/body-store.ts';
import type { NewMessage } from './queue/queue.ts';
import type { QueueClient } from './queue/relay-client.ts';
import type { FromRelay, RelayThreadData } from './relay-messages.ts';
import type { MailMetrics } from './report/mail-metrics.ts';
import { createTakeIn, type TakeIn } from './take-in.ts';
import type { Rejections } from './trace/rejections.ts';

export interface TakeInParts {
  data: Pick<RelayThreadData, 'loopSecret' | 'returnKey'>;
  config: Config;
  directory: Directory;
  signer: Signer;
  bodies: BodyStore;
  rejections: Rejections;
  queue: Pick<QueueClient, 'aside'>;
  newId: () => QueueId;
  control: { send(message: FromRelay): void };
  counted: MailMetrics;
  log: Log;
}

/** Opens it. */
export function openTakeIn(parts: TakeInParts, checks: Checks): TakeIn {
  const { bodies, config, control, data, directory, newId, queue, rejections, signer } = parts;
  return createTakeIn({
    hostname: config.node.hostname,
    directory,
    checks: () => checks.list,
    signer,
    bodies,
    inlineBody: config.queue.inline_body,
    trace: config.trace,
    loopSecret: data.loopSecret,
    returnKey: data.returnKey,
    messageIds: messageIdsOf(config, data.loopSecret),
    newId,
    now: systemClock.now,
    inspected: (inspected, ms) => checks.inspected(inspected, ms),
    aside: ({ recipients: [first] }, aside) => first && queue.aside(first.row, aside),
    rejected: (event) => rejections.add(event),
    accepted: (message) => tellAccepted(parts, message),
    rulesMet: (notice) => control.send({ op: 'inspection', news: { kind: 'rules-met', notice } }),
  });
}

/** A message is durable: in log and metrics. */
export function tellAccepted({ counted, log }: Pick<TakeInParts, 'counted' | 'log'>, { meta }: NewMessage): void {
  const { id, customer, direction, size, origin, recipientCount } = meta;
  counted.accepted(meta);
  log.info('accepted', { id, customer, direction, size, recipients: recipientCount, ip: origin.ip });
}
