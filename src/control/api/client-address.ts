// Where a request comes from: the other end of the connection, or, where that is a proxy of ours, whom it names.

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isWithin } from '../access/client-network.ts';

/** Longest list of addresses that is looked at. */
const HOPS = 32;

/** Finds the address of the client of a request; `undefined` on the socket of the data folder. */
export type ClientAddress = (request: IncomingMessage) => string | undefined;

/** `trusted`: addresses and networks of proxies whose X-Forwarded-For counts. */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  return ({ socket, headers }) => {
    let client = plainAddress(socket.remoteAddress);
    if (client === undefined || trusted.length === 0) return client;
    const named = (headers['x-forwarded-for'] ?? []).toString().split(',').slice(-HOPS);
    // From the right: each proxy of ours has added the address that it saw; what stands further left anybody may have written.
    while (client !== undefined && isWithin(client, trusted)) {
      const before = plainAddress(named.pop()?.trim());
      if (before === undefined) break;
      client = before;
    }
    return client;
  };
}

/** An address without its IPv4-mapped form and without a zone; nothing where it is none. */
function plainAddress(text: string | undefined): string | undefined {
  const plain = text?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
  return plain !== undefined && isIP(plain) !== 0 ? plain.toLowerCase() : undefined;
}
