// What is read of the queue beyond its list: its parts, and the content of one message.

import { writeFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { CliError, jsonLine, printable, USAGE } from '../io.ts';
import { showEntries } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

const FIELDS = ['name', 'recipients', 'queued', 'deferred', 'held', 'quarantined', 'oldest_at', 'last_cause'];

interface ViewOptions extends CommonOptions {
  limit?: number;
  reason?: string;
  to?: string;
}

interface Content {
  size: number;
  /** Base64. */
  content: string;
  truncated: boolean;
}

/** `queue groups` and `queue content`. `parse` reads the terms of a query. */
export function addQueueViews(
  queue: Command,
  cli: Cli,
  parse: (terms: readonly string[]) => Record<string, string>,
): void {
  common(queue.command('groups'))
    .description('the queue in parts, the largest first: whose mail waits, or where it goes')
    .addArgument(new Argument('<by>', 'parts').choices(['destination', 'customer', 'sender', 'address']))
    .argument('[terms...]', 'only of this, as for `queue list`')
    .option('--limit <n>', 'at most so many (default: 100)', count(1000))
    .action(async (by: string, terms: string[], _options: unknown, command: Command) => {
      const { limit = 100 } = optionsOf(command) as ViewOptions;
      const query = { ...parse(terms), by, limit: String(limit) };
      const client = await clientOf(command, cli);
      const { groups, count: all } = (await client.call({ path: '/api/v1/queue/groups', query })) as {
        groups: Record<string, unknown>[];
        count: number;
      };
      showEntries(cli, command, groups, FIELDS);
      if (all > groups.length) cli.io.err(`only the first ${groups.length} of ${all} are shown\n`);
    });
  common(queue.command('content'))
    .description('the content of a queued message; that it was read, and why, is kept where its customer sees it')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why; the customer sees it')
    .option('--to <file>', 'write it, as it is, to a file that only you can read')
    .action(async (id: string, _options: unknown, command: Command) => content(id, command, cli));
}

async function content(id: string, command: Command, cli: Cli): Promise<void> {
  const { json, reason, to } = optionsOf(command) as ViewOptions;
  const path = `/api/v1/queue/messages/${encodeURIComponent(id)}/content`;
  const client = await clientOf(command, cli);
  const answer = (await client.call({ method: 'POST', path, body: { reason } })) as Content;
  const octets = Buffer.from(answer.content, 'base64');
  if (answer.truncated) cli.io.err(`only the first ${octets.length} of ${answer.size} octets can be read\n`);
  if (to !== undefined) write(to, octets);
  else if (json === true) cli.io.out(jsonLine(answer));
  // What somebody else wrote must not steer the terminal.
  else cli.io.out(`${octets.toString().split(/\r?\n/).map(printable).join('\n')}\n`);
}

function write(file: string, octets: Uint8Array): void {
  try {
    writeFileSync(file, octets, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new CliError(USAGE, `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
