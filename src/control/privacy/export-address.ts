// All that is kept about an address within a customer, as JSON lines in a file of the data folder.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ErasedAddresses } from '../../mail/erased-address.ts';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import { addressQuery } from '../../mail/trace/operations.ts';
import type { ReadAnswer } from '../../mail/trace/read-messages.ts';
import type { Reader } from '../../mail/trace/reader.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import { withoutOthersHost } from '../events/without-host.ts';
import { findAddress, findInTexts, textPlaces } from './places.ts';

export interface ExportParts {
  database: ControlDatabase;
  reader: Reader;
  /** Known recipients of a customer with this address; when each was asked for. */
  knownRecipients: (customer: string, address: string) => { at: number }[];
  /** `<data_dir>/exports`. */
  folder: string;
}

export interface ExportAbout {
  request: string;
  customer: CustomerId;
  address: string;
  /** Names the address in texts. */
  named: ErasedAddresses;
}

const PAGE = 200;
const SEARCH_MS = 30_000;

/** Path of the result of a request. `request` is an id of ours. */
export function exportPath(folder: string, request: string): string {
  return join(folder, `${request}.jsonl`);
}

/** Writes the file; answers how many findings of each kind it holds. Rejects where the trace cannot be read. */
export async function exportAddress(parts: ExportParts, about: ExportAbout): Promise<Record<string, number>> {
  mkdirSync(parts.folder, { recursive: true, mode: 0o700 });
  const path = exportPath(parts.folder, about.request);
  const file = openSync(`${path}.new`, 'w', 0o600);
  const found: Record<string, number> = {};
  const write = (kind: string, value: Record<string, unknown>) => {
    found[kind] = (found[kind] ?? 0) + 1;
    writeSync(file, `${JSON.stringify({ kind, ...value })}\n`);
  };
  try {
    const { raw } = parts.database;
    for (const { kind, row } of findAddress(raw, about.customer, about.address)) write(kind, row);
    for (const one of parts.knownRecipients(about.customer, about.address)) write('known recipient', one);
    writeTexts(parts, about, write);
    await writeTrace(parts, about, write);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  return found;
}

type Write = (kind: string, value: Record<string, unknown>) => void;

function writeTexts({ database }: ExportParts, { customer, named }: ExportAbout, write: Write): void {
  for (const place of textPlaces()) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const stretch = findInTexts(database.raw, place, { customer, erased: named, after });
      for (const { kind, value } of stretch.rows) write(kind, { content: value });
      after = stretch.next;
    }
  }
}

async function writeTrace({ reader }: ExportParts, { customer, address }: ExportAbout, write: Write): Promise<void> {
  const query = addressQuery(customer, address);
  // A search knows no upper case: ids of customers that differ in nothing else are two customers.
  const sight = { customer };
  for (let before: string | undefined, first = true; first || before !== undefined; first = false) {
    const page = valueOf(
      await reader.search(query, { limit: PAGE, sight, ...(before !== undefined && { before }) }, SEARCH_MS),
    );
    for (const entry of page.entries) {
      const message = entry.id === undefined ? undefined : await show(reader, entry.id);
      if (entry.id === undefined) write('refusal', { entry });
      else if (message !== undefined) write('message', { ...message });
    }
    before = page.next;
  }
}

async function show(reader: Reader, id: QueueId): Promise<{ entry: unknown; events: unknown } | undefined> {
  const message = valueOf(await reader.traceShow(id, SEARCH_MS));
  return message && { ...message, events: message.events.map(withoutOthersHost) };
}

function valueOf<T>(answer: ReadAnswer<T>): T {
  if (answer.kind === 'ok') return answer.value;
  throw new Error(`the trace could not be read: ${answer.kind}`);
}
