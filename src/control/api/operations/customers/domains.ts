import { z } from 'zod';
import type { DomainFact } from '../../../../mail/authorise/directory.ts';
import { actorOf } from '../../../access/principal.ts';
import { domainName } from '../../../apply/document-schema.ts';
import { domainVersion } from '../../../customers/holdings.ts';
import { domainFact } from '../../../database/facts.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { says } from '../../field-faults.ts';
import { pageLimit } from '../../schemas.ts';
import { customerPath, sideOf, tellingNoNames } from './shapes.ts';

const URL = '/api/v1/customers/:customer/domains';
const domainPath = customerPath.extend({ domain: domainName });

const domainSchema = z.object({
  name: z.string(),
  inbound: z.boolean(),
  outbound: z.boolean(),
  subdomains: z.boolean(),
  verified: z.boolean().describe('Only then mail of it, or for it, is taken.'),
  verified_by: z.enum(['operator', 'checks']).optional(),
  version: z.string().describe('For If-Match of a change, in double quotes.'),
  signed: z.boolean().describe('Mail of it is signed with DKIM, or will be once its records are published.'),
});

function shown(fact: DomainFact): z.output<typeof domainSchema> {
  const { name, inbound, outbound, subdomains, verified, verifiedBy, dkim } = fact;
  const by = verified ? { verified_by: verifiedBy ?? ('operator' as const) } : {};
  return {
    name,
    inbound,
    outbound,
    subdomains,
    verified,
    ...by,
    version: domainVersion(fact),
    signed: dkim !== undefined,
  };
}

/** Domains of a customer. */
export function listDomains(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: URL,
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'listDomains',
      summary: 'Domains of a customer, in the order of their names',
      params: customerPath,
      querystring: z.strictObject({ limit: pageLimit, after: afterCursor(z.tuple([z.string()])) }),
      response: { 200: pageSchema(domainSchema) },
    },
    handler: async ({ params: { customer }, query: { limit, after } }) => {
      const page = context.control.database.db.selectFrom('domain').selectAll().where('customer', '=', customer);
      const rows = await page
        .where('name', '>', after?.[0] ?? '')
        .orderBy('name')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, { entry: (row) => shown(domainFact(row)), key: ({ name }) => [name] });
    },
  });
}

/** Adds a domain. */
export function addDomain(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: URL,
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'addDomain',
      summary: 'Add a domain; it counts once the proof of its owner is seen in DNS',
      params: customerPath,
      body: z
        .strictObject({
          name: domainName,
          inbound: z.boolean().default(true),
          outbound: z.boolean().default(true),
          subdomains: z.boolean().default(false),
        })
        .refine(({ inbound, outbound }) => inbound || outbound, says('any-direction')),
      response: { 201: domainSchema },
    },
    handler: async ({ params: { customer }, body, principal }, reply) => {
      const adding = services.customers.holdings.addDomain(actorOf(principal), customer, body);
      const fact = await tellingNoNames(sideOf(principal), adding);
      setEtag(reply, domainVersion(fact));
      return reply.code(201).send(shown(fact));
    },
  });
}

/** Changes a domain. */
export function changeDomain(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: `${URL}/:domain`,
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'changeDomain',
      summary: 'Change what a domain is used for',
      params: domainPath,
      headers: ifMatchHeader,
      body: z.strictObject({
        inbound: z.boolean().optional(),
        outbound: z.boolean().optional(),
        subdomains: z.boolean().optional(),
      }),
      response: { 200: domainSchema },
    },
    handler: async ({ params: { customer, domain }, headers, body, principal }, reply) => {
      const patch = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const change = { expected: expectedVersions(headers), patch };
      const changing = services.customers.holdings.changeDomain(actorOf(principal), customer, domain, change);
      const fact = await tellingNoNames(sideOf(principal), changing);
      setEtag(reply, domainVersion(fact));
      return shown(fact);
    },
  });
}

/** Removes a domain. */
export function removeDomain(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: `${URL}/:domain`,
    config: { access: { needs: 'domains:write', of: 'path', stepUp: true } },
    schema: {
      operationId: 'removeDomain',
      summary: 'Remove a domain with its DKIM keys: nothing of it, or for it, is taken from then on',
      params: domainPath,
      response: { 200: z.object({ name: z.string(), removed: z.literal(true) }) },
    },
    handler: async ({ params: { customer, domain }, principal }) => {
      await services.customers.holdings.removeDomain(actorOf(principal), customer, domain);
      return { name: domain, removed: true as const };
    },
  });
}
