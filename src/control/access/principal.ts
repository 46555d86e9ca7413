// Who a request comes from, once its credentials were looked at.

import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { ALL_PERMISSIONS, type Permission, permissionsOf, type Role } from './permissions.ts';

/** Kinds of links that open a few operations without an account. */
export type LinkKind = 'onboarding' | 'records';

export type Principal =
  /** Whoever can open the socket in the data folder: the operator, with every permission. */
  | { kind: 'owner'; who: string }
  | {
      kind: 'user';
      id: string;
      /** E-mail address. */
      email: string;
      role: Role;
      /** Present for roles of a customer's side. */
      customer?: CustomerId;
      session: string;
      /** Until then dangerous acts need no new proof, milliseconds since 1970. */
      steppedUpUntil: number;
      /** Its role needs a second factor, and it has none: until it has, it holds no permission. */
      mustSetUp?: true;
      /** Address of the client. */
      from?: string;
    }
  | { kind: 'key'; id: string; scopes: readonly Permission[]; customer?: CustomerId; from?: string }
  | { kind: 'link'; link: LinkKind; id: string; customer: CustomerId; from?: string }
  | { kind: 'nobody'; from?: string };

/** Somebody who is signed in. */
export type UserPrincipal = Extract<Principal, { kind: 'user' }>;

/** Whether the principal holds the permission, its customer apart. */
export function holds(principal: Principal, permission: Permission): boolean {
  return permissionsHeld(principal).includes(permission);
}

/** All that the principal holds, its customer apart. */
export function permissionsHeld(principal: Principal): readonly Permission[] {
  switch (principal.kind) {
    case 'owner':
      return ALL_PERMISSIONS;
    case 'user':
      return principal.mustSetUp === true ? [] : permissionsOf(principal.role);
    case 'key':
      return principal.scopes;
    case 'link':
    case 'nobody':
      return [];
    default:
      return principal satisfies never;
  }
}

/**
 * Whether the principal may make somebody what the role says, or change somebody who is it: nobody gives, or takes, more
 * than it holds, and a customer's side only roles of its own.
 */
export function mayGive(principal: Principal, role: Role, customer: string | null): boolean {
  const own = customerOf(principal);
  if (own !== undefined && own !== customer) return false;
  return permissionsOf(role).every((permission) => holds(principal, permission));
}

/** The one customer the principal is tied to; nothing for the operator's side. */
export function customerOf(principal: Principal): CustomerId | undefined {
  return principal.kind === 'owner' || principal.kind === 'nobody' ? undefined : principal.customer;
}

/** The principal as audit and events name it. */
export function actorOf(principal: Principal, reason?: string): Actor {
  const from = principal.kind === 'owner' ? undefined : principal.from;
  return { who: nameOf(principal), ...(from !== undefined && { from }), ...(reason !== undefined && { reason }) };
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'owner':
      return principal.who;
    case 'user':
      return principal.email;
    case 'key':
      return `key:${principal.id}`;
    case 'link':
      return `link:${principal.id}`;
    case 'nobody':
      return 'nobody';
    default:
      return principal satisfies never;
  }
}
