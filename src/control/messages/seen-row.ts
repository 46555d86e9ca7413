// Mail from customer to customer stays inside: what the sending side is shown in a list leaves out whose mail host took it,
// and what that said.

import type { Directory } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { TraceRow } from '../../mail/trace/trace.ts';
import { domainOf } from '../../protocol/smtp/address.ts';

/** The line as a customer may see it; `own` undefined: the operator, who sees all. */
export function seenRow(
  own: CustomerId | undefined,
  { mail_host_of: owner, ...row }: TraceRow,
  directory: Pick<Directory, 'domain'>,
): Omit<TraceRow, 'mail_host_of'> {
  if (own === undefined) return row;
  const domain = row.to === undefined ? undefined : directory.domain(domainOf(row.to).toLowerCase());
  const isOthers = owner !== undefined || (domain?.inbound === true && domain.customer !== own);
  if (!isOthers || row.status === 'rejected') return row;
  const { host: _host, reply: _reply, ...rest } = row;
  return rest;
}
