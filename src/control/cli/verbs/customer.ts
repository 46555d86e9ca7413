import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Entry, say, showEntries, showObject } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface CustomerOptions extends CommonOptions {
  id?: string;
  language?: string;
  domain?: string;
  pool?: string[];
  contract?: string;
  sla?: string;
  starts?: string;
  invite?: boolean;
  stage?: string;
  text?: string;
  source?: string;
  limit?: number;
  reason?: string;
  again?: boolean;
}

/** `customer` and its verbs: from the order to the removal. */
export function addCustomer(program: Command, cli: Cli): void {
  const customer = program.command('customer').description('customers, from the order to the removal');
  addOrders(customer, cli);
  addReaders(customer, cli);
  addEntries(customer, cli);
  addSuspensions(customer, cli);
  addSteps(customer, cli);
}

/** Where a customer is found in the API. */
export function customerPath(id: string, rest = ''): string {
  return `/api/v1/customers/${encodeURIComponent(id)}${rest}`;
}

function addOrders(customer: Command, cli: Cli): void {
  common(customer.command('register'))
    .description('take an order, and make the link that the customer enters its data over')
    .argument('<name>', 'name of the customer')
    .option('--id <id>', 'without it one is made from the name')
    .option('--language <language>', 'en, de or fr')
    .option('--domain <domain>', 'the first domain')
    .option('--pool <pool...>', 'pools its mail leaves from, in order')
    .option('--contract <number>', 'number of the contract; needs --sla and --starts')
    .option('--sla <name>', 'name of the SLA type')
    .option('--starts <day>', 'first day of the contract')
    .option('--no-invite', 'make no link yet')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { id, language, domain, pool, invite, ...given } = optionsOf(command) as CustomerOptions;
      const body = { name, id, language, domain, pools: pool, invite, ...contractOf(given) };
      const made = (await (await clientOf(command, cli)).call({ method: 'POST', path: '/api/v1/customers', body })) as {
        id: string;
        link?: { url: string; expires_at: string };
      };
      const link = made.link === undefined ? '' : `\nlink, until ${made.link.expires_at}: ${made.link.url}`;
      if (optionsOf(command).json === true) say(cli, command, made, '');
      else cli.io.out(`registered ${made.id}${link}\n`);
    });
}

function contractOf({ contract, sla, starts }: CustomerOptions): { contract?: object } {
  if (contract === undefined && sla === undefined && starts === undefined) return {};
  if (contract !== undefined && sla !== undefined && starts !== undefined)
    return { contract: { number: contract, sla, starts } };
  throw new CliError(USAGE, '--contract, --sla and --starts go together');
}

function addReaders(customer: Command, cli: Cli): void {
  common(customer.command('list'))
    .description('customers, in the order of their ids')
    .option(
      '--stage <stage>',
      'registered, invited, submitted, approved, verifying, live, suspended, notice, deactivated, removed',
    )
    .option('--text <text>', 'a part of the id or the name')
    .option('--domain <domain>', 'who has this domain')
    .option('--source <address>', 'who sends from this address')
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action(async (_options: unknown, command: Command) => {
      const { stage, text, domain, source, limit = 100 } = optionsOf(command) as CustomerOptions;
      const query = { stage, text, domain, source };
      const call = { path: '/api/v1/customers', query };
      const entries = await listPages<Entry>(await clientOf(command, cli), call, limit);
      showEntries(cli, command, entries, ['id', 'name', 'state', 'stage_since', 'domain', 'portal']);
    });
  const shows = (verb: string, description: string, rest: string) =>
    common(customer.command(verb))
      .description(description)
      .argument('<customer>')
      .action(async (id: string, _options: unknown, command: Command) => {
        const object = await (await clientOf(command, cli)).call({ path: customerPath(id, rest) });
        showObject(cli, command, object as Record<string, unknown>);
      });
  shows('show', 'a customer and its settings', '');
  shows('times', 'how long the way from the order to live took, by stage and side', '/times');
  shows('entry', 'what was entered so far, and what is wrong with it', '/entry');
  shows('approval', 'what the approval would change, and what stands in the way', '/approval');
  const lists = (verb: string, description: string, { rest, fields }: { rest: string; fields: string[] }) =>
    common(customer.command(verb))
      .description(description)
      .argument('<customer>')
      .action(async (id: string, _options: unknown, command: Command) => {
        const answer = await (await clientOf(command, cli)).call({ path: customerPath(id, rest) });
        showEntries(cli, command, (answer as { entries: Record<string, unknown>[] }).entries, fields);
      });
  lists('history', 'each change of stage: who, when, why', {
    rest: '/transitions',
    fields: ['at', 'from', 'to', 'who', 'why'],
  });
  lists('suspensions', 'suspensions, lifted ones too', {
    rest: '/suspensions',
    fields: ['id', 'at', 'by', 'reason', 'lifted_at', 'lift_reason'],
  });
  lists('contracts', 'versions of the contract', {
    rest: '/contracts',
    fields: ['version', 'number', 'sla', 'starts', 'agreed'],
  });
  lists('subscriptions', 'what the customer has of the operator’s', {
    rest: '/subscriptions',
    fields: ['id', 'kind', 'reference', 'since', 'until'],
  });
}

