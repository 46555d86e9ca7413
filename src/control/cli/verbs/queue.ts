import type { Command } from 'commander';
import { CliError, jsonLine, printable, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { say } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';
import { customerPath } from './customer.ts';
import { addQueueViews } from './queue-views.ts';

const TERMS = ['id', 'customer', 'from', 'to', 'destination', 'address', 'status', 'hold'];
const PAGE = 1000;
const TERMS_HELP = `terms, all of which must fit: ${TERMS.map((term) => `${term}:…`).join(' ')}; from: and to: take an address or @domain, address: one of ours that it would leave from, or none`;

interface QueueOptions extends CommonOptions {
  limit?: number;
  all?: boolean;
  kind?: string;
  hold?: string;
  discard?: boolean;
  note?: string;
  host?: string[];
  reason?: string;
}

/** `queue` and what can be done to it. */
export function addQueue(program: Command, cli: Cli): void {
  const queue = common(program.command('queue'))
    .description('counts of the queue; its verbs list, show and change what is in it')
    .action(async (_options: unknown, command: Command) => showCounts(command, cli));
  common(queue.command('list'))
    .description('recipients in the queue, oldest first')
    .argument('[terms...]', 'such as customer:acme status:deferred')
    .addHelpText('after', `\n${TERMS_HELP}`)
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action(async (terms: string[], _options: unknown, command: Command) => list(terms, command, cli));
  common(queue.command('show'))
    .description('one message of the queue')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) => show(id, command, cli));
  common(queue.command('destinations'))
    .description('destinations that have work or are closed')
    .action(async (_options: unknown, command: Command) => destinations(command, cli));
  addQueueViews(queue, cli, parseTerms);
  addChanges(queue, cli);
  addSuspensions(queue, cli);
}

/** In short what `customer suspend` and `customer resume` do: all suspensions that stand are lifted at once. */
function addSuspensions(queue: Command, cli: Cli): void {
  common(queue.command('suspend'))
    .description("a customer's mail waits, new mail is refused")
    .argument('<customer>')
    .option('--reason <text>', 'why, for the audit')
    .action(async (customer: string, _options: unknown, command: Command) => {
      const { reason = 'by the command line' } = optionsOf(command) as QueueOptions;
      const call = { method: 'POST', path: customerPath(customer, '/suspensions'), body: { reason } } as const;
      await (await clientOf(command, cli)).call(call);
      say(cli, command, { customer, state: 'suspended' }, `customer ${customer} is suspended`);
    });
  common(queue.command('resume'))
    .description("a customer's mail goes on: all its suspensions are lifted")
    .argument('<customer>')
    .option('--reason <text>', 'why, for the audit')
    .action(async (customer: string, _options: unknown, command: Command) => {
      const { reason = 'by the command line' } = optionsOf(command) as QueueOptions;
      const client = await clientOf(command, cli);
      const path = customerPath(customer, '/suspensions');
      const { entries } = (await client.call({ path })) as { entries: { id: number; lifted_at?: string }[] };
      for (const { id } of entries.filter(({ lifted_at }) => lifted_at === undefined)) {
        await client.call({ method: 'POST', path: `${path}/${id}/lift`, body: { reason } });
      }
      const { state } = (await client.call({ path: customerPath(customer) })) as { state: string };
      say(cli, command, { customer, state }, `customer ${customer} is ${state}`);
    });
}

function addChanges(queue: Command, cli: Cli): void {
  const change = (name: string, description: string) =>
    common(queue.command(name))
      .description(description)
      .argument('[terms...]', 'such as customer:acme status:deferred')
      .addHelpText('after', `\n${TERMS_HELP}`)
      .option('--all', 'the whole queue is meant')
      .action(async (terms: string[], _options: unknown, command: Command) => changeAll(name, terms, command, cli));
  change('hold', 'keep messages until they are released')
    .option('--kind <kind>', 'kind of the hold (default: operator)')
    .option('--note <text>', 'why, for people');
  change('release', 'lift a hold; others stay')
    .option('--kind <kind>', 'kind of the hold (default: operator)')
    .option('--hold <kind>', 'all that is held for this, such as `restored` after a restore')
    .option('--discard', 'with --hold: remove it instead; nobody is told but the trace');
  change('retry', 'try again now');
  change('remove', 'remove for good; nobody is told but the trace');
  change('reroute', 'use other hosts instead of the route').requiredOption(
    '--host <host...>',
    'host, host:port or [v6]:port, in order',
  );
}

