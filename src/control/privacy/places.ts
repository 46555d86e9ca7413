// Where the control store names addresses of people: what an export reads, and what an erasure takes away.

import { readSuppressedAddress } from '../../mail/authorise/suppression.ts';
import { addressHash, type ErasedAddresses, eraseInText, eraseInValue } from '../../mail/erased-address.ts';
import type { ControlDatabase } from '../database/control-database.ts';

type Raw = ControlDatabase['raw'];

/** Rows that are about an address alone. */
interface AddressPlace {
  kind: string;
  table: string;
  /** Column with the address; compared without regard to case. */
  address: string;
  /** Which rows are the customer's, where the table does not name it. */
  of?: string;
  /** `blank`: that there was somebody counts on, who it was does not. */
  erase: 'row' | 'blank' | 'by request' | 'no';
  /** Columns left out of an export: what only the relay understands. */
  columns: readonly string[];
}

const OF_CUSTOMER = 'customer = ?';
/** In the place of an address; it is none, so nothing is sent to it. */
const BLANK = 'erased';

const ADDRESS_PLACES: readonly AddressPlace[] = [
  {
    kind: 'suppression',
    table: 'suppression',
    address: 'address',
    erase: 'by request',
    columns: ['address', 'reason', 'evidence', 'at', 'by'],
  },
  {
    kind: 'listed sender',
    table: 'protection_sender',
    address: 'sender',
    erase: 'by request',
    columns: ['direction', 'list', 'sender', 'recipient', 'note', 'made_at', 'made_by', 'until'],
  },
  {
    kind: 'sender listed for one recipient',
    table: 'protection_sender',
    address: 'recipient',
    erase: 'by request',
    columns: ['direction', 'list', 'sender', 'recipient', 'note', 'made_at', 'made_by', 'until'],
  },
  { kind: 'recipient list', table: 'recipient', address: 'address', erase: 'row', columns: ['address'] },
  {
    kind: 'notice',
    table: 'notice_sent',
    address: 'recipient',
    erase: 'row',
    columns: ['recipient', 'kind', 'at', 'language', 'state', 'message'],
  },
  {
    kind: 'mail about the end of the service',
    table: 'termination_mail',
    address: 'recipient',
    of: 'termination in (select id from termination where customer = ?)',
    // A notice that was given counts as given.
    erase: 'blank',
    columns: ['recipient', 'kind', 'language', 'made_at', 'sent_at'],
  },
  {
    kind: 'limited sender',
    table: 'identity_limit',
    address: 'name',
    // It protects others from whoever uses the address; it goes when it ends.
    erase: 'no',
    columns: ['kind', 'name', 'level', 'since', 'until', 'signs', 'by', 'reason'],
  },
  {
    kind: 'tolerated sender',
    table: 'identity_tolerance',
    address: 'name',
    erase: 'no',
    columns: ['kind', 'name', 'until', 'made_at', 'made_by', 'reason'],
  },
  {
    kind: 'user',
    table: 'person',
    address: 'name',
    erase: 'no',
    columns: ['name', 'email', 'display_name', 'language', 'role', 'state', 'made_at', 'made_by', 'last_login_at'],
  },
];

/** Rows whose JSON may name an address among other things. */
interface TextPlace {
  kind: string;
  table: string;
  key: string;
  text: string;
  erase: 'mark' | 'no';
}

const TEXT_PLACES: readonly TextPlace[] = [
  { kind: 'event', table: 'control_event', key: 'seq', text: 'data', erase: 'mark' },
  // An erasure takes it away whole (`eraseSearches`).
  { kind: 'saved search', table: 'saved_search', key: 'seq', text: 'search', erase: 'no' },
  { kind: 'people told of the end of the service', table: 'termination', key: 'id', text: 'readers', erase: 'mark' },
  { kind: 'contacts of the customer', table: 'account', key: 'rowid', text: 'contacts', erase: 'no' },
  { kind: 'entry of the customer', table: 'entry', key: 'rowid', text: 'content', erase: 'no' },
  { kind: 'entry of the customer, as it was sent back', table: 'entry', key: 'rowid', text: 'returned', erase: 'no' },
];

/** Rows that go where a search in them names an address; those of the operator's side are of no customer. */
const SEARCH_PLACES = [
  { kind: 'saved search', table: 'saved_search', text: 'search' },
  { kind: 'export of a search', table: 'message_export', text: 'query' },
] as const;

/** Rows read at once: between two stretches others have their turn. */
const STRETCH = 500;

/** Forms in which an address may be kept: as it is written, and as suppressions know it. */
export function formsOf(address: string): [string, string] {
  return [address.toLowerCase(), readSuppressedAddress(address) ?? address.toLowerCase()];
}

/** What the control store keeps of an address, a finding a row. */
export function findAddress(
  raw: Raw,
  customer: string,
  address: string,
): { kind: string; row: Record<string, unknown> }[] {
  const forms = formsOf(address);
  return ADDRESS_PLACES.flatMap(({ kind, table, address: column, of = OF_CUSTOMER, columns }) => {
    const names = columns.map((name) => `"${name}"`).join(', ');
    const sql = `select ${names} from "${table}" where ${of} and lower("${column}") in (?, ?)`;
    return raw
      .prepare(sql)
      .all(customer, ...forms)
      .map((row) => ({ kind, row: { ...row } }));
  });
}

