import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError, jsonLine, printable, USAGE } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface ApplyOptions extends CommonOptions {
  prune?: boolean;
  dryRun?: boolean;
}

interface Applied {
  dry_run: boolean;
  changes: { object: string; action: string; details: string[] }[];
  unchanged: number;
  warnings: string[];
}

/** `apply FILE`: provisions pools and customers. */
export function addApply(program: Command, cli: Cli): void {
  common(program.command('apply'))
    .description('make pools and customers what a file says; what it does not name stays')
    .argument('<file>', 'TOML file, see docs/apply.md; - reads standard input')
    .option('--prune', 'remove what the file does not name')
    .option('--dry-run', 'say what would change, and change nothing')
    .action(async (file: string, _options: unknown, command: Command) => {
      const options = optionsOf(command) as ApplyOptions;
      const text = readText(file);
      const client = await clientOf(command, cli);
      const applied = (await client.call({
        method: 'POST',
        path: '/api/v1/apply',
        query: { prune: String(options.prune === true), dry_run: String(options.dryRun === true) },
        body: text,
      })) as Applied;
      cli.io.out(options.json === true ? jsonLine(applied) : describe(applied));
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(USAGE, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function describe({ dry_run, changes, unchanged, warnings }: Applied): string {
  const lines = changes.flatMap(({ object, action, details }) => [
    `${action} ${object}`,
    ...details.map((detail) => `    ${printable(detail)}`),
  ]);
  lines.push(...warnings.map((warning) => `warning: ${printable(warning)}`));
  lines.push(`${dry_run ? 'would change' : 'changed'} ${changes.length}, unchanged ${unchanged}`);
  return `${lines.join('\n')}\n`;
}
