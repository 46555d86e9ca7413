import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { Client } from '../client.ts';
import { CliError, type CliIo, jsonLine, REFUSED, table } from '../io.ts';
import { startProgress } from '../progress.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface BackupOptions extends CommonOptions {
  to?: string;
  since?: string;
}

interface Listed {
  id: string;
  made_at: string;
  since: string;
  size: number;
  queue_at: string;
  recipients: number;
  days: number;
}

interface Backups {
  folder: string | null;
  present:
    | { state: 'idle' }
    | { state: 'running'; step: string; octets_done: number; begun_at: string }
    | { state: 'done'; id: string; made_at: string }
    | { state: 'failed'; message: string; at: string };
  entries: Listed[];
}

const ASK_MS = 300;
const MB = 1024 ** 2;

/** `backup`: a copy of the running relay, and the copies there are. */
export function addBackup(program: Command, cli: Cli): void {
  const backup = common(program.command('backup'))
    .description('a consistent, encrypted copy of the running relay, into the folder that the configuration names')
    .option('--to <dir>', 'copy the finished backup there too (on this machine)')
    .addOption(new Option('--since <which>', 'take unchanged days over from the last backup').choices(['last']))
    .action(async (_options: unknown, command: Command) => {
      const { to, since, json } = optionsOf(command) as BackupOptions;
      const client = await clientOf(command, cli);
      await client.call({ method: 'POST', path: '/api/v1/backups', body: { since: since ?? 'whole' } });
      const { folder, made } = await finished(client, cli.io);
      const from = join(folder, made.id);
      if (to !== undefined) copyTo(from, join(to, made.id));
      if (json === true)
        cli.io.out(jsonLine({ ...made, folder: from, ...(to !== undefined && { copy: join(to, made.id) }) }));
      else {
        const where = to === undefined ? from : `${from} and ${join(to, made.id)}`;
        cli.io.out(
          `backup ${made.id}: ${megabytes(made.size)} in ${where}; mail accepted before ${made.queue_at} is in it\n`,
        );
      }
    });
  common(backup.command('list'))
    .description('the backups that are there')
    .action(async (_options: unknown, command: Command) => {
      const { entries } = await ask(await clientOf(command, cli));
      if (optionsOf(command).json === true) for (const entry of entries) cli.io.out(jsonLine(entry));
      else cli.io.out(describe(entries));
    });
}

/** Waits until the backup that runs is made. Throws where it failed. */
async function finished(client: Client, io: CliIo): Promise<{ folder: string; made: Listed }> {
  const progress = startProgress(io, 'backup');
  try {
    for (;;) {
      const { folder, present, entries } = await ask(client);
      if (present.state === 'failed') throw new CliError(REFUSED, `no backup was made: ${present.message}`);
      const made = present.state === 'done' ? entries.find(({ id }) => id === present.id) : undefined;
      if (made !== undefined && folder !== null) return { folder, made };
      await sleep(ASK_MS);
    }
  } finally {
    progress.end();
  }
}

async function ask(client: Client): Promise<Backups> {
  return (await client.call({ path: '/api/v1/backups' })) as Backups;
}

function copyTo(from: string, to: string): void {
  if (existsSync(to)) throw new CliError(REFUSED, `${to} is there already; the backup itself lies in ${from}`);
  try {
    cpSync(from, to, { recursive: true, errorOnExist: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(REFUSED, `the backup lies in ${from}, but could not be copied: ${why}`);
  }
}

function describe(entries: readonly Listed[]): string {
  return table(
    ['backup', 'since', 'size', 'days', 'waiting', 'mail until'],
    entries.map((one) => [
      one.id,
      one.since,
      megabytes(one.size),
      String(one.days),
      String(one.recipients),
      one.queue_at,
    ]),
  );
}

function megabytes(octets: number): string {
  return `${(octets / MB).toFixed(1)} MB`;
}
