// Who may see the sandbox without an account: whoever sits at the machine, with a page of ours. Names other than those of
// the machine itself are refused too: a page elsewhere could have its own name lead here (DNS rebinding).

import type { FastifyRequest } from 'fastify';
import { isWithin } from '../access/client-network.ts';
import type { ApiContext } from '../api/context.ts';
import { problem } from '../api/problem.ts';
import type { SandboxDesk } from './sandbox-desk.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const OWN_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The sandbox, for a request that may see it. Throws a 404 where there is none, a 403 where the request comes from elsewhere. */
export function sandboxFor({ sandbox }: ApiContext, { principal, raw, headers }: FastifyRequest): SandboxDesk {
  if (sandbox === undefined) throw problem('no-sandbox');
  if (principal.kind === 'owner') return sandbox;
  // Both ends, and nobody between: a proxy on this machine brings clients from anywhere, and may call us by our own name.
  const seen = raw.socket.remoteAddress?.replace(/^::ffff:/, '');
  if (!isWithin(seen, LOOPBACK) || !isWithin(principal.from, LOOPBACK) || isForwarded(headers)) {
    throw problem('sandbox-elsewhere');
  }
  if (!OWN_NAMES.has(hostName(headers.host))) {
    throw problem('sandbox-other-name');
  }
  return sandbox;
}

/** What proxies add for a client. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

function isForwarded(headers: FastifyRequest['headers']): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}

function hostName(field: string | undefined): string {
  return (field ?? '').replace(/:\d+$/, '').toLowerCase();
}
