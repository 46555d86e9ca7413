import type { Command } from 'commander';
import { jsonLine, printable, table } from '../io.ts';
import { type Cli, clientOf, common, optionsOf } from '../verb.ts';
import { findUser } from './user.ts';

interface Session {
  id: string;
  made_at: string;
  last_used_at: string;
  last_from: string | null;
  agent: string | null;
}

/** `session` and its verbs: where somebody is signed in. */
export function addSession(program: Command, cli: Cli): void {
  const session = program.command('session').description('where people are signed in');
  common(session.command('list'))
    .description('the sessions of somebody')
    .argument('<address>')
    .action(async (address: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const { id } = await findUser(client, address);
      const { entries } = (await client.call({ path: `/api/v1/users/${id}/sessions` })) as { entries: Session[] };
      if (optionsOf(command).json === true) return entries.forEach((entry) => cli.io.out(jsonLine(entry)));
      const cells = entries.map(({ id, made_at, last_used_at, last_from, agent }) =>
        [id, made_at, last_used_at, last_from ?? '', agent ?? ''].map(printable),
      );
      cli.io.out(table(['session', 'since', 'last used', 'from', 'program'], cells));
    });
  common(session.command('end'))
    .description('end all sessions of somebody')
    .argument('<address>')
    .action(async (address: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const { id } = await findUser(client, address);
      const answer = (await client.call({ method: 'DELETE', path: `/api/v1/users/${id}/sessions` })) as {
        ended: number;
      };
      cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : `${answer.ended} ended\n`);
    });
}
