import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { problem } from '../problem.ts';

/** A million sources and a hundred thousand customers fit. */
const LARGEST_FILE = 512 * 1024 * 1024;

const flag = z.enum(['true', 'false']).default('false');

/** Provisions what an `apply` file says. */
export function apply(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/apply',
    config: { access: { needs: 'apply:write', of: 'operator', stepUp: true } },
    bodyLimit: LARGEST_FILE,
    schema: {
      operationId: 'apply',
      summary: 'A named object becomes what the file says; unnamed ones stay, or go with prune',
      consumes: ['application/toml'],
      querystring: z.strictObject({ prune: flag, dry_run: flag }),
      body: z.string().describe('The file (TOML), see docs/apply.md.'),
      response: {
        200: z.object({
          dry_run: z.boolean(),
          changes: z.array(
            z.object({
              object: z.string(),
              action: z.enum(['created', 'changed', 'removed']),
              details: z.array(z.string()),
            }),
          ),
          unchanged: z.number(),
          warnings: z.array(z.string()),
        }),
      },
    },
    handler: async ({ body, query, principal }) => {
      const outcome = await context.control.apply(body, {
        prune: query.prune === 'true',
        dryRun: query.dry_run === 'true',
        ...actorOf(principal),
      });
      if (outcome.kind === 'refused') {
        const errors = outcome.faults.map(({ key, line, message }) =>
          line === undefined ? { field: key, message } : { field: key, line, message },
        );
        throw problem('file-faulty', { count: errors.length }, errors);
      }
      const { dryRun, changes, unchanged, warnings } = outcome;
      return { dry_run: dryRun, changes, unchanged, warnings };
    },
  });
}
