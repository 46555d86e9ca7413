import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { CliError, jsonLine, printable, REFUSED, table } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface PrivacyOptions extends CommonOptions {
  customer?: string;
  address?: string;
  reason?: string;
  eraseSuppression?: boolean;
  limit?: number;
  to?: string;
}

interface Kind {
  kind: string;
  where: string;
  kept_days: number | null;
  counted_from: string;
}

interface Run {
  at: string;
  dropped?: Record<string, number>;
  failed?: Record<string, string>;
  findings?: { store: string; where: string; what: string; count: number; oldest: string | null }[];
  unknown?: string[];
}

interface PrivacyRequest {
  id: string;
  customer: string;
  kind: string;
  address: string | null;
  mark: string;
  state: string;
  asked_at: string;
  found: Record<string, number> | null;
  result_until: string | null;
}

const PAGE = 1000;

/** `privacy`: what is kept, what is overdue, and requests about an address. */
export function addPrivacy(program: Command, cli: Cli): void {
  const privacy = program.command('privacy').description('what is kept for how long; export and erasure by address');
  addRegister(privacy, cli);
  addRetention(privacy, cli);
  addRequests(privacy, cli);
  common(privacy.command('content-access'))
    .description("who read content of a customer's messages, and why")
    .argument('<customer>')
    .option('--limit <n>', 'at most so many (default: 100)', count(PAGE))
    .action(async (customer: string, _options: unknown, command: Command) => {
      const { json, limit = 100 } = optionsOf(command) as PrivacyOptions;
      const path = `/api/v1/customers/${encodeURIComponent(customer)}/privacy/content-access`;
      const { entries } = (await (await clientOf(command, cli)).call({ path, query: { limit: String(limit) } })) as {
        entries: Record<string, string | null>[];
      };
      if (json === true) for (const entry of entries) cli.io.out(jsonLine(entry));
      else {
        const fields = ['at', 'who', 'from', 'object', 'reason'];
        cli.io.out(
          table(
            fields,
            entries.map((entry) => fields.map((field) => printable(entry[field] ?? '-'))),
          ),
        );
      }
    });
}

function addRegister(privacy: Command, cli: Cli): void {
  common(privacy.command('register'))
    .description('the register of processing (Art. 30 GDPR), made from the configuration')
    .action(async (_options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      if (optionsOf(command).json === true)
        cli.io.out(jsonLine(await client.call({ path: '/api/v1/privacy/register' })));
      else cli.io.out(String(await client.call({ path: '/api/v1/privacy/register.md' })));
    });
}

function addRetention(privacy: Command, cli: Cli): void {
  common(privacy.command('retention'))
    .description('what is kept for how long, and what is overdue')
    .action(async (_options: unknown, command: Command) => {
      const answer = (await (await clientOf(command, cli)).call({ path: '/api/v1/privacy/retention' })) as {
        kinds: Kind[];
        last_drop: Run | null;
        last_look: Run | null;
      };
      if (optionsOf(command).json === true) {
        cli.io.out(jsonLine(answer));
        return;
      }
      const kept = ({ kept_days: days, counted_from: from }: Kind) => (days === null ? from : `${days} days ${from}`);
      cli.io.out(
        table(
          ['kind', 'where', 'kept'],
          answer.kinds.map((kind) => [kind.kind, kind.where, kept(kind)]),
        ),
      );
      cli.io.out(`\n${describeRun('dropped last', answer.last_drop)}${describeRun('looked last', answer.last_look)}`);
      if (isOverdue(answer.last_look)) cli.exit(REFUSED);
    });
  for (const [job, description] of [
    ['drop', 'drop now what is past its time'],
    ['look', 'look now whether anything is left that should be gone'],
    ['late', 'take erased addresses out of events that came later'],
  ] as const) {
    common(privacy.command(job))
      .description(description)
      .action(async (_options: unknown, command: Command) => {
        const client = await clientOf(command, cli);
        const answer = await client.call({ method: 'POST', path: '/api/v1/privacy/retention/run', body: { job } });
        const run = { at: new Date().toISOString(), ...(answer as object) } as Run;
        if (optionsOf(command).json === true || job === 'late') cli.io.out(jsonLine(answer));
        else cli.io.out(describeRun(job === 'drop' ? 'dropped' : 'looked', run));
        if (isOverdue(run) || Object.keys(run.failed ?? {}).length > 0) cli.exit(REFUSED);
      });
  }
}

