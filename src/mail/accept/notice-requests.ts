// RFC 3461 4: what the client asks about notices. Offered, and read, only where the handler says that it may ask.

import { parseEnvid, parseNotify, parseOriginalRecipient, parseRet } from '../../protocol/smtp/notice-parameters.ts';
import type { DsnRequest, RecipientDsn } from '../message.ts';
import type { MailParameters } from './handler.ts';
import { type NamedReply, replies, withText } from './replies.ts';

/** The reply to a bad value names the parameter and what it may be. */
function bad(what: string): NamedReply {
  return withText(replies.badParameter, `Bad value of ${what}`);
}

const BAD_RET = bad('RET: it is FULL or HDRS');
const BAD_ENVID = bad('ENVID: it is xtext of at most 100 printable characters');
const BAD_NOTIFY = bad('NOTIFY: it is NEVER, or a list of SUCCESS, FAILURE and DELAY with commas');
const BAD_ORCPT = bad('ORCPT: it is an address type, a semicolon and the address as xtext, at most 500 characters');

/** Reads RET or ENVID into the parameters of MAIL; a reply refuses. */
export function readMailNotice(
  keyword: 'RET' | 'ENVID',
  value: string | undefined,
  parameters: MailParameters,
): NamedReply | undefined {
  if (keyword === 'RET') {
    const ret = parseRet(value ?? '');
    if (ret === undefined) return BAD_RET;
    parameters.ret = ret;
    return undefined;
  }
  const envid = parseEnvid(value ?? '');
  if (envid === undefined) return BAD_ENVID;
  parameters.envid = envid;
  return undefined;
}

/** Reads the parameters of RCPT; a reply refuses. `offered`: DSN was, so the client may ask. */
export function readRecipientNotices(
  given: readonly { keyword: string; value: string | undefined }[],
  session: { offered: boolean; smtpUtf8: boolean },
): RecipientDsn | NamedReply {
  const asked: RecipientDsn = {};
  for (const { keyword, value = '' } of given) {
    if (!session.offered || (keyword !== 'NOTIFY' && keyword !== 'ORCPT')) return replies.unknownParameter;
    if (keyword === 'NOTIFY') {
      const notify = parseNotify(value);
      if (notify === undefined) return BAD_NOTIFY;
      asked.notify = notify;
    } else {
      const original = parseOriginalRecipient(value, session.smtpUtf8);
      if (original === undefined) return BAD_ORCPT;
      asked.original = original;
    }
  }
  return asked;
}

/** All that was asked in a transaction, for `MessageMeta.dsn`; nothing where nothing was. */
export function dsnRequest(
  { ret, envid }: Pick<MailParameters, 'ret' | 'envid'>,
  recipients: readonly (RecipientDsn | undefined)[],
): DsnRequest | undefined {
  const byIndex = recipients.some((asked) => asked !== undefined)
    ? Array.from(recipients, (asked) => asked ?? null)
    : undefined;
  if (ret === undefined && envid === undefined && byIndex === undefined) return undefined;
  return {
    ...(ret !== undefined && { ret }),
    ...(envid !== undefined && { envid }),
    ...(byIndex !== undefined && { recipients: byIndex }),
  };
}
