// RFC 5321 4.4: the one Received field that we add.

import { mailDate } from '../../protocol/mime/mail-date.ts';
import type { Origin } from '../message.ts';

export interface ReceivedOptions {
  origin: Origin;
  /** Said instead of the client's name and address, which are not to be known. */
  shownAs?: string;
  esmtp: boolean;
  smtpUtf8: boolean;
  hostname: string;
  id: string;
  /** The only recipient; left out where there are several, so that none learns of another. */
  recipient?: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** The field with its CRLF, folded below 78 characters where its words allow. */
export function receivedField(options: ReceivedOptions): string {
  const recipient = options.recipient === undefined ? '' : `\r\n\tfor <${options.recipient}>`;
  return (
    `Received: from ${options.shownAs ?? clientOf(options.origin)}\r\n` +
    `\tby ${options.hostname} (Easymail) with ${protocolName(options)} id ${options.id}${recipient};\r\n` +
    `\t${mailDate(options.at)}\r\n`
  );
}

/** RFC 5321 4.4: the name in EHLO and the address; the cipher as a comment. */
function clientOf({ helo, ip, tls }: Origin): string {
  const secured = tls === undefined ? '' : `\r\n\t(using ${tls.version} with ${tls.cipher})`;
  return `${safeHelo(helo)} (${addressLiteral(ip)})${secured}`;
}

/** RFC 3848 and RFC 6531 4.3: what the session spoke. */
function protocolName({ origin, esmtp, smtpUtf8 }: ReceivedOptions): string {
  if (!esmtp) return 'SMTP';
  const secured = `${origin.tls === undefined ? '' : 'S'}${origin.login === undefined ? '' : 'A'}`;
  return smtpUtf8 ? `UTF8SMTP${secured}` : `ESMTP${secured}`;
}

/** RFC 5321 4.1.3. */
function addressLiteral(ip: string): string {
  return ip.includes(':') ? `[IPv6:${ip}]` : `[${ip}]`;
}

/** A name that is no host name must not be able to end a comment or begin a clause. */
function safeHelo(helo: string): string {
  return /^[A-Za-z0-9.:_[\]-]+$/.test(helo) ? helo : 'unknown';
}
