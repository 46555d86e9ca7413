// Signing in: with a password and, where there is one, a second factor; or with a passkey, which is both.

import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { Problem, problem } from '../api/problem.ts';
import { clientNetwork } from './client-network.ts';
import type { Attempt } from './guessing.ts';
import { type AccessParts, actOf, assertPortalOpen, type Client } from './parts.ts';
import type { PasskeyOptions, Passkeys } from './passkeys.ts';
import { personName } from './person-name.ts';
import { checkCode, type GivenCode, type Proof, spendProof } from './proof.ts';
import { tokenHash } from './secrets.ts';
import { type StartedSession, startSession } from './sessions.ts';
import type { PersonRow } from './tables.ts';
import { TooManyAttempts } from './too-many-attempts.ts';

/** How long an address from which a person signed in counts as its own. */
const FAMILIAR_MS = 90 * 86_400_000;
const SECOND_FACTOR = 'second factor';

export type SignInStep =
  | { kind: 'signed_in'; person: PersonRow; session: StartedSession }
  /** The password was right; `ticket` goes with the code. */
  | { kind: 'second_factor'; ticket: string; ways: ('totp' | 'passkey' | 'recovery_code')[] };

export interface SignIn {
  /**
   * Throws a Problem: 401 where the address or the password is wrong, in the same words and the same time for both;
   * TooManyAttempts (429) where it was tried too often.
   */
  byPassword(given: { email: string; password: string } & GivenCode, client: Client): Promise<SignInStep>;
  /** The second step. Throws as the first does. */
  bySecondFactor(given: { ticket: string } & GivenCode, client: Client): Promise<SignInStep>;
  passkeyOptions(): Promise<PasskeyOptions>;
  /** Throws a Problem (401) where the passkey is not right. */
  byPasskey(given: { ticket: string; response: AuthenticationResponseJSON }, client: Client): Promise<SignInStep>;
}

const ticketShape = z.object({ person: z.string(), password_at: z.number() });

/** Makes the ways in. */
export function createSignIn(parts: AccessParts, passkeys: Passkeys): SignIn {
  return {
    async byPassword(given, client) {
      const { person, outdated, password } = await checkPassword(parts, given, client);
      const ways = secondFactorsOf(parts, person);
      const proof: Proof = { how: 'password', password };
      if (outdated) proof.rehashed = await parts.passwords.hash(given.password);
      if (ways.length === 0) return signedIn(parts, person.id, proof, client);
      if (given.code === undefined && given.recovery_code === undefined) {
        const ticket = parts.tickets.issue(SECOND_FACTOR, { person: person.id, password_at: person.password_at });
        return { kind: 'second_factor', ticket, ways };
      }
      return withCode(parts, { person, proof, given, client });
    },

    async bySecondFactor(given, client) {
      const open = parts.tickets.open(SECOND_FACTOR, given.ticket);
      const begun = open === undefined ? undefined : ticketShape.parse(open.content);
      const person = begun === undefined ? undefined : parts.lookups.person(begun.person);
      // A ticket is as good as the password it was given for.
      if (open === undefined || person === undefined || person.password_at !== begun?.password_at) {
        throw problem('sign-in-expired');
      }
      const proof = { how: 'password', password: person.password ?? '' };
      const step = await withCode(parts, { person, proof, given, client });
      open.spend();
      return step;
    },

    passkeyOptions: () => passkeys.proofOptions(),

    async byPasskey(given, client) {
      const proof = await passkeys.prove(given);
      if (proof === undefined) throw problem('passkey-wrong');
      return signedIn(parts, proof.passkey.person, { how: 'passkey', passkey: proof }, client);
    },
  };
}

/** The person whose password it is. An unknown address costs the same time and gets the same answer as a wrong password. */
async function checkPassword(
  parts: AccessParts,
  given: { email: string; password: string },
  client: Client,
): Promise<{ person: PersonRow; outdated: boolean; password: string }> {
  const name = personName(given.email);
  const found = name === undefined ? undefined : parts.lookups.personByName(name);
  const account = name ?? given.email.toLowerCase().slice(0, 254);
  const admission = parts.guessing.admit({ account, secret: 'password', ...whereFrom(parts, found, client) });
  if (admission.kind === 'wait') throw new TooManyAttempts(admission.seconds);
  const person = found?.state === 'active' ? found : undefined;
  const kept = person?.password ?? null;
  const { right, outdated } = await parts.passwords.verify(given.password, kept).catch((error: unknown) => {
    admission.withdrawn();
    throw error;
  });
  if (person === undefined || kept === null || !right) {
    if (found !== undefined) noteRefusal(parts, found, 'password', client);
    throw problem('password-wrong');
  }
  admission.succeeded();
  return { person, outdated, password: kept };
}