async function showCounts(command: Command, cli: Cli): Promise<void> {
  const counts = (await (await clientOf(command, cli)).call({ path: '/api/v1/queue' })) as Record<string, number>;
  if (optionsOf(command).json === true) cli.io.out(jsonLine(counts));
  else
    cli.io.out(
      `${Object.entries(counts)
        .map(([name, value]) => `${name.padEnd(16)}${value}`)
        .join('\n')}\n`,
    );
}

async function list(terms: string[], command: Command, cli: Cli): Promise<void> {
  const { json, limit = 100 } = optionsOf(command) as QueueOptions;
  const call = { path: '/api/v1/queue/recipients', query: parseTerms(terms) };
  // One more than is shown: it tells that there is more.
  const found = await listPages<Record<string, unknown>>(await clientOf(command, cli), call, limit + 1);
  const entries = found.slice(0, limit);
  if (found.length > limit) cli.io.err(`only the first ${limit} are shown; --limit shows more\n`);
  if (json === true) {
    for (const entry of entries) cli.io.out(jsonLine(entry));
    return;
  }
  const heads = ['id', 'customer', 'status', 'from', 'to', 'tries', 'next', 'cause'];
  const fields = ['id', 'customer', 'status', 'from', 'to', 'attempts', 'next_attempt_at', 'last_cause'];
  cli.io.out(
    table(
      heads,
      entries.map((entry) => fields.map((field) => cell(entry[field]))),
    ),
  );
}

async function show(id: string, command: Command, cli: Cli): Promise<void> {
  const path = `/api/v1/queue/messages/${encodeURIComponent(id)}`;
  const message = await (await clientOf(command, cli)).call({ path });
  cli.io.out(optionsOf(command).json === true ? jsonLine(message) : `${JSON.stringify(message, null, 2)}\n`);
}

async function destinations(command: Command, cli: Cli): Promise<void> {
  const client = await clientOf(command, cli);
  const query = { limit: String(PAGE) };
  const { entries } = (await client.call({ path: '/api/v1/queue/destinations', query })) as {
    entries: Record<string, unknown>[];
  };
  if (optionsOf(command).json === true) {
    for (const entry of entries) cli.io.out(jsonLine(entry));
    return;
  }
  const fields = ['destination', 'waiting', 'in_flight', 'window', 'closed_until', 'last_reason'];
  cli.io.out(
    table(
      fields,
      entries.map((entry) => fields.map((field) => cell(entry[field]))),
    ),
  );
}

async function changeAll(verb: string, terms: string[], command: Command, cli: Cli): Promise<void> {
  const { json, all, note, host, hold, discard, kind = hold } = optionsOf(command) as QueueOptions;
  if (discard === true && hold === undefined) throw new CliError(USAGE, '--discard needs --hold: what is to go?');
  const query = { ...parseTerms(terms), ...(hold !== undefined && { hold }) };
  const act = discard === true ? 'remove' : verb;
  if (Object.keys(query).length === 0 && all !== true) {
    throw new CliError(USAGE, `queue ${verb} needs terms such as customer:acme, or --all for the whole queue`);
  }
  const body = { query, all: all === true, kind, note, hosts: host };
  const client = await clientOf(command, cli);
  const answer = (await client.call({ method: 'POST', path: `/api/v1/queue/${act}`, body })) as {
    changed: number;
    busy: number;
  };
  if (json === true) {
    cli.io.out(jsonLine(answer));
    return;
  }
  const busy = answer.busy === 0 ? '' : `; ${answer.busy} left alone: they are being tried right now`;
  cli.io.out(`${act}: ${answer.changed} recipient(s)${busy}\n`);
}

/** `customer:acme to:@example.lu`; an id alone may stand without its name. */
function parseTerms(terms: readonly string[]): Record<string, string> {
  const query: Record<string, string> = {};
  for (const term of terms) {
    const colon = term.indexOf(':');
    const name = colon < 0 && /^[0-9a-z]{16,32}$/.test(term) ? 'id' : term.slice(0, Math.max(colon, 0));
    if (!TERMS.includes(name)) throw new CliError(USAGE, `"${term}" is no term; ${TERMS_HELP}`);
    if (query[name] !== undefined) throw new CliError(USAGE, `${name}: is given twice`);
    query[name] = term.slice(colon + 1);
  }
  return query;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
