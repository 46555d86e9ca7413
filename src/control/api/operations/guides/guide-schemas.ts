// Shapes of guides in the API.

import { z } from 'zod';
import type { CustomerId } from '../../../../mail/message.ts';
import { GUIDE_LANGUAGES, GUIDE_SERVERS, type Guide, SERVERS } from '../../../guides/guide.ts';
import { guideAsMarkdown } from '../../../guides/markdown.ts';
import type { ApiContext } from '../../context.ts';
import { problem } from '../../problem.ts';

export const guideServer = z.enum(GUIDE_SERVERS);

export const guideQuery = z.strictObject({
  language: z.enum(GUIDE_LANGUAGES).optional().describe("Of the sentences; the customer's own where it is left out."),
  format: z.enum(['json', 'markdown']).default('json').describe('`markdown` is the same as `Accept: text/markdown`.'),
});

export const guideListSchema = z.object({
  entries: z.array(z.object({ server: guideServer, name: z.string() })),
});

export const guideSchema = z.object({
  server: guideServer,
  language: z.enum(GUIDE_LANGUAGES),
  title: z.string(),
  intro: z.string(),
  sections: z.array(
    z.object({
      heading: z.string(),
      steps: z.array(
        z.object({
          text: z.string(),
          block: z
            .object({
              file: z.string().optional().describe('Where it belongs; absent: it is run, or entered into a form.'),
              syntax: z.enum(['text', 'shell', 'powershell']),
              content: z.string(),
            })
            .optional(),
        }),
      ),
    }),
  ),
});

/** Servers that there are guides for. */
export const guideList: z.input<typeof guideListSchema> = {
  entries: GUIDE_SERVERS.map((server) => ({ server, name: SERVERS[server] })),
};

/** The guide, or a 404. */
export async function guideOf(
  context: ApiContext,
  customer: CustomerId,
  server: Guide['server'],
  language?: Guide['language'],
): Promise<Guide> {
  const guide = await context.services.guides.guideFor(customer, server, language);
  if (guide === undefined) throw problem('no-customer', { customer });
  return guide;
}

/** The guide as text where the request asks for text. */
export function asMarkdown(guide: Guide, accept: string | undefined, format: 'json' | 'markdown'): string | undefined {
  const wanted = format === 'markdown' || /^\s*text\/(?:markdown|plain)\b/i.test(accept ?? '');
  return wanted ? guideAsMarkdown(guide) : undefined;
}
