// Shapes of what people, sessions and keys are in the API.

import { z } from 'zod';
import { parseNetwork } from '../../../../protocol/ip/network.ts';
import { LONGEST_PASSWORD } from '../../../access/password.ts';
import {
  CUSTOMER_ROLES,
  OPERATOR_ROLES,
  PERMISSIONS,
  type Permission,
  type Role,
} from '../../../access/permissions.ts';
import type { SecondFactors } from '../../../access/second-factors.ts';
import type { LoginHistoryRow, PasskeyRow, PersonRow } from '../../../access/tables.ts';
import { says } from '../../field-faults.ts';

const words = <T extends string>(of: Record<T, unknown>) => Object.keys(of) as [T, ...T[]];

export const role = z.enum([...words(OPERATOR_ROLES), ...words(CUSTOMER_ROLES)] as [Role, ...Role[]]);
export const permission = z.enum(words<Permission>(PERMISSIONS));
export const language = z.enum(['en', 'de', 'fr']);

const ID = /^[a-z]{3}_[0-9a-f]{24}$/;
const idOf = (what: string) => z.string().regex(ID, `must be the id of ${what}`);
export const userId = idOf('a user');
export const sessionId = idOf('a session');
export const keyId = idOf('an API key');
export const passkeyId = z.string().regex(/^[A-Za-z0-9_-]{1,400}$/, says('passkey-id'));

export const email = z.string().min(3).max(320).describe('E-mail address: the name that people sign in with.');
export const displayName = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, says('just-one-line'))
  .describe('Name for people to read.');
export const password = z.string().min(1).max(LONGEST_PASSWORD);
export const newPassword = password.describe('12 characters at least; a sentence is fine.');
export const token = z.string().min(1).max(200).describe('What stands behind the `=` of the link.');
export const ticket = z.string().min(1).max(4000).describe('As it was given in the step before.');
export const totpCode = z.string().regex(/^\d{6}$/, says('six-digits'));
export const recoveryCode = z.string().min(10).max(40);

/** The answer of an authenticator, as PublicKeyCredential.toJSON makes it; its octets are read by the WebAuthn library. */
const octets = z.string().max(20_000);
const credential = {
  id: z.string().max(1400),
  rawId: z.string().max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
};
export const registrationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: octets,
    attestationObject: octets,
    transports: z.array(z.string().max(30)).max(10).optional(),
  }),
});
export const authenticationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: octets,
    authenticatorData: octets,
    signature: octets,
    userHandle: octets.optional(),
  }),
});
export const passkeyOptionsSchema = z.object({
  ticket: z.string(),
  options: z.looseObject({}).describe('For `navigator.credentials`.'),
});

export const userState = z.enum(['invited', 'active', 'disabled']);

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  language,
  role,
  customer: z.string().optional(),
  state: userState,
  second_factor: z.boolean().describe('Whether codes of an authenticator app are set up.'),
  made_at: z.string(),
  made_by: z.string(),
  last_sign_in_at: z.string().optional(),
});

/** As it is seen by who looks after users. */
export const userWithFactorsSchema = userSchema.extend({
  passkeys: z.number().describe('How many passkeys are set up; each is both factors.'),
});

/** A person as the API shows it. */
export function shownUser(person: PersonRow): z.input<typeof userSchema> {
  const { id, display_name: name, role, customer, state, made_by, last_login_at } = person;
  return {
    id,
    email: person.email,
    name,
    language: person.language,
    role,
    ...(customer !== null && { customer }),
    state,
    second_factor: person.totp !== null,
    made_at: new Date(person.made_at).toISOString(),
    made_by,
    ...(last_login_at !== null && { last_sign_in_at: new Date(last_login_at).toISOString() }),
  };
}

/** A person with what it signs in with. */
export function shownWithFactors(
  person: PersonRow,
  { passkeysOf }: Pick<SecondFactors, 'passkeysOf'>,
): z.input<typeof userWithFactorsSchema> {
  return { ...shownUser(person), passkeys: passkeysOf(person.id).length };
}

export const sessionSchema = z.object({
  id: z.string(),
  made_at: z.string(),
  expires_at: z.string(),
  last_used_at: z.string(),
  last_from: z.string().nullable(),
  agent: z.string().nullable(),
});

export const passkeySchema = z.object({
  id: z.string(),
  name: z.string(),
  made_at: z.string(),
  last_used_at: z.string().nullable(),
});

/** A passkey as its owner sees it. */
export function shownPasskey({ id, name, made_at, last_used_at }: PasskeyRow): z.input<typeof passkeySchema> {
  const used = last_used_at === null ? null : new Date(last_used_at).toISOString();
  return { id, name, made_at: new Date(made_at).toISOString(), last_used_at: used };
}

export const recoveryCodes = z
  .array(z.string())
  .describe('Each signs in once in place of the second factor. Shown now and never again.');

export const signInStep = z.discriminatedUnion('state', [
  z.object({ state: z.literal('signed_in'), user: userSchema, set_up_needed: z.boolean() }),
  z.object({
    state: z.literal('second_factor'),
    ticket: z.string(),
    ways: z.array(z.enum(['totp', 'passkey', 'recovery_code'])),
  }),
]);

export const sessionStateSchema = z.object({
  user: userSchema,
  permissions: z.array(permission),
  session: z.string(),
  stepped_up_until: z.string(),
  set_up_needed: z.boolean().describe('The role needs a second factor: until it is set up, nothing else is allowed.'),
});

export const steppedUpSchema = z.object({ stepped_up_until: z.string() });

export const network = z.string().refine((text) => !('fault' in parseNetwork(text)), says('network'));

export const keyState = z.enum(['active', 'expired', 'revoked']);

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(permission),
  effective_scopes: z.array(permission).describe('What it can do now: never more than whoever made it.'),
  customer: z.string().nullable(),
  networks: z.array(z.string()),
  state: keyState,
  made_at: z.string(),
  made_by: z.string(),
  expires_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
  last_from: z.string().nullable(),
});

export const invitedSchema = userSchema.extend({
  mailed: z.boolean().describe('Whether the mail with the link is on its way; if not, invite again.'),
});

export const signInSchema = z.object({
  at: z.string(),
  outcome: z.enum(['signed_in', 'refused']),
  how: z.string(),
  from: z.string().nullable(),
  agent: z.string().nullable(),
  count: z.number().describe('Refused attempts from the same place that are told as one.'),
});

/** A line of the history as the API shows it. */
export function shownSignIn(row: LoginHistoryRow): z.input<typeof signInSchema> {
  const { at, outcome, how, from, agent, count } = row;
  return { at: new Date(at).toISOString(), outcome, how, from, agent, count };
}
