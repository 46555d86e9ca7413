// How somebody becomes a user: the first administrator by the link of the first start, everybody else by invitation; and
// how one comes back who forgot the password.

import { setTimeout } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../../platform/clock.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import { aboutPerson, auditedPerson } from './audited-person.ts';
import { clientNetwork } from './client-network.ts';
import { makeLink, readLink } from './links.ts';
import { type AccessParts, actOf, assertPortalOpen, type Client } from './parts.ts';
import { passwordFault } from './password.ts';
import { personName, readPersonAddress } from './person-name.ts';
import { newId } from './secrets.ts';
import { endSessionsOf, markDevice, type StartedSession, startSession } from './sessions.ts';
import type { PersonLanguage, PersonRow } from './tables.ts';
import { TooManyAttempts } from './too-many-attempts.ts';

type Trx = Transaction<ControlTables>;

const FIRST_LINK_MS = 24 * 3_600_000;
/** A mailbox is not to be filled by strangers. */
const RESETS_AN_HOUR = 3;
/** The answer has left by then: what is done for an address that somebody has cannot make it late. */
const RESET_DELAY_MS = 250;

export interface Joining {
  /** A link for the first administrator; nothing where there is one who can sign in. */
  firstLink(by: { who: string }): Promise<string | undefined>;
  /** Whether there is an administrator of the operator's side who can sign in. */
  hasAdministrator(): Promise<boolean>;
  /** Whom a link invites. Throws a Problem (410) where it works no longer. */
  lookAtInvitation(token: string): Promise<{ kind: 'first' } | { kind: 'invitation'; person: PersonRow }>;
  /** Throws a Problem: 410 where the link works no longer, 422 for what is wrong with the rest. */
  redeemInvitation(given: RedeemedInvitation, client: Client): Promise<{ person: PersonRow; session: StartedSession }>;
  /** Sends a link where the address is somebody's; whoever asks never learns whether it was. */
  askForReset(email: string, client: Client): void;
  /** Sets the password, ends all sessions and marks the browser as the person's. Throws as `redeemInvitation` does. */
  redeemReset(given: { token: string; password: string }, client: Client): Promise<{ device: string }>;
  /** Resolves once no mail for a reset is on its way any more. */
  settled(): Promise<void>;
}

export interface RedeemedInvitation {
  token: string;
  password: string;
  /** Needed from the first administrator; all others were invited by it. */
  email?: string | undefined;
  name?: string | undefined;
  language?: PersonLanguage | undefined;
}

/** Makes the ways in. */
export function createJoining(parts: AccessParts): Joining {
  const { changes, database, clock, settings, url } = parts;
  const running = new Set<Promise<void>>();
  const mayMail = hourly(RESETS_AN_HOUR, clock);
  return {
    firstLink: (by) =>
      changes.make(by, async (trx, now) => {
        if (await hasAdministrator(trx)) return { result: undefined, audit: [] };
        const link = await makeLink(trx, { kind: 'first', person: null, now, until: now + FIRST_LINK_MS }, url());
        return {
          result: link,
          audit: [{ action: 'link made', object: 'first administrator', before: null, after: null }],
        };
      }),

    hasAdministrator: () => hasAdministrator(database.reads),

    lookAtInvitation: (token) =>
      database.db.transaction().execute(async (trx) => {
        const link = await readLink(trx, token, ['first', 'invitation'], clock.now());
        if (link.kind === 'first') return { kind: 'first' as const };
        return { kind: 'invitation' as const, person: await invitedPerson(trx, link.person) };
      }),

    async redeemInvitation(given, client) {
      // Before the hash, so that nobody keeps us busy with links that work no longer.
      const looked = await this.lookAtInvitation(given.token);
      const fresh = looked.kind === 'first' ? firstPerson(given, clock.now()) : looked.person;
      assertPasswordFits(given.password, fresh.name);
      const password = await parts.passwords.hash(given.password);
      const by = { who: fresh.email, ...(client.from !== undefined && { from: client.from }) };
      return changes.make(by, async (trx, now) => {
        const link = await readLink(trx, given.token, ['first', 'invitation'], now);
        const before = link.kind === 'first' ? await insertFirst(trx, fresh) : await invitedPerson(trx, link.person);
        assertPortalOpen(parts.lookups, before);
        const person = await activate(trx, before, { password, now, given });
        const { session_lifetime: lifetimeMs, step_up: stepUpMs } = settings();
        const session = await startSession(trx, person, { now, client, how: 'invitation', lifetimeMs, stepUpMs });
        const states = { before: auditedPerson(before), after: auditedPerson(person) };
        return { result: { person, session }, audit: [aboutPerson(person, 'joined', states)] };
      });
    },

    askForReset(email, client) {
      const name = personName(email);
      if (name === undefined) return;
      const network = clientNetwork(client.from);
      const admission = parts.guessing.admit({ account: `reset ${network}`, secret: 'password', client: network });
      if (admission.kind === 'wait') throw new TooManyAttempts(admission.seconds);
      // After the answer, so that its time says nothing either.
      const work = sendReset(parts, { name, client, mayMail }).catch((err: unknown) =>
        parts.log.error('no reset was sent', { err }),
      );
      running.add(work);
      void work.finally(() => running.delete(work));
    },

    redeemReset: (given, client) => redeemReset(parts, given, client),
    settled: async () => void (await Promise.all(running)),
  };
}

