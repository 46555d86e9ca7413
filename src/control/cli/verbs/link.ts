import type { Command } from 'commander';
import { say, showEntries } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';
import { customerPath } from './customer.ts';

interface LinkOptions extends CommonOptions {
  kind?: string;
  mail?: string;
}

interface MadeLink {
  id: string;
  url: string;
  expires_at: string;
}

/** `link` and its verbs: links that a customer enters its data over. */
export function addLink(program: Command, cli: Cli): void {
  const link = program.command('link').description('links that a customer enters its data over, without an account');
  common(link.command('list'))
    .description('links that were made for a customer')
    .argument('<customer>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const answer = await (await clientOf(command, cli)).call({ path: customerPath(id, '/links') });
      const { entries } = answer as { entries: Record<string, unknown>[] };
      showEntries(cli, command, entries, ['id', 'kind', 'made_at', 'made_by', 'expires_at', 'used_at', 'revoked_at']);
    });
  common(link.command('create'))
    .description('make a link; one for onboarding takes the place of those before it')
    .argument('<customer>')
    .option('--kind <kind>', 'onboarding, or records: the DNS records alone (default: onboarding)')
    .option('--mail <address>', 'mail it to this person')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { kind, mail } = optionsOf(command) as LinkOptions;
      const body = { kind, ...(mail !== undefined && { send_to: { email: mail } }) };
      const call = { method: 'POST', path: customerPath(id, '/links'), body } as const;
      tell(cli, command, (await (await clientOf(command, cli)).call(call)) as MadeLink);
    });
  common(link.command('renew'))
    .description('a new link in the place of an old one, which counts no longer')
    .argument('<customer>')
    .argument('<link>', 'its id')
    .action(async (id: string, old: string, _options: unknown, command: Command) => {
      const path = customerPath(id, `/links/${encodeURIComponent(old)}/renew`);
      tell(cli, command, (await (await clientOf(command, cli)).call({ method: 'POST', path })) as MadeLink);
    });
  common(link.command('revoke'))
    .description('end a link')
    .argument('<customer>')
    .argument('<link>', 'its id')
    .action(async (id: string, old: string, _options: unknown, command: Command) => {
      const path = customerPath(id, `/links/${encodeURIComponent(old)}`);
      say(cli, command, await (await clientOf(command, cli)).call({ method: 'DELETE', path }), `revoked ${old}`);
    });
}

function tell(cli: Cli, command: Command, made: MadeLink): void {
  say(cli, command, made, `${made.id}, until ${made.expires_at}: ${made.url}`);
}
