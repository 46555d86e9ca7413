import type { Command } from 'commander';
import type { SentNotice } from '../../notices/list-notices.ts';
import { jsonLine, printable, table } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface NoticeOptions extends CommonOptions {
  customer?: string;
  recipient?: string;
  limit?: number;
}

/** `notice list`: which mails of the relay went to whom. */
export function addNotice(program: Command, cli: Cli): void {
  const notice = program.command('notice').description('mails of the relay to people');
  common(notice.command('list'))
    .description('which kind went to whom and when, the newest first; never their words')
    .option('--customer <id>', 'of this customer only')
    .option('--recipient <address>', 'to this address only')
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action((_options: unknown, command: Command) => list(command, cli));
}

async function list(command: Command, cli: Cli): Promise<void> {
  const { json, limit = 100, customer, recipient } = optionsOf(command) as NoticeOptions;
  const client = await clientOf(command, cli);
  const call = { path: '/api/v1/notices', query: { customer, recipient } };
  const entries = await listPages<SentNotice>(client, call, limit);
  if (json === true) {
    for (const entry of entries) cli.io.out(jsonLine(entry));
    return;
  }
  const rows = entries.map((one) => [
    one.at,
    one.kind,
    one.recipient,
    one.customer ?? '-',
    one.state,
    one.message ?? '-',
  ]);
  cli.io.out(
    table(
      ['at', 'kind', 'to', 'customer', 'state', 'mail'],
      rows.map((row) => row.map(printable)),
    ),
  );
}
