// Row e: how long a message takes when there is little to do, and how long an accept takes at half of Postfix's best.

import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { temporaryFolder } from '../test/support/temp.ts';
import { type ContestantName, startContestant } from './contestants.ts';
import { percentile } from './measure.ts';
import { ownSink, ownSource } from './tools.ts';

export interface IdleLatency {
  /** Milliseconds from the final dot to the RCPT of the first attempt. */
  p50: number;
  p99: number;
  /** A bare write of 10 KB with its sync, on the same file system. */
  syncP99: number;
  /** One question and answer over loopback. */
  roundTripP99: number;
}

/** Idle: one message at a time, `messages` of them, `rate` a second. */
export async function idleLatency(name: ContestantName, messages: number, rate: number): Promise<IdleLatency> {
  await using folder = temporaryFolder('latency');
  await using sink = await ownSink({ times: true });
  await using contestant = await startContestant(name, { folder: folder.file(name), sinkPort: sink.port });
  const load = { port: contestant.port, sessions: 4, reuse: true, rate };
  await ownSource({ ...load, messages: 20, domain: 'warm.test' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  sink.firstRcpt.clear();
  const { dotAt } = await ownSource({ ...load, messages });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const waits = dotAt.map(([number, at]) => Number((sink.firstRcpt.get(String(number)) ?? 0n) - at) / 1e6);
  const lost = waits.filter((wait) => wait < 0).length;
  if (lost > 0) throw new Error(`${lost} messages had no attempt`);
  return {
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    syncP99: percentile(bareSyncs(folder.file('sync'), 300), 0.99),
    roundTripP99: percentile(await roundTrips(300), 0.99),
  };
}

function bareSyncs(path: string, count: number): number[] {
  const handle = openSync(path, 'w');
  const block = Buffer.alloc(10_240, 'x');
  const times = Array.from({ length: count }, () => {
    const begun = performance.now();
    writeSync(handle, block);
    fdatasyncSync(handle);
    return performance.now() - begun;
  });
  closeSync(handle);
  return times;
}

async function roundTrips(count: number): Promise<number[]> {
  const server = createServer({ noDelay: true }, (socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, noDelay: true });
  await once(socket, 'connect');
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const begun = performance.now();
    socket.write('question\r\n');
    await once(socket, 'data');
    times.push(performance.now() - begun);
  }
  socket.destroy();
  server.close();
  return times;
}

/** Accept latency in milliseconds (final dot to 250) at a fixed rate. */
export async function acceptLatency(
  name: ContestantName,
  options: { rate: number; seconds: number },
): Promise<{ p50: number; p99: number }> {
  await using folder = temporaryFolder('latency');
  await using sink = await ownSink();
  await using contestant = await startContestant(name, { folder: folder.file(name), sinkPort: sink.port });
  const load = { port: contestant.port, sessions: 50, reuse: true, rate: options.rate };
  await ownSource({ ...load, messages: Math.ceil(options.rate * 2) });
  const { latencies } = await ownSource({ ...load, messages: Math.ceil(options.rate * options.seconds) });
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}