/** Takes an address out of rows that are about it alone; answers how many of each kind went. Suppressions and listed senders stay. */
export function eraseRows(raw: Raw, customer: string, address: string): Record<string, number> {
  const gone: Record<string, number> = {};
  for (const { kind, table, address: column, of = OF_CUSTOMER, erase } of ADDRESS_PLACES) {
    if (erase !== 'row' && erase !== 'blank') continue;
    const act = erase === 'row' ? `delete from "${table}"` : `update "${table}" set "${column}" = '${BLANK}'`;
    const sql = `${act} where ${of} and lower("${column}") in (?, ?)`;
    const { changes } = raw.prepare(sql).run(customer, ...formsOf(address));
    if (Number(changes) > 0) gone[kind] = Number(changes);
  }
  return gone;
}

/**
 * Takes addresses out by their hashes alone, for a replay; answers how many rows went. `lifted`: those whose suppression
 * goes too. Requests forget them as well.
 */
export function eraseByHash(raw: Raw, erased: ErasedAddresses, lifted: ErasedAddresses): number {
  const requests = { table: 'privacy_request', address: 'address', of: OF_CUSTOMER, erase: 'forget' as const };
  let gone = 0;
  for (const { table, address: column, of = OF_CUSTOMER, erase } of [...ADDRESS_PLACES, requests]) {
    if (erase === 'no') continue;
    const meant = erase === 'by request' ? lifted : erased;
    const change = raw.prepare(`${hashAct(erase, table, column)} where ${of} and "${column}" = ?`);
    const read = raw.prepare(`select "${column}" as address from "${table}" where ${of} and "${column}" is not null`);
    const named = ([customer, hashes]: [string, ReadonlySet<string>]) =>
      read
        .all(customer)
        .map((row) => ({ customer, address: String(row['address']) }))
        .filter(({ address }) => hashes.has(addressHash(erased.key, customer, address)));
    for (const { customer, address } of [...meant.hashes].flatMap(named)) {
      change.run(customer, address);
      gone += 1;
    }
  }
  return gone;
}

function hashAct(erase: 'row' | 'blank' | 'by request' | 'forget', table: string, column: string): string {
  if (erase === 'forget') return `update "${table}" set "${column}" = null, reason = ''`;
  return erase === 'blank' ? `update "${table}" set "${column}" = '${BLANK}'` : `delete from "${table}"`;
}

/** A stretch of rows whose text names an erased address. */
export interface NamedRow {
  kind: string;
  key: number;
  value: unknown;
}

/** The next rows of a place after `after`, those that name the address; `next` is absent at the end. */
export function findInTexts(
  raw: Raw,
  place: TextPlace,
  about: { customer: string; erased: ErasedAddresses; after: number },
): { rows: NamedRow[]; next?: number } {
  const { kind, table, key, text } = place;
  const column = table === 'account' ? 'id' : 'customer';
  const from = key === 'rowid' ? '' : `and "${key}" > ${about.after} order by "${key}" limit ${STRETCH}`;
  const id = key === 'rowid' ? '0' : `"${key}"`;
  const found = raw
    .prepare(`select ${id} as key, "${text}" as text from "${table}" where "${column}" = ? ${from}`)
    .all(about.customer);
  const rows = found.flatMap((row) => {
    const value: unknown = JSON.parse(String(row['text']));
    const named = eraseInValue(value, about.customer, about.erased).changed;
    return named ? [{ kind, key: Number(row['key']), value }] : [];
  });
  const last = found.at(-1);
  return found.length === STRETCH && last !== undefined ? { rows, next: Number(last['key']) } : { rows };
}

/** All places with texts. */
export function textPlaces(): readonly TextPlace[] {
  return TEXT_PLACES;
}

/** Writes texts anew with the mark in the place of the address; answers how many of each kind. */
export function eraseTexts(raw: Raw, customer: string, erased: ErasedAddresses): Record<string, number> {
  const marked: Record<string, number> = {};
  for (const place of TEXT_PLACES) {
    if (place.erase !== 'mark') continue;
    const update = raw.prepare(`update "${place.table}" set "${place.text}" = ? where "${place.key}" = ?`);
    for (let after: number | undefined = 0; after !== undefined; ) {
      const stretch = findInTexts(raw, place, { customer, erased, after });
      for (const { key, value } of stretch.rows) {
        update.run(JSON.stringify(eraseInValue(value, customer, erased).value), key);
      }
      if (stretch.rows.length > 0) marked[place.kind] = (marked[place.kind] ?? 0) + stretch.rows.length;
      after = stretch.next;
    }
  }
  return { ...marked, ...eraseSearches(raw, customer, erased) };
}

/** Takes searches away that name an address; answers how many of each kind. A few thousand rows at most. */
function eraseSearches(raw: Raw, customer: string, erased: ErasedAddresses): Record<string, number> {
  const gone: Record<string, number> = {};
  for (const { kind, table, text } of SEARCH_PLACES) {
    const rows = raw.prepare(`select id, "${text}" as text from "${table}" where customer = ? or customer is null`);
    const remove = raw.prepare(`delete from "${table}" where id = ?`);
    for (const row of rows.all(customer)) {
      // A quotation mark within JSON is escaped, and would become part of the address.
      const words = String(row['text']).replaceAll('\\"', ' ');
      if (eraseInText(words, customer, erased) === words) continue;
      remove.run(String(row['id']));
      gone[kind] = (gone[kind] ?? 0) + 1;
    }
  }
  return gone;
}
