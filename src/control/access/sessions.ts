// Sessions: begun, renewed, listed, ended. Only the hash of a session's token is kept.

import type { Kysely, Transaction } from 'kysely';
import { problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import { clientNetwork } from './client-network.ts';
import type { AccessParts, Client } from './parts.ts';
import { newId, randomToken, tokenHash } from './secrets.ts';
import type { PersonRow, SessionRow } from './tables.ts';

type Trx = Transaction<ControlTables>;

const LONGEST_AGENT = 200;

export interface StartedSession {
  id: string;
  token: string;
  /** The token of the device cookie to be set. */
  device: string;
  /** Whether the person never signed in with this browser before. */
  newDevice: boolean;
}

export interface StartOptions {
  now: number;
  client: Client;
  /** How the person showed who it is. */
  how: string;
  lifetimeMs: number;
  stepUpMs: number;
}

/** Begins a session, marks the browser, and writes the history. A sign-in is a fresh proof: it steps up as well. */
export async function startSession(trx: Trx, person: PersonRow, options: StartOptions): Promise<StartedSession> {
  const { now, client, how } = options;
  const token = randomToken();
  const id = newId('ses');
  // The session that this browser had is left behind by nobody who could find it.
  if (client.session !== undefined) {
    await trx.deleteFrom('session').where('token_hash', '=', tokenHash(client.session)).execute();
  }
  const row: SessionRow = {
    id,
    token_hash: tokenHash(token),
    person: person.id,
    made_at: now,
    expires_at: now + options.lifetimeMs,
    last_used_at: now,
    last_from: client.from ?? null,
    agent: agentOf(client),
    stepped_up_until: now + options.stepUpMs,
  };
  await trx.insertInto('session').values(row).execute();
  await trx.updateTable('person').set({ last_login_at: now }).where('id', '=', person.id).execute();
  const history = { person: person.id, at: now, outcome: 'signed_in' as const, how, from: client.from ?? null };
  const network = clientNetwork(client.from);
  await trx
    .insertInto('login_history')
    .values({ ...history, network, agent: agentOf(client), count: 1 })
    .execute();
  return { id, token, ...(await markDevice(trx, person.id, client, now)) };
}

/** Marks the browser as one that this person uses. */
export async function markDevice(
  trx: Trx,
  person: string,
  client: Client,
  now: number,
): Promise<{ device: string; newDevice: boolean }> {
  if (client.device !== undefined) {
    const known = await trx
      .updateTable('device')
      .set({ last_used_at: now })
      .where('token_hash', '=', tokenHash(client.device))
      .where('person', '=', person)
      .executeTakeFirst();
    if (known.numUpdatedRows > 0n) return { device: client.device, newDevice: false };
  }
  // Never the token of another person's mark: each has its own.
  const device = randomToken();
  await trx
    .insertInto('device')
    .values({ token_hash: tokenHash(device), person, made_at: now, last_used_at: now })
    .execute();
  return { device, newDevice: true };
}

/** Gives a session a new token, and lets it do dangerous acts for a time. */
export async function renewSession(trx: Trx, session: string, steppedUpUntil: number): Promise<string> {
  const token = randomToken();
  const done = await trx
    .updateTable('session')
    .set({ token_hash: tokenHash(token), stepped_up_until: steppedUpUntil })
    .where('id', '=', session)
    .executeTakeFirst();
  if (done.numUpdatedRows !== 1n) throw problem('session-ended');
  return token;
}

/** Ends all sessions of a person, but for one that may stay. Answers how many. */
export async function endSessionsOf(trx: Trx, person: string, except?: string): Promise<number> {
  let query = trx.deleteFrom('session').where('person', '=', person);
  if (except !== undefined) query = query.where('id', '!=', except);
  return Number((await query.executeTakeFirst()).numDeletedRows);
}

export interface ListedSession {
  id: string;
  made_at: string;
  expires_at: string;
  last_used_at: string;
  last_from: string | null;
  agent: string | null;
}

export interface Sessions {
  /** Those of a person that have not ended, the one used last first. */
  listOf(person: string): Promise<ListedSession[]>;
  /** Ends one of the person's sessions. Throws a Problem (404) where it has no such session. */
  end(by: { who: string; from?: string }, person: PersonRow, session: string): Promise<void>;
  /** Ends all of the person's, but for one that may stay. Answers how many. */
  endAll(by: { who: string; from?: string; reason?: string }, person: PersonRow, except?: string): Promise<number>;
}

/** What is to be seen and ended. */
export function createSessions(parts: AccessParts): Sessions {
  const { database, changes } = parts;
  return {
    listOf: async (person) => (await openSessions(parts, database.reads, person)).map(listed),
    end: (by, person, session) =>
      changes.make(by, async (trx) => {
        const query = trx.deleteFrom('session').where('id', '=', session).where('person', '=', person.id);
        const { numDeletedRows } = await query.executeTakeFirst();
        if (numDeletedRows === 0n) throw problem('no-such-session');
        return { result: undefined, audit: [sessionsEnded(person, { session })] };
      }),
    endAll: (by, person, except) =>
      changes.make(by, async (trx) => {
        const ended = (await openSessions(parts, trx, person.id)).filter(({ id }) => id !== except).length;
        await endSessionsOf(trx, person.id, except);
        return { result: ended, audit: ended === 0 ? [] : [sessionsEnded(person, { ended })] };
      }),
  };
}

/** Those that may still be used, with their last use, whether it was written yet or not; the one used last first. */
async function openSessions(
  { activity, clock, settings }: AccessParts,
  db: Kysely<ControlTables>,
  person: string,
): Promise<SessionRow[]> {
  const rows = await db.selectFrom('session').selectAll().where('person', '=', person).execute();
  return rows
    .map((row) => ({ row, last: activity.lastUse(row.id) }))
    .map(({ row, last }) =>
      last === undefined ? row : { ...row, last_used_at: last.at, last_from: last.from ?? null },
    )
    .filter((row) => isOpen(row, clock.now(), settings().session_idle))
    .toSorted((a, b) => b.last_used_at - a.last_used_at);
}

function sessionsEnded(person: PersonRow, after: unknown) {
  const customer = person.customer === null ? {} : { customer: person.customer };
  return { action: 'sessions ended', object: `user ${person.email}`, ...customer, before: null, after };
}

/** Whether a session may still be used. */
export function isOpen(row: { expires_at: number; last_used_at: number }, now: number, idleMs: number): boolean {
  return row.expires_at > now && row.last_used_at + idleMs > now;
}

function listed(row: SessionRow): ListedSession {
  const { id, last_from, agent } = row;
  return {
    id,
    made_at: new Date(row.made_at).toISOString(),
    expires_at: new Date(row.expires_at).toISOString(),
    last_used_at: new Date(row.last_used_at).toISOString(),
    last_from,
    agent,
  };
}

function agentOf({ agent }: Client): string | null {
  return agent === undefined ? null : agent.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_AGENT);
}
