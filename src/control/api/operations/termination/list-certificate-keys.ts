import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';

/** The keys with which certificates can be checked. */
export function listCertificateKeys(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/certificate-keys',
    config: {
      access: { public: 'Whoever was given a certificate of removal can check it, long after its account is gone.' },
    },
    schema: {
      operationId: 'listCertificateKeys',
      summary: 'Public keys that certificates of removal were signed with (Ed25519)',
      response: {
        200: z.object({
          entries: z.array(z.object({ key: z.string(), public_key: z.string().describe('32 octets in base64.') })),
        }),
      },
    },
    handler: async () => {
      const keys = await services.termination.publicKeys();
      return {
        entries: [...keys].map(([key, octets]) => ({ key, public_key: Buffer.from(octets).toString('base64') })),
      };
    },
  });
}
