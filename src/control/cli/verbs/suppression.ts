import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError, jsonLine, printable, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

/** Entries a request when many are added. */
const BATCH = 2000;

interface SuppressionOptions extends CommonOptions {
  limit?: number;
  customer?: string;
  reason?: string;
  note?: string;
}

interface Entry {
  customer: string;
  address: string;
  reason: string;
  evidence: string;
  at: string;
  by: string;
}

/** `suppression` and its verbs: addresses that a customer's mail is not sent to. */
export function addSuppression(program: Command, cli: Cli): void {
  const suppression = program.command('suppression').description("addresses that a customer's mail is not sent to");
  addReaders(suppression, cli);
  addWriters(suppression, cli);
}

function addReaders(suppression: Command, cli: Cli): void {
  const lists = (name: string, description: string, argument: string) =>
    common(suppression.command(name))
      .description(description)
      .argument(argument, 'the beginning of an address, or @domain')
      .option('--customer <id>', 'of this customer only')
      .option('--reason <reason>', 'invalid_address, complaint or manual')
      .option('--limit <n>', 'at most so many (default: 100)', count(10_000_000))
      .action(async (wanted: string | undefined, _options: unknown, command: Command) => list(wanted, command, cli));
  lists('list', 'all of them, by customer and address', '[address]');
  lists('search', 'those that begin with a text, or are of a domain', '<address>');
  common(suppression.command('show'))
    .description('why an address is suppressed, and since when')
    .argument('<customer>')
    .argument('<address>')
    .action(async (customer: string, address: string, _options: unknown, command: Command) => {
      const entry = (await (await clientOf(command, cli)).call({ path: pathOf(customer, address) })) as Entry;
      cli.io.out(optionsOf(command).json === true ? jsonLine(entry) : describe(entry));
    });
}

function addWriters(suppression: Command, cli: Cli): void {
  common(suppression.command('add'))
    .description('do not send to these addresses any more')
    .argument('<customer>')
    .argument('<address...>')
    .option('--reason <reason>', 'invalid_address, complaint or manual (default: manual)')
    .option('--note <text>', 'why, for people')
    .action(async (customer: string, addresses: string[], _options: unknown, command: Command) => {
      const options = optionsOf(command) as SuppressionOptions;
      const entries = addresses.map((address) => ({ address, ...given(options) }));
      await add(customer, entries, command, cli);
    });
  common(suppression.command('import'))
    .description('add the addresses of a file, one a line or as the first column of a CSV file')
    .argument('<customer>')
    .argument('<file>', '"-" reads standard input')
    .option('--reason <reason>', 'invalid_address, complaint or manual (default: manual)')
    .option('--note <text>', 'why, for people; the second column of a line goes before it')
    .action(async (customer: string, file: string, _options: unknown, command: Command) => {
      const options = optionsOf(command) as SuppressionOptions;
      await add(
        customer,
        readList(file).map((entry) => ({ ...given(options), ...entry })),
        command,
        cli,
      );
    });
  common(suppression.command('remove'))
    .description('send to the address again; mail that was held for it goes on')
    .argument('<customer>')
    .argument('<address>')
    .action(async (customer: string, address: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const answer = (await client.call({ method: 'DELETE', path: pathOf(customer, address) })) as Entry;
      const said = `${answer.address} is no longer suppressed for ${answer.customer}\n`;
      cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : said);
    });
}

function pathOf(customer: string, address: string): string {
  return `/api/v1/customers/${encodeURIComponent(customer)}/suppressions/${encodeURIComponent(address)}`;
}

function given({ reason, note }: SuppressionOptions): { reason?: string; note?: string } {
  return { ...(reason !== undefined && { reason }), ...(note !== undefined && { note }) };
}

async function list(wanted: string | undefined, command: Command, cli: Cli): Promise<void> {
  const { json, limit = 100, customer, reason } = optionsOf(command) as SuppressionOptions;
  const call = { path: '/api/v1/suppressions', query: { customer, reason, address: wanted } };
  const entries = await listPages<Entry>(await clientOf(command, cli), call, limit);
  if (json === true) {
    for (const entry of entries) cli.io.out(jsonLine(entry));
    return;
  }
  const rows = entries.map((entry) => [
    entry.customer,
    entry.address,
    entry.reason,
    entry.at,
    entry.by,
    entry.evidence,
  ]);
  cli.io.out(
    table(
      ['customer', 'address', 'reason', 'since', 'by', 'evidence'],
      rows.map((row) => row.map(printable)),
    ),
  );
}

function describe({ customer, address, reason, evidence, at, by }: Entry): string {
  const lines = [
    `${address}  for customer ${customer}`,
    `reason    ${reason}`,
    `since     ${at}, by ${by}`,
    `evidence  ${evidence === '' ? '-' : evidence}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

interface NewEntry {
  address: string;
  reason?: string;
  note?: string;
}

async function add(customer: string, entries: NewEntry[], command: Command, cli: Cli): Promise<void> {
  const client = await clientOf(command, cli);
  const path = `/api/v1/customers/${encodeURIComponent(customer)}/suppressions`;
  const sum = { added: 0, kept: 0 };
  for (let at = 0; at < entries.length; at += BATCH) {
    const body = { entries: entries.slice(at, at + BATCH) };
    const answer = (await client.call({ method: 'POST', path, body })) as typeof sum;
    sum.added += answer.added;
    sum.kept += answer.kept;
  }
  const said = `${sum.added} suppressed${sum.kept > 0 ? `, ${sum.kept} were already` : ''}\n`;
  cli.io.out(optionsOf(command).json === true ? jsonLine(sum) : said);
}

/** Lines without an address, such as the head of a CSV file, are passed over; a file without any is refused. */
function readList(file: string): NewEntry[] {
  const entries = readText(file)
    .split(/\r?\n/)
    .flatMap((line) => {
      const [address = '', note] = line.split(/[;,\t]/).map((cell) => cell.trim().replaceAll(/^"|"$/g, ''));
      if (!address.includes('@')) return [];
      return note === undefined || note === '' ? [{ address }] : [{ address, note }];
    });
  if (entries.length === 0) throw new CliError(USAGE, `${file} has no line that begins with an address`);
  return entries;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(USAGE, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
