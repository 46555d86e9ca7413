import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface CheckOptions extends CommonOptions {
  customer?: string;
  state?: string;
  kind?: string;
  limit?: number;
  zone?: boolean;
}

interface Check {
  customer: string;
  kind: string;
  object: string;
  state: string;
  required: boolean;
  expected: string;
  found: string;
  advice: string;
  looked_at: string | null;
  since: string;
}

interface PublishedRecord {
  domain: string;
  purpose: string;
  type: string;
  host: string;
  value: string;
  optional: boolean;
  note: string;
}

const PAGE = 1000;

/** `check` and its verbs: what DNS, mail hosts and sources of customers look like. */
export function addCheck(program: Command, cli: Cli): void {
  const check = program.command('check').description('checks of DNS, mail hosts and sources of customers');
  common(check.command('list'))
    .description('checks as they were last found, by default those that failed')
    .option('--customer <id>', 'of this customer alone')
    .option('--state <state>', 'ok, warn, fail, unknown, waiting or all (default: fail)')
    .option('--kind <kind>', 'ownership, spf, mx, dkim, dmarc, mailhost, source or grant')
    .option('--limit <n>', `at most so many (default: ${PAGE})`, count(10_000_000))
    .action(async (_options: unknown, command: Command) => {
      const { customer, state = 'fail', kind, limit = PAGE } = optionsOf(command) as CheckOptions;
      const query = { customer, kind, ...(state !== 'all' && { state }) };
      tell(await listAll(await clientOf(command, cli), query, limit), command, cli);
    });
  common(check.command('show'))
    .description('what was found last for a customer, with what to change')
    .argument('<customer>')
    .action(async (customer: string, _options: unknown, command: Command) => {
      const checks = await listAll(await clientOf(command, cli), { customer }, PAGE);
      if (checks.length === 0) throw new CliError(REFUSED, `Nothing was looked at for "${customer}" yet.`);
      tell(checks, command, cli, true);
    });
  common(check.command('look'))
    .description('look at everything of a customer now')
    .argument('<customer>')
    .action(async (customer: string, _options: unknown, command: Command) => {
      const call = { method: 'POST' as const, path: `${pathOf(customer)}/checks` };
      const answer = (await (await clientOf(command, cli)).call(call)) as { entries: Check[]; all_green: boolean };
      tell(answer.entries, command, cli, true);
      if (!answer.all_green) cli.exit(REFUSED);
    });
  common(check.command('records'))
    .description('the records that a customer publishes')
    .argument('<customer>')
    .option('--zone', 'as lines of a zone file')
    .action(async (customer: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const { entries } = (await client.call({ path: `${pathOf(customer)}/records` })) as {
        entries: PublishedRecord[];
      };
      tellRecords(entries, command, cli);
    });
}

function tellRecords(records: readonly PublishedRecord[], command: Command, cli: Cli): void {
  const { json, zone } = optionsOf(command) as CheckOptions;
  if (json === true) for (const one of records) cli.io.out(jsonLine(one));
  else if (zone === true) cli.io.out(records.map(zoneLine).join(''));
  else {
    const rows = records.map((one) => [one.purpose, one.optional ? 'optional' : '', one.type, one.host, one.value]);
    cli.io.out(table(['purpose', '', 'type', 'host', 'value'], rows));
  }
}

/** RFC 1035 3.3.14: a string in a TXT record has 255 octets at most. */
const LONGEST_STRING = 255;

function zoneLine({ host, type, value }: PublishedRecord): string {
  if (type !== 'TXT') return `${host}. ${type} ${value}\n`;
  const strings: string[] = [];
  for (let at = 0; at < value.length; at += LONGEST_STRING) strings.push(`"${value.slice(at, at + LONGEST_STRING)}"`);
  return `${host}. TXT ${strings.join(' ')}\n`;
}

function tell(checks: readonly Check[], command: Command, cli: Cli, whole = false): void {
  if (optionsOf(command).json === true) {
    for (const one of checks) cli.io.out(jsonLine(one));
    return;
  }
  if (whole) {
    cli.io.out(checks.map(describe).join(''));
    return;
  }
  const rows = checks.map((one) => [one.customer, one.kind, one.object, one.state, one.since, one.advice || '-']);
  const heads = ['customer', 'check', 'object', 'state', 'since', 'what to change'];
  cli.io.out(
    table(
      heads,
      rows.map((row) => row.map(printable)),
    ),
  );
}

function describe(check: Check): string {
  const lines = [
    `${check.state.padEnd(8)}${check.kind} ${check.object}${check.required ? '' : ' (not needed to go live)'}`,
  ];
  if (check.state !== 'ok') lines.push(`        expected: ${check.expected}`);
  lines.push(`        found:    ${check.found}`);
  if (check.advice !== '') lines.push(`        ${check.advice}`);
  lines.push(`        since ${check.since}, looked at ${check.looked_at ?? 'never'}`);
  return `${lines.map(printable).join('\n')}\n`;
}

function listAll(client: Client, query: Record<string, string | undefined>, limit: number): Promise<Check[]> {
  return listPages<Check>(client, { path: '/api/v1/checks', query }, limit);
}

function pathOf(customer: string): string {
  return `/api/v1/customers/${encodeURIComponent(customer)}`;
}
