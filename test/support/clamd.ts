// Debian's clamd as a peer: instances of our own, with signatures of the tests only, in a folder of their own.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import { basename, join } from 'node:path';
import { freePort } from './ports.ts';
import { findProgram, type Running, skipWithoutPrograms, startProcess } from './processes.ts';
import { suitePath } from './suites.ts';
import { until } from './until.ts';

/** For the `skip` option of a test. */
export const skipWithoutClamd: string | false = skipWithoutPrograms(['clamd']);

/** The EICAR test file; put together here so that no scanner takes this file for one. */
export const EICAR: string = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD', 'ANTIVIRUS', 'TEST', 'FILE!$H+H*'].join(
  '-',
);

export interface ClamdOptions {
  /** Folder for this instance; made if it is not there. */
  folder: string;
  /** Port at 127.0.0.1; default: a free one. It listens on a socket in the folder too. */
  port?: number;
  /** Settings of clamd.conf that win over ours. */
  settings?: Record<string, string>;
  /** Lines of an .ndb file beside those that know EICAR. */
  signatures?: readonly string[];
  /** Whether it knows EICAR. Default yes. */
  eicar?: boolean;
}

export interface Clamd extends AsyncDisposable {
  readonly pid: number;
  readonly socket: string;
  readonly port: number;
  /** Entry for `[[clamd]]`, over the socket. */
  readonly entry: { socket: string };
  log(): string;
  /** Replaces the signatures beside EICAR's and has them loaded. */
  load(signatures: readonly string[]): Promise<void>;
  /** SIGSTOP: it accepts connections and says nothing. */
  hang(): void;
  /** SIGCONT. */
  goOn(): void;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Says one command and gives the answer, or nothing where nobody answers. */
export async function askClamd(where: NetConnectOpts, command: string, timeoutMs = 5000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(where);
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(text === '' ? undefined : text.replace(/\0$/, ''));
    };
    socket.setTimeout(timeoutMs, end);
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', end).on('end', end);
    socket.write(`z${command}\0`);
  });
}

/** Starts an instance and waits until it answers. Needs Debian's package clamav-daemon; root is not needed. */
export async function startClamd(options: ClamdOptions): Promise<Clamd> {
  const { folder } = options;
  const port = options.port ?? (await freePort());
  const database = join(folder, 'signatures');
  const socket = join(folder, 'clamd.sock');
  mkdirSync(database, { recursive: true });
  writeSignatures(database, options.signatures ?? [], options.eicar ?? true);
  const configuration = join(folder, 'clamd.conf');
  writeFileSync(configuration, configure(options, { port, socket, database }));
  const running: Running = startProcess(findProgram('clamd') ?? 'clamd', ['-F', '-c', configuration], {
    name: 'clamd',
  });
  const ask = (command: string) => askClamd({ path: socket }, command);
  const ready = until('clamd to answer', async () => ((await ask('PING')) === 'PONG' ? true : undefined), 60_000);
  const failed = running.exited.then((exit) => {
    throw new Error(`clamd ended with ${exit.code ?? exit.signal}\n${running.output()}`);
  });
  await Promise.race([ready, failed]);
  const stop = async (signal: NodeJS.Signals) => {
    signalTo(running.pid, 'SIGCONT');
    await running.stop(signal, 10_000);
  };
  return {
    pid: running.pid,
    socket,
    port,
    entry: { socket },
    log: () => (existsSync(join(folder, 'clamd.log')) ? readFileSync(join(folder, 'clamd.log'), 'utf8') : ''),
    load: async (signatures) => {
      writeSignatures(database, signatures, options.eicar ?? true);
      const loaded = () =>
        [...readFileSync(join(folder, 'clamd.log'), 'utf8').matchAll(/Database correctly reloaded/g)].length;
      const before = loaded();
      await ask('RELOAD');
      await until('clamd to load its signatures', () => (loaded() > before ? true : undefined), 60_000);
    },
    hang: () => signalTo(running.pid, 'SIGSTOP'),
    goOn: () => signalTo(running.pid, 'SIGCONT'),
    kill: () => stop('SIGKILL'),
    stop: () => stop('SIGTERM'),
    [Symbol.asyncDispose]: () => stop('SIGTERM'),
  };
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  if (pid > 1 && existsSync(`/proc/${pid}`)) process.kill(pid, signal);
}

function configure(options: ClamdOptions, own: { port: number; socket: string; database: string }): string {
  const settings: Record<string, string> = {
    Foreground: 'yes',
    LocalSocket: own.socket,
    FixStaleSocket: 'yes',
    TCPSocket: String(own.port),
    TCPAddr: '127.0.0.1',
    DatabaseDirectory: own.database,
    LogFile: join(options.folder, 'clamd.log'),
    PidFile: join(options.folder, 'clamd.pid'),
    TemporaryDirectory: options.folder,
    // What the scanner did not look at must not count as clean (docs/scanners.md).
    AlertExceedsMax: 'yes',
    SelfCheck: '0',
    MaxThreads: '4',
    ...options.settings,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join('\n')}\n`;
}

/** Signatures that know EICAR, those of the test data, and more. */
function writeSignatures(database: string, signatures: readonly string[], knowsEicar: boolean): void {
  const eicar = `Easymail.Test.Eicar:0:*:${Buffer.from(EICAR).toString('hex')}`;
  writeFileSync(join(database, 'own.ndb'), `${[...(knowsEicar ? [eicar] : []), ...signatures].join('\n')}\n`);
  const samples = suitePath('virus-samples');
  if (!knowsEicar || !existsSync(samples)) return;
  for (const name of readdirSync(samples).filter((each) => /\.[nh]db$/.test(each))) {
    writeFileSync(join(database, basename(name)), readFileSync(join(samples, name)));
  }
}
