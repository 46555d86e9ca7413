// From the credentials of a request to who it comes from.

import type { CustomerId } from '../../mail/message.ts';
import { problem } from '../api/problem.ts';
import { isWithin } from './client-network.ts';
import { readCookies } from './cookies.ts';
import type { KnownKey, KnownSession } from './lookups.ts';
import type { AccessParts } from './parts.ts';
import { type Permission, permissionsOf } from './permissions.ts';
import type { Principal } from './principal.ts';
import { mayUseSession } from './same-origin.ts';
import { tokenHash } from './secrets.ts';
import { isOpen } from './sessions.ts';

/** What a request says of its sender: header fields as they came, and the address it came from. */
export interface Credentials {
  method: string;
  authorization?: string | undefined;
  /** The whole field. */
  cookie?: string | undefined;
  origin?: string | undefined;
  /** `Sec-Fetch-Site`. */
  fetchSite?: string | undefined;
  /** Address of the client. */
  from?: string | undefined;
}

/**
 * Who the request comes from; `nobody` where it names nobody.
 *
 * `Authorization: Bearer emk_…` that is wrong, expired, revoked or from an address that the key is not for throws a
 * Problem (401) whatever the operation: whoever sends a key means it. A cookie is sent by browsers unasked: one that opens
 * no session counts as none. A cookie of a session with anything but GET, HEAD or OPTIONS from another origin than
 * `http.url` throws a Problem (403).
 */
export type Authenticate = (request: Credentials) => Promise<Principal>;

const BEARER = /^bearer +(emk_[A-Za-z0-9_-]{43}) *$/i;

/** Makes the check of credentials. */
export function createAuthenticate(parts: AccessParts): Authenticate {
  return async (request) => {
    const from = request.from === undefined ? {} : { from: request.from };
    if (request.authorization !== undefined) return { ...keyPrincipal(parts, request), ...from };
    const session = openSession(parts, request);
    if (session === undefined) return { kind: 'nobody', ...from };
    if (!mayUseSession(request, parts.url())) {
      throw problem('foreign-page');
    }
    parts.activity.sessionUsed(session.session, { at: parts.clock.now(), from: request.from });
    return { ...userPrincipal(parts, session), ...from };
  };
}

/** The session of the cookie, where it may still be used. */
function openSession(parts: AccessParts, { cookie }: Credentials): KnownSession | undefined {
  const { session: token } = readCookies(cookie, parts.url());
  if (token === undefined) return undefined;
  const known = parts.lookups.session(tokenHash(token));
  if (known === undefined || known.state !== 'active') return undefined;
  if (known.customer !== null && !parts.lookups.portalOpen(known.customer)) return undefined;
  const last_used_at = Math.max(known.last_used_at, parts.activity.lastUse(known.session)?.at ?? 0);
  return isOpen({ ...known, last_used_at }, parts.clock.now(), parts.settings().session_idle) ? known : undefined;
}

function userPrincipal({ settings }: AccessParts, known: KnownSession): Extract<Principal, { kind: 'user' }> {
  const mustSetUp = known.second_factor === 0 && settings().second_factor.includes(known.role);
  return {
    kind: 'user',
    id: known.person,
    email: known.email,
    role: known.role,
    session: known.session,
    steppedUpUntil: known.stepped_up_until,
    ...(known.customer !== null && { customer: known.customer as CustomerId }),
    ...(mustSetUp && { mustSetUp }),
  };
}

function keyPrincipal(parts: AccessParts, request: Credentials): Extract<Principal, { kind: 'key' }> {
  const token = BEARER.exec(request.authorization ?? '')?.[1];
  const known = token === undefined ? undefined : parts.lookups.key(tokenHash(token));
  // One answer for all: whoever holds a key that works no longer learns nothing about it.
  if (known === undefined || !isUsable(known, request.from, parts.clock.now()) || isShutOut(parts, known)) {
    throw problem('unknown-key');
  }
  parts.activity.keyUsed(known.id, { at: parts.clock.now(), from: request.from });
  return {
    kind: 'key',
    id: known.id,
    scopes: scopesOf(known),
    ...(known.customer !== null && { customer: known.customer as CustomerId }),
  };
}

function isUsable(key: KnownKey, from: string | undefined, now: number): boolean {
  if (key.revoked_at !== null || (key.expires_at !== null && key.expires_at <= now)) return false;
  const networks = JSON.parse(key.networks) as string[];
  return networks.length === 0 || isWithin(from, networks);
}

/** Keys that people of a customer made rest while its portal is closed, as they do themselves; the operator's go on. */
function isShutOut({ lookups }: AccessParts, { person }: KnownKey): boolean {
  const customer = person === null ? undefined : lookups.person(person)?.customer;
  return typeof customer === 'string' && !lookups.portalOpen(customer);
}

/** Never more than whoever made it holds now: its role may have become less, and it may have left. */
export function scopesOf(
  key: Pick<KnownKey, 'scopes' | 'person' | 'maker_state' | 'maker_role'>,
): readonly Permission[] {
  const scopes = JSON.parse(key.scopes) as Permission[];
  if (key.person === null) return scopes;
  if (key.maker_state !== 'active' || key.maker_role === null) return [];
  const held = permissionsOf(key.maker_role);
  return scopes.filter((scope) => held.includes(scope));
}
