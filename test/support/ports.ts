// Free ports on loopback, and waiting for a server on one.

import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const given = new Set<number>();
/** Files that run side by side mostly look in different places: a port is free until its server starts. */
const RANGE = 1000;
const FIRST = 10_000 + (process.pid % 22) * RANGE;

async function listenOnce(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * Ports that nobody listens on now, each given once by this process. They lie below the range that the kernel takes
 * client ports from, so that a connection of another test cannot take one before its server starts.
 */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST + Math.floor(Math.random() * RANGE);
    if (given.has(port)) continue;
    const free = await listenOnce(host, port).catch(() => 0);
    if (free === 0) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** One free port. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const [port] = await freePorts(1, host);
  return port as number;
}

async function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Waits until a server accepts connections on the port. Throws after `timeoutMs`. */
export async function waitForPort(port: number, timeoutMs = 10_000, host = '127.0.0.1'): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await accepts(port, host))) {
    if (performance.now() > end) throw new Error(`nobody listens on ${host}:${port} after ${timeoutMs} ms`);
    await sleep(30);
  }
}
