import type { Command } from 'commander';
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
      const { examine } = await import('../../doctor/doctor.ts');
      const { config, json, customer } = optionsOf(command) as DoctorOptions;
      const findings = await examine(config, cli.io.env);
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
