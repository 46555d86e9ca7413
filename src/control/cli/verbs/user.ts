import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface UserOptions extends CommonOptions {
  limit?: number;
  customer?: string;
  role?: string;
  name?: string;
  language?: string;
  first?: boolean;
  takeOverKeys?: boolean;
}

interface User {
  id: string;
  email: string;
  name: string;
  language: string;
  role: string;
  customer?: string;
  state: string;
  second_factor: boolean;
  made_at: string;
  made_by: string;
  last_sign_in_at?: string;
  mailed?: boolean;
}

/** `user` and its verbs: people who may sign in. */
export function addUser(program: Command, cli: Cli): void {
  const user = program.command('user').description('people who may sign in, and what they may do');
  addReaders(user, cli);
  addInvitations(user, cli);
  addChanges(user, cli);
}

function addReaders(user: Command, cli: Cli): void {
  common(user.command('list'))
    .description('all of them, by address')
    .option('--customer <id>', 'of this customer only')
    .option('--role <role>', 'of this role only')
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action(async (_options: unknown, command: Command) => list(command, cli));
  common(user.command('show'))
    .description('who somebody is')
    .argument('<address>')
    .action(async (address: string, _options: unknown, command: Command) =>
      show(await findUser(await clientOf(command, cli), address), command, cli),
    );
}

function addInvitations(user: Command, cli: Cli): void {
  common(user.command('invite'))
    .description('send somebody a link to join; with --first: print the link for the first administrator')
    .argument('[address]')
    .option(
      '--role <role>',
      'administrator, mail_engineer, service_desk, auditor, data_protection_officer, or customer_…',
    )
    .option('--customer <id>', 'for the roles of a customer: customer_administrator, customer_member, customer_viewer')
    .option('--name <name>', 'name for people to read')
    .option('--language <language>', 'en, de or fr (default: en)')
    .option('--first', 'for the first administrator, while there is none')
    .action(async (address: string | undefined, _options: unknown, command: Command) => {
      const { first = false } = optionsOf(command) as UserOptions;
      if (first === (address !== undefined)) throw new CliError(USAGE, 'name an address, or say --first');
      if (address === undefined) return printFirstLink(command, cli);
      return invite(address, command, cli);
    });
  common(user.command('invite-again'))
    .description('send a new link; the one before works no longer')
    .argument('<address>')
    .action(async (address: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const { id } = await findUser(client, address);
      told((await client.call({ method: 'POST', path: `/api/v1/users/${id}/invitation` })) as User, command, cli);
    });
}

function addChanges(user: Command, cli: Cli): void {
  const change = async (address: string, body: object, command: Command) => {
    const client = await clientOf(command, cli);
    const { id } = await findUser(client, address);
    // Whoever types a command means the user as it is now.
    const changed = await client.call({ method: 'PATCH', path: `/api/v1/users/${id}`, body, ifMatch: '*' });
    show(changed as User, command, cli);
  };
  common(user.command('change'))
    .description('give somebody another role, name or language')
    .argument('<address>')
    .option('--role <role>', 'ends the sessions that were begun with another')
    .option('--name <name>')
    .option('--language <language>', 'en, de or fr')
    .action(async (address: string, _options: unknown, command: Command) => {
      const { role, name, language } = optionsOf(command) as UserOptions;
      await change(address, { role, name, language }, command);
    });
  common(user.command('disable'))
    .description('keep somebody from signing in; sessions end, and keys that it made rest')
    .argument('<address>')
    .action((address: string, _options: unknown, command: Command) => change(address, { disabled: true }, command));
  common(user.command('enable'))
    .description('let somebody sign in again')
    .argument('<address>')
    .action((address: string, _options: unknown, command: Command) => change(address, { disabled: false }, command));
  const remove = (name: string, description: string, path: (id: string) => string) =>
    common(user.command(name))
      .description(description)
      .argument('<address>')
      .action(async (address: string, _options: unknown, command: Command) => {
        const client = await clientOf(command, cli);
        const { id } = await findUser(client, address);
        const { takeOverKeys } = optionsOf(command) as UserOptions;
        const query = takeOverKeys === true ? { keys: 'take_over' } : {};
        show((await client.call({ method: 'DELETE', path: path(id), query })) as User, command, cli);
      });
  remove('remove', 'remove somebody; API keys that it made end', (id) => `/api/v1/users/${id}`).option(
    '--take-over-keys',
    'API keys that it made go on',
  );
  remove(
    'reset-factors',
    'take all second factors of somebody away who lost them; sessions end',
    (id) => `/api/v1/users/${id}/second-factors`,
  );
}

async function list(command: Command, { io, ...cli }: Cli): Promise<void> {
  const { limit = 100, customer, role, json = false } = optionsOf(command) as UserOptions;
  const client = await clientOf(command, { io, ...cli });
  const rows = await listPages<User>(client, { path: '/api/v1/users', query: { customer, role } }, limit);
  if (json) return rows.forEach((row) => io.out(jsonLine(row)));
  const cells = rows.map((row) => [
    row.email,
    row.role,
    row.customer ?? '',
    row.state,
    row.last_sign_in_at ?? '',
    row.name,
  ]);
  io.out(
    table(
      ['address', 'role', 'customer', 'state', 'last sign-in', 'name'],
      cells.map((line) => line.map(printable)),
    ),
  );
}

/** The user with an address. Throws a CliError where there is none. */
export async function findUser(client: Client, email: string): Promise<User> {
  const { entries } = (await client.call({ path: '/api/v1/users', query: { email } })) as { entries: User[] };
  const [user] = entries;
  if (user === undefined) throw new CliError(REFUSED, `there is no user ${printable(email)}`);
  return user;
}

async function invite(email: string, command: Command, cli: Cli): Promise<void> {
  const { role, customer, name, language } = optionsOf(command) as UserOptions;
  if (role === undefined) throw new CliError(USAGE, 'say with --role what the user may do');
  const client = await clientOf(command, cli);
  const body = { email, role, customer, name, language };
  told((await client.call({ method: 'POST', path: '/api/v1/users', body })) as User, command, cli);
}

async function printFirstLink(command: Command, cli: Cli): Promise<void> {
  const client = await clientOf(command, cli);
  const answer = (await client.call({ method: 'POST', path: '/api/v1/users/first-link' })) as { link: string };
  cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : `${answer.link}\n`);
}

function told(user: User, command: Command, cli: Cli): void {
  show(user, command, cli);
  if (user.mailed === false) {
    cli.io.err('the mail with the link was not sent; try "user invite-again"\n');
    cli.exit(REFUSED);
  }
}

function show(user: User, command: Command, { io }: Cli): void {
  if (optionsOf(command).json === true) return io.out(jsonLine(user));
  const { email, role, customer, state, second_factor, made_at, made_by, last_sign_in_at, name, language } = user;
  const lines = {
    address: email,
    name,
    language,
    role,
    customer,
    state,
    'second factor': second_factor ? 'codes of an app' : 'no codes of an app',
    invited: `${made_at} by ${made_by}`,
    'last sign-in': last_sign_in_at,
  };
  for (const [label, text] of Object.entries(lines)) {
    if (text !== undefined && text !== '') io.out(`${label.padEnd(14)}${printable(text)}\n`);
  }
}
