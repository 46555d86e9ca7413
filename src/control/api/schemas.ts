// Shapes that several operations share.

import { z } from 'zod';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import { formatIp, parseIp } from '../../protocol/ip/network.ts';
import { says } from './field-faults.ts';

export const queueId = z
  .string()
  .regex(/^[0-9a-z]{16,32}$/, says('queue-id'))
  .transform((text) => text as QueueId);

export const customerId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, says('customer-id'))
  .transform((text) => text as CustomerId);

const address = z.string().min(1).max(320);

/** A time with its zone; read as milliseconds since 1970. */
export const isoTime = z.iso.datetime({ offset: true, error: says('time') }).transform((text) => Date.parse(text));

/** Which recipients are meant; all that is given must fit. */
export const queueQuery = z.strictObject({
  id: queueId.optional(),
  customer: customerId.optional(),
  from: address.optional().describe('Address, or `@domain`; `<>`: notices, which have no sender.'),
  to: address.optional().describe('Address, or `@domain`.'),
  destination: z.string().min(1).max(253).optional(),
  status: z.enum(['queued', 'deferred', 'held', 'quarantined']).optional(),
  hold: z.string().min(1).max(64).optional().describe('Kind of a hold, such as `operator` or `suspended`.'),
  cause: z.string().min(1).max(1100).optional().describe('Why it was put off last, as `last_cause` says it.'),
  direction: z.enum(['inbound', 'outbound']).optional(),
  address: z
    .string()
    .transform((text, context) => {
      const ip = text === 'none' ? undefined : parseIp(text);
      if (text === 'none' || ip !== undefined) return ip === undefined ? text : formatIp(ip);
      context.addIssue({ code: 'custom', message: 'must be an address of the relay, or "none"' });
      return z.NEVER;
    })
    .optional()
    .describe(
      'Address of the relay from which it would leave now, by the pools as they are; `none`: there is none for it. A receiver that does not want this address may get it from another.',
    ),
  since: isoTime.optional().describe('Accepted at this time or later.'),
  before: isoTime.optional().describe('Accepted before this time.'),
});

export const pageLimit = z.coerce.number().int().min(1).max(1000).default(100).describe('Entries a page.');

export const countsSchema = z.object({
  queued: z.number(),
  deferred: z.number(),
  held: z.number(),
  quarantined: z.number(),
  events_pending: z.number(),
});
