import type { Command } from 'commander';
import { listPages } from '../pages.ts';
import { type Entry, say, showEntries } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';
import { customerPath } from './customer.ts';

interface DomainOptions extends CommonOptions {
  inbound?: boolean;
  outbound?: boolean;
  subdomains?: boolean;
  limit?: number;
}

/** `domain` and its verbs: domains of a customer that is on the mail path. */
export function addDomain(program: Command, cli: Cli): void {
  const domain = program.command('domain').description('domains of a customer');
  common(domain.command('list'))
    .description('domains of a customer, and whether they are verified')
    .argument('<customer>')
    .option('--limit <n>', 'at most so many (default: 1000)', count(1_000_000))
    .action(async (id: string, _options: unknown, command: Command) => {
      const { limit = 1000 } = optionsOf(command) as DomainOptions;
      const call = { path: customerPath(id, '/domains') };
      const entries = await listPages<Entry>(await clientOf(command, cli), call, limit);
      showEntries(cli, command, entries, ['name', 'inbound', 'outbound', 'subdomains', 'verified', 'verified_by']);
    });
  common(domain.command('add'))
    .description('add a domain; it counts once its owner’s proof is seen in DNS')
    .argument('<customer>')
    .argument('<domain>')
    .option('--no-inbound', 'no mail for it comes in through us')
    .option('--no-outbound', 'no mail of it goes out through us')
    .option('--subdomains', 'names below it count as it does')
    .action(async (id: string, name: string, _options: unknown, command: Command) => {
      const { inbound, outbound, subdomains } = optionsOf(command) as DomainOptions;
      const body = { name, inbound, outbound, subdomains };
      const call = { method: 'POST', path: customerPath(id, '/domains'), body } as const;
      say(cli, command, await (await clientOf(command, cli)).call(call), `added ${name}`);
    });
  common(domain.command('remove'))
    .description('remove a domain with its DKIM keys: nothing of it, or for it, is taken from then on')
    .argument('<customer>')
    .argument('<domain>')
    .action(async (id: string, name: string, _options: unknown, command: Command) => {
      const path = customerPath(id, `/domains/${encodeURIComponent(name)}`);
      say(cli, command, await (await clientOf(command, cli)).call({ method: 'DELETE', path }), `removed ${name}`);
    });
}
