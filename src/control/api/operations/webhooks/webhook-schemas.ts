// Shapes of webhooks and their deliveries in the API.

import { z } from 'zod';
import { createOutsideGuard } from '../../../../network/outside-address.ts';
import { outsideUrlFault } from '../../../../network/outside-http.ts';
import { parseIp } from '../../../../protocol/ip/network.ts';
import type { Principal } from '../../../access/principal.ts';
import { isEventFilter } from '../../../events/event-types.ts';
import type { AttemptLine, Delivery } from '../../../webhooks/deliveries.ts';
import type { WebhookRow } from '../../../webhooks/tables.ts';
import type { WebhookView } from '../../../webhooks/webhooks.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext } from '../../context.ts';
import { says } from '../../field-faults.ts';
import { problem } from '../../problem.ts';

export const webhookId = z.string().regex(/^whk_[0-9a-f]{24}$/, says('webhook-id'));
export const webhookPath = z.object({ webhook: webhookId });
export const deliveryPath = z.object({ webhook: webhookId, delivery: z.coerce.number().int().min(1) });

/** What is said of a webhook. Whether the URL may be used is asked with the configuration at hand (`assertUrl`). */
export const webhookFields = {
  url: z.string().min(1).max(2000).describe('Where events are sent: https, port 443 or one from 1024 on.'),
  description: z.string().max(500).describe('For people.'),
  types: z
    .array(z.string().max(100).refine(isEventFilter, says('event-type')))
    .min(1)
    .max(100)
    .describe('Types of events, or `message.*`, `message.recipient.*`, `*`. See `GET /api/v1/event-types`.'),
  thin: z.boolean().describe('Identifiers alone, no addresses: who wants to know more asks the API.'),
};

const time = z.iso.datetime({ offset: true });
/** A time of a request, as milliseconds since 1970. */
export const instant = time.transform((text) => Date.parse(text));

export const shownSecretSchema = z.object({
  secret: z.string().optional().describe('HMAC: `whsec_…`. Shown this once.'),
  public_key: z.string().optional().describe('Ed25519: `whpk_…`.'),
});

const attemptSchema = z.object({
  at: z.string(),
  status: z.number().nullable().describe('HTTP status; null: there was no answer.'),
  result: z
    .string()
    .describe(
      'taken, redirect, refused, gone, busy, fault; without an answer url, dns, address, connect, tls, closed, timeout, erased, expired, stopped, secret or internal.',
    ),
  ms: z.number(),
});

export const deliverySchema = z.object({
  id: z.number(),
  event: z.string().describe('`webhook-id`.'),
  type: z.string(),
  customer: z.string().nullable(),
  occurred_at: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.array(attemptSchema),
  next_attempt_at: z.string().nullable(),
  ended_at: z.string().nullable(),
});

export const webhookSchema = z.object({
  id: z.string(),
  customer: z.string().nullable().describe("Null: the operator's own, which gets the events of all customers."),
  url: z.string(),
  description: z.string(),
  types: z.array(z.string()),
  thin: z.boolean(),
  signing: z.enum(['hmac', 'ed25519']),
  secrets: z
    .array(z.object({ made_at: z.string(), until: z.string().nullable(), public_key: z.string().optional() }))
    .describe('Those that sign, the newest first; `until`: of one that another took the place of.'),
  state: z.enum(['active', 'paused', 'disabled']),
  reason: z.enum(['hand', 'failing', 'gone']).nullable(),
  since: z.string().describe('Of the state.'),
  created_at: z.string(),
  health: z
    .object({
      waiting: z.number(),
      failing_since: z.string().nullable(),
      failures: z.number().describe('Attempts without success in a row.'),
      last_success: z.string().nullable(),
      last_failure: z.string().nullable(),
      dropped: z.number().describe('Events that found no room; they can be replayed by their period.'),
      dropped_first: z.string().nullable(),
      dropped_last: z.string().nullable(),
    })
    .nullable()
    .describe('Null where it is not known at the moment.'),
});

/** A webhook as the API shows it. */
export function shownWebhook({ row, secrets, figures }: WebhookView): z.output<typeof webhookSchema> {
  return {
    id: row.id,
    customer: row.customer,
    url: row.url,
    description: row.description,
    types: JSON.parse(row.types) as string[],
    thin: row.thin === 1,
    signing: row.signing,
    secrets: secrets.map(({ made_at, until, public_key }) => ({
      made_at: isoOf(made_at),
      until: isoOrNull(until),
      ...(public_key !== null && { public_key }),
    })),
    state: row.state,
    reason: row.reason,
    since: isoOf(row.state_at),
    created_at: isoOf(row.made_at),
    health:
      figures === undefined
        ? null
        : {
            waiting: figures.waiting,
            failing_since: isoOrNull(figures.failing_since),
            failures: figures.failures,
            last_success: isoOrNull(figures.last_success),
            last_failure: isoOrNull(figures.last_failure),
            dropped: figures.dropped,
            dropped_first: isoOrNull(figures.dropped_first),
            dropped_last: isoOrNull(figures.dropped_last),
          },
  };
}

/** A delivery as the API shows it. */
export function shownDelivery(delivery: Delivery): z.output<typeof deliverySchema> {
  const { id, event, type, customer, at, state, log, due, ended_at } = delivery;
  return {
    id,
    event,
    type,
    customer,
    occurred_at: isoOf(at),
    state,
    attempts: log.map(shownAttempt),
    next_attempt_at: state === 'waiting' ? isoOf(due) : null,
    ended_at: isoOrNull(ended_at),
  };
}

/** An attempt as the API shows it. */
export function shownAttempt([at, status, result, ms]: AttemptLine): z.output<typeof attemptSchema> {
  return { at: isoOf(at), status: status === 0 ? null : status, result, ms };
}

/** The webhook's row, where the principal may know of it. */
export async function ownWebhook(context: ApiContext, principal: Principal, id: string): Promise<WebhookRow> {
  const row = await context.services.webhooks.get(id);
  assertOwn(principal, row.customer, 'webhook');
  return row;
}

/** Throws a 400 that names the field where the URL is one that is never asked. */
export function assertUrl(context: ApiContext, url: string): void {
  const allowPrivate = context.services.webhooks.allowPrivate();
  const fault = outsideUrlFault(url, allowPrivate) ?? addressFault(url, allowPrivate);
  if (fault !== undefined) throw problem('url-unfit', {}, [{ field: 'url', message: fault }]);
}

/** An address in the place of a name can be looked at at once; what a name stands for is seen each time. */
function addressFault(url: string, allowPrivate: boolean): string | undefined {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  if (parseIp(host) === undefined) return undefined;
  const reason = createOutsideGuard({ allowPrivate }).refuses(host);
  return reason === undefined ? undefined : `must be a public address; this is ${reason}`;
}

export function isoOf(at: number): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : isoOf(at);
}
