// What a named proxy says about its client, read from the socket before anything else. The octets behind it stay in the
// socket, for the session or for the TLS handshake.

import type { Socket } from 'node:net';
import { type ProxiedAddress, readProxyHeader } from '../../protocol/proxy/proxy-header.ts';

export type Proxied =
  /** Without `client` the proxy speaks for itself. */
  { kind: 'header'; client: ProxiedAddress | undefined } | { kind: 'bad'; fault: string } | { kind: 'gone' };

/** Reads the header; calls `done` once. The socket is paused then. Deadlines are the caller's: it destroys the socket. */
export function readProxied(socket: Socket, done: (proxied: Proxied) => void): void {
  let octets: Buffer = Buffer.alloc(0);
  const finish = (proxied: Proxied) => {
    socket.removeListener('data', take);
    socket.removeListener('end', gone);
    socket.pause();
    done(proxied);
  };
  const gone = () => finish({ kind: 'gone' });
  const take = (piece: Buffer) => {
    octets = octets.length === 0 ? piece : Buffer.concat([octets, piece]);
    const header = readProxyHeader(octets);
    if (header.kind === 'more') return;
    if (header.kind === 'bad') return finish(header);
    socket.pause();
    if (octets.length > header.length) socket.unshift(octets.subarray(header.length));
    finish({ kind: 'header', client: header.client });
  };
  socket.on('data', take);
  socket.on('end', gone);
}
