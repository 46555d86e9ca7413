import type { Command } from 'commander';
import { jsonLine, printable, REFUSED } from '../io.ts';
import { type Cli, clientOf, common, optionsOf } from '../verb.ts';

/** What is read of the answer of getHealth. */
interface Health {
  state: 'well' | 'attention' | 'trouble';
  relay: { version: string; hostname: string; state: string; started_at: string };
  alarms: { name: string; about?: string; text: string; since: string }[];
  threads: { name: string; restarts: number }[];
  disk: { free: number | null; full: boolean };
  queue: { queued: number; deferred: number; held: number; quarantined: number; oldest: string | null } | null;
  events_pending: number | null;
  reconciler: { state: string; faults: string[] };
  scanners: { scanner: string; address: string; state: string; fault: string | null }[];
  backup: { off: string | null; fault: string | null; last: { made_at: string } | null };
  certificates: { file: string; ends_at: string | null; state: string }[];
}

const MB = 1024 ** 2;

/** `status`: how the running relay is, on one screen; 1 while an alarm is on, for programs that watch. */
export function addStatus(program: Command, cli: Cli): void {
  common(program.command('status'))
    .description('how the running relay is: alarms, queue, disk, scanners, backup; exits with 1 while an alarm is on')
    .action(async (_options: unknown, command: Command) => {
      const health = (await (await clientOf(command, cli)).call({ path: '/api/v1/health' })) as Health;
      cli.io.out(optionsOf(command).json === true ? jsonLine(health) : describe(health));
      if (health.state === 'trouble') cli.exit(REFUSED);
    });
}

function describe(health: Health): string {
  const { relay, state, alarms } = health;
  const rows: [name: string, text: string][] = [
    ['relay', `${relay.hostname}, version ${relay.version}, ${relay.state} since ${relay.started_at}`],
    ['state', state],
    ...alarms.map(({ name, about, text, since }): [string, string] => [
      'alarm',
      `${name}${about === undefined || text.includes(about) ? '' : ` ${about}`}: ${text} (since ${since}; docs/runbooks/${name}.md)`,
    ]),
    ['queue', queueOf(health)],
    ['disk', diskOf(health)],
    ['reconciler', [health.reconciler.state, ...health.reconciler.faults].join('; ')],
    ...health.scanners.map((one): [string, string] => [
      one.scanner,
      `${one.address} ${one.state}${one.fault === null ? '' : `: ${one.fault}`}`,
    ]),
    ...health.threads
      .filter(({ restarts }) => restarts > 0)
      .map(({ name, restarts }): [string, string] => ['thread', `${name} ended by itself ${restarts} time(s)`]),
    ['backup', backupOf(health)],
    ...health.certificates.map(({ file, ends_at, state: is }): [string, string] => [
      'certificate',
      `${file} ${is.replaceAll('_', ' ')}${ends_at === null ? '' : `, until ${ends_at}`}`,
    ]),
  ];
  return rows.map(([name, text]) => `${name.padEnd(12)}${printable(text)}\n`).join('');
}

function queueOf({ queue, events_pending: pending }: Health): string {
  if (queue === null) return 'could not be looked through in time';
  const { queued, deferred, held, quarantined, oldest } = queue;
  const since = oldest === null ? '' : `, the oldest of ${oldest}`;
  return `${queued} queued, ${deferred} deferred, ${held} held, ${quarantined} quarantined${since}; ${pending ?? '?'} events on their way to the trace`;
}

function diskOf({ disk: { free, full } }: Health): string {
  if (free === null) return 'not known: the store thread does not answer';
  return `${Math.floor(free / MB)} MB free${full ? ': new mail gets 452' : ''}`;
}

function backupOf({ backup: { off, fault, last } }: Health): string {
  if (off !== null) return off;
  return `${last === null ? 'none yet' : `the last of ${last.made_at}`}${fault === null ? '' : `; ${fault}`}`;
}
