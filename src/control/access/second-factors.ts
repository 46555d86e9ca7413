// Second factors that a person sets up for itself, and takes away: codes of an app, passkeys, recovery codes.

import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { type PlainCode, plainFault } from '../api/field-faults.ts';
import { Problem, problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import { aboutPerson } from './audited-person.ts';
import { type AccessParts, actOf } from './parts.ts';
import type { NewPasskey, PasskeyOptions, Passkeys } from './passkeys.ts';
import type { UserPrincipal } from './principal.ts';
import { newRecoveryCodes, recoveryHash } from './recovery-codes.ts';
import type { PasskeyRow, PersonRow } from './tables.ts';
import { describeTotp, newTotpSecret, totpStep } from './totp.ts';

type Trx = Transaction<ControlTables>;

/** Nobody has more devices; a list that grows without end is none. */
const MOST_PASSKEYS = 20;
const TOTP_SET_UP = 'totp set-up';

/** The first second factor brings recovery codes with it, shown this once. */
export interface AddedFactor {
  recovery_codes?: string[];
}

export interface SecondFactors {
  /** A secret for an app; in force once a code of it was given back. */
  beginTotp(by: UserPrincipal): { ticket: string; secret: string; uri: string };
  /** Throws a Problem (422) where the code is wrong, or codes are set up already. */
  confirmTotp(by: UserPrincipal, given: { ticket: string; code: string }): Promise<AddedFactor>;
  removeTotp(by: UserPrincipal): Promise<void>;
  beginPasskey(by: UserPrincipal): Promise<PasskeyOptions>;
  addPasskey(
    by: UserPrincipal,
    given: { ticket: string; response: RegistrationResponseJSON; name: string },
  ): Promise<AddedFactor & { id: string }>;
  /** Throws a Problem (404) where the person has no such passkey. */
  renamePasskey(by: UserPrincipal, id: string, name: string): Promise<PasskeyRow>;
  removePasskey(by: UserPrincipal, id: string): Promise<void>;
  passkeysOf(person: string): PasskeyRow[];
  recoveryCodesOf(person: string): number;
  /** New codes; the old ones work no longer. Throws a Problem (409) where there is no second factor. */
  renewRecoveryCodes(by: UserPrincipal): Promise<string[]>;
}

const setUpShape = z.object({ person: z.string(), secret: z.string() });

/** Makes the keeper of second factors. */
export function createSecondFactors(parts: AccessParts, passkeys: Passkeys): SecondFactors {
  const change = changer(parts);
  return {
    beginTotp(by) {
      const secret = newTotpSecret();
      const content = { person: by.id, secret: Buffer.from(secret).toString('base64') };
      return { ticket: parts.tickets.issue(TOTP_SET_UP, content), ...describeTotp(secret, by.email) };
    },

    confirmTotp(by, { ticket, code }) {
      const { secret, step } = confirmed(parts, by, { ticket, code });
      return change(by, { kind: 'second_factor_added', what: 'TOTP' }, async (trx, person, now) => {
        if (person.totp !== null) throw problem('totp-set-up-already');
        const codes = await firstRecoveryCodes(trx, person);
        const sealed = parts.totpBox.seal(secret, person.id);
        const totp = { totp: sealed, totp_master: parts.totpBox.master, totp_at: now, totp_step: step };
        await trx.updateTable('person').set(totp).where('id', '=', person.id).execute();
        return codes;
      });
    },

    removeTotp: (by) =>
      change(by, { kind: 'second_factor_removed', what: 'TOTP' }, async (trx, person) => {
        if (person.totp === null) throw problem('totp-not-set-up');
        const none = { totp: null, totp_master: null, totp_at: null };
        await trx.updateTable('person').set(none).where('id', '=', person.id).execute();
        await afterRemoval(parts, trx, person);
      }),

    beginPasskey: async (by) => passkeys.registrationOptions(personOf(parts, by)),

    async addPasskey(by, { ticket, response, name }) {
      const made = await passkeys.register(personOf(parts, by), { ticket, response });
      return change(by, { kind: 'second_factor_added', what: name }, (trx, person, now) =>
        storePasskey(trx, person, { ...made, name }, now),
      );
    },

    renamePasskey: (by, id, name) => renamePasskey(parts, by, { id, name }),

    removePasskey: (by, id) => {
      const what = parts.lookups.passkey(id)?.name ?? '';
      return change(by, { kind: 'second_factor_removed', what }, async (trx, person) => {
        const gone = trx.deleteFrom('passkey').where('id', '=', id).where('person', '=', person.id);
        if ((await gone.executeTakeFirst()).numDeletedRows === 0n) throw problem('no-such-passkey');
        await afterRemoval(parts, trx, person);
      });
    },

    passkeysOf: (person) => parts.lookups.passkeysOf(person),
    recoveryCodesOf: (person) => parts.lookups.recoveryCodes(person),

    renewRecoveryCodes: (by) =>
      change(by, { kind: 'recovery_codes_renewed' }, async (trx, person) => {
        if (!(await hasSecondFactor(trx, person.id))) throw problem('second-factor-first');
        return storeRecoveryCodes(trx, person.id);
      }),
  };
}

/** The secret of the ticket, and the step of the code that shows that an app has it. */
function confirmed(
  { tickets, clock }: AccessParts,
  by: UserPrincipal,
  { ticket, code }: { ticket: string; code: string },
): { secret: Uint8Array; step: number } {
  const open = tickets.open(TOTP_SET_UP, ticket);
  const begun = open === undefined ? undefined : setUpShape.parse(open.content);
  if (open === undefined || begun?.person !== by.id) throw faultIn('ticket', 'ticket-old');
  const secret = Buffer.from(begun.secret, 'base64');
  const step = totpStep(secret, code, { nowMs: clock.now(), lastStep: 0 });
  if (step === undefined) throw faultIn('code', 'code-not-right');
  if (!open.spend()) throw faultIn('ticket', 'ticket-used');
  return { secret, step };
}

function faultIn(field: string, code: PlainCode): Problem {
  return problem('totp-not-taken', {}, [plainFault(field, code)]);
}

async function storePasskey(
  trx: Trx,
  person: PersonRow,
  passkey: NewPasskey & { name: string },
  now: number,
): Promise<AddedFactor & { id: string }> {
  const known = await trx
    .selectFrom('passkey')
    .select(['id', 'person'])
    .where('id', '=', passkey.id)
    .executeTakeFirst();
  if (known !== undefined) throw problem('passkey-known');
  const own = trx.selectFrom('passkey').select('id').where('person', '=', person.id);
  if ((await own.execute()).length >= MOST_PASSKEYS) {
    throw problem('too-many-passkeys', { most: MOST_PASSKEYS });
  }
  const codes = await firstRecoveryCodes(trx, person);
  await trx
    .insertInto('passkey')
    .values({ ...passkey, person: person.id, made_at: now, last_used_at: null })
    .execute();
  return { ...codes, id: passkey.id };
}

/** A name is no way in: it is audited, and nobody is told by mail. */
function renamePasskey(
  { changes }: AccessParts,
  by: UserPrincipal,
  { id, name }: { id: string; name: string },
): Promise<PasskeyRow> {
  const from = by.from === undefined ? {} : { from: by.from };
  return changes.make({ who: by.email, ...from }, async (trx) => {
    const owned = trx.selectFrom('passkey').selectAll().where('id', '=', id).where('person', '=', by.id);
    const before = await owned.executeTakeFirst();
    const person = await trx.selectFrom('person').selectAll().where('id', '=', by.id).executeTakeFirst();
    if (before === undefined || person === undefined) throw problem('no-such-passkey');
    await trx.updateTable('passkey').set({ name }).where('id', '=', id).execute();
    const states = { before: { name: before.name }, after: { name } };
    return { result: { ...before, name }, audit: [aboutPerson(person, 'passkey renamed', states)] };
  });
}

function personOf({ lookups }: AccessParts, by: UserPrincipal): PersonRow {
  const person = lookups.person(by.id);
  if (person === undefined) throw problem('session-ended');
  return person;
}

type FactorChange =
  | { kind: 'second_factor_added' | 'second_factor_removed'; what: string }
  | { kind: 'recovery_codes_renewed' };

/** A change of the person's own second factors: audited, and told to the person. */
function changer(parts: AccessParts) {
  return async <T>(
    by: UserPrincipal,
    change: FactorChange,
    work: (trx: Trx, person: PersonRow, now: number) => Promise<T>,
  ): Promise<T> => {
    const from = by.from === undefined ? {} : { from: by.from };
    const { result, person } = await parts.changes.make({ who: by.email, ...from }, async (trx, now) => {
      const person = await trx.selectFrom('person').selectAll().where('id', '=', by.id).executeTakeFirst();
      if (person?.state !== 'active') throw problem('session-ended');
      const result = await work(trx, person, now);
      return {
        result: { result, person },
        audit: [
          aboutPerson(person, change.kind.replaceAll('_', ' '), {
            after: 'what' in change ? { what: change.what } : null,
          }),
        ],
      };
    });
    const act = actOf(person, by, parts.clock.now());
    if (change.kind === 'recovery_codes_renewed') void parts.mailer.send(change.kind, person, act);
    else void parts.mailer.send(change.kind, person, { ...act, what: change.what });
    return result;
  };
}

async function firstRecoveryCodes(trx: Trx, person: PersonRow): Promise<AddedFactor> {
  if (await hasSecondFactor(trx, person.id)) return {};
  return { recovery_codes: await storeRecoveryCodes(trx, person.id) };
}

async function storeRecoveryCodes(trx: Trx, person: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await trx.deleteFrom('recovery_code').where('person', '=', person).execute();
  const rows = codes.map((code) => ({ person, hash: recoveryHash(person, code) }));
  await trx.insertInto('recovery_code').values(rows).execute();
  return codes;
}

async function hasSecondFactor(trx: Trx, id: string): Promise<boolean> {
  const person = await trx.selectFrom('person').select('totp').where('id', '=', id).executeTakeFirst();
  if (person !== undefined && person.totp !== null) return true;
  return (
    (await trx.selectFrom('passkey').select('id').where('person', '=', id).limit(1).executeTakeFirst()) !== undefined
  );
}

/** Recovery codes stand for a second factor, not for the lack of one; and some roles may not be without. */
async function afterRemoval({ settings }: AccessParts, trx: Trx, person: PersonRow): Promise<void> {
  if (await hasSecondFactor(trx, person.id)) return;
  if (settings().second_factor.includes(person.role)) {
    throw problem('last-factor');
  }
  await trx.deleteFrom('recovery_code').where('person', '=', person.id).execute();
}
