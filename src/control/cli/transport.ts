// One request of the command line, over the socket in the data folder or over the network.

import { readFileSync, statSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { withSocketPath } from '../api/socket-path.ts';
import { CliError, REFUSED, USAGE } from './io.ts';
import type { Progress } from './progress.ts';

export interface Sent {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string | number>;
  content: Buffer;
}

export interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

/** Sends requests to one relay. Rejects with a CliError where it cannot be reached. */
export type Transport = (sent: Sent, progress: Progress) => Promise<Answer>;

/** Whole applies of a large file take minutes on a slow disk. */
const TIMEOUT_MS = 600_000;
const CHUNK_OCTETS = 256 * 1024;
/** One more try where the relay asks for patience, up to so long. */
const LONGEST_PATIENCE_S = 60;

/** Over the socket in the data folder: whoever can open it is the owner. */
export function socketTransport(socket: string): Transport {
  return (sent, progress) =>
    withSocketPath(socket, (socketPath) => {
      const headers = { 'x-operator': operator(), ...sent.headers };
      return exchange({ socketPath, headers }, sent, { progress, failed: (error) => unreachable(socket, error) });
    });
}

/** Over the network, with an API key. Throws a CliError (usage) where address or key cannot be used. */
export function networkTransport(url: string, keyFile: string | undefined): Transport {
  const base = readUrl(url);
  const authorization = `Bearer ${readKey(keyFile)}`;
  const failed = (error: NodeJS.ErrnoException) =>
    new CliError(REFUSED, `the relay at ${base.origin} cannot be reached: ${error.message}`);
  const send = (sent: Sent, progress: Progress) => {
    const { protocol, hostname, port } = base;
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const headers = { ...sent.headers, authorization };
    return exchange({ protocol, host, port, headers }, sent, { progress, failed });
  };
  return async (sent, progress) => {
    const answer = await send(sent, progress);
    if (answer.status !== 429 || answer.retryAfter > LONGEST_PATIENCE_S) return answer;
    await sleep(answer.retryAfter * 1000);
    return send(sent, progress);
  };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    (url.pathname !== '/' && url.pathname !== '')
  ) {
    throw new CliError(USAGE, `"${text}" is no address of a relay; write one such as https://relay.example.lu`);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isLocal = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (url.protocol === 'http:' && !isLocal) {
    throw new CliError(USAGE, 'the key would go over the network for all to read; use https://');
  }
  return url;
}

function readKey(file: string | undefined): string {
  if (file === undefined) {
    throw new CliError(USAGE, 'name the file with the API key: --key-file FILE, or EASYMAIL_KEY_FILE');
  }
  try {
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new CliError(USAGE, `${file} can be read by others; chmod 600 ${file}`);
    }
    const key = readFileSync(file, 'utf8').trim();
    if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(USAGE, `${file} cannot be read`);
  }
  throw new CliError(USAGE, `${file} holds no API key`);
}

function exchange(
  options: RequestOptions,
  { method, path, content }: Sent,
  { progress, failed }: { progress: Progress; failed: (error: NodeJS.ErrnoException) => CliError },
): Promise<Answer & { retryAfter: number }> {
  return new Promise((resolve, reject) => {
    const receive = (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const type = (response.headers['content-type'] ?? '').split(';')[0] ?? '';
        const retryAfter = Number(response.headers['retry-after'] ?? Number.POSITIVE_INFINITY);
        resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(parts), retryAfter });
      });
    };
    const all = { ...options, method, path, timeout: TIMEOUT_MS };
    const call = options.protocol === 'https:' ? requestTls(all, receive) : request(all, receive);
    call.on('error', (error) => reject(failed(error)));
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    upload(call, content, progress);
  });
}

/** Piece by piece, so that the bar knows how far it is. */
function upload(call: ClientRequest, content: Buffer, progress: Progress): void {
  let at = 0;
  const next = () => {
    while (at < content.length) {
      const goesOn = call.write(content.subarray(at, at + CHUNK_OCTETS));
      at += CHUNK_OCTETS;
      progress.set(Math.min(1, at / content.length));
      if (goesOn) continue;
      call.once('drain', next);
      return;
    }
    // From here on it is the relay's work, of which nobody knows how long it takes.
    progress.set(undefined);
    call.end();
  };
  next();
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

function operator(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list, as in containers.
    return `uid-${process.getuid?.() ?? 0}`;
  }
}
