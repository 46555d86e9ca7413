import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { Approval } from '../../../customers/accounts.ts';
import { DIFFERENCE_KINDS, type EntryDifference } from '../../../customers/entry-differences.ts';
import { STAGES } from '../../../customers/stages.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problemSchema } from '../../problem.ts';
import { customerPath, iso, isoTime } from './shapes.ts';

const approvalsSchema = z.array(z.object({ who: z.string(), at: isoTime }));

function shownApprovals(approvals: readonly Approval[]) {
  return approvals.map(({ who, at }) => ({ who, at: iso(at) }));
}

const told = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const comparison = z.enum(['added', 'removed', 'changed', 'same']);

const differenceSchema = z.object({
  kind: z.enum(DIFFERENCE_KINDS),
  name: z.string().describe('Name of the domain, `host:port`, network, or address of the person.'),
  change: comparison.describe('Of what is asked for, to what is in force.'),
  in_force: told.optional(),
  asked: told.optional(),
  since_return: comparison
    .optional()
    .describe('To the entry as it was when it was sent back; absent where it never was.'),
  asked_before: told.optional(),
});

function shownDifference(one: EntryDifference): z.output<typeof differenceSchema> {
  const { kind, name, change, inForce, asked, sinceReturn, askedBefore } = one;
  return {
    kind,
    name,
    change,
    ...(inForce !== undefined && { in_force: inForce }),
    ...(asked !== undefined && { asked }),
    ...(sinceReturn !== undefined && { since_return: sinceReturn }),
    ...(askedBefore !== undefined && { asked_before: askedBefore }),
  };
}

/** What an approval would change. */
export function getApproval(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/approval',
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'getApproval',
      summary: 'What the approval of an entry would change, who approved it, and what stands in the way',
      params: customerPath,
      response: {
        200: z.object({
          entry_version: z.number(),
          needed: z.number().describe('People who have to approve.'),
          approvals: approvalsSchema,
          changes: z.array(z.string()),
          differences: z.array(differenceSchema).describe('All that is asked for or in force, thing by thing.'),
          faults: problemSchema.shape.errors,
        }),
      },
    },
    handler: async ({ params: { customer } }) => {
      const view = await services.customers.approvals.view(customer);
      return {
        entry_version: view.entryVersion,
        needed: view.needed,
        approvals: shownApprovals(view.approvals),
        changes: view.changes,
        differences: view.differences.map(shownDifference),
        faults: view.faults,
      };
    },
  });
}

/** Approves an entry. */
export function approveEntry(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/approval',
    config: { access: { needs: 'customers:approve', of: 'path' } },
    schema: {
      operationId: 'approveEntry',
      summary: 'Approve an entry; with the last approval needed it is in force, and is verified',
      params: customerPath,
      body: z.strictObject({ entry_version: z.int().min(1).describe('The version that was looked at.') }),
      response: {
        200: z.object({ stage: z.enum(STAGES), needed: z.number(), approvals: approvalsSchema }),
      },
    },
    handler: async ({ params: { customer }, body, principal }) => {
      const approved = await services.customers.approvals.approve(actorOf(principal), customer, body.entry_version);
      const { account, needed, approvals } = approved;
      return { stage: account.stage, needed, approvals: shownApprovals(approvals) };
    },
  });
}
