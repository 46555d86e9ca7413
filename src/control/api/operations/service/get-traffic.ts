import { z } from 'zod';
import { COUNTED, type Counted } from '../../../../mail/trace/traffic/traffic.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { type FieldFault, fault } from '../../field-faults.ts';
import { Problem, problem, valueOf } from '../../problem.ts';
import { customerId, isoTime } from '../../schemas.ts';

const HOUR_MS = 3_600_000;
/** Stretches of an answer: a month of hours, or two years of days. */
const STRETCHES = { hour: 31 * 24 + 1, day: 800 };
const DEFAULT_MS = 24 * HOUR_MS;

const counts = z.object(Object.fromEntries(COUNTED.map((name) => [name, z.number()])) as Record<Counted, z.ZodNumber>);

const trafficSchema = z.object({
  from: z.string(),
  to: z.string(),
  by: z.enum(['hour', 'day']),
  buckets: z
    .array(
      z.object({
        at: z.string(),
        counts,
        inbound: z.number().describe('Messages that were accepted.'),
        outbound: z.number(),
      }),
    )
    .describe('Every stretch, also those in which nothing happened. The last may not be over.'),
  totals: counts.describe('With what has no direction, such as connections that were refused.'),
  inbound: counts,
  outbound: counts,
  bounces: z.array(z.object({ class: z.string(), count: z.number() })).describe('Bounced and expired, by class.'),
  refusals: z.array(z.object({ reply: z.string(), count: z.number() })).describe('By the name of the reply.'),
  domains: z
    .array(
      z.object({
        domain: z.string(),
        recipients: z.number(),
        delivered: z.number(),
        deferred: z.number(),
        bounced: z.number(),
      }),
    )
    .describe('Of recipients, the most first; of whole UTC days.'),
  other_domains: z.number().describe('Recipients at all other domains.'),
  recounting: z.boolean().describe('Counts are being made anew from the trace: they still grow.'),
});

const question = z.strictObject({
  customer: customerId.optional(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  from: isoTime.optional().describe('Cut to a whole hour. Default: a day before `to`.'),
  to: isoTime.optional().describe('Default: now.'),
  by: z.enum(['hour', 'day']).default('hour'),
  zone: z.string().max(64).default('UTC').describe('Time zone of the days, such as `Europe/Luxembourg`.'),
});

/** How much mail went where. */
export function getTraffic(api: ApiServer, { reader }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/traffic',
    config: { access: { needs: 'messages:read', of: 'query' } },
    schema: {
      operationId: 'getTraffic',
      summary: 'How much mail went where, by hour or day; counted as it happens',
      querystring: question,
      response: { 200: trafficSchema },
    },
    handler: async ({ query }) => {
      const { customer, direction, by, zone } = query;
      const { from, to } = timeOf(query);
      const answer = await reader.traffic({
        from,
        to,
        by,
        zone,
        ...(customer !== undefined && { customer }),
        ...(direction !== undefined && { direction }),
      });
      const traffic = valueOf(answer, 'from');
      return { ...traffic, from: new Date(from).toISOString(), to: new Date(to).toISOString(), by };
    },
  });
}

function timeOf({ from, to = Date.now(), by, zone }: z.output<typeof question>): { from: number; to: number } {
  const begin = from ?? to - DEFAULT_MS;
  const most = STRETCHES[by] * (by === 'hour' ? HOUR_MS : 24 * HOUR_MS);
  if (begin >= to) throw wrong(fault('from', 'before-to'));
  if (to - begin > most) throw wrong(fault('from', 'stretch', { most: STRETCHES[by], unit: by }));
  if (!isZone(zone)) throw wrong(fault('zone', 'zone-plain'));
  return { from: begin, to };
}

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function wrong(found: FieldFault): Problem {
  return problem('time-unanswerable', {}, [found]);
}
