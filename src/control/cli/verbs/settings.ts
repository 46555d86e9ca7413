import type { Command } from 'commander';
import { CliError, jsonLine, printable, REFUSED } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface SettingsOptions extends CommonOptions {
  set?: boolean;
}

/** What is read of the answer of getSettings. */
interface Setting {
  key: string;
  value: string | null;
  secret: boolean;
  set: boolean;
  origin: { from: string; line: number | null; variable: string | null };
  waits: boolean;
}

/** `settings`: the configuration as it is in force, and where each value comes from. */
export function addSettings(program: Command, cli: Cli): void {
  common(program.command('settings'))
    .description('the configuration of the running relay as it is in force, with where each value comes from')
    .argument('[key]', 'a key or its beginning, such as delivery')
    .option('--set', 'only what differs from the defaults')
    .action(async (key: string | undefined, _options: unknown, command: Command) => {
      const { json, set } = optionsOf(command) as SettingsOptions;
      const client = await clientOf(command, cli);
      const { entries } = (await client.call({ path: '/api/v1/settings' })) as { entries: Setting[] };
      const shown = entries.filter(
        (one) =>
          (key === undefined || one.key === key || one.key.startsWith(`${key}.`)) &&
          (set !== true || one.origin.from !== 'default' || one.waits),
      );
      if (shown.length === 0 && key !== undefined) throw new CliError(REFUSED, `no key is named ${key}, or begins so`);
      for (const one of shown) cli.io.out(json === true ? jsonLine(one) : `${printable(describe(one))}\n`);
    });
}

function describe({ key, value, secret, set, origin, waits }: Setting): string {
  const shown = secret && set ? '(a secret)' : (value ?? '(not set)');
  const place = origin.line === null ? (origin.variable ?? origin.from) : `line ${origin.line}`;
  return `${key} = ${shown}  # ${place}${waits ? '; changed in the file, in force after a restart' : ''}`;
}
