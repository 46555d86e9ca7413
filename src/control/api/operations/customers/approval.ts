import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { Approval } from '../../../customers/accounts.ts';
import { STAGES } from '../../../customers/stages.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problemSchema } from '../../problem.ts';
import { customerPath, iso, isoTime } from './shapes.ts';

const approvalsSchema = z.array(z.object({ who: z.string(), at: isoTime }));

function shownApprovals(approvals: readonly Approval[]) {
  return approvals.map(({ who, at }) => ({ who, at: iso(at) }));
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
          faults: problemSchema.shape.errors,
        }),
      },
    },
    handler: async ({ params: { customer } }) => {
      const { entryVersion, needed, approvals, changes, faults } = await services.customers.approvals.view(customer);
      return { entry_version: entryVersion, needed, approvals: shownApprovals(approvals), changes, faults };
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
