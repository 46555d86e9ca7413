// Ports of the configuration: free while the relay is stopped, answered by it while it runs.

import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../../platform/config/schema.ts';
import { endpointText } from '../../platform/config/units.ts';
import { withSocketPath } from '../api/socket-path.ts';
import { type Finding, finding } from './findings.ts';

const CONNECT_MS = 2000;

/** Looks at every port that the relay listens on. */
export async function examinePorts(config: Config): Promise<Finding[]> {
  const running = await answers(join(config.node.data_dir, 'api.sock'));
  const findings: Finding[] = [finding('ok', running ? 'relay-runs' : 'relay-stopped')];
  const addresses = [...config.listener.map((listener) => listener.address), config.http.address];
  for (const address of addresses) {
    findings.push(running ? await listening(address) : await free(address));
  }
  return findings;
}

interface Address {
  host: string;
  port: number;
}

async function listening(address: Address): Promise<Finding> {
  const host = address.host === '0.0.0.0' ? '127.0.0.1' : address.host === '::' ? '::1' : address.host;
  const port = endpointText(address);
  const state = await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port: address.port, timeout: CONNECT_MS });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
  return state ? finding('ok', 'port-answers', { port }) : finding('fault', 'port-silent', { port });
}

async function free(address: Address): Promise<Finding> {
  const port = endpointText(address);
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address.host, port: address.port, exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
  switch (error?.code) {
    case undefined:
      return finding('ok', 'port-free', { port });
    case 'EACCES':
      return finding('fault', 'port-denied', { port });
    case 'EADDRINUSE':
      return finding('fault', 'port-used', { port, number: String(address.port) });
    case 'EADDRNOTAVAIL':
      return finding('fault', 'port-no-address', { port });
    default:
      return finding('fault', 'port-unopened', { port, code: error?.code ?? 'unknown' });
  }
}

function answers(socket: string): Promise<boolean> {
  return withSocketPath(
    socket,
    (path) =>
      new Promise<boolean>((resolve) => {
        const client = connect({ path });
        client.once('connect', () => {
          client.destroy();
          resolve(true);
        });
        client.once('error', () => resolve(false));
      }),
  ).catch(() => false);
}
