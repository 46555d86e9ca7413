import type { Command } from 'commander';
import type { Finding } from '../../doctor/findings.ts';
import type { PortFinding } from '../../firewall/check.ts';
import type { Published, PublishedAddress } from '../../firewall/published.ts';
import type { Client } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface FirewallOptions extends CommonOptions {
  customer: string;
  plain?: boolean;
  check?: boolean;
}

/** `firewall`: what a customer's firewall should let through, and whether it is shut to all others. */
export function addFirewall(program: Command, cli: Cli): void {
  common(program.command('firewall'))
    .description("what a customer's firewall should let through; --check: whether it is shut to everyone else")
    .requiredOption('--customer <id>', 'id of the customer')
    .option('--plain', 'only the addresses, one a line')
    .option('--check', 'try port 25 of its mail hosts from an address that should not get through')
    .action(async (_options: unknown, command: Command) => {
      const { customer, plain, check, json } = optionsOf(command) as FirewallOptions;
      const client = await clientOf(command, cli);
      if (check === true) {
        const { ports } = await checkPorts(client, customer);
        for (const port of ports) cli.io.out(json === true ? jsonLine(port) : describePort(port));
        if (ports.length === 0) throw new CliError(REFUSED, `customer ${customer} has no mail hosts`);
        if (ports.some(({ state }) => state !== 'shut')) cli.exit(REFUSED);
        return;
      }
      const published = (await client.call({
        path: `/api/v1/customers/${encodeURIComponent(customer)}/firewall`,
      })) as Published & { addresses: string[] };
      if (json === true) cli.io.out(jsonLine(published));
      else if (plain === true) for (const ip of published.addresses) cli.io.out(`${ip}\n`);
      else cli.io.out(describe(published));
    });
}

function describe({ inbound, outbound, submit, notes }: Published): string {
  const addresses = (list: readonly PublishedAddress[]) =>
    list.length === 0
      ? 'none\n'
      : table(
          ['address', 'name', 'pool', 'state'],
          list.map(({ ip, hostname, pool, state }) => [ip, hostname, pool, state]),
        );
  return [
    'Let in to port 25 of the mail hosts, and nobody else:\n',
    addresses(inbound),
    "\nThe customer's mail leaves for the Internet from (SPF):\n",
    addresses(outbound),
    '\nLet out to, for handing mail in:\n',
    ...submit.map(({ hostname, port, tls, roles }) => `${hostname} port ${port} (${roles.join(', ')}; TLS: ${tls})\n`),
    ...notes.map((note) => `\nnote: ${note}\n`),
  ].join('');
}

const DOCTOR_STATES = { open: 'fault', shut: 'ok', unknown: 'warn' } as const;

/** The check as findings of the doctor. */
export async function examineFirewall(client: Client, customer: string): Promise<Finding[]> {
  const { ports } = await checkPorts(client, customer);
  return ports.map((port) => ({
    state: DOCTOR_STATES[port.state],
    subject: `${port.host}${port.ip === undefined ? '' : ` [${port.ip}]`} port ${port.port}`,
    found: `${port.state === 'unknown' ? 'cannot be told' : port.state}: ${port.reason}`,
    ...(port.state === 'open' && {
      mend: `let in nobody but the addresses of: easymail firewall --customer ${customer} --plain`,
    }),
  }));
}

async function checkPorts(client: Client, customer: string): Promise<{ ports: PortFinding[] }> {
  const path = `/api/v1/customers/${encodeURIComponent(customer)}/firewall/check`;
  return (await client.call({ method: 'POST', path })) as { ports: PortFinding[] };
}

/** One line of a check. */
function describePort({ host, ip, port, state, reason, from, ours }: PortFinding): string {
  const where = ip === undefined || ip === host ? `${host} port ${port}` : `${host} [${ip}] port ${port}`;
  const seen = from === undefined ? '' : ` (tried from ${from}; for us: ${ours ?? 'unknown'})`;
  return `${printable(`${state.padEnd(8)}${where}: ${reason}${seen}`)}\n`;
}
