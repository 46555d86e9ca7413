import type { Command } from 'commander';
import { jsonLine, printable, table } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface KeyOptions extends CommonOptions {
  limit?: number;
  customer?: string;
  scope?: string[];
  network?: string[];
  expires?: string;
}

interface Key {
  id: string;
  name: string;
  scopes: string[];
  customer: string | null;
  networks: string[];
  state: string;
  made_at: string;
  made_by: string;
  expires_at: string | null;
  last_used_at: string | null;
  last_from: string | null;
  key?: string;
}

/** `key` and its verbs: API keys of programs. */
export function addKey(program: Command, cli: Cli): void {
  const key = program.command('key').description('API keys of programs');
  common(key.command('list'))
    .description('all of them, without the keys themselves')
    .option('--customer <id>', 'of this customer only')
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action(async (_options: unknown, command: Command) => list(command, cli));
  common(key.command('make'))
    .description('make a key; it is printed this once and kept nowhere')
    .argument('<name>', 'what it is for')
    .requiredOption('--scope <permission...>', 'what it may do, such as messages:read')
    .option('--customer <id>', 'for the things of this customer only')
    .option('--network <network...>', 'may be used from these addresses and networks only')
    .option('--expires <time>', 'such as 2027-12-31T00:00:00Z')
    .action(async (name: string, _options: unknown, command: Command) => make(name, command, cli));
  const one = (verb: string, description: string, method: 'GET' | 'DELETE') =>
    common(key.command(verb))
      .description(description)
      .argument('<id>')
      .action(async (id: string, _options: unknown, command: Command) => {
        const client = await clientOf(command, cli);
        show((await client.call({ method, path: `/api/v1/keys/${encodeURIComponent(id)}` })) as Key, command, cli);
      });
  one('show', 'what a key may do, and when it was used last', 'GET');
  one('revoke', 'end a key at once', 'DELETE');
}

async function list(command: Command, cli: Cli): Promise<void> {
  const { limit = 100, customer, json = false } = optionsOf(command) as KeyOptions;
  const client = await clientOf(command, cli);
  const rows = await listPages<Key>(client, { path: '/api/v1/keys', query: { customer } }, limit);
  if (json) return rows.forEach((row) => cli.io.out(jsonLine(row)));
  const cells = rows.map((row) => [
    row.id,
    row.state,
    row.customer ?? '',
    row.last_used_at ?? '',
    row.scopes.join(' '),
    row.name,
  ]);
  cli.io.out(
    table(
      ['id', 'state', 'customer', 'last used', 'scopes', 'name'],
      cells.map((line) => line.map(printable)),
    ),
  );
}

async function make(name: string, command: Command, cli: Cli): Promise<void> {
  const { scope = [], customer, network, expires } = optionsOf(command) as KeyOptions;
  const client = await clientOf(command, cli);
  const body = { name, scopes: scope, customer, networks: network, expires_at: expires };
  show((await client.call({ method: 'POST', path: '/api/v1/keys', body })) as Key, command, cli);
}

function show(entry: Key, command: Command, { io }: Cli): void {
  if (optionsOf(command).json === true) return io.out(jsonLine(entry));
  const lines = {
    id: entry.id,
    name: entry.name,
    state: entry.state,
    scopes: entry.scopes.join(' '),
    customer: entry.customer,
    networks: entry.networks.join(' ') || 'from anywhere',
    made: `${entry.made_at} by ${entry.made_by}`,
    expires: entry.expires_at ?? 'never',
    'last used':
      entry.last_used_at === null ? 'never' : `${entry.last_used_at} from ${entry.last_from ?? 'the socket'}`,
    key: entry.key,
  };
  for (const [label, text] of Object.entries(lines)) {
    if (text !== undefined && text !== null) io.out(`${label.padEnd(11)}${printable(text)}\n`);
  }
}
