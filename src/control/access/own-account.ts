// What people change about themselves besides second factors: profile, password; and the fresh proof before dangerous acts.

import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Transaction } from 'kysely';
import { fault } from '../api/field-faults.ts';
import { Problem, problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import { aboutPerson, auditedPerson } from './audited-person.ts';
import { type AccessParts, actOf } from './parts.ts';
import { countProof, type PasskeyOptions, type Passkeys } from './passkeys.ts';
import { passwordFault } from './password.ts';
import type { UserPrincipal } from './principal.ts';
import { endSessionsOf, renewSession } from './sessions.ts';
import type { LoginHistoryRow, PersonLanguage, PersonRow } from './tables.ts';
import { TooManyAttempts } from './too-many-attempts.ts';

type Trx = Transaction<ControlTables>;

/** A session with its new token. */
export interface RenewedSession {
  token: string;
  steppedUpUntil: number;
}

export type StepUpProof = { password: string } | { ticket: string; response: AuthenticationResponseJSON };

export interface OwnAccount {
  /** The person behind the session. Throws a Problem (401) where it is gone. */
  person(by: UserPrincipal): PersonRow;
  changeProfile(
    by: UserPrincipal,
    profile: { name?: string | undefined; language?: PersonLanguage | undefined },
  ): Promise<PersonRow>;
  /** Throws a Problem (422) where the present one is wrong or the new one may not be used. All other sessions end. */
  changePassword(by: UserPrincipal, given: { current: string; password: string }): Promise<RenewedSession>;
  /** Newest first, one more than `limit` where there are more. */
  signIns(by: UserPrincipal, page: { limit: number; before?: number | undefined }): Promise<LoginHistoryRow[]>;
  /** Whether the role of the person needs a second factor, and it has none. */
  mustSetUp(person: PersonRow): boolean;
  stepUpOptions(by: UserPrincipal): Promise<PasskeyOptions>;
  /** Throws a Problem: 422 where the proof is wrong, 429 where it was tried too often. */
  stepUp(by: UserPrincipal, proof: StepUpProof): Promise<RenewedSession>;
}

/** Makes what people change about themselves. */
export function createOwnAccount(parts: AccessParts, passkeys: Passkeys): OwnAccount {
  const { changes, passwords, settings } = parts;
  const person = (by: UserPrincipal) => {
    const row = parts.lookups.person(by.id);
    if (row?.state !== 'active') throw problem('session-ended');
    return row;
  };
  return {
    person,

    changeProfile: (by, { name, language }) =>
      changes.make(actor(by), async (trx) => {
        const before = await ownRow(trx, by);
        const after = { ...before, display_name: name ?? before.display_name, language: language ?? before.language };
        const changed = { display_name: after.display_name, language: after.language, version: before.version + 1 };
        await trx.updateTable('person').set(changed).where('id', '=', by.id).execute();
        const states = { before: auditedPerson(before), after: auditedPerson(after) };
        return { result: after, audit: [aboutPerson(before, 'changed', states)] };
      }),

    async changePassword(by, { current, password }) {
      const before = person(by);
      await assertPassword(parts, by, before, { given: current, field: 'current' });
      const wrong = passwordFault(password, before.name);
      if (wrong !== undefined) throw problem('password-unfit', {}, [wrong]);
      const hash = await passwords.hash(password);
      const renewed = await changes.make(actor(by), async (trx, now) => {
        const row = await ownRow(trx, by);
        if (row.password !== before.password) throw problem('password-changed-meanwhile');
        const token = await setPassword(trx, by, hash, { now, steppedUpUntil: now + settings().step_up });
        return { result: token, audit: [aboutPerson(row, 'password changed')] };
      });
      void parts.mailer.send('password_changed', before, actOf(before, by, parts.clock.now()));
      return renewed;
    },

    signIns(by, { limit, before }) {
      const rows = parts.database.db.selectFrom('login_history').selectAll().where('person', '=', by.id);
      const page = before === undefined ? rows : rows.where('id', '<', before);
      return page
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
    },

    mustSetUp: ({ id, role, totp }) =>
      settings().second_factor.includes(role) && totp === null && parts.lookups.passkeysOf(id).length === 0,

    stepUpOptions: (by) => passkeys.proofOptions(person(by)),

    stepUp: (by, given) => stepUp(parts, passkeys, person(by), { by, given }),
  };
}

async function stepUp(
  parts: AccessParts,
  passkeys: Passkeys,
  row: PersonRow,
  { by, given }: { by: UserPrincipal; given: StepUpProof },
): Promise<RenewedSession> {
  const proof = 'ticket' in given ? await passkeys.prove(given, by.id) : undefined;
  if ('password' in given) await assertPassword(parts, by, row, { given: given.password, field: 'password' });
  else if (proof === undefined) throw refused('response');
  return parts.changes.make(actor(by), async (trx, now) => {
    const fresh = await ownRow(trx, by);
    if (proof === undefined ? fresh.password !== row.password : !(await countProof(trx, proof, now))) {
      throw refused('response');
    }
    const steppedUpUntil = now + parts.settings().step_up;
    const token = await renewSession(trx, by.session, steppedUpUntil);
    const how = proof === undefined ? 'password' : 'passkey';
    return { result: { token, steppedUpUntil }, audit: [aboutPerson(row, 'stepped up', { after: { how } })] };
  });
}

async function setPassword(
  trx: Trx,
  by: UserPrincipal,
  password: string,
  { now, steppedUpUntil }: { now: number; steppedUpUntil: number },
): Promise<RenewedSession> {
  await trx.updateTable('person').set({ password, password_at: now }).where('id', '=', by.id).execute();
  await trx.deleteFrom('access_token').where('person', '=', by.id).execute();
  await endSessionsOf(trx, by.id, by.session);
  return { token: await renewSession(trx, by.session, steppedUpUntil), steppedUpUntil };
}

/** A stolen session does not know the password, and may not guess it either. */
async function assertPassword(
  { guessing, passwords }: AccessParts,
  by: UserPrincipal,
  person: PersonRow,
  { given, field }: { given: string; field: string },
): Promise<void> {
  const attempt = {
    account: person.name,
    secret: 'password',
    client: by.session,
    familiar: { device: by.session },
  } as const;
  const admission = guessing.admit(attempt);
  if (admission.kind === 'wait') throw new TooManyAttempts(admission.seconds);
  const { right } = await passwords.verify(given, person.password).catch((error: unknown) => {
    admission.withdrawn();
    throw error;
  });
  if (!right) throw refused(field);
  admission.succeeded();
}

function refused(field: string): Problem {
  return problem('proof-wrong', {}, [fault(field, 'not-right')]);
}

async function ownRow(trx: Trx, by: UserPrincipal): Promise<PersonRow> {
  const row = await trx.selectFrom('person').selectAll().where('id', '=', by.id).executeTakeFirst();
  if (row?.state !== 'active') throw problem('session-ended');
  return row;
}

function actor({ email, from }: UserPrincipal): { who: string; from?: string } {
  return { who: email, ...(from !== undefined && { from }) };
}
