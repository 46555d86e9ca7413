import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface PoolOptions extends CommonOptions {
  spf?: string;
  reason?: string;
  override?: boolean;
  zone?: boolean;
}

interface Finding {
  check: string;
  state: string;
  expected: string;
  found: string;
  advice?: string;
}

interface Address {
  ip: string;
  hostname: string;
  state: string;
  since: string;
  prepared: boolean;
  in_spf: boolean;
  in_spf_until?: string;
  checks: Finding[];
  looked_at: string | null;
}

interface Pool {
  name: string;
  include: string | null;
  addresses: Address[];
}

interface SpfRecord {
  name: string;
  text: string;
  strings: string[];
  found: string | null;
  state: string;
}

interface Include {
  name: string;
  lookups: number;
  state: string;
  records: SpfRecord[];
  missing: { pool: string; ip: string; state: string }[];
  too_much: string[];
  foreign: string[];
  obsolete: string[];
  leaving: { pool: string; ip: string; until: string }[];
  faults: string[];
  warnings: string[];
}

/** `pool` and `address`: where our mail leaves from, and the SPF include made from it. */
export function addPool(program: Command, cli: Cli): void {
  const pool = program
    .command('pool')
    .description('pools of our sending addresses, and the SPF include made from them');
  addReaders(pool, cli);
  addWriters(pool, cli);
  addAddressVerbs(program.command('address').description('our sending addresses, one at a time'), cli);
}

function addReaders(pool: Command, cli: Cli): void {
  common(pool.command('list'))
    .description('all pools with their addresses')
    .action(async (_options: unknown, command: Command) => {
      const pools = await listAll(await clientOf(command, cli));
      if (optionsOf(command).json === true) for (const one of pools) cli.io.out(jsonLine(one));
      else cli.io.out(addressTable(pools));
    });
  common(pool.command('show'))
    .description('a pool, its addresses, and what the checks found last')
    .argument('<pool>')
    .action(async (name: string, _options: unknown, command: Command) => {
      await showOne({ path: pathOf(name) }, command, cli);
    });
  common(pool.command('check'))
    .description('look into DNS now: does the SPF include cover the addresses, does reverse DNS match both ways')
    .argument('<pool>')
    .action(async (name: string, _options: unknown, command: Command) => {
      const call = { method: 'POST' as const, path: `${pathOf(name)}/check`, body: {} };
      const shown = await showOne(call, command, cli);
      const wrong = shown.addresses.some(({ checks }) => checks.some(({ state }) => state === 'fail'));
      if (wrong) cli.exit(REFUSED);
    });
  common(pool.command('spf'))
    .description('the SPF records to publish, and what DNS has now')
    .option('--zone', 'only the records, as lines of a zone file, in the order to publish them')
    .action(async (_options: unknown, command: Command) => {
      const { json, zone } = optionsOf(command) as PoolOptions;
      const answer = (await (await clientOf(command, cli)).call({ path: '/api/v1/spf' })) as {
        includes: Include[];
        notes: string[];
      };
      if (json === true) for (const one of answer.includes) cli.io.out(jsonLine(one));
      else if (zone === true) cli.io.out(answer.includes.flatMap(({ records }) => records.map(zoneLine)).join(''));
      else cli.io.out(describeSpf(answer));
      if (zone !== true && answer.includes.some(({ state }) => state !== 'ok')) cli.exit(REFUSED);
    });
}

