// RFC 3461 5.2.1: what the sender asked about notices goes along to a receiver that offers DSN, as it was asked.
//
// A customer's mail host is an exception: its notice of success would name it to whoever sent the mail. There SUCCESS is
// taken out, and the sender gets a notice of ours that the mail was relayed, as RFC 3461 5.2.7.4 does for addresses that
// are to stay confidential.

import { formatMailNotices, formatRecipientNotices } from '../../protocol/smtp/notice-parameters.ts';
import type { MessageMeta, RecipientDsn } from '../message.ts';
import type { ClaimedRecipient } from '../queue/queue.ts';
import type { RoutedHosts } from '../route/route.ts';

/** Whether a success is the receiver's to tell, once it has the request. */
export function receiverTellsSuccess({ dsn }: MessageMeta, offered: boolean, { rule }: RoutedHosts): boolean {
  return dsn !== undefined && offered && !isMailHost(rule);
}

function isMailHost(rule: string): boolean {
  return rule === 'customer domain';
}

/** Parameters for the envelope, in the order of the recipients; nothing where nothing was asked. */
export function noticesOnWire(
  { dsn }: MessageMeta,
  recipients: readonly ClaimedRecipient[],
  { smtpUtf8, route }: { smtpUtf8: boolean; route: RoutedHosts },
): { mail: string; recipients: string[] } | undefined {
  if (dsn === undefined) return undefined;
  const toMailHost = isMailHost(route.rule);
  return {
    mail: formatMailNotices(dsn),
    recipients: recipients.map(({ index }) => {
      const asked = dsn.recipients?.[index] ?? undefined;
      if (asked === undefined) return '';
      return formatRecipientNotices(toMailHost ? withoutSuccess(asked) : asked, smtpUtf8);
    }),
  };
}

function withoutSuccess(asked: RecipientDsn): RecipientDsn {
  if (asked.notify === undefined) return asked;
  return { ...asked, notify: asked.notify.filter((kind) => kind !== 'success') };
}
