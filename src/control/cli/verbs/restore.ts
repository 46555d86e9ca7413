import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError, jsonLine, REFUSED } from '../io.ts';
import { startProgress } from '../progress.ts';
import type { Cli } from '../verb.ts';

interface RestoreOptions {
  into: string;
  keyFile: string;
  trace?: string;
  ledger?: string;
  json?: boolean;
}

/** `restore`: puts a backup back, with the relay stopped. */
export function addRestore(program: Command, cli: Cli): void {
  program
    .command('restore')
    .description(
      'put a backup back into an empty data folder, with the relay stopped; its mail is held until you say so',
    )
    .argument('<backup>', 'folder of the backup')
    .requiredOption('--into <dir>', 'data folder that is made; it must be empty')
    .requiredOption('--key-file <file>', 'key of the backups (backup.key_file)')
    .option('--trace <dir>', "the lost machine's data folder or trace: mail that it knows to be delivered is not held")
    .option('--ledger <file>', 'ledger of erasures (default: erasures.jsonl beside the backup)')
    .option('--json', 'machine-readable output')
    .action(async (backup: string, options: RestoreOptions) => {
      const [{ restoreBackup }, { readMasterKey }] = await Promise.all([
        import('../../backup/restore.ts'),
        import('../../../platform/secret-box.ts'),
      ]);
      if (!existsSync(backup)) throw new CliError(REFUSED, `${backup} is not there`);
      const { into, keyFile, trace, ledger, json } = options;
      const progress = startProgress(cli.io, 'restore');
      try {
        const report = await restoreBackup({
          backup: realpathSync(backup),
          into,
          key: readMasterKey(keyFile),
          ...(trace !== undefined && { trace }),
          ...(ledger !== undefined && { ledger }),
          now: Date.now,
          progress: () => progress.set(undefined),
        });
        progress.end();
        cli.io.out(json === true ? jsonLine(report) : describe(report, into));
      } catch (error) {
        if (error instanceof CliError) throw error;
        const why = error instanceof Error ? error.message : String(error);
        throw new CliError(REFUSED, `${why.replace('the master key', 'the key of the backups')}; ${leftover(into)}`);
      } finally {
        progress.end();
      }
    });
}

function leftover(into: string): string {
  const begun = existsSync(join(into, 'restore-unfinished'));
  return begun ? `${into} is not complete: empty it before you try again` : 'nothing was written';
}

type Report = Awaited<ReturnType<typeof import('../../backup/restore.ts')['restoreBackup']>>;

function describe(report: Report, into: string): string {
  const lines = [
    `backup ${report.id} was put back into ${into}: ${report.files} files, ${report.bodies} large messages`,
    ...(report.settled > 0
      ? [`${report.settled} recipients had their end after the copy, as the trace says; settled`]
      : []),
    ...(report.erasures > 0
      ? [`${report.erasures} erasures were carried out again, in ${report.erased_messages} messages`]
      : []),
    `${report.held} recipients are held: they may have been delivered after the copy was made`,
    ...report.warnings.map((warning) => `note: ${warning}`),
    ...(process.getuid?.() === 0 ? [`first: chown -R RELAY_USER ${into}, for all of it belongs to root`] : []),
    'next: start the relay, then',
    '  easymail queue list hold:restored          what is held',
    '  easymail queue release --hold restored     send it (what was delivered meanwhile comes twice)',
    '  easymail queue release --hold restored --discard   give it up',
  ];
  return `${lines.join('\n')}\n`;
}
