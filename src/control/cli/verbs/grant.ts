import type { Command } from 'commander';
import { jsonLine, printable, table } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface GrantOptions extends CommonOptions {
  stream?: string;
}

interface Grant {
  customer: string;
  domain: string;
  stream: string;
  record: { type: string; host: string; value: string };
  granted: { stream: string; from?: string; until?: string }[];
  state: string;
  in_force: string | null;
}

const MOST = 10_000;

/** `grant` and its verbs: domains of others that a customer may send for, by their owners' word in DNS. */
export function addGrant(program: Command, cli: Cli): void {
  const grant = program
    .command('grant')
    .description('domains of others that a customer sends for, by their owners’ DNS');
  common(grant.command('ask'))
    .description('ask to send for a domain: says what its owner publishes')
    .argument('<customer>')
    .argument('<domain>')
    .option('--stream <name>', 'for this stream alone (default: all)')
    .action(async (customer: string, domain: string, _options: unknown, command: Command) => {
      const { stream, json } = optionsOf(command) as GrantOptions;
      const body = { domain, ...(stream !== undefined && { stream }) };
      const client = await clientOf(command, cli);
      const made = (await client.call({ method: 'POST', path: `${pathOf(customer)}/grants`, body })) as Grant;
      cli.io.out(json === true ? jsonLine(made) : describe(made));
    });
  for (const [verb, path, words] of [
    ['list', 'grants', 'grants that a customer asked for'],
    ['over', 'granted', 'who else asked to send for domains of a customer'],
  ] as const) {
    common(grant.command(verb))
      .description(words)
      .argument('<customer>')
      .action(async (customer: string, _options: unknown, command: Command) => {
        const client = await clientOf(command, cli);
        const grants = await listPages<Grant>(client, { path: `${pathOf(customer)}/${path}` }, MOST);
        if (optionsOf(command).json === true) for (const one of grants) cli.io.out(jsonLine(one));
        else cli.io.out(grantTable(grants));
      });
  }
  common(grant.command('drop'))
    .description('give a grant up: it ends at once')
    .argument('<customer>')
    .argument('<domain>')
    .action(async (customer: string, domain: string, _options: unknown, command: Command) => {
      const path = `${pathOf(customer)}/grants/${encodeURIComponent(domain)}`;
      await (await clientOf(command, cli)).call({ method: 'DELETE', path });
      if (optionsOf(command).json !== true) cli.io.out(`grant of ${printable(domain)} given up\n`);
    });
}

function describe({ domain, record, state, in_force }: Grant): string {
  const now =
    in_force === null ? (WORDS[state] ?? state) : `in force for ${in_force === '*' ? 'all streams' : in_force}`;
  return [
    `${printable(domain)}: ${now}`,
    `The owner of ${printable(domain)} publishes, and removes it to take the grant back:`,
    `${record.host}. ${record.type} "${record.value}"`,
    'It may add "; from=2026-12-01; until=2027-03-01" (days in UTC, both counted).',
    '',
  ].join('\n');
}

const WORDS: Readonly<Record<string, string>> = {
  none: 'not granted by its owner',
  later: 'granted, but not yet in force',
  over: 'was granted; its time is over',
};

function grantTable(grants: readonly Grant[]): string {
  const rows = grants.map(({ customer, domain, stream, state, in_force }) => [
    customer,
    domain,
    stream,
    in_force === null ? (WORDS[state] ?? state) : `in force for ${in_force}`,
  ]);
  return table(
    ['customer', 'domain', 'asked for', 'state'],
    rows.map((row) => row.map(printable)),
  );
}

function pathOf(customer: string): string {
  return `/api/v1/customers/${encodeURIComponent(customer)}`;
}
