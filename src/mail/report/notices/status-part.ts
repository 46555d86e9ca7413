// The machine's part of a notice: message/delivery-status (RFC 3464), and its form for addresses beyond ASCII (RFC 6533).

import { isIP } from 'node:net';
import { mailDate } from '../../../protocol/mime/mail-date.ts';
import { encodeUtf8Address } from '../../../protocol/smtp/xtext.ts';
import type { Cause, MessageMeta, RemoteReply } from '../../message.ts';
import { classifyBounce } from '../bounce-class.ts';
import { type NoticeOutcome, type NoticeRecipient, oneLine, replyLine } from './notice.ts';
import { statusOf } from './status.ts';
import { ENGLISH } from './texts-en.ts';

export interface StatusOptions {
  /** Reporting-MTA. */
  hostname: string;
  /** RFC 6533: the notice travels with SMTPUTF8, so addresses stand in it as they are. */
  utf8: boolean;
}

/** RFC 5322 2.1.1: fields are folded before this column. */
const FOLD = 76;
/** RFC 5322 2.1.1: a line has 998 characters at most; a word longer than this is cut. */
const LONGEST_WORD = 900;
const ACTIONS = {
  bounced: 'failed',
  expired: 'failed',
  suppressed: 'failed',
  delayed: 'delayed',
  relayed: 'relayed',
} as const satisfies Record<NoticeOutcome['kind'], string>;

/** RFC 3464 2: fields for the message, then a group for each recipient, empty lines between; each character an octet. */
export function statusPart(
  original: MessageMeta,
  recipients: readonly NoticeRecipient[],
  options: StatusOptions,
): string {
  const envid = original.dsn?.envid;
  const groups = [
    [
      ...(envid === undefined ? [] : [field('Original-Envelope-Id', ascii(envid))]),
      field('Reporting-MTA', `dns; ${options.hostname}`),
      field('X-Easymail-Queue-Id', original.id),
      field('Arrival-Date', mailDate(original.acceptedAt)),
    ],
    ...recipients.map((recipient) => recipientGroup(recipient, options)),
  ];
  return groups.map((fields) => `${fields.join('\r\n')}\r\n`).join('\r\n');
}

function recipientGroup(recipient: NoticeRecipient, options: StatusOptions): string[] {
  const { outcome, original, lastAttemptAt } = recipient;
  const fields: string[] = [];
  // RFC 3461 6.3: exactly what ORCPT said.
  if (original !== undefined) fields.push(field('Original-Recipient', typed(original.type, original.address, options)));
  const beyond = /[^\x00-\x7f]/.test(recipient.address);
  fields.push(field('Final-Recipient', typed(beyond ? 'utf-8' : 'rfc822', recipient.address, options)));
  fields.push(field('Action', ACTIONS[outcome.kind]), field('Status', statusOf(outcome)));
  const said = remoteReply(outcome);
  if (said !== undefined) fields.push(...remoteFields(said, recipient.hidden === true));
  else if ('cause' in outcome && outcome.cause?.from === 'us') {
    fields.push(field('Diagnostic-Code', `X-Easymail; ${outcome.cause.cause}`));
  }
  if (lastAttemptAt !== undefined) fields.push(field('Last-Attempt-Date', mailDate(lastAttemptAt)));
  if (outcome.kind === 'delayed') fields.push(field('Will-Retry-Until', mailDate(outcome.retryUntil)));
  return fields;
}

/** RFC 6533 3: utf-8-address where the notice may hold it, else utf-8-addr-xtext, which is ASCII. */
function typed(type: string, address: string, { utf8 }: StatusOptions): string {
  const clean = oneLine(address);
  if (type.toLowerCase() !== 'utf-8') return `${ascii(type)}; ${ascii(clean)}`;
  return `${type}; ${octetsOf(utf8 ? clean : encodeUtf8Address(clean, false))}`;
}

function remoteReply(outcome: NoticeOutcome): { host: string | undefined; reply: RemoteReply } | undefined {
  if (outcome.kind === 'relayed') return { host: outcome.host, reply: outcome.reply };
  const cause = 'cause' in outcome ? outcome.cause : undefined;
  return cause?.from === 'remote' ? cause : undefined;
}

function remoteFields({ host, reply }: { host: string | undefined; reply: RemoteReply }, hidden: boolean): string[] {
  if (hidden) return [field('Diagnostic-Code', `smtp; ${withheld(reply)}`)];
  return [
    ...(host === undefined || host === '' ? [] : [field('Remote-MTA', `dns; ${mtaName(host)}`)]),
    field('Diagnostic-Code', `smtp; ${ascii(replyLine(reply))}`),
  ];
}

/** RFC 3464 2.1.2: a domain, or an address as a literal of RFC 5321. */
function mtaName(host: string): string {
  const family = isIP(host);
  if (family === 0) return ascii(host);
  return family === 4 ? `[${host}]` : `[IPv6:${host}]`;
}

/** The codes of a reply with words of ours: its own could name the host, however they are put. */
function withheld(reply: RemoteReply): string {
  if (reply.code < 300) return replyLine({ ...reply, text: 'Taken' });
  const cause: Cause = { from: 'remote', stage: 'rcpt', host: '', reply };
  return replyLine({ ...reply, text: ENGLISH.classes[classifyBounce(cause).class].what });
}

/** RFC 5322 2.2.3: long values are folded at spaces. */
function field(name: string, value: string): string {
  let line = `${name}:`;
  let text = '';
  for (const long of value.split(' ')) {
    const word = long.slice(0, LONGEST_WORD);
    if (line.length + 1 + word.length > FOLD && line.trim() !== '' && line !== `${name}:`) {
      text += `${line}\r\n`;
      line = '';
    }
    line += ` ${word}`;
  }
  return text + line;
}

/** UTF-8 as a string in which each character is one octet. */
export function octetsOf(text: string): string {
  return Buffer.from(oneLine(text), 'utf8').toString('latin1');
}

/** One line in which anything beyond ASCII is a question mark. */
function ascii(text: string): string {
  return oneLine(text).replace(/[^\x20-\x7e]/g, '?');
}
