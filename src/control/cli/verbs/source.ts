import type { Command } from 'commander';
import { CliError, USAGE } from '../io.ts';
import { say, showEntries } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';
import { customerPath } from './customer.ts';

interface SourceOptions extends CommonOptions {
  shared?: boolean;
  header?: string;
}

/** `source` and its verbs: addresses and networks that a customer sends from. */
export function addSource(program: Command, cli: Cli): void {
  const source = program.command('source').description('addresses and networks that a customer sends from');
  common(source.command('list'))
    .description('sources of a customer, and those that wait for approval')
    .argument('<customer>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const answer = await (await clientOf(command, cli)).call({ path: customerPath(id, '/sources') });
      showEntries(cli, command, (answer as { entries: Record<string, unknown>[] }).entries, [
        'network',
        'state',
        'proof',
      ]);
    });
  common(source.command('add'))
    .description('add an address or network')
    .argument('<customer>')
    .argument('<network>')
    .option('--shared', 'others send from it too: mail shows its customer by a login, or by --header')
    .option('--header <name=value>', 'a header that the provider itself sets on this customer’s mail')
    .action(async (id: string, network: string, _options: unknown, command: Command) => {
      const { shared, header } = optionsOf(command) as SourceOptions;
      const body = {
        network,
        ...(shared === true && { shared, proof: header === undefined ? 'login' : proofOf(header) }),
      };
      const call = { method: 'POST', path: customerPath(id, '/sources'), body } as const;
      const added = (await (await clientOf(command, cli)).call(call)) as { network: string; state: string };
      say(cli, command, added, `added ${added.network}: ${added.state}`);
    });
  const acts = (verb: 'approve' | 'remove', description: string) =>
    common(source.command(verb))
      .description(description)
      .argument('<customer>')
      .argument('<network>')
      .action(async (id: string, network: string, _options: unknown, command: Command) => {
        const path = customerPath(id, `/sources/${encodeURIComponent(network)}`);
        const call =
          verb === 'remove'
            ? ({ method: 'DELETE', path } as const)
            : ({ method: 'POST', path: `${path}/approve` } as const);
        say(cli, command, await (await clientOf(command, cli)).call(call), `${verb}d ${network}`);
      });
  acts('approve', 'approve a source that the customer has added');
  acts('remove', 'remove a source: nothing is taken from it any longer');
  common(source.command('block'))
    .description('refuse a source that the customer has added')
    .argument('<customer>')
    .argument('<network>')
    .argument('<reason...>', 'why')
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const [id = '', network = '', ...reason] = command.args;
      const path = customerPath(id, `/sources/${encodeURIComponent(network)}/block`);
      const call = { method: 'POST', path, body: { reason: reason.join(' ') } } as const;
      say(cli, command, await (await clientOf(command, cli)).call(call), `blocked ${network}`);
    });
}

function proofOf(header: string): { header: string; value: string } {
  const equals = header.indexOf('=');
  if (equals < 1) throw new CliError(USAGE, '--header must be NAME=VALUE');
  return { header: header.slice(0, equals), value: header.slice(equals + 1) };
}
