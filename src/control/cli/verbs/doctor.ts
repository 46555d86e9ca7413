import type { Command } from 'commander';
import type { Finding } from '../../doctor/findings.ts';
import { jsonLine, REFUSED } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';
import { examineFirewall } from './firewall.ts';

interface DoctorOptions extends CommonOptions {
  customer?: string;
}

/** `doctor`: what is wrong with the machine and the configuration, and how to mend it. */
export function addDoctor(program: Command, cli: Cli): void {
  common(program.command('doctor'))
    .description('configuration, DNS, clock, disk, ports, certificates: what is wrong and how to mend it')
    .option('--customer <id>', "and whether this customer's port 25 is shut to everyone else; needs the running relay")
    .action(async (_options: unknown, command: Command) => {
      const { config, url, json, customer } = optionsOf(command) as DoctorOptions;
      const isElsewhere = url !== undefined || (config === undefined && cli.io.env['EASYMAIL_URL'] !== undefined);
      const findings = isElsewhere ? await examineElsewhere(command, cli) : await examineHere(config, cli);
      if (customer !== undefined) findings.push(...(await examineFirewall(await clientOf(command, cli), customer)));
      for (const finding of findings) {
        if (json === true) cli.io.out(jsonLine(finding));
        else {
          cli.io.out(`${finding.state.padEnd(6)}${finding.subject}: ${finding.found}\n`);
          if (finding.mend !== undefined) cli.io.out(`      ${finding.mend}\n`);
        }
      }
      if (findings.some((finding) => finding.state === 'fault')) cli.exit(REFUSED);
    });
}

/** By the command itself, so that it works while the relay is stopped. */
async function examineHere(config: string | undefined, { io }: Cli): Promise<Finding[]> {
  const { examine } = await import('../../doctor/doctor.ts');
  return examine(config, io.env);
}

/** What a relay elsewhere finds about its own machine. */
async function examineElsewhere(command: Command, cli: Cli): Promise<Finding[]> {
  const client = await clientOf(command, cli);
  const answer = await client.call({ method: 'POST', path: '/api/v1/health/examination' });
  return (answer as { findings: Finding[] }).findings;
}
