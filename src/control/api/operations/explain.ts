import { z } from 'zod';
import { parseAddress } from '../../../protocol/smtp/address.ts';
import { customerOf } from '../../access/principal.ts';
import { type Explanation, TRAIL_STEPS } from '../../explain/explain.ts';
import { isOwnQuestion, ownExplanation } from '../../explain/own-questions.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { says } from '../field-faults.ts';
import { Problem, problem } from '../problem.ts';
import { wordsOf, wordsSchema } from '../reasons.ts';

const mailbox = z.string().transform((text, context) => {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  context.addIssue({ code: 'custom', message: says('alice-address') });
  return z.NEVER;
});

const explanationSchema = z.object({
  verdict: z.enum(['outbound', 'inbound', 'refused']),
  steps: z.array(z.string()).describe('How it was decided, in order.'),
  trail: z
    .array(
      z.object({
        step: z.enum(TRAIL_STEPS),
        text: z.string(),
        values: z.record(z.string(), z.string()),
        words: wordsSchema,
      }),
    )
    .describe('The same in parts, for other languages.'),
  refused: z
    .object({
      at: z.enum(['mail', 'rcpt', 'header']),
      name: z.string(),
      reply: z.string(),
      reason: z.string(),
      words: wordsSchema,
    })
    .optional()
    .describe('Of a refusal: where in the session it comes, and the reply.'),
  customer: z.string().optional(),
  stream: z.string().optional(),
  rule: z.string().optional(),
  signed_with: z.array(z.string()).optional().describe('Keys that would sign, as `selector._domainkey.domain`.'),
  header_changes: z.number().optional().describe('What would be changed in the header.'),
  route: z
    .object({
      rule: z.string().optional(),
      site: z.string().optional(),
      hosts: z.array(z.object({ name: z.string(), port: z.number(), addresses: z.array(z.string()) })).optional(),
      tls: z.string().optional(),
      ends: z.enum(['bounce', 'defer']).optional().describe('Of mail that would bounce or be deferred.'),
      cause: z.string().optional(),
      words: wordsSchema,
    })
    .optional(),
  addresses: z
    .union([z.array(z.object({ pool: z.string(), ip: z.string(), hostname: z.string() })), z.literal('none')])
    .optional()
    .describe('Addresses that it would leave from.'),
});

/** What would happen to a message, without a message. */
export function explain(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/explain',
    config: { access: { needs: 'explain:read', of: 'object' } },
    schema: {
      operationId: 'explain',
      summary: 'What would happen to a message from here, as this sender, to there',
      description:
        "A customer's side asks about its own sources, logins and certificates, and about mail to its own domains.",
      querystring: z.strictObject({
        ip: z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address').describe('Where it comes from.'),
        from: z
          .union(
            [z.literal('').transform(() => undefined), z.literal('<>').transform(() => undefined), mailbox],
            'must be an address, or <> for the null sender',
          )
          .describe('Envelope sender; empty or `<>` is the null sender.'),
        to: mailbox.describe('Recipient.'),
        header_from: mailbox.optional().describe('Address in From. Default: the envelope sender.'),
        login: z.string().min(1).max(200).optional().describe('The session has logged in under this name.'),
        certificate: z
          .string()
          .max(300)
          .optional()
          .describe('The client shows a certificate with this key: `fingerprint:…`, `public_key:…` or `name:…`.'),
        listener: z
          .string()
          .max(100)
          .optional()
          .describe('`host:port` of a listener. Default: one with every role there is.'),
      }),
      response: { 200: explanationSchema },
    },
    handler: async ({ query, principal }) => {
      const question = { ...query, headerFrom: query.header_from };
      const own = customerOf(principal);
      if (own === undefined) return withWords(await context.explain(question));
      const { directory } = context.control;
      if (!isOwnQuestion(directory, own, question)) throw notOwn();
      const explanation = await context.explain(question);
      const shown = ownExplanation(directory, own, { question, explanation });
      if (shown === undefined) throw notOwn();
      return withWords(shown);
    },
  });
}

/** With the codes of what is said in words. */
function withWords({ trail, refused, route, ...shown }: Explanation): z.output<typeof explanationSchema> {
  return {
    ...shown,
    trail: trail.map((step) => ({ ...step, ...wordsOf({ text: step.text, rule: step.values['rule'] }) })),
    ...(refused !== undefined && { refused: { ...refused, ...wordsOf({ reason: refused.reason }) } }),
    ...(route !== undefined && { route: { ...route, ...wordsOf({ cause: route.cause }) } }),
  };
}

function notOwn(): Problem {
  return problem('none-is-yours');
}
