import type { Command } from 'commander';
import { say, showEntries } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';
import { customerPath } from './customer.ts';

interface MailHostOptions extends CommonOptions {
  port?: number;
  preference?: number;
  tls?: string;
}

/** `mailhost` and its verbs: servers that take a customer's inbound mail. */
export function addMailHost(program: Command, cli: Cli): void {
  const mailhost = program.command('mailhost').description('servers that take the inbound mail of a customer');
  common(mailhost.command('list'))
    .description('mail hosts of a customer')
    .argument('<customer>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const answer = await (await clientOf(command, cli)).call({ path: customerPath(id, '/mailhosts') });
      const { entries } = answer as { entries: Record<string, unknown>[] };
      showEntries(cli, command, entries, ['host', 'port', 'preference', 'tls']);
    });
  common(mailhost.command('add'))
    .description('add a mail host; one with the same host and port is replaced')
    .argument('<customer>')
    .argument('<host>', 'name or address')
    .option('--port <port>', 'default: 25', count(65_535))
    .option('--preference <n>', 'lower is tried first (default: 10)', count(65_535))
    .option('--tls <policy>', 'opportunistic, verify or none')
    .action(async (id: string, host: string, _options: unknown, command: Command) => {
      const { port, preference, tls } = optionsOf(command) as MailHostOptions;
      const body = { host, port, preference, tls };
      const call = { method: 'POST', path: customerPath(id, '/mailhosts'), body } as const;
      say(cli, command, await (await clientOf(command, cli)).call(call), `added ${host}`);
    });
  common(mailhost.command('remove'))
    .description('remove a mail host')
    .argument('<customer>')
    .argument('<host>')
    .option('--port <port>', 'default: 25', count(65_535))
    .action(async (id: string, host: string, _options: unknown, command: Command) => {
      const { port = 25 } = optionsOf(command) as MailHostOptions;
      const path = customerPath(id, `/mailhosts/${encodeURIComponent(host)}/${port}`);
      say(cli, command, await (await clientOf(command, cli)).call({ method: 'DELETE', path }), `removed ${host}`);
    });
}