/** What somebody who guesses is counted by. */
export function whereFrom(
  { lookups, clock }: AccessParts,
  person: PersonRow | undefined,
  client: Client,
): Pick<Attempt, 'client' | 'familiar'> {
  const network = clientNetwork(client.from);
  if (person === undefined) return { client: network };
  const device = client.device === undefined ? undefined : tokenHash(client.device);
  if (device !== undefined && lookups.deviceOwner(device) === person.id) {
    return { client: network, familiar: { device: Buffer.from(device).toString('base64') } };
  }
  const wasHere = lookups.wasAt(person.id, network, clock.now() - FAMILIAR_MS);
  return { client: network, ...(wasHere && { familiar: 'client' as const }) };
}

function noteRefusal({ activity }: AccessParts, person: PersonRow, how: string, { from }: Client): void {
  activity.refused({ person: person.id, how, network: clientNetwork(from), from });
}

function secondFactorsOf({ lookups }: AccessParts, person: PersonRow): ('totp' | 'passkey' | 'recovery_code')[] {
  const totp = person.totp !== null;
  const passkey = lookups.passkeysOf(person.id).length > 0;
  if (!totp && !passkey) return [];
  return [...(totp ? (['totp'] as const) : []), ...(passkey ? (['passkey'] as const) : []), 'recovery_code'];
}

async function withCode(
  parts: AccessParts,
  { person, proof, given, client }: { person: PersonRow; proof: Proof; given: GivenCode; client: Client },
): Promise<SignInStep> {
  const admission = parts.guessing.admit({ account: person.id, secret: 'code', ...whereFrom(parts, person, client) });
  if (admission.kind === 'wait') throw new TooManyAttempts(admission.seconds);
  try {
    const code = checkCode(parts, person, given);
    if (code === undefined) throw wrongCode();
    const step = await signedIn(parts, person.id, { ...proof, how: `password and ${code.kind}`, code }, client);
    admission.succeeded();
    return step;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) noteRefusal(parts, person, 'code', client);
    throw error;
  }
}

function wrongCode(): Problem {
  return problem('code-wrong');
}

/** Begins the session, if all that was found right still is. */
async function signedIn(parts: AccessParts, id: string, proof: Proof, client: Client): Promise<SignInStep> {
  const { changes, settings, lookups } = parts;
  const before = lookups.person(id);
  const by = { who: before?.email ?? 'nobody', ...(client.from !== undefined && { from: client.from }) };
  const { person, session } = await changes.make(by, async (trx, now) => {
    const person = await trx.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst();
    if (person === undefined || person.state !== 'active') {
      throw problem('password-wrong');
    }
    assertPortalOpen(lookups, person);
    if (!(await spendProof(trx, person, proof, now))) throw wrongCode();
    const { session_lifetime: lifetimeMs, step_up: stepUpMs } = settings();
    const session = await startSession(trx, person, { now, client, how: proof.how, lifetimeMs, stepUpMs });
    const customer = person.customer === null ? {} : { customer: person.customer };
    const audit = { action: 'signed in', object: `user ${person.email}`, ...customer };
    return {
      result: { person, session },
      audit: [{ ...audit, before: null, after: { how: proof.how, session: session.id } }],
    };
  });
  tellOf(parts, person, { session, proof, client });
  return { kind: 'signed_in', person, session };
}

/** Mails about what the person would want to know of. The sign-in does not wait for them. */
function tellOf(
  { mailer, lookups, clock }: AccessParts,
  person: PersonRow,
  { session, proof, client }: { session: StartedSession; proof: Proof; client: Client },
): void {
  const act = actOf(person, client, clock.now());
  // The first sign-in of all is no news.
  if (session.newDevice && person.last_login_at !== null) void mailer.send('new_sign_in', person, act);
  if (proof.code?.kind === 'recovery_code') {
    void mailer.send('recovery_code_used', person, { ...act, left: lookups.recoveryCodes(person.id) });
  }
}
