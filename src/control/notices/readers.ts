// Who of a customer is told what concerns all of it: its administrators in the portal, its contacts, and whom it named
// when it came.

import type { Kysely } from 'kysely';
import { parseAddress } from '../../protocol/smtp/address.ts';
import type { Contact } from '../customers/accounts.ts';
import { findEntry } from '../customers/entries.ts';
import type { ControlTables } from '../database/tables.ts';
import type { Reader } from './kinds.ts';
import { languageOf } from './languages.ts';

/** People that are told at most; one message each. */
const MOST_READERS = 50;

/** The readers, each address once. Empty where nobody is known. */
export async function readersOf(db: Kysely<ControlTables>, customer: string): Promise<Reader[]> {
  const account = await db
    .selectFrom('account')
    .select(['language', 'contacts'])
    .where('id', '=', customer)
    .executeTakeFirst();
  const people = await db
    .selectFrom('person')
    .select(['email', 'language'])
    .where('customer', '=', customer)
    .where('role', '=', 'customer_administrator')
    .where('state', '<>', 'disabled')
    .orderBy('name')
    .limit(MOST_READERS)
    .execute();
  const entry = await findEntry(db, customer);
  const contacts = account === undefined ? [] : (JSON.parse(account.contacts) as Contact[]);
  const all = [
    ...people.map(({ email, language }) => ({ address: email, language: languageOf(language) })),
    ...contacts.flatMap(({ email }) =>
      email === undefined ? [] : [{ address: email, language: languageOf(account?.language) }],
    ),
    ...(entry?.entry.administrators ?? []).map(({ email, language }) => ({ address: email, language })),
  ];
  const byAddress = new Map<string, Reader>();
  for (const reader of all) {
    const key = reader.address.toLowerCase();
    if (!byAddress.has(key) && isMailbox(reader.address)) byAddress.set(key, reader);
  }
  return [...byAddress.values()].slice(0, MOST_READERS);
}

/** A draft may hold anything. */
function isMailbox(address: string): boolean {
  const mailbox = parseAddress(address);
  return mailbox !== undefined && !mailbox.literal;
}
