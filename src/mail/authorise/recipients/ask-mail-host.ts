// The way to a customer's mail hosts, for questions about recipients: the same hosts, addresses of ours and TLS policy as
// for its mail.

import type { SmtpSession } from '../../../network/smtp-session.ts';
import type { Deliverer } from '../../deliver/deliverer.ts';
import { BUSINESS_STREAM } from '../../message.ts';
import { type RouteContext, routeRecipient } from '../../route/route-recipient.ts';
import { chooseAddresses } from '../../route/sending-address.ts';
import type { CustomerFact } from '../directory.ts';

export interface MailHostOptions {
  /** Looked at anew for each use. */
  route: RouteContext;
  deliverer: Pick<Deliverer, 'open'>;
  /** Said in EHLO where no pool gives a name. */
  hostname: string;
  /** How long a sender waits, milliseconds: a host that takes longer is one that does not answer. */
  limits: { timeout: number };
}

/** A session with one of the customer's mail hosts, or why none takes us in. Rejects only on a fault of ours. */
export async function openMailHost(
  { deliverer, hostname, route: context, limits: { timeout } }: MailHostOptions,
  customer: CustomerFact,
  domain: string,
): Promise<SmtpSession | string> {
  const route = await routeRecipient(domain, context);
  if (route.kind !== 'hosts') return route.cause.from === 'us' ? route.cause.cause : 'no route';
  const request = { customer, stream: BUSINESS_STREAM, direction: 'inbound', destination: domain, hostname } as const;
  const addresses = chooseAddresses(request, context.directory);
  if (addresses === 'none') return 'no-address';
  const timeouts = { connectMs: timeout / 2, commandMs: timeout, dotMs: timeout };
  const reached = await deliverer.open(route, addresses, timeouts);
  if (reached.kind === 'reached') return reached.session;
  const failure = reached.failures.at(-1)?.failure;
  if (failure === undefined) return 'no-address';
  return failure.from === 'us' ? failure.fault.kind : `${failure.stage} ${failure.reply.code}`;
}
