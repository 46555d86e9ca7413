// RFC 3461 4: what a client asks about notices in the parameters of MAIL and RCPT; read strictly, and written for the
// next server.

import { isUtf8 } from 'node:buffer';
import { decodeUtf8Address, decodeXtext, encodeUtf8Address, encodeXtext } from './xtext.ts';

/** When the sender wants to hear of a recipient; empty is NOTIFY=NEVER. */
export type Notify = ('success' | 'failure' | 'delay')[];

/** ORCPT, decoded: the address as the sender first wrote it. */
export interface OriginalRecipient {
  type: string;
  address: string;
}

/** RFC 3461 4.4 and 4.2: longest values, as written. */
const ENVID_CHARACTERS = 100;
const ORCPT_CHARACTERS = 500;
const PRINTABLE = /^[\x20-\x7e]+$/;
/** RFC 3461 4: an atom; "+" and "=" cannot stand in it, since it is part of a parameter's value. */
const ADDRESS_TYPE = /^[A-Za-z0-9!#$%&'*/?^_`{|}~-]+$/;
const UTF8_ADDRESS = /^[^\p{Cc}@][^\p{Cc}]*@[^\p{Cc}@]+$/u;

/** RET (RFC 3461 4.3). */
export function parseRet(value: string): 'full' | 'headers' | undefined {
  switch (value.toUpperCase()) {
    case 'FULL':
      return 'full';
    case 'HDRS':
      return 'headers';
    default:
      return undefined;
  }
}

/** ENVID (RFC 3461 4.4), decoded. */
export function parseEnvid(value: string): string | undefined {
  if (value.length > ENVID_CHARACTERS) return undefined;
  const envid = decodeXtext(value);
  return envid !== undefined && PRINTABLE.test(envid) ? envid : undefined;
}

/** NOTIFY (RFC 3461 4.1): NEVER alone, or a list. */
export function parseNotify(value: string): Notify | undefined {
  if (value.toUpperCase() === 'NEVER') return [];
  const notify: Notify = [];
  for (const word of value.toLowerCase().split(',')) {
    if (word !== 'success' && word !== 'failure' && word !== 'delay') return undefined;
    if (!notify.includes(word)) notify.push(word);
  }
  return notify;
}

/**
 * ORCPT (RFC 3461 4.2, RFC 6533 3). `smtpUtf8`: the transaction may carry characters beyond ASCII as they are
 * (RFC 6531 3.4).
 */
export function parseOriginalRecipient(value: string, smtpUtf8: boolean): OriginalRecipient | undefined {
  const semicolon = value.indexOf(';');
  if (semicolon === -1 || value.length > ORCPT_CHARACTERS) return undefined;
  const type = value.slice(0, semicolon);
  const given = value.slice(semicolon + 1);
  if (!ADDRESS_TYPE.test(type)) return undefined;
  if (type.toLowerCase() === 'utf-8') {
    const address = decodeUtf8Address(given, smtpUtf8);
    return address !== undefined && UTF8_ADDRESS.test(address) ? { type, address } : undefined;
  }
  const address = decodeXtext(given);
  if (address === undefined) return undefined;
  if (PRINTABLE.test(address)) return { type, address };
  return type.toLowerCase() === 'rfc822' ? originalInOctets(address) : undefined;
}

/**
 * Postfix writes an address beyond ASCII as "rfc822;" with each octet of its UTF-8 in hexadecimal. No standard knows
 * that, but all its mail to such addresses comes so; it is kept as RFC 6533 3 has it.
 */
function originalInOctets(octets: string): OriginalRecipient | undefined {
  const raw = Buffer.from(octets, 'latin1');
  const address = raw.toString();
  return isUtf8(raw) && UTF8_ADDRESS.test(address) ? { type: 'utf-8', address } : undefined;
}

/** The parameters of MAIL, each with a space before it. */
export function formatMailNotices(asked: { ret?: 'full' | 'headers'; envid?: string }): string {
  const ret = asked.ret === undefined ? '' : ` RET=${asked.ret === 'full' ? 'FULL' : 'HDRS'}`;
  return asked.envid === undefined ? ret : `${ret} ENVID=${encodeXtext(asked.envid)}`;
}

/** The parameters of RCPT, each with a space before it. */
export function formatRecipientNotices(
  asked: { notify?: Notify; original?: OriginalRecipient },
  smtpUtf8: boolean,
): string {
  const { notify, original } = asked;
  const words = notify?.length === 0 ? 'NEVER' : notify?.join(',').toUpperCase();
  const first = words === undefined ? '' : ` NOTIFY=${words}`;
  return original === undefined ? first : `${first} ORCPT=${original.type};${encodedOriginal(original, smtpUtf8)}`;
}

function encodedOriginal({ type, address }: OriginalRecipient, smtpUtf8: boolean): string {
  return type.toLowerCase() === 'utf-8' ? encodeUtf8Address(address, smtpUtf8) : encodeXtext(address);
}
