// Orders from a CSV file: all of them, or none where a row has a fault. A dry run tells every row's faults and changes
// nothing.

import { z } from 'zod';
import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { fault, says } from '../api/field-faults.ts';
import { Problem, type ProblemError, problem } from '../api/problem.ts';
import { schemaFault } from '../api/schema-faults.ts';
import { domainName } from '../apply/document-schema.ts';
import { contactSchema, LANGUAGES } from './accounts.ts';
import type { CustomerCore } from './core.ts';
import { makeLink } from './links.ts';
import { type CsvRow, readCsv } from './read-csv.ts';
import { type Order, register } from './register.ts';
import { makeStep, type Step } from './step.ts';

export interface ImportedCustomer {
  id: CustomerId;
  name: string;
  line: number;
  /** Where links were asked for. */
  url?: string;
}

export interface ImportOptions {
  dryRun: boolean;
  /** A link for each. */
  invite: boolean;
}

export interface ImportResult {
  rows: number;
  customers: ImportedCustomer[];
  faults: RowFault[];
}

/** A fault with the line of the file. */
export type RowFault = ProblemError & { line: number };

const MOST_ROWS = 10_000;
const COLUMNS = [
  'id',
  'name',
  'language',
  'domain',
  'pools',
  'contract_number',
  'sla',
  'contract_starts',
  'subscription_kind',
  'subscription_reference',
  'subscription_since',
  'contact_name',
  'contact_email',
  'contact_phone',
] as const;
type Column = (typeof COLUMNS)[number];
type Cells = Partial<Record<Column, string>>;

const oneLine = z.string().regex(/^[^\x00-\x1f\x7f]{1,200}$/, says('one-line'));
const day = z.iso.date('must be a day such as "2026-11-22"');

const rowSchema = z.object({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, says('id'))
    .optional(),
  name: oneLine,
  language: z.enum(LANGUAGES, 'must be en, de or fr').default('en'),
  domain: domainName.optional(),
  contract: z.strictObject({ number: oneLine, sla: oneLine, starts: day }).optional(),
  subscription: z
    .strictObject({
      kind: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, says('kind-word')),
      reference: oneLine,
      since: day,
    })
    .optional(),
  contact: contactSchema.optional(),
});

/** Where a part of the row stands in the file. */
const PLACES: Readonly<Record<string, Column>> = {
  'contract.number': 'contract_number',
  'contract.sla': 'sla',
  'contract.starts': 'contract_starts',
  'subscription.kind': 'subscription_kind',
  'subscription.reference': 'subscription_reference',
  'subscription.since': 'subscription_since',
  'contact.name': 'contact_name',
  'contact.email': 'contact_email',
  'contact.phone': 'contact_phone',
};

class DryRun extends Error {}

/** Takes the orders of a file. A 422 with every row's faults, unless it is a dry run, which answers them. */
export async function importCustomers(
  core: CustomerCore,
  by: Actor,
  text: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const rows: CsvRow[] = [];
  for await (const row of readCsv(text)) {
    rows.push(row);
    if (rows.length > MOST_ROWS + 1) throw problem('too-many-rows', { most: MOST_ROWS });
  }
  const columns = readHead(rows.shift());
  const result: ImportResult = { rows: rows.length, customers: [], faults: [] };
  const work = async (step: Step) => {
    const seen = new Map<string, number>();
    for (const row of rows) await importRow(core, step, { row, columns, seen, options, result });
    if (options.dryRun) throw new DryRun();
    if (result.faults.length > 0) {
      throw problem('file-faulty', { count: result.faults.length }, result.faults);
    }
  };
  await makeStep(core.changes, by, work).catch((error: unknown) => {
    if (!(error instanceof DryRun)) throw error;
  });
  return result;
}

function readHead(head: CsvRow | undefined): (Column | undefined)[] {
  const names = (head?.cells ?? []).map((cell) => cell.toLowerCase().replaceAll(/[ -]/g, '_'));
  const errors = names.flatMap((name, i): ProblemError[] => {
    if (!(COLUMNS as readonly string[]).includes(name)) {
      return [
        { field: name || `column ${i + 1}`, line: 1, message: `is no column; columns are ${COLUMNS.join(', ')}` },
      ];
    }
    return names.indexOf(name) === i ? [] : [{ ...fault(name, 'there-twice'), line: 1 }];
  });
  if (!names.includes('name')) errors.push({ ...fault('name', 'columns-missing'), line: 1 });
  if (errors.length > 0) throw problem('columns-unknown', {}, errors);
  return names as Column[];
}

