import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Certificate } from '../../termination/certificate.ts';
import type { ListedTermination, TerminationView } from '../../termination/view.ts';
import { CliError, jsonLine, printable, REFUSED, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface TerminationOptions extends CommonOptions {
  reason?: string;
  state?: string;
  limit?: number;
}

/** `termination` and its verbs: customers that leave. */
export function addTermination(program: Command, cli: Cli): void {
  const termination = program.command('termination').description('customers that leave: notice, deactivation, removal');
  addReaders(termination, cli);
  addActs(termination, cli);
  common(termination.command('verify'))
    .description('whether a certificate of removal (JSON) is what this relay signed')
    .argument('<file>', '"-" reads standard input')
    .action((file: string, _options: unknown, command: Command) => verify(file, command, cli));
}

function addReaders(termination: Command, cli: Cli): void {
  common(termination.command('list'))
    .description('customers that leave or left, the newest first')
    .option('--state <state>', 'running, removed or stopped')
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action((_options: unknown, command: Command) => list(command, cli));
  common(termination.command('show'))
    .description('days, mails and records in DNS of a customer that leaves')
    .argument('<customer>')
    .action(async (customer: string, _options: unknown, command: Command) => {
      show((await (await clientOf(command, cli)).call({ path: pathOf(customer) })) as TerminationView, command, cli);
    });
}

function addActs(termination: Command, cli: Cli): void {
  const act = (name: string, description: string, path: string, body: Record<string, string> = {}) =>
    common(termination.command(name))
      .description(description)
      .argument('<customer>')
      .requiredOption('--reason <text>', 'why; kept in the audit')
      .action(async (customer: string, _options: unknown, command: Command) => {
        const { reason } = optionsOf(command) as TerminationOptions;
        const call = { method: 'POST', path: `${pathOf(customer, '')}${path}`, body: { ...body, reason } } as const;
        show((await (await clientOf(command, cli)).call(call)) as TerminationView, command, cli);
      });
  act('start', 'give a customer notice, although it has a subscription', '/termination');
  act('stop', 'take the end of a customer back', '/reinstate');
  act('deactivate', 'deactivate a customer before its day', '/termination/proceed', { to: 'deactivated' });
  act('remove', 'remove a deactivated customer before its day', '/termination/proceed', { to: 'removed' });
  common(termination.command('look'))
    .description('look now whether its records are gone from DNS')
    .argument('<customer>')
    .action(async (customer: string, _options: unknown, command: Command) => {
      const call = { method: 'POST', path: pathOf(customer, '/termination/look') } as const;
      show((await (await clientOf(command, cli)).call(call)) as TerminationView, command, cli);
    });
}

function pathOf(customer: string, rest = '/termination'): string {
  return `/api/v1/customers/${encodeURIComponent(customer)}${rest}`;
}

async function list(command: Command, cli: Cli): Promise<void> {
  const { json, limit = 100, state } = optionsOf(command) as TerminationOptions;
  const client = await clientOf(command, cli);
  const call = { path: '/api/v1/terminations', query: { state } };
  const entries = await listPages<ListedTermination>(client, call, limit);
  if (json === true) {
    for (const entry of entries) cli.io.out(jsonLine(entry));
    return;
  }
  const rows = entries.map((one) => [
    one.customer,
    one.state,
    one.noticed ?? '-',
    one.deactivation ?? '-',
    one.removal ?? '-',
    one.certificate ?? one.waits_for ?? '',
  ]);
  cli.io.out(
    table(
      ['customer', 'state', 'noticed', 'deactivation', 'removal', 'certificate, or waits for'],
      rows.map((row) => row.map(printable)),
    ),
  );
}

function show(view: TerminationView, command: Command, cli: Cli): void {
  if (optionsOf(command).json === true) return cli.io.out(jsonLine(view));
  const lines = [
    `${view.customer}  ${view.name}`,
    `state         ${view.state}${view.waits_for === null ? '' : `, waits: ${view.waits_for}`}`,
    `why           ${view.reason} (${view.by})`,
    `noticed       ${view.noticed ?? '-'}`,
    `deactivation  ${view.deactivation ?? '-'}`,
    `removal       ${view.removal ?? '-'}`,
    `certificate   ${view.certificate ?? '-'}`,
    ...view.mails.map(({ kind, to, sent_at }) => `mail          ${kind} to ${to}: ${sent_at ?? 'waits'}`),
    ...view.records.map((record) => `record        ${record.state}: ${record.host} ${record.type} ${record.value}`),
  ];
  cli.io.out(`${lines.map(printable).join('\n')}\n`);
}

async function verify(file: string, command: Command, cli: Cli): Promise<void> {
  const client = await clientOf(command, cli);
  const { entries } = (await client.call({ path: '/api/v1/certificate-keys' })) as {
    entries: { key: string; public_key: string }[];
  };
  const { verifyCertificate } = await import('../../termination/certificate.ts');
  const keys = new Map(entries.map(({ key, public_key }) => [key, Buffer.from(public_key, 'base64')]));
  const verdict = verifyCertificate(readText(file), keys);
  if (!verdict.ok) throw new CliError(REFUSED, `${file} is not genuine (${verdict.fault}): ${verdict.detail}`);
  const { number, customer, removed_at } = verdict.certificate;
  const found = { genuine: true, number, customer: customer.id, removed_at, key: verdict.key };
  cli.io.out(optionsOf(command).json === true ? jsonLine(found) : describe(verdict.certificate, verdict.key));
}

function describe({ number, customer, removed_at }: Certificate, key: string): string {
  const words = `genuine: ${number}, removal of ${customer.name} (${customer.id}) at ${removed_at}, signed with ${key}`;
  return `${printable(words)}\n`;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(USAGE, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
