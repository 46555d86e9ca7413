// Exports of searches: asked for, looked at, fetched, taken away. Each sees its own.

import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { USUAL_COLUMNS } from '../../../messages/export-columns.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { exportColumn, exportPath, exportSchema, shownExport } from './export-schemas.ts';

const access = { needs: 'messages:read', of: 'object' } as const;

/** Asks for an export; it is made in the background. */
export function createExport(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/exports',
    config: { access },
    schema: {
      operationId: 'createExport',
      summary: 'Export what a search finds, as a table',
      description:
        'Made in the background, a line a recipient; it goes on after a restart of the relay. Subjects are in it for holders of `messages:content` alone.',
      body: z.strictObject({
        query: z.string().max(4000).default('').describe('As `q` of `GET /api/v1/trace/recipients`.'),
        customer: customerId.optional().describe('Messages of this customer alone.'),
        columns: z
          .array(exportColumn)
          .min(1)
          .max(40)
          .default(() => [...USUAL_COLUMNS]),
      }),
      response: { 202: exportSchema },
    },
    handler: async ({ body: { query, customer, columns }, principal }, reply) => {
      const made = await services.messages.exports.make(principal, { query, customer, columns });
      return reply.code(202).send(shownExport(made));
    },
  });
}

/** The exports of whoever asks. */
export function listExports(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/exports',
    config: { access },
    schema: {
      operationId: 'listExports',
      summary: 'Your exports of searches, newest first',
      response: { 200: z.object({ entries: z.array(exportSchema) }) },
    },
    handler: async ({ principal }) => ({
      entries: (await services.messages.exports.list(principal)).map(shownExport),
    }),
  });
}

/** One export with its progress. */
export function showExport(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/exports/:export',
    config: { access },
    schema: {
      operationId: 'showExport',
      summary: 'One of your exports, with its progress',
      params: exportPath,
      response: { 200: exportSchema },
    },
    handler: async ({ params, principal }) =>
      shownExport(await services.messages.exports.get(principal, params.export)),
  });
}

/** The file. */
export function getExportFile(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/exports/:export/file',
    // Whoever fetches it is written down.
    exposeHeadRoute: false,
    config: { access },
    schema: {
      operationId: 'getExportFile',
      summary: 'The table of an export, as CSV',
      description: 'Texts that a spreadsheet would take for a formula have an apostrophe in front.',
      params: exportPath,
      response: { 200: z.string() },
    },
    handler: async ({ params, principal }, reply) => {
      const file = await services.messages.exports.open(principal, params.export);
      // The schema tells people that it is text; it is never held in memory.
      const answer: FastifyReply = reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="messages-${params.export.slice(4, 12)}.csv"`);
      await answer.send(file);
    },
  });
}

/** Cancels an export that is not done; takes away one that is. */
export function removeExport(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/exports/:export',
    config: { access },
    schema: {
      operationId: 'removeExport',
      summary: 'Cancel an export that is not done; delete one that is, with its file',
      params: exportPath,
      response: { 204: z.null() },
    },
    handler: async ({ params, principal }, reply) => {
      await services.messages.exports.remove(principal, params.export);
      return reply.code(204).send(null);
    },
  });
}