function addWriters(pool: Command, cli: Cli): void {
  common(pool.command('create'))
    .description('make a pool')
    .argument('<pool>')
    .option('--spf <name>', 'SPF include that covers it, "" for none (default: spf.include of the configuration)')
    .option('--reason <text>', 'why, for the audit')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { spf, reason } = optionsOf(command) as PoolOptions;
      const body = { name, ...(spf !== undefined && { spf }), ...(reason !== undefined && { reason }) };
      await showOne({ method: 'POST', path: '/api/v1/pools', body }, command, cli);
    });
  common(pool.command('set'))
    .description('say which SPF include covers a pool')
    .argument('<pool>')
    .requiredOption('--spf <name>', 'name of the include; "" for none, "default" for spf.include of the configuration')
    .option('--reason <text>', 'why, for the audit')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { spf, reason } = optionsOf(command) as PoolOptions;
      const body = { spf: spf === 'default' ? null : spf, ...(reason !== undefined && { reason }) };
      await showOne({ method: 'PATCH', path: pathOf(name), body, ifMatch: '*' }, command, cli);
    });
  common(pool.command('remove'))
    .description('remove a pool that no customer names and whose addresses are out')
    .argument('<pool>')
    .option('--reason <text>', 'why, for the audit')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { reason, json } = optionsOf(command) as PoolOptions;
      const query = { reason };
      const client = await clientOf(command, cli);
      const answer = await client.call({ method: 'DELETE', path: pathOf(name), query, ifMatch: '*' });
      cli.io.out(json === true ? jsonLine(answer) : `pool ${name} removed\n`);
    });
}

const WORDS = {
  prepare: 'the SPF include names it from now on, so that it can be activated',
  activate: 'new mail leaves from it; refused while DNS does not speak for it',
  drain: 'no new mail leaves from it',
  out: 'nothing leaves from it; the SPF include names it for spf.keep more',
} as const;

function addAddressVerbs(address: Command, cli: Cli): void {
  common(address.command('list'))
    .description('all of them, by pool')
    .action(async (_options: unknown, command: Command) => {
      const pools = await listAll(await clientOf(command, cli));
      if (optionsOf(command).json !== true) return cli.io.out(addressTable(pools));
      for (const { name, addresses } of pools)
        for (const one of addresses) cli.io.out(jsonLine({ pool: name, ...one }));
    });
  common(address.command('add'))
    .description('add an address to a pool; it is out until it is activated')
    .argument('<pool>')
    .argument('<ip>')
    .argument('<hostname>', 'said in EHLO; its reverse DNS has to match both ways')
    .option('--reason <text>', 'why, for the audit')
    .action(async (...given: [pool: string, ip: string, hostname: string, options: unknown, command: Command]) => {
      const [pool, ip, hostname, , command] = given;
      const body = { ip, hostname, ...saying(command) };
      await showOne({ method: 'POST', path: `${pathOf(pool)}/addresses`, body }, command, cli);
    });
  for (const [verb, description] of Object.entries(WORDS)) {
    const one = common(address.command(verb)).description(description).argument('<pool>').argument('<ip>');
    one.option('--reason <text>', 'why, for the audit');
    if (verb === 'activate') one.option('--override', 'although the checks are against it; needs --reason');
    one.action(async (pool: string, ip: string, _options: unknown, command: Command) => {
      const path = `${addressPath(pool, ip)}/${verb}`;
      await showOne({ method: 'POST', path, body: saying(command) }, command, cli);
    });
  }
  common(address.command('rename'))
    .description('change the name that it says in EHLO')
    .argument('<pool>')
    .argument('<ip>')
    .argument('<hostname>')
    .option('--reason <text>', 'why, for the audit')
    .option('--override', 'although it is active; needs --reason')
    .action(async (...given: [pool: string, ip: string, hostname: string, options: unknown, command: Command]) => {
      const [pool, ip, hostname, , command] = given;
      const body = { hostname, ...saying(command) };
      await showOne({ method: 'PATCH', path: addressPath(pool, ip), body, ifMatch: '*' }, command, cli);
    });
  common(address.command('remove'))
    .description('remove an address that is out and that the SPF include names no longer')
    .argument('<pool>')
    .argument('<ip>')
    .option('--reason <text>', 'why, for the audit')
    .option('--override', 'at once, in whatever state it is; needs --reason')
    .action(async (pool: string, ip: string, _options: unknown, command: Command) => {
      const { reason, override } = optionsOf(command) as PoolOptions;
      const query = { reason, override: override === true ? 'true' : undefined };
      await showOne({ method: 'DELETE', path: addressPath(pool, ip), query, ifMatch: '*' }, command, cli);
    });
}

