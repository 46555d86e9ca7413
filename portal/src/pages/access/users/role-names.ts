// Roles and states of people, as words and as what an address may say.

import { useTranslation } from 'react-i18next';
import type { Entry } from '../../../api/queries.ts';
import { useCall } from '../../../api/queries.ts';
import { useIsOperator } from '../../../search.ts';

export type Role = Entry<'listUsers'>['role'];
type State = Entry<'listUsers'>['state'];

const ROLES = {
  administrator: true,
  mail_engineer: true,
  service_desk: true,
  auditor: true,
  data_protection_officer: true,
  customer_administrator: true,
  customer_member: true,
  customer_viewer: true,
} as const satisfies Record<Role, true>;
export const USER_STATES = ['active', 'invited', 'disabled'] as const satisfies readonly State[];

export function roleOf(text: string | undefined): Role | undefined {
  return text !== undefined && text in ROLES ? (text as Role) : undefined;
}

export function stateOf(text: string | undefined): State | undefined {
  return USER_STATES.find((one) => one === text);
}

/** The name of a role; the operator is told of whose side it is. */
export function useRoleName(): (role: Role) => string {
  const { t } = useTranslation(['access', 'shell']);
  const isOperator = useIsOperator();
  return (role) => (isOperator ? t(`roles.${role}`) : t(`roles.${role}`, { ns: 'shell' }));
}

/** Roles that there are for whoever looks, with their names. */
export function useRoleNames(): readonly { value: Role; label: string }[] {
  const roleName = useRoleName();
  const { data } = useRoles();
  return data?.entries.map(({ role }) => ({ value: role, label: roleName(role) })) ?? [];
}

/** Roles change with the configuration alone. */
export function useRoles() {
  return useCall('listRoles', {});
}
