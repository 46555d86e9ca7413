import { z } from 'zod';
import { CUSTOMER_ROLES, OPERATOR_ROLES, PERMISSIONS, permissionsOf, type Role } from '../../../access/permissions.ts';
import { customerOf, holds, mayGive, type Principal } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { permission, role } from './schemas.ts';

const roleSchema = z.object({
  role,
  side: z.enum(['operator', 'customer']),
  permissions: z.array(permission),
  second_factor: z.boolean().describe('Whether it can do nothing without a second factor (`access.second_factor`).'),
  may_give: z.boolean().describe('Whether you may give it: nobody gives more than it holds.'),
});

/** Roles, and what each may do. A customer’s side sees its own. */
export function listRoles(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/roles',
    config: { access: { needs: 'users:read', of: 'object' } },
    schema: {
      operationId: 'listRoles',
      summary: 'Roles, and what each may do',
      response: {
        200: z.object({
          entries: z.array(roleSchema),
          permissions: z
            .array(z.object({ permission, text: z.string() }))
            .describe('In the order of the roles’ table.'),
        }),
      },
    },
    handler: async ({ principal }) => {
      const own = customerOf(principal);
      const roles = Object.keys(
        own === undefined ? { ...OPERATOR_ROLES, ...CUSTOMER_ROLES } : CUSTOMER_ROLES,
      ) as Role[];
      const entries = roles.map((one) => shownRole(one, principal, context.services.access.needsSecondFactor(one)));
      const known = Object.entries(PERMISSIONS) as [keyof typeof PERMISSIONS, string][];
      const permissions = known
        .filter(([one]) => entries.some((entry) => entry.permissions.includes(one)))
        .map(([permission, text]) => ({ permission, text }));
      return { entries, permissions };
    },
  });
}

function shownRole(one: Role, principal: Principal, second_factor: boolean): z.input<typeof roleSchema> {
  const side = one in CUSTOMER_ROLES ? 'customer' : 'operator';
  // Of a customer's side it depends on the permissions alone: whose people they are is asked when it is given.
  const may_give = holds(principal, 'users:write') && mayGive(principal, one, customerOf(principal) ?? null);
  return { role: one, side, permissions: [...permissionsOf(one)], second_factor, may_give };
}
