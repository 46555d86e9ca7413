// The command line's way to the relay: its API, over the socket in the data folder, or over the network with a key.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, type CliIo, REFUSED, USAGE } from './io.ts';
import { startProgress } from './progress.ts';
import { type Answer, networkTransport, type Sent, socketTransport, type Transport } from './transport.ts';

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | undefined>;
  /** An object is sent as JSON, text as `type` says. */
  body?: unknown;
  /** Of a text. Default: `application/toml`. */
  type?: 'application/toml' | 'text/csv';
  /** `If-Match`: an ETag, or `*` for whichever version it is. */
  ifMatch?: string;
}

export interface Client {
  /**
   * The answer of the relay: what the JSON says, text as a string, anything else as octets. Throws a CliError with the
   * problem's words where it refuses or is not there.
   */
  call(options: CallOptions): Promise<unknown>;
}

/** A refusal of the relay, with the places at fault. */
export class ProblemError extends CliError {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(REFUSED, problem.detail ?? problem.title);
    this.problem = problem;
  }
}

export interface Problem {
  title: string;
  status: number;
  detail?: string;
  errors?: { field: string; line?: number; message: string }[];
}

/** Which relay is meant. */
export interface RelayChoice {
  config?: string;
  /** Over the network, instead of the socket in the data folder. */
  url?: string;
  keyFile?: string;
}

/** Finds the relay. Throws a CliError where configuration, address or key are faulty. */
export async function openClient(choice: RelayChoice, io: CliIo): Promise<Client> {
  const transport = await transportFor(choice, io);
  return {
    call: async (options) => {
      const progress = startProgress(io, `${options.method ?? 'GET'} ${options.path}`);
      try {
        return read(await transport(requestOf(options), progress));
      } finally {
        progress.end();
      }
    },
  };
}

/** `--config` means a relay of this machine, whatever the environment says of another. */
async function transportFor({ config, url, keyFile }: RelayChoice, io: CliIo): Promise<Transport> {
  const address = url ?? (config === undefined ? io.env['EASYMAIL_URL'] : undefined);
  if (url !== undefined && config !== undefined) throw new CliError(USAGE, 'either --url or --config, not both');
  if (address !== undefined) return networkTransport(address, keyFile ?? io.env['EASYMAIL_KEY_FILE']);
  return socketTransport(join(await dataDirOf(config, io), 'api.sock'));
}

async function dataDirOf(option: string | undefined, io: CliIo): Promise<string> {
  const { findConfig, loadConfig, describeFault, dataDirIn } = await import('../../platform/config/load.ts');
  const choice = findConfig(option, io.env, existsSync);
  if (choice.kind === 'sandbox') {
    const { sandboxConfig } = await import('../../sandbox/sandbox.ts');
    return sandboxConfig('127.0.0.1:1', io.env).node.data_dir;
  }
  const loaded = loadConfig(choice.path, io.env);
  if (loaded.ok) return loaded.config.node.data_dir;
  const faults = loaded.faults.map((fault) => describeFault(choice.path, fault)).join('\n');
  // A relay that runs goes on with the configuration that it read; who has just broken the file must reach it all the same.
  const folder = dataDirIn(choice.path, io.env);
  if (folder === undefined || !existsSync(join(folder, 'api.sock'))) throw new CliError(USAGE, faults);
  io.err(`${faults}\nThe relay that runs has read another version; it is asked.\n`);
  return folder;
}

function requestOf({ method = 'GET', path, query = {}, body, type, ifMatch }: CallOptions): Sent {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const content = Buffer.from(text);
  const headers: Record<string, string | number> = { 'content-length': content.length };
  if (body !== undefined) {
    headers['content-type'] = typeof body === 'string' ? (type ?? 'application/toml') : 'application/json';
  }
  if (ifMatch !== undefined) headers['if-match'] = ifMatch;
  return { method, path: `${path}${search}`, headers, content };
}

function read(answer: Answer): unknown {
  const { status, type, body } = answer;
  if (status >= 300) throw new ProblemError(readProblem(answer));
  if (body.length === 0) return {};
  if (type === 'application/json') return JSON.parse(body.toString());
  return type.startsWith('text/') || type === 'application/toml' ? body.toString() : body;
}

function readProblem({ status, body }: Answer): Problem {
  try {
    const problem: unknown = JSON.parse(body.toString());
    if (typeof problem === 'object' && problem !== null && 'title' in problem) return problem as Problem;
  } catch {
    // No JSON: not one of our answers; what follows says as much.
  }
  return { title: `the relay answered ${status}`, status };
}
