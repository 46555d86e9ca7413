import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError, jsonLine, REFUSED } from '../io.ts';
import { type Cli, local, optionsOf } from '../verb.ts';

/** `init`: a configuration to begin with. */
export function addInit(program: Command, cli: Cli): void {
  local(program.command('init'))
    .description('write easymail.toml and apply.toml to begin with; overwrites nothing')
    .argument('[folder]', 'where to', '.')
    .option('--json', 'machine-readable output')
    .action(async (folder: string, _options: unknown, command: Command) => {
      const { APPLY_EXAMPLE, CONFIG_EXAMPLE } = await import('../examples.ts');
      const config = optionsOf(command).config ?? join(folder, 'easymail.toml');
      const apply = join(folder, 'apply.toml');
      for (const path of [config, apply]) {
        if (existsSync(path)) throw new CliError(REFUSED, `${path} is there already; nothing was written`);
      }
      mkdirSync(folder, { recursive: true });
      writeFileSync(config, CONFIG_EXAMPLE, { flag: 'wx' });
      // It may come to hold passwords of logins and secrets of shared sources.
      writeFileSync(apply, APPLY_EXAMPLE, { flag: 'wx', mode: 0o600 });
      if (optionsOf(command).json === true) {
        cli.io.out(jsonLine({ written: [config, apply] }));
        return;
      }
      cli.io.out(
        `wrote ${config} and ${apply}\n` +
          `next: edit both, then\n  easymail doctor --config ${config}\n  easymail start --config ${config}\n  easymail apply ${apply} --config ${config}\n`,
      );
    });
}
