import type { Command } from 'commander';
import { jsonLine, REFUSED } from '../io.ts';
import { type Cli, common, optionsOf } from '../verb.ts';

/** `doctor`: what is wrong with the machine and the configuration, and how to mend it. */
export function addDoctor(program: Command, cli: Cli): void {
  common(program.command('doctor'))
    .description('configuration, DNS, clock, disk, ports, certificates: what is wrong and how to mend it')
    .action(async (_options: unknown, command: Command) => {
      const { examine } = await import('../../doctor/doctor.ts');
      const { config, json } = optionsOf(command);
      const findings = await examine(config, cli.io.env);
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