function isOverdue(run: Run | null): boolean {
  return (run?.findings?.length ?? 0) + (run?.unknown?.length ?? 0) > 0;
}

function describeRun(what: string, run: Run | null): string {
  if (run === null) return `${what}: never\n`;
  const lines = [
    ...Object.entries(run.dropped ?? {}).map(([kind, n]) => `  ${n} of ${kind}`),
    ...Object.entries(run.failed ?? {}).map(([kind, why]) => `  ${kind}: ${why}`),
    ...(run.findings ?? []).map(
      (one) => `  overdue: ${one.count} ${one.what} in ${one.where}, oldest ${one.oldest ?? '-'}`,
    ),
    ...(run.unknown ?? []).map((text) => `  ${text}`),
  ];
  return `${what}: ${run.at}${lines.length === 0 ? ', nothing' : ''}\n${lines.map((line) => `${line}\n`).join('')}`;
}

function addRequests(privacy: Command, cli: Cli): void {
  for (const kind of ['export', 'erase'] as const) {
    const command = common(privacy.command(kind))
      .description(
        kind === 'export'
          ? 'ask for all that is kept about an address'
          : 'ask for the erasure of what is kept about an address; queued mail is not touched',
      )
      .argument('<customer>')
      .argument('<address>')
      .requiredOption('--reason <text>', 'why');
    if (kind === 'erase') {
      command.addOption(new Option('--erase-suppression', 'lift a suppression too: mail goes to the address again'));
    }
    command.action(async (customer: string, address: string, _options: unknown, used: Command) => {
      const { reason, eraseSuppression, json } = optionsOf(used) as PrivacyOptions;
      const suppression = eraseSuppression === true ? 'erase' : 'keep';
      const body = { kind: kind === 'erase' ? 'erasure' : kind, address, reason, suppression };
      const path = `/api/v1/customers/${encodeURIComponent(customer)}/privacy/requests`;
      const answer = (await (await clientOf(used, cli)).call({ method: 'POST', path, body })) as PrivacyRequest;
      cli.io.out(json === true ? jsonLine(answer) : `request ${answer.id}: ${answer.state}\n`);
    });
  }
  common(privacy.command('requests'))
    .description('requests for export and erasure, the newest first')
    .option('--customer <id>', 'of this customer only')
    .option('--limit <n>', 'at most so many (default: 100)', count(PAGE))
    .action(async (_options: unknown, command: Command) => {
      const { customer, limit = 100, json } = optionsOf(command) as PrivacyOptions;
      const query = { customer, limit: String(limit) };
      const { entries } = (await (await clientOf(command, cli)).call({ path: '/api/v1/privacy/requests', query })) as {
        entries: PrivacyRequest[];
      };
      if (json === true) for (const entry of entries) cli.io.out(jsonLine(entry));
      else cli.io.out(describeRequests(entries));
    });
  common(privacy.command('result'))
    .description('fetch what an export found, an object a line')
    .argument('<request>')
    .option('--to <file>', 'write it to a file that only you can read')
    .action(async (request: string, _options: unknown, command: Command) => {
      const { to } = optionsOf(command) as PrivacyOptions;
      const path = `/api/v1/privacy/requests/${encodeURIComponent(request)}/result`;
      const result = await (await clientOf(command, cli)).call({ path });
      const text = Buffer.isBuffer(result) ? result : Buffer.from(String(result));
      if (to === undefined) cli.io.out(text.toString());
      else {
        try {
          writeFileSync(to, text, { mode: 0o600, flag: 'wx' });
        } catch (error) {
          throw new CliError(REFUSED, `not written: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    });
}

function describeRequests(entries: readonly PrivacyRequest[]): string {
  return table(
    ['request', 'customer', 'kind', 'state', 'asked', 'about', 'found'],
    entries.map((one) => [
      one.id,
      one.customer,
      one.kind,
      one.state,
      one.asked_at,
      printable(one.address ?? one.mark),
      Object.entries(one.found ?? {})
        .map(([kind, n]) => `${n} ${kind}`)
        .join(', '),
    ]),
  );
}
