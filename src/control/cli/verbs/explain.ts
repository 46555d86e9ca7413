import type { Command } from 'commander';
import type { Explanation } from '../../explain/explain.ts';
import { jsonLine, printable } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface ExplainOptions extends CommonOptions {
  ip: string;
  from: string;
  to: string;
  headerFrom?: string;
  login?: string;
  certificate?: string;
  listener?: string;
}

/** `explain`: the dry run. */
export function addExplain(program: Command, cli: Cli): void {
  common(program.command('explain'))
    .description('what would happen to a message from here, as this sender, to there')
    .requiredOption('--ip <address>', 'address of the client')
    .requiredOption('--from <address>', 'envelope sender; <> is the null sender')
    .requiredOption('--to <address>', 'recipient')
    .option('--header-from <address>', 'address in From (default: the envelope sender)')
    .option('--login <name>', 'the client has logged in')
    .option('--certificate <key>', 'the client shows a certificate: fingerprint:…, public_key:… or name:…')
    .option('--listener <address>', 'host:port, or port, of a listener (default: all roles there are)')
    .action(async (_options: unknown, command: Command) => {
      const { ip, from, to, headerFrom, login, certificate, listener, json } = optionsOf(command) as ExplainOptions;
      const client = await clientOf(command, cli);
      const query = { ip, from, to, header_from: headerFrom, login, certificate, listener };
      const explanation = (await client.call({ path: '/api/v1/explain', query })) as Explanation;
      cli.io.out(json === true ? jsonLine(explanation) : describe(explanation));
    });
}

function describe(explanation: Explanation): string {
  const { steps, refused, customer, stream, route, addresses } = explanation;
  const lines = [...steps.map((step, i) => `${i + 1}. ${step}`), ''];
  if (refused !== undefined) lines.push(`refused at ${refused.at}: ${refused.reply}`);
  if (customer !== undefined) lines.push(`customer   ${customer}, ${explanation.verdict}, stream ${stream ?? '-'}`);
  if (explanation.rule !== undefined) lines.push(`rule       ${explanation.rule}`);
  if ((explanation.header_changes ?? 0) > 0)
    lines.push('header     would be changed (From rewritten, or a secret taken out)');
  for (const key of explanation.signed_with ?? []) lines.push(`signed     with ${key}`);
  if (route?.ends !== undefined) lines.push(`route      none: would ${route.ends}, ${route.cause ?? ''}`);
  else if (route !== undefined) {
    lines.push(`route      ${route.rule ?? '-'}, TLS ${route.tls ?? '-'}`);
    for (const host of route.hosts ?? [])
      lines.push(`host       ${host.name}:${host.port} ${host.addresses.join(' ')}`);
  }
  if (addresses === 'none') lines.push('address    none is active: the mail would wait');
  else for (const one of addresses ?? []) lines.push(`address    ${one.ip} as ${one.hostname}, pool ${one.pool}`);
  return `${lines.map(printable).join('\n')}\n`;
}
