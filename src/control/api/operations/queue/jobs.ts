// Jobs of the queue and of the quarantine, as they are listed, shown and stopped: the same for both.

import { z } from 'zod';
import { actorOf, customerOf } from '../../../access/principal.ts';
import type { BulkJobRow, BulkPart } from '../../../bulk/tables.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { problem } from '../../problem.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { jobId, jobShape, shownJob } from './shapes.ts';

type Operation = (api: ApiServer, context: ApiContext) => void;

interface JobWords {
  part: BulkPart;
  /** In the ids of the operations: `Queue`, `Quarantine`. */
  name: string;
  of: 'operator' | 'query';
}

/** The three operations on jobs of one part. */
export function jobOperations(words: JobWords): readonly Operation[] {
  return [listJobs(words), showJob(words), stopJob(words)];
}

function listJobs({ part, name, of }: JobWords): Operation {
  return (api, context) =>
    api.route({
      method: 'GET',
      url: `/api/v1/${part}/jobs`,
      config: { access: { needs: `${part}:read`, of } },
      schema: {
        operationId: `list${name}Jobs`,
        summary: `What is, and was, done to very many in the ${part}, the newest first`,
        querystring: z.strictObject({
          customer: customerId.optional(),
          limit: pageLimit,
          after: afterCursor(z.tuple([z.number(), z.string()])),
        }),
        response: { 200: pageSchema(jobShape) },
      },
      handler: async ({ query: { customer, limit, after } }) => {
        const rows = await context.services.bulk.list({ part, customer, limit: limit + 1, after });
        return pageOf(rows, limit, { entry: shownJob, key: ({ began_at, id }) => [began_at, id] });
      },
    });
}

function showJob({ part, name, of }: JobWords): Operation {
  return (api, context) =>
    api.route({
      method: 'GET',
      url: `/api/v1/${part}/jobs/:job`,
      config: { access: { needs: `${part}:read`, of: of === 'query' ? 'object' : of } },
      schema: {
        operationId: `show${name}Job`,
        summary: 'How far a job is',
        params: z.object({ job: jobId }),
        response: { 200: jobShape },
      },
      handler: async ({ params: { job }, principal }) => {
        const row = await found(context, part, job);
        assertOwn(principal, row.customer, 'job');
        return shownJob(row);
      },
    });
}

function stopJob({ part, name, of }: JobWords): Operation {
  return (api, context) =>
    api.route({
      method: 'POST',
      url: `/api/v1/${part}/jobs/:job/stop`,
      config: { access: { needs: `${part}:write`, of: of === 'query' ? 'object' : of } },
      schema: {
        operationId: `stop${name}Job`,
        summary: 'Stop a job; what was done stays done',
        params: z.object({ job: jobId }),
        response: { 200: jobShape },
      },
      handler: async ({ params: { job }, principal }) => {
        const row = await found(context, part, job);
        assertOwn(principal, row.customer, 'job');
        // A customer's people end no job that the operator began about their mail.
        if (customerOf(principal) !== undefined && isOperators(row)) {
          throw problem('job-of-operator');
        }
        await context.services.bulk.stop(actorOf(principal), row);
        return shownJob(await found(context, part, job));
      },
    });
}

function isOperators({ what }: BulkJobRow): boolean {
  return (JSON.parse(what) as { side?: string }).side !== 'customer';
}

async function found({ services }: ApiContext, part: BulkPart, id: string): Promise<BulkJobRow> {
  const row = await services.bulk.find(part, id);
  if (row === undefined) throw problem('no-such-job');
  return row;
}
