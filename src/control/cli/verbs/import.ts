import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError, REFUSED, USAGE } from '../io.ts';
import { say, showEntries } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';
import { customerPath } from './customer.ts';

interface ImportOptions extends CommonOptions {
  dryRun?: boolean;
  invite?: boolean;
  add?: boolean;
}

interface Fault {
  field: string;
  line: number;
  message: string;
}

/** `import customers FILE` and `import recipients CUSTOMER FILE`. */
export function addImport(program: Command, cli: Cli): void {
  const group = program.command('import').description('customers, or a list of recipients, from a CSV file');
  common(group.command('customers'))
    .description('register the customers of a file: all of them, or none where a row has a fault')
    .argument('<file>', 'CSV, see docs/provisioning.md; "-" reads standard input')
    .option('--dry-run', 'tell the faults of every row, and change nothing')
    .option('--invite', 'make a link for each')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { dryRun, invite, json } = optionsOf(command) as ImportOptions;
      const query = { dry_run: String(dryRun === true), invite: String(invite === true) };
      const body = readText(file);
      const call = { method: 'POST', path: '/api/v1/import/customers', query, body, type: 'text/csv' } as const;
      const done = (await (await clientOf(command, cli)).call(call)) as {
        rows: number;
        customers: Record<string, unknown>[];
        faults: Fault[];
      };
      if (json !== true) {
        showEntries(cli, command, done.customers, ['line', 'id', 'name', ...(invite === true ? ['url'] : [])]);
      }
      finish(
        cli,
        command,
        done,
        `${dryRun === true ? 'would register' : 'registered'} ${done.customers.length} of ${done.rows}`,
      );
    });
  common(group.command('recipients'))
    .description('a customer’s list of recipients becomes what a file says')
    .argument('<customer>')
    .argument('<file>', 'CSV with addresses in the first column; "-" reads standard input')
    .option('--dry-run', 'tell the faults of every row, and change nothing')
    .option('--add', 'the list grows by the file, and loses nothing')
    .action(async (id: string, file: string, _options: unknown, command: Command) => {
      const { dryRun, add } = optionsOf(command) as ImportOptions;
      const query = { dry_run: String(dryRun === true), mode: add === true ? 'add' : 'replace' };
      const path = customerPath(id, '/recipients/import');
      const body = readText(file);
      const call = { method: 'POST', path, query, body, type: 'text/csv' } as const;
      const done = (await (await clientOf(command, cli)).call(call)) as {
        rows: number;
        added: number;
        removed: number;
        faults: Fault[];
      };
      const what = `${done.added} added, ${done.removed} removed`;
      finish(cli, command, done, dryRun === true ? `would be: ${what}` : what);
    });
}

/** A dry run that found faults ends as the import would. */
function finish(cli: Cli, command: Command, done: { faults: Fault[] }, sentence: string): void {
  say(cli, command, done, sentence);
  if (optionsOf(command).json !== true) {
    for (const { line, field, message } of done.faults) cli.io.err(`  line ${line}: ${field} ${message}\n`);
  }
  if (done.faults.length > 0) cli.exit(REFUSED);
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(USAGE, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
