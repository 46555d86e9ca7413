// The relay as its users meet it: `bin/easymail start` with a configuration file and an apply file, in a folder.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { stringify } from 'smol-toml';
import { freePorts } from './ports.ts';
import { type Exit, type Finished, processTree, type Running, run, startProcess } from './processes.ts';

const program = resolve(import.meta.dirname, '../../bin/easymail');

/** A table of a TOML file. */
export type Table = { [key: string]: string | number | boolean | Table | Table[] | string[] };

export interface RelayOptions {
  /** Folder for configuration and data; made if it is not there. */
  folder: string;
  /** Tables of the configuration file that are added to ours, or replace a table's keys. */
  config?: Table;
  /** The apply file. Default: `acmeProvision`. */
  apply?: Table;
  /** TLS of the listeners; `tls` of the configuration names the certificate. Default `none`. */
  listenerTls?: 'none' | 'starttls';
  /** Program and arguments to run the relay under, such as strace. */
  under?: string[];
  env?: Record<string, string>;
  readyTimeoutMs?: number;
}

export interface RelayPorts {
  outbound: number;
  inbound: number;
  submission: number;
  http: number;
}

/** What `queue --json` counts. */
export interface Counts {
  queued: number;
  deferred: number;
  held: number;
  quarantined: number;
  events_pending: number;
}

export interface Relay extends AsyncDisposable {
  readonly folder: string;
  readonly dataDir: string;
  readonly ports: RelayPorts;
  /** Process of the relay itself, also when it runs under another program. */
  readonly pid: number;
  readonly running: Running;
  readonly configFile: string;
  /** Runs a verb of the command line against this relay. */
  cli(...args: string[]): Promise<Finished>;
  /** Applies another file. */
  apply(tables: Table): Promise<Finished>;
  counts(): Promise<Counts>;
  /** Waits until nothing is queued or deferred and no event is pending. Throws after `timeoutMs`. */
  settled(timeoutMs?: number): Promise<Counts>;
  stop(): Promise<Exit>;
  /** SIGKILL. */
  kill(): Promise<Exit>;
}

/** Customer `acme` with `acme.test` in both directions, authorised from loopback, one address of ours. */
export function acmeProvision(
  more: { mailhost?: { host: string; port: number }; domains?: string[]; hide?: 'off' | 'usual' | 'strict' } = {},
): Table {
  const domain = (name: string): Table => ({ name, outbound: true, inbound: true, subdomains: true, verified: true });
  return {
    pool: [
      {
        name: 'standard',
        addresses: [{ ip: '127.0.0.1', hostname: 'out1.relay.test', state: 'active' }],
      },
    ],
    customer: [
      {
        id: 'acme',
        name: 'Acme S.A.',
        pools: ['standard'],
        sources: ['127.0.0.0/8'],
        mailhosts: [more.mailhost === undefined ? { host: '127.0.0.1', port: 9 } : { ...more.mailhost }],
        domains: ['acme.test', ...(more.domains ?? [])].map(domain),
        ...(more.hide !== undefined && { hide: more.hide }),
      },
    ],
  };
}

/** The configuration of a relay on loopback; `config` of the options is laid over it. */
export function relayConfig(options: RelayOptions, ports: RelayPorts): Table {
  const listener = (port: number, roles: string[]): Table => ({
    address: `127.0.0.1:${port}`,
    roles,
    tls: options.listenerTls ?? 'none',
  });
  const base: Table = {
    node: { hostname: 'relay.test', data_dir: join(options.folder, 'data'), threads: 2 },
    listener: [listener(ports.outbound, ['outbound']), listener(ports.inbound, ['inbound'])],
    http: { address: `127.0.0.1:${ports.http}` },
    dns: { servers: ['127.0.0.1:9'] },
    delivery: { allow_private: true },
  };
  for (const [key, value] of Object.entries(options.config ?? {})) {
    const ours = base[key];
    const both = isTable(ours) && isTable(value);
    base[key] = both ? { ...ours, ...value } : value;
  }
  return base;
}

