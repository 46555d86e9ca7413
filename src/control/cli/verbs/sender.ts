import type { Command } from 'commander';
import { listPages } from '../pages.ts';
import { type Entry, showEntries, showObject } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface SenderOptions extends CommonOptions {
  customer?: string;
  level?: string;
  limit?: number;
  reason?: string;
  until?: string;
}

/** `sender`: senders of customers that left their habits. */
export function addSender(program: Command, cli: Cli): void {
  const sender = program.command('sender').description('senders that are slowed or locked (docs/senders.md)');
  common(sender.command('list'))
    .description('those that are limited now')
    .option('--customer <id>', 'of this customer')
    .option('--level <level>', 'slowed or locked')
    .option('--limit <count>', 'so many at most (default: 1000)', count(100_000))
    .action(async (_options: unknown, command: Command) => {
      const { customer, level, limit = 1000 } = optionsOf(command) as SenderOptions;
      const call = { path: '/api/v1/limited-senders', query: { customer, level } };
      const entries = await listPages<Entry>(await clientOf(command, cli), call, limit);
      showEntries(cli, command, entries, ['customer', 'kind', 'name', 'level', 'since', 'until', 'signs', 'by']);
    });
  one(sender, 'show', 'its last hour beside what is usual for it').action(async (...given: unknown[]) => {
    const command = given.at(-1) as Command;
    showObject(cli, command, (await (await clientOf(command, cli)).call({ path: pathOf(command.args) })) as Entry);
  });
  act(sender, cli, 'lock', 'refuse its mail').option('--until <time>', 'ISO 8601 (default: until it is unlocked)');
  act(sender, cli, 'unlock', 'let it go on, and forget what led here');
  act(sender, cli, 'tolerate', 'it is known to do this').requiredOption('--until <time>', 'ISO 8601');
}

function one(sender: Command, verb: string, description: string): Command {
  return common(sender.command(verb))
    .description(description)
    .argument('<customer>')
    .argument('<kind>', 'sender, from, login or source')
    .argument('<name>', 'address or login');
}

function act(sender: Command, cli: Cli, verb: string, description: string): Command {
  return one(sender, verb, description)
    .requiredOption('--reason <text>', 'for the audit')
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const { reason, until } = optionsOf(command) as SenderOptions;
      const body = { reason, ...(until !== undefined && { until }) };
      const path = `${pathOf(command.args)}/${verb}`;
      const answer = await (await clientOf(command, cli)).call({ method: 'POST', path, body });
      showObject(cli, command, answer as Entry);
    });
}

/** Of customer, kind and name. */
function pathOf(names: readonly string[]): string {
  const [customer, kind, name] = names.map((one) => encodeURIComponent(one));
  return `/api/v1/customers/${customer}/senders/${kind}/${name}`;
}
