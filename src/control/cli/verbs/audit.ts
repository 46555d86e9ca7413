import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface AuditOptions extends CommonOptions {
  customer?: string;
  object?: string;
  who?: string;
  action?: string;
  since?: string;
  until?: string;
  limit?: number;
}

interface Entry {
  id: number;
  at: string;
  who: string;
  from: string | null;
  action: string;
  object: string;
  reason: string | null;
}

interface Verdict {
  ok: boolean;
  entries: number;
  first: number | null;
  last: number | null;
  head: string;
  dropped_up_to: number | null;
  heads: number;
  faults: { id: number; what: string }[];
}

/** `audit list`: who changed what. `audit verify`: whether it is as it was written. */
export function addAudit(program: Command, cli: Cli): void {
  const audit = program.command('audit').description('who changed what, and whether that is what was written');
  common(audit.command('list'))
    .description('entries, newest first')
    .option('--customer <id>', 'about this customer')
    .option('--object <object>', 'such as "customer acme"')
    .option('--who <who>', 'an e-mail address, key:ID, or a name')
    .option('--action <action>', 'such as content_read')
    .option('--since <time>', 'a day or a time (UTC), included')
    .option('--until <time>', 'a day or a time (UTC), not included')
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action(async (_options: unknown, command: Command) => {
      const options: AuditOptions = optionsOf(command);
      const entries = await list(await clientOf(command, cli), options);
      if (options.json === true) for (const entry of entries) cli.io.out(jsonLine(entry));
      else if (entries.length > 0) cli.io.out(describe(entries));
      if (entries.length === 0) throw new CliError(REFUSED, 'nothing found');
    });
  common(audit.command('verify'))
    .description('look at every entry; exit code 1 where anything does not fit')
    .action(async (_options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const verdict = (await client.call({ path: '/api/v1/audit/verification' })) as Verdict;
      cli.io.out(optionsOf(command).json === true ? jsonLine(verdict) : describeVerdict(verdict));
      if (!verdict.ok) cli.exit(REFUSED);
    });
}

async function list(client: Client, options: AuditOptions): Promise<Entry[]> {
  const { customer, object, who, action, limit = 100 } = options;
  const filters = { customer, object, who, action, since: timeOf(options.since), until: timeOf(options.until) };
  return listPages<Entry>(client, { path: '/api/v1/audit', query: filters }, limit);
}

/** A day is meant from its first moment on; a time without a zone is UTC. */
function timeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T00:00:00Z`;
  return /(Z|[+-]\d{2}:\d{2})$/i.test(text) ? text : `${text}Z`;
}

function describe(entries: readonly Entry[]): string {
  const rows = entries.map(({ id, at, who, from, action, object, reason }) =>
    [String(id), at, who, from ?? '-', action, object, reason ?? ''].map(printable),
  );
  return table(['id', 'at', 'who', 'from', 'action', 'object', 'reason'], rows);
}

function describeVerdict({ ok, entries, first, last, head, dropped_up_to, heads, faults }: Verdict): string {
  const kept = first === null ? 'no entries' : `entries ${first} to ${last} (${entries})`;
  const dropped = dropped_up_to === null ? '' : `, those up to ${dropped_up_to} dropped at their date`;
  const lines = [`${kept}${dropped}; ${heads} noted heads compared`, `head ${head}`];
  if (ok) return `${lines.join('\n')}\nas it was written\n`;
  const places = faults.map(({ id, what }) => `  ${id === 0 ? '' : `entry ${id} `}${printable(what)}`);
  return `${lines.join('\n')}\nNOT as it was written:\n${places.join('\n')}\n`;
}
