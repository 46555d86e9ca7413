import { z } from 'zod';
import { registerText } from '../../../privacy/register.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { kindSchema } from './privacy-schemas.ts';

const registerSchema = z.object({
  made_at: z.string(),
  processor: z.object({
    name: z.string(),
    address: z.string().nullable(),
    data_protection_officer: z.object({ name: z.string(), email: z.string() }).nullable(),
  }),
  role: z.string(),
  controllers: z.string(),
  processing: z.array(z.string()),
  purposes: z.array(z.string()),
  data_categories: z.array(z.string()),
  data_subjects: z.array(z.string()),
  place: z.string(),
  transfers: z.string(),
  sub_processors: z.array(z.string()),
  security: z.array(z.string()),
  data: z.array(kindSchema),
  missing: z.array(z.string()).describe('Settings that the operator should still fill in.'),
});

/** The register of processing as of now. */
export function getRegister(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/privacy/register',
    config: { access: { needs: 'privacy:read', of: 'operator' } },
    schema: {
      operationId: 'getProcessingRegister',
      summary: 'The register of processing (Art. 30 GDPR), made from the configuration',
      response: { 200: registerSchema },
    },
    handler: async () => context.services.privacy.register(),
  });
}

/** The same as a page of text. */
export function getRegisterText(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/privacy/register.md',
    config: { access: { needs: 'privacy:read', of: 'operator' } },
    schema: {
      operationId: 'getProcessingRegisterText',
      summary: 'The register of processing as text (Markdown)',
      response: { 200: z.string() },
    },
    handler: async (_request, reply) => {
      await reply.type('text/markdown; charset=utf-8').send(registerText(context.services.privacy.register()));
    },
  });
}
