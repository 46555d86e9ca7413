// Passkeys (W3C WebAuthn): who we are comes from `http.url`, never from a request; the authenticator has to make sure that
// it is its owner (user verification), so that a passkey alone is two factors.

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { type PlainCode, plainFault } from '../api/field-faults.ts';
import { Problem, problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import type { AccessParts } from './parts.ts';
import { publicKeyOf, verifyAssertion } from './passkey-assertion.ts';
import type { PasskeyRow, PersonRow } from './tables.ts';

/** Loaded when it is first needed: it brings much that no start should wait for. */
const webauthn = () => import('@simplewebauthn/server');

const RP_NAME = 'Easymail';
/** COSE: ECDSA with P-256, EdDSA, RSA with SHA-256 (Windows Hello). */
const ALGORITHMS = [-7, -8, -257];

/** Ids stand in paths of the API; authenticators make them of 16 to 64 octets. */
const LONGEST_ID = 400;

/** A proof with a passkey, verified but for its counter, which has to be stored with what it proves. */
export interface PasskeyProof {
  passkey: PasskeyRow;
  counter: number;
}

export interface PasskeyOptions {
  /** Goes back with the answer of the authenticator. */
  ticket: string;
  /** For `navigator.credentials`, as PublicKeyCredential.parse…OptionsFromJSON takes them. */
  options: Record<string, unknown>;
}

const challengeShape = z.object({ challenge: z.string(), person: z.string().optional() });

export interface Passkeys {
  /** What the browser is asked to make a passkey with. Throws a Problem (409) where passkeys cannot be had here. */
  registrationOptions(person: PersonRow): Promise<PasskeyOptions>;
  /** The new passkey. Throws a Problem (422) where the answer is not right. */
  register(person: PersonRow, answer: { ticket: string; response: RegistrationResponseJSON }): Promise<NewPasskey>;
  /** What the browser is asked for; without a person any passkey of this site may answer. */
  proofOptions(person?: PersonRow): Promise<PasskeyOptions>;
  /** Whose passkey it was; nothing where the answer is not right. With a person: only one of its own. */
  prove(
    answer: { ticket: string; response: AuthenticationResponseJSON },
    person?: string,
  ): Promise<PasskeyProof | undefined>;
}

export type NewPasskey = Pick<PasskeyRow, 'id' | 'public_key' | 'counter' | 'transports'>;

/** Makes the keeper of passkeys. */
export function createPasskeys(parts: AccessParts): Passkeys {
  const { tickets, lookups, url } = parts;
  return {
    async registrationOptions(person) {
      const { generateRegistrationOptions } = await webauthn();
      const options = await generateRegistrationOptions({
        rpName: RP_NAME,
        rpID: relyingParty(url()).id,
        userName: person.email,
        userDisplayName: person.display_name === '' ? person.email : person.display_name,
        userID: new Uint8Array(Buffer.from(person.id)),
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: lookups.passkeysOf(person.id).map(({ id }) => ({ id })),
      });
      const ticket = tickets.issue('passkey registration', { challenge: options.challenge, person: person.id });
      return { ticket, options: { ...options } };
    },

    async register(person, { ticket, response }) {
      const open = tickets.open('passkey registration', ticket);
      const asked = open === undefined ? undefined : challengeShape.parse(open.content);
      if (open === undefined || asked?.person !== person.id) throw notRegistered('ticket', 'ticket-old');
      const { verifyRegistrationResponse } = await webauthn();
      const made = await verifyRegistrationResponse({
        response,
        ...expected(url()),
        expectedChallenge: asked.challenge,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }).catch(() => undefined);
      if (made?.verified !== true || !open.spend()) throw notRegistered('response', 'passkey-unasked');
      const { id, publicKey, counter, transports = [] } = made.registrationInfo.credential;
      if (id.length > LONGEST_ID) throw notRegistered('response', 'passkey-id-long');
      const public_key = await publicKeyOf(publicKey);
      if (public_key === undefined) throw notRegistered('response', 'passkey-kind');
      return { id, public_key, counter, transports: JSON.stringify(transports) };
    },

    async proofOptions(person) {
      const allowed = person === undefined ? undefined : lookups.passkeysOf(person.id).map(({ id }) => ({ id }));
      const { generateAuthenticationOptions } = await webauthn();
      const options = await generateAuthenticationOptions({
        rpID: relyingParty(url()).id,
        userVerification: 'required',
        ...(allowed !== undefined && { allowCredentials: allowed }),
      });
      const whose = person === undefined ? {} : { person: person.id };
      return {
        ticket: tickets.issue('passkey proof', { challenge: options.challenge, ...whose }),
        options: { ...options },
      };
    },

    prove: (answer, person) => prove(parts, answer, person),
  };
}

async function prove(
  { tickets, lookups, url }: AccessParts,
  { ticket, response }: { ticket: string; response: AuthenticationResponseJSON },
  person: string | undefined,
): Promise<PasskeyProof | undefined> {
  const open = tickets.open('passkey proof', ticket);
  if (open === undefined) return undefined;
  const asked = challengeShape.parse(open.content);
  const passkey = lookups.passkey(response.id);
  // A ticket for one purpose (a sign-in, a step-up of one person) serves no other.
  if (passkey === undefined || asked.person !== person) return undefined;
  if (person !== undefined && passkey.person !== person) return undefined;
  const handle = response.response.userHandle;
  if (handle !== undefined && Buffer.from(handle, 'base64url').toString() !== passkey.person) return undefined;
  const { id: rpId, origin } = relyingParty(url());
  const { public_key: publicKey, counter } = passkey;
  const proof = verifyAssertion(response, { challenge: asked.challenge, origin, rpId, publicKey, counter });
  if (proof === undefined || !open.spend()) return undefined;
  return { passkey, counter: proof.counter };
}

/**
 * Stores the counter of a proof with what it proves. False: somebody was faster, with the same counter or a later one. A
 * passkey that does not count says 0 for ever.
 */
export async function countProof(
  trx: Transaction<ControlTables>,
  { passkey, counter }: PasskeyProof,
  now: number,
): Promise<boolean> {
  const done = await trx
    .updateTable('passkey')
    .set({ counter, last_used_at: now })
    .where('id', '=', passkey.id)
    .where((where) => where.or([where('counter', '<', counter), where('counter', '=', 0)]))
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

function expected(url: string) {
  const { id, origin } = relyingParty(url);
  return { expectedOrigin: origin, expectedRPID: id };
}

/** Whether the host of a URL is a name: passkeys are bound to names, never to addresses. */
export function hasName(url: string): boolean {
  return !/^[\d.]+$|:/.test(new URL(url).hostname);
}

/** WebAuthn 5.1.3: the host's name; browsers take no address for one. */
function relyingParty(url: string): { id: string; origin: string } {
  const { hostname, origin } = new URL(url);
  if (!hasName(url)) {
    throw problem('passkeys-need-name');
  }
  return { id: hostname, origin };
}

function notRegistered(field: string, code: PlainCode): Problem {
  return problem('passkey-not-taken', {}, [plainFault(field, code)]);
}
