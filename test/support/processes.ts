// Child processes: started, watched, ended by their own pid, never left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Everything written so far (the last megabyte of it), standard output and error together. */
  output(): string;
  /** The first line, past or to come, that fits. Throws when the time is over or the process ends. */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** Calls back for each line to come. */
  onLine(listener: (line: string) => void): void;
  write(text: string): void;
  /** Reads its output no longer, as if who read it had ended. */
  stopReading(): void;
  /** Signals the process and waits for its end; SIGKILL when it takes longer than `graceMs`. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Exit>;
}

export interface StartOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Name for error texts. */
  name?: string;
  /** It leads a group of processes; what it leaves behind of them is killed as it ends. */
  group?: boolean;
}

const OUTPUT_KEPT = 1024 * 1024;
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) {
    for (const pid of processTree(child.pid ?? 0).toReversed()) signalQuietly(pid, 'SIGKILL');
  }
});

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    if (Math.abs(pid) > 1) process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** The process and all its living descendants, parents first. */
export function processTree(pid: number): number[] {
  if (pid <= 1 || !existsSync(`/proc/${pid}/task`)) return [];
  const children: number[] = [];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
      if (text !== '') children.push(...text.split(' ').map(Number));
    } catch {
      // The thread ended meanwhile.
    }
  }
  return [pid, ...children.flatMap(processTree)];
}

/** Ends a process that is not a child of ours, and waits until it is gone. */
export async function endProcess(pid: number, signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<void> {
  signalQuietly(pid, signal);
  const end = performance.now() + graceMs;
  while (existsSync(`/proc/${pid}`)) {
    if (performance.now() > end) signalQuietly(pid, 'SIGKILL');
    await sleep(20);
  }
}

interface LineReader {
  lines: string[];
  listeners: Set<(line: string) => void>;
  text: () => string;
}

function readLines(child: ChildProcess): LineReader {
  const reader: LineReader = { lines: [], listeners: new Set(), text: () => reader.lines.join('\n') };
  let kept = 0;
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        reader.lines.push(line);
        kept += line.length;
        while (kept > OUTPUT_KEPT) kept -= reader.lines.shift()?.length ?? 0;
        for (const listener of reader.listeners) listener(line);
      }
    });
  }
  return reader;
}

async function lineOf(
  reader: LineReader,
  wanted: { pattern: RegExp; timeoutMs: number; name: string },
  exited: Promise<Exit>,
): Promise<string> {
  const past = reader.lines.find((line) => wanted.pattern.test(line));
  if (past !== undefined) return past;
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reader.listeners.delete(listen);
      clearTimeout(timer);
      reject(new Error(`${wanted.name}: ${why} before ${wanted.pattern}\n${reader.text().slice(-4000)}`));
    };
    const listen = (line: string) => {
      if (!wanted.pattern.test(line)) return;
      reader.listeners.delete(listen);
      clearTimeout(timer);
      resolve(line);
    };
    const timer = setTimeout(() => fail(`${wanted.timeoutMs} ms passed`), wanted.timeoutMs);
    reader.listeners.add(listen);
    void exited.then((exit) => fail(`ended with ${exit.code ?? exit.signal}`));
  });
}

/** Starts a program. The caller stops it; what is forgotten is killed when this process ends. */
export function startProcess(command: string, args: string[], options: StartOptions = {}): Running {
  const name = options.name ?? command;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: options.group === true,
  });
  if (options.group === true) child.once('exit', () => signalQuietly(-(child.pid ?? 0), 'SIGKILL'));
  alive.add(child);
  const reader = readLines(child);
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      reader.lines.push(String(error));
      alive.delete(child);
      resolve({ code: 127, signal: null });
    });
    child.once('close', (code, signal) => {
      alive.delete(child);
      resolve({ code, signal });
    });
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM', graceMs = 35_000) => {
    if (alive.has(child)) child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  return {
    pid: child.pid ?? 0,
    exited,
    output: reader.text,
    waitForLine: (pattern, timeoutMs = 15_000) => lineOf(reader, { pattern, timeoutMs, name }, exited),
    onLine: (listener) => void reader.listeners.add(listener),
    write: (text) => void child.stdin?.write(text),
    stopReading() {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: string[],
  options: StartOptions & { input?: string | Uint8Array } = {},
): Promise<Finished> {
  const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env } });
  alive.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      stderr += String(error);
      resolve(127);
    });
    child.once('close', resolve);
  });
  alive.delete(child);
  return { code, stdout, stderr };
}

/** Runs a program that must succeed; gives its standard output. */
export async function runOrThrow(command: string, args: string[], options: StartOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** Where a program is, or nothing: looks into PATH and the folders of system programs. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/lib/postfix/sbin'];
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/** For the `skip` option of a test: false where all programs are there (and we are root, if wanted), else the reason. */
export function skipWithoutPrograms(names: string[], needs: { root?: boolean } = {}): string | false {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `not installed: ${missing.join(', ')} (node tools/install-peers.ts as root on Debian)`;
  if (needs.root === true && process.getuid?.() !== 0) return 'needs root, to run servers that change their user';
  return false;
}