function saying(command: Command): { reason?: string; override?: boolean } {
  const { reason, override } = optionsOf(command) as PoolOptions;
  return { ...(reason !== undefined && { reason }), ...(override === true && { override }) };
}

function pathOf(pool: string): string {
  return `/api/v1/pools/${encodeURIComponent(pool)}`;
}

function addressPath(pool: string, ip: string): string {
  return `${pathOf(pool)}/addresses/${encodeURIComponent(ip)}`;
}

function listAll(client: Client): Promise<Pool[]> {
  return listPages<Pool>(client, { path: '/api/v1/pools' }, Number.POSITIVE_INFINITY);
}

async function showOne(call: Parameters<Client['call']>[0], command: Command, cli: Cli): Promise<Pool> {
  const pool = (await (await clientOf(command, cli)).call(call)) as Pool;
  cli.io.out(optionsOf(command).json === true ? jsonLine(pool) : describePool(pool));
  return pool;
}

function addressTable(pools: readonly Pool[]): string {
  const rows = pools.flatMap(({ name, include, addresses }) =>
    addresses.length === 0
      ? [[name, '-', '-', '-', '-', include ?? 'none']]
      : addresses.map((one) => [name, one.ip, one.hostname, stateOf(one), checksOf(one), include ?? 'none']),
  );
  return table(['pool', 'address', 'name', 'state', 'checks', 'SPF include'], rows);
}

function stateOf({ state, prepared }: Address): string {
  return prepared ? `${state} (prepared)` : state;
}

function checksOf({ checks, looked_at }: Address): string {
  if (looked_at === null) return 'not looked at yet';
  const wrong = checks.filter(({ state }) => state === 'fail' || state === 'unknown');
  return wrong.length === 0 ? 'ok' : wrong.map(({ check, state }) => `${check}: ${state}`).join(', ');
}

function describePool(pool: Pool): string {
  const lines = [`pool ${pool.name}, SPF include: ${pool.include ?? 'none'}`];
  for (const address of pool.addresses) {
    lines.push('', `${address.ip}  ${address.hostname}  ${stateOf(address)} since ${address.since}`);
    if (address.in_spf_until !== undefined) lines.push(`  the SPF include names it until ${address.in_spf_until}`);
    for (const { check, state, expected, found, advice } of address.checks) {
      lines.push(`  ${check.padEnd(8)}${state.padEnd(9)}expected ${expected}; found ${found}`);
      if (advice !== undefined && state !== 'ok') lines.push(`  ${' '.repeat(17)}${advice}`);
    }
  }
  return `${lines.map(printable).join('\n')}\n`;
}

function zoneLine({ name, strings }: SpfRecord): string {
  return `${name}. 3600 IN TXT ${strings.map((one) => `"${one}"`).join(' ')}\n`;
}

function describeSpf({ includes, notes }: { includes: Include[]; notes: string[] }): string {
  if (includes.length + notes.length === 0) throw new CliError(REFUSED, 'there is no pool that an SPF include covers');
  return [...includes.map(describeInclude), ...notes.map((note) => `note: ${printable(note)}\n`)].join('\n');
}

function describeInclude(include: Include): string {
  const lines = [
    `${include.name}: ${include.state}; costs each customer ${include.lookups} of 10 look-ups`,
    'to publish, in this order:',
    ...include.records.flatMap((record) => [
      `  ${zoneLine(record).trimEnd()}`,
      `    ${record.state}${record.state === 'different' ? `; DNS has: ${record.found ?? 'nothing'}` : ''}`,
    ]),
    ...include.missing.map(({ pool, ip, state }) => `DNS lacks ${ip} (pool ${pool}, ${state})`),
    ...include.too_much.map((network) => `DNS lets through ${network}, which is not ours`),
    ...include.foreign.map((term) => `DNS has the term "${term}", which is none of ours`),
    ...include.obsolete.map((name) => `${name} may go once ${include.name} no longer leads to it`),
    ...include.leaving.map(({ pool, ip, until }) => `${ip} (pool ${pool}) is out, and named until ${until}`),
    ...[...include.faults, ...include.warnings].map((text) => `note: ${text}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