function addEntries(customer: Command, cli: Cli): void {
  common(customer.command('enter'))
    .description('save an entry for the customer, as JSON such as `customer entry --json` shows under "entry"')
    .argument('<customer>')
    .argument('<file>', '"-" reads standard input')
    .action(async (id: string, file: string, _options: unknown, command: Command) => {
      const body = readJson(file);
      const call = { method: 'PUT', path: customerPath(id, '/entry'), body, ifMatch: '*' } as const;
      const kept = (await (await clientOf(command, cli)).call(call)) as { version: number };
      say(cli, command, kept, `saved as version ${kept.version}`);
    });
  common(customer.command('submit'))
    .description('submit the entry for the customer; all faults are told at once')
    .argument('<customer>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const call = { method: 'POST', path: customerPath(id, '/entry/submit'), ifMatch: '*' } as const;
      say(cli, command, await (await clientOf(command, cli)).call(call), `submitted the entry of ${id}`);
    });
  common(customer.command('approve'))
    .description('approve the entry as it is now')
    .argument('<customer>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const path = customerPath(id, '/approval');
      const { entry_version } = (await client.call({ path })) as { entry_version: number };
      const done = (await client.call({ method: 'POST', path, body: { entry_version } })) as Approved;
      const missing = done.needed - done.approvals.length;
      say(
        cli,
        command,
        done,
        missing > 0 ? `approved; ${missing} more must approve` : `approved: ${id} is ${done.stage}`,
      );
    });
  withReason(customer, cli, {
    verb: 'return',
    description: 'send a submitted entry back to be mended',
    path: (id) => customerPath(id, '/entry/return'),
    done: (id) => `sent the entry of ${id} back`,
  });
}

interface Approved {
  stage: string;
  needed: number;
  approvals: unknown[];
}

function withReason(
  customer: Command,
  cli: Cli,
  {
    verb,
    description,
    path,
    done,
    body,
  }: {
    verb: string;
    description: string;
    path: (id: string) => string;
    done: (id: string) => string;
    body?: object;
  },
): void {
  common(customer.command(verb))
    .description(description)
    .argument('<customer>')
    .argument('<reason...>', 'why')
    .action(async (id: string, reason: string[], _options: unknown, command: Command) => {
      const call = { method: 'POST', path: path(id), body: { reason: reason.join(' '), ...body } } as const;
      say(cli, command, await (await clientOf(command, cli)).call(call), done(id));
    });
}

function addSuspensions(customer: Command, cli: Cli): void {
  withReason(customer, cli, {
    verb: 'suspend',
    description: 'refuse new mail at once, and let queued mail wait without ageing',
    path: (id) => customerPath(id, '/suspensions'),
    done: (id) => `suspended ${id}`,
  });
  common(customer.command('resume'))
    .description('lift a suspension; mail goes on when no other stands')
    .argument('<customer>')
    .argument('<suspension>', 'its number, see `customer suspensions`')
    .argument('<reason...>', 'why')
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const [id = '', suspension = '', ...reason] = command.args;
      const path = customerPath(id, `/suspensions/${encodeURIComponent(suspension)}/lift`);
      const call = { method: 'POST', path, body: { reason: reason.join(' ') } } as const;
      const answer = (await (await clientOf(command, cli)).call(call)) as { standing: number };
      const left = answer.standing === 0 ? 'mail goes on' : `${answer.standing} still stand`;
      say(cli, command, answer, `lifted: ${left}`);
    });
}

function addSteps(customer: Command, cli: Cli): void {
  common(customer.command('test'))
    .description('how far the test messages have come, both ways')
    .argument('<customer>')
    .option('--again', 'try both ways again')
    .action(async (id: string, _options: unknown, command: Command) => {
      const method = (optionsOf(command) as CustomerOptions).again === true ? 'POST' : 'GET';
      const view = (await (
        await clientOf(command, cli)
      ).call({ method, path: customerPath(id, '/test') })) as TrialAnswer;
      if (optionsOf(command).json === true) return showObject(cli, command, { ...view });
      const ways = Object.entries({ outbound: view.outbound, inbound: view.inbound });
      const entries = ways.flatMap(([way, one]) => (one === undefined ? [] : [{ way, ...one }]));
      return showEntries(cli, command, entries, ['way', 'state', 'to', 'message', 'passed_at']);
    });
  withReason(customer, cli, {
    verb: 'live',
    description: 'make the customer live by the operator’s word',
    path: (id) => customerPath(id, '/stage'),
    done: (id) => `${id} is live`,
    body: { to: 'live' },
  });
  withReason(customer, cli, {
    verb: 'withdraw',
    description: 'end an order that has not become live',
    path: (id) => customerPath(id, '/stage'),
    done: (id) => `${id} was removed`,
    body: { to: 'removed' },
  });
}

interface TrialAnswer {
  passed: boolean;
  outbound?: Record<string, unknown>;
  inbound?: Record<string, unknown>;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new CliError(
      USAGE,
      `${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
