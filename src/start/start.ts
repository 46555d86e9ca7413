// The verb `start`: configuration or sandbox, the relay, signals.

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeFault, findConfig, type KeyOrigins, loadConfig } from '../platform/config/load.ts';
import type { Config } from '../platform/config/schema.ts';
import { createLog, type Log } from '../platform/log.ts';
import { prepareSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { certificateFaults } from './certificate-faults.ts';
import { isKeptByJournal } from './journal.ts';
import { type Relay, startRelay } from './relay.ts';
import { stopInTime } from './stop-in-time.ts';

/** An orderly stop takes 30 seconds at most; the rest is for the store and the trace to write. */
const STOP_GRACE_MS = 12_000;
const STOP_EXIT_MS = 27_000;
const STOP_KILL_MS = 29_000;
const USAGE = 2;

/** Runs until a signal ends the relay; sets the exit code. */
export async function start(args: string[]): Promise<void> {
  const option = configOption(args);
  if (option === 'usage') return;
  const choice = findConfig(option, process.env, existsSync);
  if (choice.kind === 'sandbox') return startSandbox();
  const loaded = loadConfig(choice.path);
  const faults = loaded.ok ? certificateFaults(loaded.config, loaded.origins) : loaded.faults;
  for (const fault of faults) process.stderr.write(`${describeFault(choice.path, fault)}\n`);
  if (!loaded.ok || faults.length > 0) {
    process.exitCode = USAGE;
    return;
  }
  const { config, origins } = loaded;
  await run(config, { file: choice.path, origins, reload: () => reloaded(choice.path) });
}

async function startSandbox(): Promise<void> {
  const log = createLog({ level: 'warn', thread: 'sandbox' });
  const sandbox = await prepareSandbox(log, process.env);
  await run(sandbox.config, { sandbox, origins: sandbox.origins });
}

interface RunOptions {
  sandbox?: Sandbox;
  /** The configuration read anew, or nothing where it is faulty. */
  reload?: () => Reloaded;
  file?: string;
  origins: KeyOrigins;
}

type Reloaded = { config: Config; origins: KeyOrigins } | { faults: string[] };

/** A terminal or a pipe that is gone takes words with it, not the relay. Lines of the log have their own way. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

async function run(config: Config, options: RunOptions): Promise<void> {
  outliveReaders();
  // What is kept is for the relay's user alone, wherever it is copied to.
  process.umask(0o077);
  const log = createLog({ level: config.log.level, thread: 'main' });
  const fatal = (code: number) => {
    log.error('the disk failed; the process ends, the restart finds out what is there', { code });
    process.exit(code);
  };
  let relay: Relay;
  try {
    const { sandbox, file, origins } = options;
    relay = await startRelay(config, {
      log,
      fatal,
      drained: () => process.kill(process.pid, 'SIGTERM'),
      origins,
      ...(file !== undefined && { file }),
      ...(sandbox !== undefined && { document: sandbox.document, sandbox: sandbox.desk }),
    });
  } catch (err) {
    log.error('not started', { err });
    process.stderr.write(`easymail: ${err instanceof Error ? err.message : String(err)}\n`);
    if (/\bE[A-Z]{4,}: /.test(String(err))) process.stderr.write('"easymail doctor" says how to mend it.\n');
    await options.sandbox?.close();
    process.exitCode = 1;
    return;
  }
  onSignals(relay, { ...options, log });
  log.always('ready', { hostname: config.node.hostname, pid: process.pid });
  if (options.sandbox !== undefined) greet(config, options.sandbox);
  await inviteFirst(relay, log);
}

/** While nobody can sign in, each start prints a link for the first administrator: to the terminal, never to the log or the journal. */
async function inviteFirst(relay: Relay, log: Log): Promise<void> {
  try {
    const link = await relay.firstAdministratorLink();
    if (link === undefined) return;
    if (isKeptByJournal(process.stderr.fd, process.env)) {
      process.stderr.write(
        'There is no administrator yet. "easymail user invite --first" prints a link that makes one.\n',
      );
      return;
    }
    process.stderr.write(`There is no administrator yet. This link makes one, once, within a day:\n  ${link}\n`);
  } catch (err) {
    log.error('no link was made for the first administrator; "easymail user invite --first" makes one', { err });
  }
}

function onSignals(relay: Relay, { log, reload, sandbox }: RunOptions & { log: Log }): void {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.always('stopping', { signal });
    stopInTime({ log, exitMs: STOP_EXIT_MS, killMs: STOP_KILL_MS, waitsFor: () => relay.stopsNow });
    const isWell = await relay.stop(STOP_GRACE_MS);
    await sandbox?.close();
    log.always('stopped');
    process.exit(isWell ? 0 : 1);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGHUP', () => {
    const result = reload?.() ?? { faults: ['the sandbox has no configuration to reload'] };
    if ('faults' in result) log.error('configuration not reloaded, the old one stays', { faults: result.faults });
    else log.info('configuration reloaded', { need_restart: relay.reload(result.config, result.origins) });
    log.flush();
  });
}

function reloaded(path: string): Reloaded {
  const loaded = loadConfig(path);
  return loaded.ok ? loaded : { faults: loaded.faults.map((fault) => describeFault(path, fault)) };
}

function configOption(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { config: { type: 'string' } }, allowPositionals: false }).values.config;
  } catch (error) {
    process.stderr.write(`easymail: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = USAGE;
    return 'usage';
  }
}

function greet(config: Config, sandbox: Sandbox): void {
  const { host, port } = config.listener[0]?.address ?? { host: '127.0.0.1', port: 2525 };
  process.stderr.write(
    `\nEasymail sandbox: nothing leaves this machine.\n` +
      `  SMTP     ${host}:${port}, customer "demo" with the domain demo.test\n` +
      `  caught   ${config.http.url}\n\n` +
      `Open that page, and send a first message there, or from here:\n  ${sandbox.desk.commands.curl}\n\n`,
  );
}
