// People as administrators see them: invited, changed, removed. Nobody gives or takes more than it holds, nobody changes
// what it may do itself, and one administrator always stays.

import { sql, type Transaction } from 'kysely';
import type { Actor } from '../actor.ts';
import { assertOwn } from '../api/access.ts';
import { assertVersion, type ExpectedVersions } from '../api/etag.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { ControlTables } from '../database/tables.ts';
import { aboutPerson, auditedPerson } from './audited-person.ts';
import { hasAdministrator, newPerson } from './joining.ts';
import { makeLink } from './links.ts';
import { type AccessParts, actOf } from './parts.ts';
import { CUSTOMER_ROLES, type Role } from './permissions.ts';
import { personName, readPersonAddress } from './person-name.ts';
import { actorOf, mayGive, type Principal } from './principal.ts';
import { endSessionsOf } from './sessions.ts';
import type { PersonLanguage, PersonRow } from './tables.ts';

type Trx = Transaction<ControlTables>;

export interface NewUser {
  email: string;
  role: Role;
  customer?: string | undefined;
  name?: string | undefined;
  language: PersonLanguage;
}

export interface UserChange {
  role?: Role | undefined;
  name?: string | undefined;
  language?: PersonLanguage | undefined;
  disabled?: boolean | undefined;
}

