// A customer's list of recipients from a CSV file, its addresses in the first column or in one named "address". The list
// becomes what the file says, or grows by it; all of it, or nothing where a row has a fault.

import type { CustomerId } from '../../mail/message.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import type { Actor } from '../actor.ts';
import { problem } from '../api/problem.ts';
import { codedFault } from '../api/schema-faults.ts';
import { recipientSchema } from '../apply/document-schema.ts';
import { loadRecipients, receivesFor, recipientChanges, writeRecipients } from '../apply/recipients.ts';
import type { CustomerCore } from './core.ts';
import type { RowFault } from './import-customers.ts';
import { touchVersion } from './moves.ts';
import { needObjects } from './objects.ts';
import { type CsvRow, readCsv } from './read-csv.ts';
import { makeStep, type Step } from './step.ts';

export interface RecipientImport {
  /** `replace`: the list becomes what the file says; `add`: it grows by it. */
  mode: 'replace' | 'add';
  dryRun: boolean;
}

export interface RecipientResult {
  rows: number;
  added: number;
  removed: number;
  /** The first of them; more are counted. */
  faults: RowFault[];
  faultCount: number;
}

const MOST_ROWS = 2_000_000;
const FAULTS_TOLD = 1000;
const HEAD = /^(?:address|recipient|e-?mail(?: ?address)?|adresse|mail)$/i;

/** Reads the list into the customer's. A 422 with the rows' faults, unless it is a dry run, which answers them. */
export async function importRecipients(
  core: CustomerCore,
  by: Actor,
  customer: CustomerId,
  { text, mode, dryRun }: RecipientImport & { text: string },
): Promise<RecipientResult> {
  const list = new Map<string, number>();
  const result: RecipientResult = { rows: 0, added: 0, removed: 0, faults: [], faultCount: 0 };
  await readList(text, list, result);
  await makeStep(core.changes, by, async (step) => {
    const { domains } = await needObjects(core, step, customer);
    for (const [address, line] of list) {
      if (!receivesFor(domains, domainOf(address)))
        addFault(result, line, `"${address}" is in no inbound domain of the customer`);
    }
    const before = await loadRecipients(core.database.raw, customer);
    const after = mode === 'add' ? new Set([...before, ...list.keys()]) : new Set(list.keys());
    const { removals, additions } = recipientChanges(customer, before, after);
    result.added = additions.length;
    result.removed = removals.length;
    if (dryRun) return;
    if (result.faultCount > 0) {
      throw problem('file-faulty', { count: result.faultCount }, result.faults);
    }
    await writeList(core, step, { customer, changes: [...removals, ...additions], counts: [before.size, after.size] });
  });
  return result;
}

type ListChange = ReturnType<typeof recipientChanges>['additions'];

async function writeList(
  core: CustomerCore,
  step: Step,
  {
    customer,
    changes,
    counts: [before, after],
  }: { customer: CustomerId; changes: ListChange; counts: [number, number] },
): Promise<void> {
  if (changes.length === 0) return;
  await writeRecipients(core.database.raw, changes);
  await touchVersion(step, customer);
  for (const change of changes) step.directory.push(change);
  const audit = { before: { recipients: before }, after: { recipients: after } };
  step.audit.push({ action: 'recipients.imported', object: `customer ${customer}`, customer, ...audit });
}

async function readList(text: string, list: Map<string, number>, result: RecipientResult): Promise<void> {
  let column = 0;
  let first = true;
  for await (const row of readCsv(text)) {
    const head = first ? row.cells.findIndex((cell) => HEAD.test(cell)) : -1;
    first = false;
    if (head >= 0) {
      column = head;
      continue;
    }
    result.rows++;
    if (result.rows > MOST_ROWS) throw problem('too-many-addresses', { most: MOST_ROWS });
    readRow(row, column, { list, result });
  }
}

function readRow(
  { cells, line }: CsvRow,
  column: number,
  to: { list: Map<string, number>; result: RecipientResult },
): void {
  const { list, result } = to;
  const read = recipientSchema.safeParse(cells[column] ?? '');
  if (!read.success) {
    addFault(result, line, read.error.issues[0]?.message ?? 'must be an address');
    return;
  }
  const known = list.get(read.data);
  if (known === undefined) list.set(read.data, line);
  else addFault(result, line, `"${read.data}" stands on line ${known} already`);
}

function addFault(result: RecipientResult, line: number, message: string): void {
  result.faultCount++;
  if (result.faults.length < FAULTS_TOLD) result.faults.push(codedFault({ field: 'address', line, message }));
}