interface RowWork {
  row: CsvRow;
  columns: (Column | undefined)[];
  /** Lines of the ids and domains of rows before. */
  seen: Map<string, number>;
  options: ImportOptions;
  result: ImportResult;
}

async function importRow(
  core: CustomerCore,
  step: Step,
  { row, columns, seen, options, result }: RowWork,
): Promise<void> {
  const { line } = row;
  const read = readOrder(row, columns);
  const faults = 'faults' in read ? read.faults : twice(read.order, line, seen);
  if ('faults' in read || faults.length > 0) {
    result.faults.push(...faults.map((fault) => ({ ...fault, line })));
    return;
  }
  try {
    const id = await register(step, read.order);
    const link = options.invite ? await inviteTo(core, step, id) : undefined;
    result.customers.push({ id, name: read.order.name, line, ...(link !== undefined && { url: link }) });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    result.faults.push(...error.errors.map((fault) => ({ ...fault, line })));
  }
}

async function inviteTo(core: CustomerCore, step: Step, customer: CustomerId): Promise<string> {
  const { http, provisioning } = core.config();
  const made = { customer, kind: 'onboarding', lifeMs: provisioning.link_life, base: http.url } as const;
  const { url } = await makeLink(step, made);
  await core.moveWithin(step, { id: customer, to: 'invited', why: 'link made', mover: 'operator' });
  return url;
}

/** What stands in the file twice; orders of the store are looked at when the row is registered. */
function twice({ id, domain }: Order, line: number, seen: Map<string, number>): ProblemError[] {
  return Object.entries({ id, domain }).flatMap(([field, value]): ProblemError[] => {
    if (value === undefined) return [];
    const before = seen.get(`${field} ${value}`);
    seen.set(`${field} ${value}`, before ?? line);
    return before === undefined ? [] : [fault(field, 'on-line-already', { line: before })];
  });
}

function readOrder({ cells }: CsvRow, columns: (Column | undefined)[]): { order: Order } | { faults: ProblemError[] } {
  if (cells.length > columns.length) {
    return {
      faults: [fault('row', 'values-and-columns', { values: cells.length, columns: columns.length })],
    };
  }
  const given: Cells = {};
  for (const [i, column] of columns.entries()) {
    const cell = cells[i];
    if (column !== undefined && cell !== undefined && cell !== '') given[column] = cell;
  }
  const read = rowSchema.safeParse(rowOf(given));
  if (!read.success) {
    const faults = read.error.issues.map((issue) => {
      const place = issue.path.map(String).join('.');
      return schemaFault(PLACES[place] ?? place, issue);
    });
    return { faults };
  }
  return { order: orderOf(read.data, given.pools) };
}

function rowOf(given: Cells): Record<string, unknown> {
  const { id, name, language, domain } = given;
  const group = (keys: Record<string, string | undefined>) =>
    Object.values(keys).some((value) => value !== undefined) ? keys : undefined;
  const contract = group({ number: given.contract_number, sla: given.sla, starts: given.contract_starts });
  const subscription = group({
    kind: given.subscription_kind,
    reference: given.subscription_reference,
    since: given.subscription_since,
  });
  const contact = group({ name: given.contact_name, email: given.contact_email, phone: given.contact_phone });
  return { id, name, language: language?.toLowerCase(), domain, contract, subscription, contact };
}

function orderOf(row: z.output<typeof rowSchema>, pools: string | undefined): Order {
  const { id, name, language, domain, contract, subscription, contact } = row;
  return {
    ...(id !== undefined && { id: id as CustomerId }),
    name,
    language,
    ...(domain !== undefined && { domain }),
    ...(contract !== undefined && { contract }),
    subscriptions: subscription === undefined ? [] : [subscription],
    contacts: contact === undefined ? [] : [contact],
    pools: pools === undefined ? [] : pools.split(/[\s,;|]+/).filter((one) => one !== ''),
  };
}