export interface UserPage {
  customer?: string | undefined;
  role?: Role | undefined;
  state?: PersonRow['state'] | undefined;
  /** A part of the address or the name. */
  text?: string | undefined;
  /** The one with this address, however its case. */
  email?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** Methods throw a Problem: 404 for who is none of the principal's, 403 for what it may not give. */
export interface Users {
  /** One more than `limit` where there are more; by name. */
  list(page: UserPage): Promise<PersonRow[]>;
  get(by: Principal, id: string): Promise<PersonRow>;
  /** `mailed` is false where the mail could not be put into the queue: renew the invitation then. */
  invite(by: Principal, user: NewUser): Promise<{ person: PersonRow; mailed: boolean }>;
  /** For other parts of control that were told who should have access; who exists already stays as it is. */
  inviteAs(by: Actor, user: NewUser): Promise<{ person: PersonRow; mailed: boolean } | 'exists'>;
  /** A new link; the former is void. */
  renewInvitation(by: Principal, id: string): Promise<{ person: PersonRow; mailed: boolean }>;
  change(by: Principal, id: string, change: UserChange, expected: ExpectedVersions): Promise<PersonRow>;
  /** Keys that the person made: `revoke` ends them, `take_over` makes them the remover's own. */
  remove(by: Principal, id: string, keys: 'revoke' | 'take_over'): Promise<PersonRow>;
  /** Takes all second factors away, so that the person sets up new ones. */
  removeSecondFactors(by: Principal, id: string): Promise<PersonRow>;
  /** Throws unless the principal may end the sessions of the person. */
  assertMayChange(by: Principal, person: PersonRow): void;
}

/** Makes the keeper of users. */
export function createUsers(parts: AccessParts): Users {
  const { changes, lookups } = parts;
  return {
    list: (page) => list(parts, page),
    get: async (by, id) => visible(by, lookups.person(id)),

    async invite(by, user) {
      const customer = user.customer ?? null;
      assertOwn(by, customer, 'customer');
      if (!mayGive(by, user.role, customer)) throw problem('role-beyond-own-rights');
      const invited = await invite(parts, actorOf(by), user);
      if (invited !== 'exists') return invited;
      // A customer's administrator does not learn whose address it is.
      throw problem('cannot-be-invited', {}, [fault('email', 'has-access')]);
    },

    inviteAs: (by, user) => invite(parts, by, user),

    async renewInvitation(by, id) {
      const made = await changes.make(actorOf(by), async (trx, now) => {
        const person = await changeable(trx, by, id);
        if (person.state !== 'invited') throw problem('invitation-taken');
        return {
          result: { person, ...(await link(parts, trx, person.id, now)) },
          audit: [aboutPerson(person, 'invited again')],
        };
      });
      return { person: made.person, mailed: await mailInvitation(parts, made, actorOf(by)) };
    },

    change: (by, id, change, expected) =>
      changes.make(actorOf(by), async (trx) => {
        const before = await changeable(trx, by, id);
        assertVersion(expected, before.version);
        const after = changed(before, change);
        if (!mayGive(by, after.role, after.customer)) {
          throw problem('role-beyond-own-rights');
        }
        const audit = await writeChange(trx, before, after);
        return { result: after, audit };
      }),

    remove: (by, id, keys) =>
      changes.make(actorOf(by), async (trx, now) => {
        const person = await changeable(trx, by, id);
        const audit = await remove(trx, { person, by, keys, now });
        return { result: person, audit };
      }),

    async removeSecondFactors(by, id) {
      const person = await changes.make(actorOf(by), async (trx) => {
        const person = await changeable(trx, by, id);
        await removeFactors(trx, person.id);
        await endSessionsOf(trx, person.id);
        return { result: person, audit: [aboutPerson(person, 'second factors removed')] };
      });
      const act = actOf(person, {}, parts.clock.now());
      void parts.mailer.send('second_factor_removed', person, { ...act, what: 'TOTP, passkeys' });
      return person;
    },

    assertMayChange,
  };
}

async function list(
  { database }: AccessParts,
  { customer, role, state, text, email, after, limit }: UserPage,
): Promise<PersonRow[]> {
  let query = database.reads
    .selectFrom('person')
    .selectAll()
    .orderBy('name')
    .limit(limit + 1);
  if (customer !== undefined) query = query.where('customer', '=', customer);
  // The plus keeps the index of roles out of it: a customer has few people, a role may have a hundred thousand.
  if (role !== undefined) query = query.where(customer === undefined ? 'role' : sql`+role`, '=', role);
  if (state !== undefined) query = query.where('state', '=', state);
  if (text !== undefined) {
    const part = `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    query = query.where(sql<boolean>`(name like ${part} escape '\\' or display_name like ${part} escape '\\')`);
  }
  if (email !== undefined) query = query.where('name', '=', personName(email) ?? '');
  if (after !== undefined) query = query.where('name', '>', after);
  return query.execute();
}

async function invite(
  parts: AccessParts,
  by: Actor,
  user: NewUser,
): Promise<{ person: PersonRow; mailed: boolean } | 'exists'> {
  const address = readPersonAddress(user.email);
  if (address === undefined) {
    throw problem('address-unfit', {}, [fault('email', 'email-ascii')]);
  }
  assertSide(user);
  const made = await parts.changes.make(by, async (trx, now) => {
    const taken = await trx.selectFrom('person').select('id').where('name', '=', address.name).executeTakeFirst();
    if (taken !== undefined) return { result: undefined, audit: [] };
    const { role, customer = null, language, name: display = '' } = user;
    const person = newPerson({ ...address, role, customer, language, display, now, by: by.who });
    await trx.insertInto('person').values(person).execute();
    const result = { person, ...(await link(parts, trx, person.id, now)) };
    return { result, audit: [aboutPerson(person, 'invited', { after: auditedPerson(person) })] };
  });
  if (made === undefined) return 'exists';
  return { person: made.person, mailed: await mailInvitation(parts, made, by) };
}

/** Roles of a customer's side belong to a customer, those of the operator's to none. */
function assertSide({ role, customer }: NewUser): void {
  const needed = role in CUSTOMER_ROLES;
  if (needed === (customer !== undefined)) return;
  throw problem('role-unfit', {}, [fault('customer', needed ? 'customer-needed' : 'customer-not-needed')]);
}

async function link({ settings, url }: AccessParts, trx: Trx, person: string, now: number) {
  const until = now + settings().invitation;
  return { link: await makeLink(trx, { kind: 'invitation', person, now, until }, url()), until };
}

function mailInvitation(
  { mailer, lookups }: AccessParts,
  { person, link, until }: { person: PersonRow; link: string; until: number },
  by: Actor,
): Promise<boolean> {
  const customer = person.customer === null ? undefined : lookups.customerName(person.customer);
  return mailer.send('invitation', person, {
    inviter: by.who,
    link,
    until,
    ...(customer !== undefined && { customer }),
  });
}

function visible(by: Principal, person: PersonRow | undefined): PersonRow {
  if (person === undefined) throw problem('no-such-user');
  assertOwn(by, person.customer, 'user');
  return person;
}

/** The person, where the principal may change it. */
async function changeable(trx: Trx, by: Principal, id: string): Promise<PersonRow> {
  const person = visible(by, await trx.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst());
  assertMayChange(by, person);
  return person;
}

function assertMayChange(by: Principal, person: PersonRow): void {
  assertOwn(by, person.customer, 'user');
  if (by.kind === 'user' && by.id === person.id) {
    throw problem('own-rights');
  }
  if (!mayGive(by, person.role, person.customer)) {
    throw problem('user-beyond-own-rights');
  }
}

function changed(before: PersonRow, { role, name, language, disabled }: UserChange): PersonRow {
  const after = {
    ...before,
    role: role ?? before.role,
    display_name: name ?? before.display_name,
    language: language ?? before.language,
    version: before.version + 1,
  };
  if (role !== undefined)
    assertSide({ ...after, language: after.language, name: '', customer: before.customer ?? undefined });
  if (disabled === undefined) return after;
  if (before.password === null) return { ...after, state: disabled ? 'disabled' : 'invited' };
  return { ...after, state: disabled ? 'disabled' : 'active' };
}

async function writeChange(trx: Trx, before: PersonRow, after: PersonRow): Promise<AuditedChange[]> {
  const { role, display_name, language, state, version } = after;
  await trx
    .updateTable('person')
    .set({ role, display_name, language, state, version })
    .where('id', '=', before.id)
    .execute();
  await assertAdministratorLeft(trx, before);
  // Sessions that were begun as somebody else.
  if (role !== before.role || state !== before.state) await endSessionsOf(trx, before.id);
  if (state === 'disabled') await trx.deleteFrom('access_token').where('person', '=', before.id).execute();
  return [aboutPerson(before, 'changed', { before: auditedPerson(before), after: auditedPerson(after) })];
}

async function assertAdministratorLeft(trx: Trx, before: PersonRow): Promise<void> {
  if (before.role !== 'administrator' || before.state !== 'active' || (await hasAdministrator(trx))) return;
  throw problem('last-administrator');
}

async function remove(
  trx: Trx,
  { person, by, keys, now }: { person: PersonRow; by: Principal; keys: 'revoke' | 'take_over'; now: number },
): Promise<AuditedChange[]> {
  const taken = await handKeysOver(trx, { person, by, keys, now });
  await erasePerson(trx, person.id);
  await assertAdministratorLeft(trx, person);
  return [...taken, aboutPerson(person, 'removed', { before: auditedPerson(person) })];
}

async function handKeysOver(
  trx: Trx,
  { person, by, keys, now }: { person: PersonRow; by: Principal; keys: 'revoke' | 'take_over'; now: number },
): Promise<AuditedChange[]> {
  const open = trx.selectFrom('api_key').select(['id', 'customer']).where('person', '=', person.id);
  const rows = await open.where('revoked_at', 'is', null).execute();
  const heir = by.kind === 'user' ? by.id : null;
  if (keys === 'take_over' && by.kind === 'key') throw problem('keys-taken-by-people');
  // Those that were revoked before name nobody any more.
  const set = keys === 'revoke' ? { revoked_at: now, person: null } : { person: heir };
  for (const { id } of rows) await trx.updateTable('api_key').set(set).where('id', '=', id).execute();
  await trx.updateTable('api_key').set({ person: null }).where('person', '=', person.id).execute();
  return rows.map(({ id, customer }) => ({
    action: keys === 'revoke' ? 'revoked' : 'taken over',
    object: `key ${id}`,
    ...(customer !== null && { customer }),
    before: null,
    after: null,
  }));
}

async function removeFactors(trx: Trx, person: string): Promise<void> {
  const none = { totp: null, totp_master: null, totp_at: null };
  await trx.updateTable('person').set(none).where('id', '=', person).execute();
  await trx.deleteFrom('passkey').where('person', '=', person).execute();
  await trx.deleteFrom('recovery_code').where('person', '=', person).execute();
}

/** Everything that is kept of a person, keys that it made apart. */
async function erasePerson(trx: Trx, person: string): Promise<void> {
  const tables = [
    'session',
    'device',
    'passkey',
    'recovery_code',
    'access_token',
    'login_history',
    'saved_search',
  ] as const;
  for (const table of tables) {
    await trx.deleteFrom(table).where('person', '=', person).execute();
  }
  await trx.deleteFrom('person').where('id', '=', person).execute();
}

/**
 * Removes all people and keys of a customer, in the transaction that removes it. Their sessions end with it.
 */
export async function removeAccessOf(trx: Trx, customer: string): Promise<AuditedChange[]> {
  const people = await trx.selectFrom('person').selectAll().where('customer', '=', customer).execute();
  for (const { id } of people) await erasePerson(trx, id);
  const keys = await trx.deleteFrom('api_key').where('customer', '=', customer).returning('id').execute();
  return [
    ...people.map((person) => aboutPerson(person, 'removed', { before: auditedPerson(person) })),
    ...keys.map(({ id }) => ({ action: 'removed', object: `key ${id}`, customer, before: null, after: null })),
  ];
}