async function sendReset(
  parts: AccessParts,
  { name, client, mayMail }: { name: string; client: Client; mayMail: (person: string) => boolean },
): Promise<void> {
  const { from } = client;
  await setTimeout(RESET_DELAY_MS);
  const person = parts.lookups.personByName(name);
  if (person?.state !== 'active' || !mayMail(person.id)) return;
  const by = { ...RELAY_ACTOR, ...(from !== undefined && { from }) };
  const made = await parts.changes.make(by, async (trx, now) => {
    const until = now + parts.settings().reset;
    const link = await makeLink(trx, { kind: 'reset', person: person.id, now, until }, parts.url());
    return { result: { link, until }, audit: [aboutPerson(person, 'new password asked for')] };
  });
  await parts.mailer.send('password_reset', person, { ...made, ...(from !== undefined && { from }) });
}

/** So many an hour for each. */
function hourly(most: number, clock: Clock): (of: string) => boolean {
  let counts = new Map<string, number>();
  let since = clock.now();
  return (of) => {
    if (clock.now() - since >= 3_600_000) {
      counts = new Map();
      since = clock.now();
    }
    const count = (counts.get(of) ?? 0) + 1;
    counts.set(of, count);
    return count <= most;
  };
}

async function redeemReset(
  parts: AccessParts,
  given: { token: string; password: string },
  client: Client,
): Promise<{ device: string }> {
  const { database, clock, changes, passwords, mailer } = parts;
  const before = await database.db.transaction().execute((trx) => resetPerson(trx, given.token, clock.now()));
  assertPasswordFits(given.password, before.name);
  const password = await passwords.hash(given.password);
  const by = { who: before.email, ...(client.from !== undefined && { from: client.from }) };
  const { person, device } = await changes.make(by, async (trx, now) => {
    const person = await resetPerson(trx, given.token, now);
    await trx.updateTable('person').set({ password, password_at: now }).where('id', '=', person.id).execute();
    await trx.deleteFrom('access_token').where('person', '=', person.id).execute();
    await endSessionsOf(trx, person.id);
    const { device } = await markDevice(trx, person.id, client, now);
    return { result: { person, device }, audit: [aboutPerson(person, 'password reset')] };
  });
  void mailer.send('password_changed', person, actOf(person, client, clock.now()));
  return { device };
}

async function resetPerson(trx: Trx, token: string, now: number): Promise<PersonRow> {
  const { person: id } = await readLink(trx, token, ['reset'], now);
  const person = await trx
    .selectFrom('person')
    .selectAll()
    .where('id', '=', id ?? '')
    .executeTakeFirst();
  if (person?.state !== 'active') throw problem('link-over');
  return person;
}

/** Whether an administrator of the operator's side can sign in. */
export async function hasAdministrator(trx: Kysely<ControlTables>): Promise<boolean> {
  const found = trx.selectFrom('person').select('id').where('role', '=', 'administrator').where('state', '=', 'active');
  return (await found.limit(1).executeTakeFirst()) !== undefined;
}

async function invitedPerson(trx: Trx, id: string | null): Promise<PersonRow> {
  const person = await trx
    .selectFrom('person')
    .selectAll()
    .where('id', '=', id ?? '')
    .executeTakeFirst();
  if (person?.state !== 'invited') throw problem('link-over');
  return person;
}

function firstPerson({ email, name, language }: RedeemedInvitation, now: number): PersonRow {
  const own = email === undefined ? undefined : readPersonAddress(email);
  if (own === undefined) {
    throw problem('address-needed', {}, [fault('email', 'your-email')]);
  }
  return newPerson({
    ...own,
    role: 'administrator',
    customer: null,
    language: language ?? 'en',
    now,
    by: 'first link',
    display: name ?? '',
  });
}

async function insertFirst(trx: Trx, person: PersonRow): Promise<PersonRow> {
  if (await hasAdministrator(trx)) throw problem('administrator-there');
  const taken = await trx.selectFrom('person').select('id').where('name', '=', person.name).executeTakeFirst();
  if (taken !== undefined) {
    throw problem('address-taken', {}, [fault('email', 'of-another-user')]);
  }
  await trx.insertInto('person').values(person).execute();
  return person;
}

/** The row of somebody who is invited. */
export function newPerson(given: {
  name: string;
  email: string;
  role: PersonRow['role'];
  customer: string | null;
  language: PersonLanguage;
  display: string;
  now: number;
  by: string;
}): PersonRow {
  const { name, email, role, customer, language, display, now, by } = given;
  return {
    id: newId('usr'),
    name,
    email,
    display_name: display,
    language,
    role,
    customer,
    state: 'invited',
    password: null,
    password_at: null,
    totp: null,
    totp_master: null,
    totp_at: null,
    totp_step: 0,
    made_at: now,
    made_by: by,
    last_login_at: null,
    version: 1,
  };
}

async function activate(
  trx: Trx,
  before: PersonRow,
  { password, now, given }: { password: string; now: number; given: RedeemedInvitation },
): Promise<PersonRow> {
  const changed = {
    state: 'active' as const,
    password,
    password_at: now,
    display_name: given.name ?? before.display_name,
    language: given.language ?? before.language,
    version: before.version + 1,
  };
  await trx.updateTable('person').set(changed).where('id', '=', before.id).execute();
  await trx.deleteFrom('access_token').where('person', '=', before.id).execute();
  if (before.role === 'administrator') await trx.deleteFrom('access_token').where('kind', '=', 'first').execute();
  return { ...before, ...changed };
}

function assertPasswordFits(password: string, name: string): void {
  const wrong = passwordFault(password, name);
  if (wrong !== undefined) throw problem('password-unfit', {}, [wrong]);
}
