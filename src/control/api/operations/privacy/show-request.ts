import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Principal } from '../../../access/principal.ts';
import type { PrivacyRequestRow } from '../../../privacy/tables.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { requestId, requestSchema, shownRequest } from './privacy-schemas.ts';

/** One request with its state. */
export function showPrivacyRequest(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/privacy/requests/:request',
    config: { access: { needs: 'privacy:read', of: 'object' } },
    schema: {
      operationId: 'showPrivacyRequest',
      summary: 'A request for export or erasure',
      params: z.object({ request: requestId }),
      response: { 200: requestSchema },
    },
    handler: async ({ params, principal }) => shownRequest(await ownRequest(context, principal, params.request)),
  });
}

/** What an export found, as JSON lines. */
export function getExportResult(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/privacy/requests/:request/result',
    config: { access: { needs: 'privacy:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'getExportResult',
      summary: 'The result of an export, an object a line; for a limited time',
      params: z.object({ request: requestId }),
      response: { 200: z.string() },
    },
    handler: async ({ params, principal }, reply) => {
      const row = await ownRequest(context, principal, params.request);
      const result = context.services.privacy.result(row);
      if (result === undefined) {
        throw problem(row.state === 'completed' ? 'result-gone' : 'result-not-yet');
      }
      // The schema tells people that it is text; it is never held in memory.
      const answer: FastifyReply = reply.type('application/jsonl; charset=utf-8');
      await answer.send(result);
    },
  });
}

async function ownRequest(context: ApiContext, principal: Principal, id: string): Promise<PrivacyRequestRow> {
  const row = await context.services.privacy.requests.get(id);
  assertOwn(principal, row?.customer, 'request');
  if (row === undefined) throw problem('no-such-request');
  return row;
}
