// Who a request comes from, once its credentials were looked at.

import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { type Permission, permissionsOf, type Role } from './permissions.ts';

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
      /** Address of the client. */
      from?: string;
    }
  | { kind: 'key'; id: string; scopes: readonly Permission[]; customer?: CustomerId; from?: string }
  | { kind: 'link'; link: LinkKind; id: string; customer: CustomerId; from?: string }
  | { kind: 'nobody'; from?: string };

/** Whether the principal holds the permission, its customer apart. */
export function holds(principal: Principal, permission: Permission): boolean {
  switch (principal.kind) {
    case 'owner':
      return true;
    case 'user':
      return permissionsOf(principal.role).includes(permission);
    case 'key':
      return principal.scopes.includes(permission);
    case 'link':
    case 'nobody':
      return false;
    default:
      return principal satisfies never;
  }
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
