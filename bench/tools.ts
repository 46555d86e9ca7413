// The programs that make and take the load: Postfix's smtp-source and smtp-sink, and our own pair where TLS, a rate or
// times are wanted. Each runs as a process of its own.

import { resolve } from 'node:path';
import type { Certificate } from '../test/support/certificates.ts';
import { freePort, waitForPort } from '../test/support/ports.ts';
import { type Running, run, startProcess } from '../test/support/processes.ts';
import type { LoadResult } from './load-client.ts';

const clientFile = resolve(import.meta.dirname, 'load-client.ts');
const sinkFile = resolve(import.meta.dirname, 'sink.ts');

/** A receiver in its own process. */
export interface SinkProcess extends AsyncDisposable {
  readonly port: number;
  /** Messages taken so far. */
  messages(): number;
  /** CLOCK_MONOTONIC of the first RCPT of each local part, in nanoseconds; only of our own sink. */
  firstRcpt: Map<string, bigint>;
}

async function watchSink(running: Running, port: number, pattern: RegExp): Promise<SinkProcess> {
  let count = 0;
  const firstRcpt = new Map<string, bigint>();
  running.onLine((line) => {
    const time = /^rcpt (\S+) (\d+)$/.exec(line);
    if (time !== null && !firstRcpt.has(time[1] ?? '')) firstRcpt.set(time[1] ?? '', BigInt(time[2] ?? 0));
    const found = pattern.exec(line);
    if (found !== null) count = Number(found[1]);
  });
  await waitForPort(port);
  return {
    port,
    messages: () => count,
    firstRcpt,
    [Symbol.asyncDispose]: async () => void (await running.stop('SIGTERM', 2000)),
  };
}

/** Postfix's own receiver. It counts on one endless line, so its count is read only by `drained` of a contestant. */
export async function postfixSink(): Promise<SinkProcess> {
  const port = await freePort();
  const running = startProcess('smtp-sink', ['-u', 'nobody', `127.0.0.1:${port}`, '1024']);
  return watchSink(running, port, /no count is printed/);
}

/** Our receiver. */
export async function ownSink(
  options: { tls?: Certificate; reply?: string; delayMs?: number; times?: boolean; host?: string; port?: number } = {},
): Promise<SinkProcess> {
  const port = options.port ?? (await freePort());
  const args = [sinkFile, '--port', String(port)];
  if (options.host !== undefined) args.push('--host', options.host);
  if (options.tls !== undefined) args.push('--certificate', options.tls.certificate, '--key', options.tls.key);
  if (options.reply !== undefined) args.push('--reply', options.reply);
  if (options.delayMs !== undefined) args.push('--delay', String(options.delayMs));
  if (options.times === true) args.push('--times');
  return watchSink(startProcess(process.execPath, args), port, /^messages (\d+)/);
}

export interface Load {
  port: number;
  sessions: number;
  messages: number;
  reuse: boolean;
}

/** Load by smtp-source: 10 KB, one recipient. */
export async function postfixSource(load: Load): Promise<void> {
  const args = ['-s', String(load.sessions), '-m', String(load.messages), '-l', '10240', '-M', 'client.test'];
  args.push('-f', 'load@acme.test', '-t', 'someone@example.test');
  if (load.reuse) args.push('-d');
  const { code, stderr } = await run('smtp-source', [...args, `127.0.0.1:${load.port}`]);
  if (code !== 0) throw new Error(`smtp-source ended with ${code}: ${stderr}`);
}

/** Load by our own client. */
export async function ownSource(
  load: Load & {
    tls?: boolean;
    rate?: number;
    domain?: string;
    recipients?: number;
    from?: string;
    localAddress?: string;
    size?: number;
  },
): Promise<LoadResult> {
  const args = [clientFile, '--port', String(load.port), '--sessions', String(load.sessions)];
  args.push('--messages', String(load.messages));
  if (load.reuse) args.push('--reuse');
  if (load.tls === true) args.push('--tls');
  if (load.rate !== undefined) args.push('--rate', String(load.rate));
  if (load.domain !== undefined) args.push('--domain', load.domain);
  if (load.recipients !== undefined) args.push('--recipients', String(load.recipients));
  if (load.from !== undefined) args.push('--from', load.from);
  if (load.size !== undefined) args.push('--size', String(load.size));
  if (load.localAddress !== undefined) args.push('--local-address', load.localAddress);
  const { code, stdout, stderr } = await run(process.execPath, args);
  if (code !== 0) throw new Error(`load client ended with ${code}: ${stderr}`);
  const parsed = JSON.parse(stdout) as Omit<LoadResult, 'dotAt'> & { dotAt: [number, string][] };
  if (parsed.refused > 0) throw new Error(`${parsed.refused} of ${load.messages} messages were refused`);
  return { ...parsed, dotAt: parsed.dotAt.map(([number, at]) => [number, BigInt(at)]) };
}
