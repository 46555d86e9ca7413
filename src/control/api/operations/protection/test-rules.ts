import { z } from 'zod';
import type { ContentAnswer } from '../../../../mail/inspect/process/jobs.ts';
import { BUSINESS_STREAM } from '../../../../mail/message.ts';
import { customerOf, type Principal } from '../../../access/principal.ts';
import { DRAFT } from '../../../protection/dry-run.ts';
import { addressName, ruleFields } from '../../../protection/rule-schema.ts';
import type { ProtectionRuleRow } from '../../../protection/tables.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerId, isoTime } from '../../schemas.ts';
import { askerOf, direction } from './protection-schemas.ts';

/** Octets of a message that can be tried; base64 and the rest of the request come on top. */
const LARGEST = 10 * 1024 * 1024;

const matchShape = z.object({
  rule: z
    .string()
    .nullable()
    .describe(`Null: one of the operator's. \`${DRAFT}\`: the rule that came with the request.`),
  name: z.string(),
  of: z.enum(['operator', 'customer']),
  enabled: z.boolean(),
  parts: z.array(z.string()).describe('Parts that met its conditions about attachments; a few.'),
  actions: z.array(z.string()),
});

const dryRunShape = z.object({
  matches: z.array(matchShape),
  verdict: z.enum(['pass', 'tag', 'strip', 'later', 'hold', 'quarantine', 'reject']).describe('Of the rules alone.'),
  note: z.string().nullable(),
  fields: z.array(z.string()).describe('Fields that would be put before the header.'),
  effects: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('copy'), to: z.string() }),
      z.object({ kind: z.literal('notify'), to: z.array(z.string()), rule: z.string() }),
    ]),
  ),
  parts: z.number().describe('Parts found, those in archives too.'),
  found: z.array(z.object({ path: z.string(), traits: z.array(z.string()) })).describe('Remarkable parts; a few.'),
  faults: z.array(z.object({ kind: z.string(), where: z.string() })).describe('Why it can be read in two ways.'),
  limit: z.string().nullable().describe('A limit was reached; the rest was not looked at.'),
});

/** Tells which rules a message meets; it goes nowhere, and is not kept. */
export function testRules(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/rules/test',
    bodyLimit: LARGEST * 1.5,
    config: { access: { needs: 'protection:read', of: 'object' } },
    schema: {
      operationId: 'testRules',
      summary: 'Which rules a message would meet',
      description: 'The message is taken apart as any other, and goes nowhere; nothing of it is kept.',
      body: z.strictObject({
        customer: customerId.optional().describe("Whose mail; absent: one's own customer, of the operator nobody's."),
        direction,
        stream: z.string().min(1).max(64).default(BUSINESS_STREAM),
        sender: z.union([z.literal('<>'), z.literal(''), addressName]).describe('Of the envelope.'),
        recipients: z.array(addressName).min(1).max(1000),
        at: isoTime.optional().describe('For conditions about the time; absent: now.'),
        message: z
          .string()
          // No repeated groups: the text may be long.
          .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64')
          .describe('The whole message in base64: header, empty line, body.'),
        draft: z
          .strictObject({ ...ruleFields, enabled: ruleFields.enabled.optional(), last: z.boolean().optional() })
          .optional()
          .describe('A rule that is not kept yet; it is asked behind the others.'),
        off: z.boolean().default(false).describe('Rules that are off are asked too.'),
      }),
      response: {
        200: dryRunShape,
      },
    },
    handler: async ({ body, principal }) => {
      const { customer = customerOf(principal), direction: way, stream, sender, recipients, at, draft, off } = body;
      assertOwn(principal, customer, 'customer');
      const content = Buffer.from(body.message, 'base64');
      if (content.length > LARGEST) throw problem('trial-too-large');
      const { answer, rows } = await context.services.protection.test(askerOf(principal), {
        customer: customer ?? '',
        envelope: {
          direction: way,
          stream,
          sender: sender === '<>' ? '' : sender,
          recipients,
          ...(at !== undefined && { at }),
        },
        content,
        draft: draft && { ...draft, enabled: true, last: draft.last ?? false },
        off,
      });
      return shown(answer, rows, principal);
    },
  });
}

function shown(
  answer: ContentAnswer,
  rows: readonly ProtectionRuleRow[],
  principal: Principal,
): z.output<typeof dryRunShape> {
  const off = new Set(rows.filter(({ enabled }) => enabled === 0).map(({ id }) => id));
  const hides = customerOf(principal) !== undefined;
  return {
    matches: answer.matches.map(({ rule, name, of, parts, actions }) => ({
      rule: of === 'operator' && hides ? null : rule,
      name,
      of,
      enabled: !off.has(rule),
      parts: [...parts],
      actions: [...actions],
    })),
    verdict: answer.verdict,
    note: answer.note ?? null,
    fields: answer.fields,
    effects: answer.effects.map((effect) => (effect.kind === 'copy' ? effect : { ...effect, to: [...effect.to] })),
    parts: answer.parts,
    found: answer.found.map(({ path, traits }) => ({ path, traits: [...traits] })),
    faults: answer.faults,
    limit: answer.limit ?? null,
  };
}
