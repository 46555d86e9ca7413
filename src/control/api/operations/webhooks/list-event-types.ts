import { z } from 'zod';
import { CONTROL_EVENT_TYPES, MESSAGE_EVENT_TYPES } from '../../../events/event-types.ts';
import type { ApiServer } from '../../context.ts';

const TYPES = Object.entries({ ...MESSAGE_EVENT_TYPES, ...CONTROL_EVENT_TYPES }).map(([type, meaning]) => ({
  type,
  meaning,
}));

/** Every type of events that a webhook can get. */
export function listEventTypes(api: ApiServer): void {
  api.route({
    method: 'GET',
    url: '/api/v1/event-types',
    config: { access: { needs: 'webhooks:read', of: 'object' } },
    schema: {
      operationId: 'listEventTypes',
      summary: 'Types of events, with their meaning',
      response: { 200: z.object({ entries: z.array(z.object({ type: z.string(), meaning: z.string() })) }) },
    },
    handler: async () => ({ entries: TYPES }),
  });
}
