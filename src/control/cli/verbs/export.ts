import type { Command } from 'commander';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface ExportOptions extends CommonOptions {
  customer?: string;
}

/** `export`: a file for `apply`. */
export function addExport(program: Command, cli: Cli): void {
  common(program.command('export'))
    .description('pools and customers as a file for apply; applied again, it changes nothing')
    .option('--customer <id>', 'this one alone, without pools')
    .action(async (_options: unknown, command: Command) => {
      const { customer } = optionsOf(command) as ExportOptions;
      const file = await (await clientOf(command, cli)).call({ path: '/api/v1/export', query: { customer } });
      cli.io.out(typeof file === 'string' ? file : '');
    });
}
