// Ports of the configuration: free while the relay is stopped, answered by it while it runs.

import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../../platform/config/schema.ts';
import { withSocketPath } from '../api/socket-path.ts';
import type { Finding } from './doctor.ts';

const CONNECT_MS = 2000;

/** Looks at every port that the relay listens on. */
export async function examinePorts(config: Config): Promise<Finding[]> {
  const running = await answers(join(config.node.data_dir, 'api.sock'));
  const findings: Finding[] = [
    { state: 'ok', subject: 'relay', found: running ? 'is running' : 'is not running: its ports should be free' },
  ];
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
  const subject = `port ${address.host}:${address.port}`;
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
  if (state) return { state: 'ok', subject, found: 'answers' };
  return {
    state: 'fault',
    subject,
    found: 'does not answer, though the relay runs',
    mend: 'a changed listener needs a restart; look for it in the log',
  };
}

async function free(address: Address): Promise<Finding> {
  const subject = `port ${address.host}:${address.port}`;
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address.host, port: address.port, exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
  switch (error?.code) {
    case undefined:
      return { state: 'ok', subject, found: 'is free' };
    case 'EACCES':
      return {
        state: 'fault',
        subject,
        found: 'may not be opened by this user',
        mend: 'setcap cap_net_bind_service=+ep on the Node of node_modules/.bin, AmbientCapabilities in systemd, or start as root',
      };
    case 'EADDRINUSE':
      return {
        state: 'fault',
        subject,
        found: 'is used by another program',
        mend: `stop it (ss -ltnp 'sport = :${address.port}' names it), or change the listener`,
      };
    case 'EADDRNOTAVAIL':
      return {
        state: 'fault',
        subject,
        found: 'this machine does not have the address',
        mend: 'ip address lists those it has',
      };
    default:
      return { state: 'fault', subject, found: `cannot be opened: ${error?.code ?? 'unknown'}` };
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
