// Who a request comes from: the owner on the socket of the data folder; over the network whoever its credentials name.

import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Authenticate } from '../access/authenticate.ts';
import type { Principal } from '../access/principal.ts';
import type { ClientAddress } from './client-address.ts';
import { problem } from './problem.ts';

/** Whom the token of a link stands for; nothing where it opens nothing (any more). */
export type ResolveLink = (token: string) => Promise<Extract<Principal, { kind: 'link' }> | undefined>;

/** Requests that came in over the socket. Whatever is not in here came over the network. */
const overSocket = new WeakSet<IncomingMessage>();

/** Notes that this request came in over the socket of the data folder: its sender is the owner. */
export function cameOverSocket(request: IncomingMessage): void {
  overSocket.add(request);
}

/** Whether the request came in over the socket. */
export function isOverSocket(request: IncomingMessage): boolean {
  return overSocket.has(request);
}

export interface CallerOptions {
  address: ClientAddress;
  authenticate: Authenticate;
  resolveLink: ResolveLink;
}

const LINK = /^link +([\x21-\x7e]{1,512})$/i;

/** Finds out who asks. Rejects with a Problem (401, 403) where credentials are wrong. */
export function createCaller(options: CallerOptions): (request: FastifyRequest) => Promise<Principal> {
  return async ({ raw, headers }) => {
    if (isOverSocket(raw)) return { kind: 'owner', who: ownersName(headers) };
    const from = options.address(raw);
    const where = from === undefined ? {} : { from };
    const link = LINK.exec(headers.authorization ?? '')?.[1];
    if (link !== undefined) {
      const principal = await options.resolveLink(link);
      if (principal === undefined) throw problem('link-unknown');
      return { ...principal, ...where };
    }
    if (headers.authorization !== undefined && !/^bearer /i.test(headers.authorization)) {
      throw problem('authorization-unknown');
    }
    return options.authenticate({
      method: raw.method ?? 'GET',
      authorization: headers.authorization,
      cookie: headers.cookie,
      origin: headers.origin,
      fetchSite: single(headers['sec-fetch-site']),
      ...where,
    });
  };
}

/** Name of who asks at the socket. It is its owner's alone, so it is believed. */
function ownersName(headers: { [name: string]: string | string[] | undefined }): string {
  const given = headers['x-operator'];
  return typeof given === 'string' && /^[\x21-\x7e]{1,64}$/.test(given) ? given : 'operator';
}

function single(field: string | string[] | undefined): string | undefined {
  return typeof field === 'string' ? field : field?.[0];
}
