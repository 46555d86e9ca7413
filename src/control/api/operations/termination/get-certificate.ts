import { z } from 'zod';
import { signedCertificateSchema } from '../../../termination/certificate.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath } from '../customers/shapes.ts';

/** The certificate of a customer's removal. */
export function getCertificate(api: ApiServer, { services }: ApiContext): void {
  const { termination } = services;
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/certificate',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'getCertificate',
      summary: 'The certificate of a customer’s removal, as signed JSON or as PDF',
      params: customerPath,
      querystring: z.strictObject({ format: z.enum(['json', 'pdf']).default('json') }),
      response: { 200: signedCertificateSchema.describe('With `format=pdf` the paper, as `application/pdf`.') },
    },
    handler: async ({ params: { customer }, query: { format } }, reply) => {
      const row = await termination.certificate(customer);
      void reply.header('content-disposition', `attachment; filename="${row.number}.${format}"`);
      if (format === 'json') return termination.signed(row);
      // Octets are sent as they are; the schema is that of the other format.
      return reply.type('application/pdf').send(Buffer.from(await termination.certificatePaper(row)) as never);
    },
  });
}