function isTable(value: Table[string] | undefined): value is Table {
  return typeof value === 'object' && !Array.isArray(value);
}

/** A start takes two seconds; a machine that others load as well has needed more than twenty. */
const READY_MS = 60_000;

async function newPorts(): Promise<RelayPorts> {
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  return { outbound, inbound, submission, http };
}

/** The process that runs the relay below `running`: itself, or the one that strace started. */
function relayPid(running: Running): number {
  const isRelay = (pid: number) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]?.endsWith('/node') === true;
  return processTree(running.pid).find((pid) => existsSync(`/proc/${pid}/cmdline`) && isRelay(pid)) ?? running.pid;
}

export interface ApiCall {
  method?: string;
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** A call over the relay's own socket. */
export async function callApi(
  dataDir: string,
  { method = 'GET', path, body, headers = {} }: ApiCall,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const options = {
      socketPath: join(dataDir, 'api.sock'),
      method,
      path,
      timeout: 10_000,
      headers: { ...json, ...headers },
    };
    const call = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    call.on('error', reject);
    call.on('timeout', () => call.destroy(new Error('the API did not answer within 10 s')));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** GET of a path over the relay's own socket. */
export function apiGet(dataDir: string, path: string): Promise<{ status: number; body: string }> {
  return callApi(dataDir, { path });
}

/** Starts a relay and provisions it. The folder may hold the data of an earlier start; pass its ports to keep them. */
export async function startRelay(options: RelayOptions, ports?: RelayPorts): Promise<Relay> {
  const used = ports ?? (await newPorts());
  mkdirSync(options.folder, { recursive: true });
  const configFile = join(options.folder, 'easymail.toml');
  const applyFile = join(options.folder, 'apply.toml');
  const dataDir = join(options.folder, 'data');
  writeFileSync(configFile, stringify(relayConfig(options, used)));
  writeFileSync(applyFile, stringify(options.apply ?? acmeProvision()));
  const [first, ...rest] = [...(options.under ?? []), program];
  const running = startProcess(first, [...rest, 'start', '--config', configFile], {
    name: 'easymail',
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const cli = (...args: string[]) => run(program, [...args, '--config', configFile]);
  const apply = (tables: Table) => {
    writeFileSync(applyFile, stringify(tables));
    return cli('apply', applyFile);
  };
  try {
    await running.waitForLine(/"msg":"ready"/, options.readyTimeoutMs ?? READY_MS);
    const applied = ports === undefined || options.apply !== undefined ? await cli('apply', applyFile) : undefined;
    if (applied !== undefined && applied.code !== 0) {
      throw new Error(`apply ended with ${applied.code}\n${applied.stdout}${applied.stderr}`);
    }
  } catch (error) {
    await running.stop('SIGKILL');
    throw error;
  }
  const pid = relayPid(running);
  const counts = async () => JSON.parse((await cli('queue', '--json')).stdout) as Counts;
  const end = async (signal: NodeJS.Signals) => {
    if (existsSync(`/proc/${pid}`) && pid !== running.pid) process.kill(pid, signal);
    return pid === running.pid ? running.stop(signal) : running.exited;
  };
  return {
    folder: options.folder,
    dataDir,
    ports: used,
    pid,
    running,
    configFile,
    cli,
    apply,
    counts,
    settled: (timeoutMs) => waitUntilSettled(counts, timeoutMs ?? 30_000),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: async () => void (await end('SIGTERM')),
  };
}

async function waitUntilSettled(counts: () => Promise<Counts>, timeoutMs: number): Promise<Counts> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const now = await counts();
    if (now.queued + now.deferred + now.events_pending === 0) return now;
    if (performance.now() > end) throw new Error(`not settled after ${timeoutMs} ms: ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
