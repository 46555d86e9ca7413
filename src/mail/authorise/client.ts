// What a session is to the decisions of this stage, and whose it is before anything was sent.

import { domainOf } from '../../protocol/smtp/address.ts';
import type { Connected, SessionView } from '../accept/handler.ts';
import type { CustomerId } from '../message.ts';
import type { SessionFacts } from './authorise.ts';
import { certificateHolder } from './client-certificate.ts';
import type { Directory } from './directory.ts';

/** What counts of a session. */
export function sessionFacts({ ip, listener, login, certificate }: SessionView): SessionFacts {
  return { ip, roles: listener.roles, login, certificate: certificate?.keys };
}

/** Whose connection it is by certificate or address, for the limits on connections. */
export function clientOf(
  directory: Directory,
  session: SessionView,
): Pick<Extract<Connected, { kind: 'take' }>, 'registered' | 'customer'> {
  const customer = certifiedCustomer(directory, session);
  if (customer !== undefined) return { registered: true, customer };
  const network = session.listener.roles.includes('outbound') ? directory.network(session.ip) : undefined;
  if (network === undefined) return { registered: false };
  return network.customer === undefined ? { registered: 'shared' } : { registered: true, customer: network.customer };
}

/** The customer that the client's certificate stands for, on a listener that customers send through. */
export function certifiedCustomer(directory: Directory, session: SessionView): CustomerId | undefined {
  if (session.certificate === undefined) return undefined;
  const holder = certificateHolder(directory, sessionFacts(session));
  return holder === 'several' ? undefined : holder?.customer;
}

/** Whose refusal it is, for the trace: of the customer that tried to send, else of the one that was written to. */
export function refusedCustomer(
  directory: Directory,
  session: SessionView,
  recipient: string | undefined,
): CustomerId | undefined {
  const login = session.login === undefined ? undefined : directory.login(session.login)?.customer;
  const sender = login ?? certifiedCustomer(directory, session) ?? directory.network(session.ip)?.customer;
  if (sender !== undefined || recipient === undefined) return sender;
  const domain = directory.domain(domainOf(recipient).toLowerCase());
  return domain?.inbound === true && domain.verified ? domain.customer : undefined;
}
