// What every request asks before anything else. A connection of its own, which only reads: it sees what is committed, and
// waits for no change that is being made.

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { ControlDatabase } from '../database/control-database.ts';
import type { Role } from './permissions.ts';
import type { ApiKeyRow, PasskeyRow, PersonRow } from './tables.ts';

export interface KnownSession {
  session: string;
  expires_at: number;
  last_used_at: number;
  stepped_up_until: number;
  person: string;
  email: string;
  role: Role;
  customer: string | null;
  state: PersonRow['state'];
  second_factor: 0 | 1;
}

export type KnownKey = ApiKeyRow & { maker_state: PersonRow['state'] | null; maker_role: Role | null };

export interface Lookups {
  session(tokenHash: Uint8Array): KnownSession | undefined;
  key(tokenHash: Uint8Array): KnownKey | undefined;
  personByName(name: string): PersonRow | undefined;
  person(id: string): PersonRow | undefined;
  passkey(id: string): PasskeyRow | undefined;
  passkeysOf(person: string): PasskeyRow[];
  recoveryCodes(person: string): number;
  /** Who signed in with this browser before. */
  deviceOwner(tokenHash: Uint8Array): string | undefined;
  /** Whether the person signed in from the network since then. */
  wasAt(person: string, network: string, since: number): boolean;
  /** Whether people of the customer may sign in: the portal was asked for and approved, and the customer is there. */
  portalOpen(customer: string): boolean;
  /** The customer's name for people. */
  customerName(customer: string): string | undefined;
  close(): void;
}

const SESSION = `select s.id as session, s.expires_at, s.last_used_at, s.stepped_up_until, p.id as person, p.email, p.role,
    p.customer, p.state,
    p.totp is not null or exists (select 1 from passkey k where k.person = p.id) as second_factor
  from session s join person p on p.id = s.person where s.token_hash = ?`;
const KEY = `select k.*, p.state as maker_state, p.role as maker_role
  from api_key k left join person p on p.id = k.person where k.token_hash = ?`;
const WAS_AT = `select 1 from login_history
  where person = ? and network = ? and at >= ? and outcome = 'signed_in' limit 1`;

const PORTAL = "select 1 from account where id = ? and portal = 'approved' and stage <> 'removed'";

/** Opens the connection. Throws where the file cannot be read. */
export function openLookups(database: ControlDatabase): Lookups {
  const path = database.raw.location();
  const own = path === null ? undefined : new DatabaseSync(path, { readOnly: true });
  const connection = own ?? database.raw;
  own?.exec('pragma busy_timeout = 5000');
  const prepare = (sql: string) => one(connection.prepare(sql));
  const session = prepare(SESSION);
  const key = prepare(KEY);
  const personByName = prepare('select * from person where name = ?');
  const person = prepare('select * from person where id = ?');
  const passkey = prepare('select * from passkey where id = ?');
  const device = prepare('select person from device where token_hash = ?');
  const wasAt = prepare(WAS_AT);
  const codes = prepare('select count(*) as n from recovery_code where person = ?');
  const portal = prepare(PORTAL);
  const customerName = prepare('select name from account where id = ?');
  const passkeys = connection.prepare('select * from passkey where person = ? order by made_at, id');
  return {
    session: (hash) => session(hash) as KnownSession | undefined,
    key: (hash) => key(hash) as KnownKey | undefined,
    personByName: (name) => personByName(name) as PersonRow | undefined,
    person: (id) => person(id) as PersonRow | undefined,
    passkey: (id) => passkey(id) as PasskeyRow | undefined,
    passkeysOf: (id) => passkeys.all(id) as unknown as PasskeyRow[],
    recoveryCodes: (id) => (codes(id) as { n: number }).n,
    deviceOwner: (hash) => (device(hash) as { person: string } | undefined)?.person,
    wasAt: (id, network, since) => wasAt(id, network, since) !== undefined,
    customerName: (customer) => (customerName(customer) as { name: string } | undefined)?.name,
    portalOpen: (customer) => portal(customer) !== undefined,
    close: () => own?.close(),
  };
}

function one(statement: StatementSync): (...values: (string | number | Uint8Array)[]) => unknown {
  return (...values) => statement.get(...values);
}
