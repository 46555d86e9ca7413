import { z } from 'zod';
import { READY_MADE } from '../../../protection/ready-made.ts';
import { readyMadeRules } from '../../../protection/ready-made-words.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setLanguage, setName, shownActions, shownConditions } from './protection-schemas.ts';

const setShape = z.object({
  set: setName,
  title: z.string(),
  describes: z.string(),
  rules: z.array(
    z.object({
      name: z.string(),
      conditions: shownConditions,
      actions: shownActions,
      last: z.boolean(),
    }),
  ),
});

/** Sets of rules that can be taken over. */
export function listRuleSets(api: ApiServer, _context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/rule-sets',
    config: { access: { needs: 'protection:read', of: 'object' } },
    schema: {
      operationId: 'listRuleSets',
      summary: 'Ready-made sets of rules',
      querystring: z.strictObject({ language: setLanguage }),
      response: { 200: z.object({ entries: z.array(setShape) }) },
    },
    handler: async ({ query: { language } }) => ({
      entries: setName.options.map((set) => ({ set, ...READY_MADE[set], rules: readyMadeRules(set, language) })),
    }),
  });
}
