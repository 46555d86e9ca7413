import { z } from 'zod';
import type { IncludeReport } from '../../../pools/include.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';

const address = z.object({ pool: z.string(), ip: z.string(), state: z.enum(['active', 'draining', 'out']) });

const include = z.object({
  name: z.string(),
  pools: z.array(z.string()),
  lookups: z.number().describe('What it costs each customer, of the 10 of RFC 7208.'),
  state: z
    .enum(['ok', 'missing', 'too_much', 'unknown'])
    .describe(
      '`ok`: DNS lets through what is ours, and nothing else. `missing`: an address of ours would fail. `too_much`: others would pass. `unknown`: DNS did not answer.',
    ),
  records: z
    .array(
      z.object({
        name: z.string(),
        type: z.literal('TXT'),
        text: z.string(),
        strings: z.array(z.string()).describe('The text in strings of 255 octets at most, as zone files want it.'),
        answer_octets: z.number(),
        found: z.string().nullable().describe('What DNS has now.'),
        state: z.enum(['ok', 'missing', 'different', 'unknown']),
      }),
    )
    .describe('To be published in this order: records below before the one that names them.'),
  missing: z.array(address).describe('Addresses that DNS does not let through.'),
  too_much: z.array(z.string()).describe('Networks that DNS lets through and that are not ours.'),
  foreign: z.array(z.string()).describe('Terms in DNS that are none of ours.'),
  obsolete: z.array(z.string()).describe('Names that may go once the first record no longer leads to them.'),
  leaving: z.array(z.object({ pool: z.string(), ip: z.string(), until: z.string() })),
  faults: z.array(z.string()),
  warnings: z.array(z.string()),
  words: wordsSchema,
});

/** The SPF includes made from the pools, and what DNS has. */
export function getSpf(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/spf',
    config: { access: { needs: 'pools:read', of: 'operator' } },
    schema: {
      operationId: 'getSpf',
      summary: 'SPF records to publish for our addresses, and what DNS has now',
      response: {
        200: z.object({ includes: z.array(include), notes: z.array(z.string()), words: wordsSchema }),
      },
    },
    handler: async () => {
      const reports = await context.services.pools.spf();
      const pools = await context.services.pools.list({ limit: 10_000 });
      const without = pools.filter((pool) => pool.include === null && pool.addresses.length > 0);
      const notes = without.map(({ name }) => `pool ${name} is in no SPF include: spf.include is not configured`);
      return { includes: reports.map(shownInclude), notes, ...wordsOf({ notes }) };
    },
  });
}

function shownInclude(report: IncludeReport): z.input<typeof include> {
  return {
    name: report.name,
    pools: report.pools,
    lookups: report.lookups,
    state: report.state,
    records: report.found.map(({ record, text, state }) => ({
      name: record.name,
      type: 'TXT',
      text: record.text,
      strings: record.strings,
      answer_octets: record.answerOctets,
      found: text,
      state,
    })),
    missing: report.missing.map(({ pool, ip, state }) => ({ pool, ip, state })),
    too_much: report.tooMuch,
    foreign: report.foreign,
    obsolete: report.obsolete,
    leaving: report.addresses.flatMap(({ pool, ip, namedUntil }) =>
      namedUntil === undefined ? [] : [{ pool, ip, until: new Date(namedUntil).toISOString() }],
    ),
    faults: report.faults,
    warnings: report.warnings,
    ...wordsOf({ faults: report.faults, warnings: report.warnings }),
  };
}
