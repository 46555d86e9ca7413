// Where the HTTP shell listens: on the socket of the data folder, and over TCP with or without TLS.

import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { withSocketPath } from './socket-path.ts';

/** A certificate that may be read again while the listener runs. */
export interface TlsFiles {
  cert: Buffer;
  key: Buffer;
}

export interface TcpListener {
  readonly port: number;
  /** New connections use this certificate. Throws where it cannot be used; the old one stays. */
  replaceCertificate(tls: TlsFiles): void;
  close(): Promise<void>;
}

/** Header fields of a request: names and values together. */
const HEADER_OCTETS = 16 * 1024;
/** A client that dawdles holds a connection; so long, and no longer. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 300_000;
const IDLE_MS = 30_000;
const CONNECTIONS = 4000;
const CLOSE_GRACE_MS = 2000;

const LIMITS = {
  maxHeaderSize: HEADER_OCTETS,
  headersTimeout: HEADERS_MS,
  requestTimeout: REQUEST_MS,
  keepAliveTimeout: IDLE_MS,
  connectionsCheckingInterval: 5000,
};

/** The socket is private from its first moment on: it is made under a mask that leaves others nothing. */
export async function listenPrivately(handler: RequestListener, path: string): Promise<{ close(): Promise<void> }> {
  // An apply of a large file on a slow disk takes minutes.
  const server = createServer({ ...LIMITS, requestTimeout: 0 }, handler);
  rmSync(path, { force: true });
  await withSocketPath(path, async (usable) => {
    const mask = process.umask(0o177);
    try {
      const listening = listen(server, () => server.listen(usable));
      chmodSync(path, 0o600);
      await listening;
    } finally {
      process.umask(mask);
    }
  });
  return { close: () => closeServer(server) };
}

/** Listens over TCP; `perAddress` connections of one address at most, but for those that `isProxy` knows. */
export async function listenTcp(
  handler: RequestListener,
  options: {
    host: string;
    port: number;
    tls?: TlsFiles;
    perAddress: number;
    isProxy: (address: string) => boolean;
  },
): Promise<TcpListener> {
  const { host, port, tls } = options;
  const server =
    tls === undefined
      ? createServer(LIMITS, handler)
      : createTlsServer({ ...LIMITS, ...tls, minVersion: 'TLSv1.2' }, handler);
  server.maxConnections = CONNECTIONS;
  limitConnections(server, options);
  await listen(server, () => server.listen(port, host));
  return {
    port: (server.address() as AddressInfo).port,
    replaceCertificate(files) {
      if (server instanceof TlsServer) server.setSecureContext({ ...files, minVersion: 'TLSv1.2' });
    },
    close: () => closeServer(server),
  };
}

/** No single client takes all connections. */
function limitConnections(
  server: Server,
  { perAddress, isProxy }: { perAddress: number; isProxy: (address: string) => boolean },
): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (isProxy(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > perAddress) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

function listen(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    start();
  });
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // A request that hangs must not keep the relay from stopping.
    setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS).unref();
  });
}

/** Whether the request is for the API, whose paths all begin alike. */
export function isApiPath({ url = '/' }: IncomingMessage): boolean {
  return url === '/api' || url.startsWith('/api/') || url.startsWith('/api?');
}
