// The command line's way to the relay: HTTP over the socket in the data folder.

import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { withSocketPath } from '../api/socket-path.ts';
import { CliError, type CliIo, REFUSED, USAGE } from './io.ts';

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | undefined>;
  /** An object is sent as JSON, text as TOML. */
  body?: unknown;
  /** `If-Match`: an ETag, or `*` for whichever version it is. */
  ifMatch?: string;
}

export interface Client {
  /** The answer of the relay. Throws a CliError with the problem's words where it refuses or is not there. */
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

/** Whole applies of a large file take minutes on a slow disk. */
const TIMEOUT_MS = 600_000;

/** Finds the relay of a configuration. Throws where that is faulty. */
export async function openClient(config: string | undefined, io: CliIo): Promise<Client> {
  const socket = join(await dataDirOf(config, io), 'api.sock');
  return {
    call: async (options) => {
      const answer = await send(socket, options);
      if (answer.status < 300) return answer.body === '' ? {} : JSON.parse(answer.body);
      throw new ProblemError(readProblem(answer));
    },
  };
}

async function dataDirOf(option: string | undefined, io: CliIo): Promise<string> {
  const { findConfig, loadConfig, describeFault } = await import('../../platform/config/load.ts');
  const choice = findConfig(option, io.env, existsSync);
  if (choice.kind === 'sandbox') {
    const { sandboxConfig } = await import('../../sandbox/sandbox.ts');
    return sandboxConfig('127.0.0.1:1', io.env).node.data_dir;
  }
  const loaded = loadConfig(choice.path, io.env);
  if (loaded.ok) return loaded.config.node.data_dir;
  throw new CliError(USAGE, loaded.faults.map((fault) => describeFault(choice.path, fault)).join('\n'));
}

interface Answer {
  status: number;
  body: string;
}

function send(socket: string, { method = 'GET', path, query = {}, body, ifMatch }: CallOptions): Promise<Answer> {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  const content = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const headers: Record<string, string | number> = {
    'x-operator': operator(),
    'content-length': Buffer.byteLength(content),
  };
  if (ifMatch !== undefined) headers['if-match'] = ifMatch;
  if (body !== undefined) headers['content-type'] = typeof body === 'string' ? 'application/toml' : 'application/json';
  return withSocketPath(
    socket,
    (socketPath) =>
      new Promise((resolve, reject) => {
        const call = request(
          { socketPath, method, path: `${path}${search}`, headers, timeout: TIMEOUT_MS },
          (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
            );
            response.on('error', reject);
          },
        );
        call.on('error', (error) => reject(unreachable(socket, error)));
        call.on('timeout', () => call.destroy(new Error('no answer in time')));
        call.end(content);
      }),
  );
}

function unreachable(socket: string, error: NodeJS.ErrnoException): CliError {
  const code = error.code ?? '';
  if (code === 'EACCES')
    return new CliError(REFUSED, `${socket} belongs to another user; run this as the relay's user`);
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return new CliError(
      REFUSED,
      `the relay is not running (nobody answers at ${socket}); start it, or name its configuration with --config`,
    );
  }
  return new CliError(REFUSED, `the relay did not answer: ${error.message}`);
}

function readProblem({ status, body }: Answer): Problem {
  try {
    const problem: unknown = JSON.parse(body);
    if (typeof problem === 'object' && problem !== null && 'title' in problem) return problem as Problem;
  } catch {
    // No JSON: not one of our answers; what follows says as much.
  }
  return { title: `the relay answered ${status}`, status };
}

function operator(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list, as in containers.
    return `uid-${process.getuid?.() ?? 0}`;
  }
}
