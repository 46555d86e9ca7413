import { z } from 'zod';
import type { Course } from '../../../protection/floods.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { sentenceValues, shownSaid } from '../../reasons.ts';

/** Of a sentence, where it may be said in other languages. */
const coded = { code: z.string().optional(), values: sentenceValues };

const course = z.object({
  name: z.string(),
  last_hour: z.number(),
  slots: z.array(z.number()).describe('In five minutes each, as `starts`.'),
});

const floodShape = z.object({
  starts: z.array(z.string()).describe('Begin of each slot of the last hour.'),
  connections: z.object({
    open: z.number(),
    limit: z.number().describe('`limits.connections`.'),
    opened: course,
  }),
  load: z
    .array(z.object({ thread: z.string(), since: z.string(), cause: z.string(), ...coded }))
    .describe('Relay threads under load: strangers wait first.'),
  refused: z.array(course).describe('Refusals of limits, of the front and of greylisting, by name of the reply.'),
  cut_off: z.array(course).describe('Clients cut off without a word, by the reply that others like them got.'),
  lists: z
    .array(
      z.object({
        zone: z.string(),
        fault: z
          .object({ since: z.string(), detail: z.string(), ...coded })
          .nullable()
          .describe('Why it is not used.'),
        results: z.array(course).describe('`listed`, `clean`, `late`, `broken`, `skipped`.'),
      }),
    )
    .describe('DNS blocklists of the configuration.'),
  greylisting: z.object({
    on: z.boolean().describe("The operator's setting, for everybody's inbound mail."),
    otherwise: z.array(z.string()).describe('Customers that say otherwise; the first 200.'),
    results: z.array(course).describe('`known`, `first`, `soon`, `second`.'),
  }),
});

/** What strangers did in the last hour. */
export function getFloods(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/floods',
    config: { access: { needs: 'protection:read', of: 'operator' } },
    schema: {
      operationId: 'getFloods',
      summary: 'What strangers did in the last hour, and what became of them',
      description: 'Counted since the start of the relay, in memory. The limits themselves: getSettings.',
      response: { 200: floodShape },
    },
    handler: async () => {
      const { starts, connections, load, refused, cutOff, lists, greylisting } = await services.floods.read();
      return {
        starts: starts.map((at) => new Date(at).toISOString()),
        connections: { ...connections, opened: shown(connections.opened) },
        load: load.map(shownSaid),
        refused: refused.map(shown),
        cut_off: cutOff.map(shown),
        lists: lists.map(({ zone, fault, results }) => ({
          zone,
          fault: fault === undefined ? null : shownSaid(fault),
          results: results.map(shown),
        })),
        greylisting: { ...greylisting, results: greylisting.results.map(shown) },
      };
    },
  });
}

function shown({ name, lastHour, slots }: Course): z.output<typeof course> {
  return { name, last_hour: lastHour, slots: [...slots] };
}
