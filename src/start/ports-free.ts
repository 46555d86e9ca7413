// Relay threads share their ports (SO_REUSEPORT), and so would a second relay of the same user: clients would reach either
// of them by chance. So each port is taken once alone before the threads open it.

import { createServer } from 'node:net';
import type { Config } from '../platform/config/schema.ts';

/** Rejects, with the key to mend, where somebody else listens on a port of ours, or we may not. */
export async function portsFree(listeners: Config['listener']): Promise<void> {
  for (const [i, { address }] of listeners.entries()) {
    const fault = await listenOnce(address);
    if (fault === undefined) continue;
    const { host, port } = address;
    const written = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    throw new Error(`${written} ${REASONS[fault] ?? `cannot be listened on (${fault})`}; see listener.${i}.address`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program or relay',
  EADDRNOTAVAIL: 'is no address of this machine',
  EACCES: 'may not be listened on by this user',
};

/** The code of the fault; nothing where the port was free. */
function listenOnce(address: { host: string; port: number }): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once('error', (err: NodeJS.ErrnoException) => resolve(err.code ?? err.message));
  server.listen({ ...address, exclusive: true }, () => server.close(() => resolve(undefined)));
  return promise;
}
