// The simple bounce: tells the sender which recipients failed and why. multipart/report (RFC 6522) of three parts:
// words for people, delivery status (RFC 3464), header of the original.

import { isUtf8 } from 'node:buffer';
import { domainToASCII } from 'node:url';
import { mailDate } from '../../protocol/mime/mail-date.ts';
import { BUSINESS_STREAM, type Cause, type MessageMeta, type QueueId } from '../message.ts';
import type { NewMessage } from '../queue/queue.ts';
import { CAUSE_TEXTS, failureStatus } from './cause-texts.ts';
import { acceptedEvent } from './events.ts';
import { quotedPrintable } from './quoted-printable.ts';

/** A recipient that failed for good. */
export interface FailedRecipient {
  address: string;
  /** `expired`: attempts went on until the time was over. */
  kind: 'bounced' | 'expired';
  /** The last thing that happened, where anything did. */
  cause?: Cause;
  /** Time of the last attempt, milliseconds since 1970. */
  lastAttemptAt?: number;
}

export interface BounceOptions {
  /** Name of this node: in From, Message-ID, Reporting-MTA. */
  hostname: string;
  /** Gives the notice its own id. */
  newId: () => QueueId;
  /** Milliseconds since 1970. */
  now: number;
  /** Header section of the original, as stored. Without it the third part says so. */
  header?: Uint8Array;
}

/** Of the original's header, no more than this is sent back. */
const HEADER_OCTETS = 64 * 1024;
/** Recipients named one by one in the words for people; the status part has all. */
const NAMED_RECIPIENTS = 20;
/** RFC 5322 2.1.1: fields are folded before this column. */
const FOLD = 76;
/** RFC 5322 2.1.1: a line has 998 characters at most; a word longer than this is cut. */
const LONGEST_WORD = 900;
/** No control characters, and CR and LF only together. */
const CLEAN = /^(?:[\t\x20-\x7e\x80-\xff]|\r\n)*$/;
const ASCII = /^[\x00-\x7f]*$/;

/**
 * The notice about these recipients as a message for the queue, or nothing where there is nobody to tell: the sender is
 * null (RFC 5321 4.5.5: a notice is never answered by a notice) or has no domain.
 */
export function bounceNotice(
  original: MessageMeta,
  failed: readonly FailedRecipient[],
  options: BounceOptions,
): NewMessage | undefined {
  const destination = domainToASCII(original.sender.slice(original.sender.lastIndexOf('@') + 1));
  if (!original.sender.includes('@') || destination === '' || failed.length === 0) return undefined;
  const id = options.newId();
  const utf8 = !ASCII.test(original.sender) || failed.some((recipient) => !ASCII.test(recipient.address));
  const content = Buffer.from(compose(original, failed, { ...options, id, utf8 }), 'latin1');
  const meta: MessageMeta = {
    id,
    customer: original.customer,
    // What comes back goes the other way: to the customer's users for what they sent, out for what came in.
    direction: original.direction === 'outbound' ? 'inbound' : 'outbound',
    stream: BUSINESS_STREAM,
    sender: '',
    acceptedAt: options.now,
    size: content.length,
    origin: { ip: '127.0.0.1', helo: options.hostname },
    received: `Received: by ${options.hostname} (Easymail) id ${id};\r\n\t${mailDate(options.now)}\r\n`,
    eightBit: utf8,
    smtpUtf8: utf8,
    messageId: `${id}@${options.hostname}`,
    headerFrom: `mailer-daemon@${options.hostname}`,
    recipientCount: 1,
  };
  return {
    meta,
    body: { kind: 'inline', bytes: content },
    recipients: [{ address: original.sender, destination }],
    events: [JSON.stringify(acceptedEvent(meta, [original.sender]))],
  };
}

interface Composition extends BounceOptions {
  id: QueueId;
  /** RFC 6533: an address needs UTF-8, so the notice is an internationalised one. */
  utf8: boolean;
}

/** The whole content; each character stands for one octet. */
function compose(original: MessageMeta, failed: readonly FailedRecipient[], options: Composition): string {
  const boundary = `=_${options.id}_report`;
  const type = options.utf8 ? 'message/global-delivery-status' : 'message/delivery-status';
  const lines = [
    `From: Mail Delivery System <mailer-daemon@${options.hostname}>`,
    `To: <${octetsOf(original.sender)}>`,
    `Subject: Mail could not be delivered`,
    `Date: ${mailDate(options.now)}`,
    `Message-ID: <${options.id}@${options.hostname}>`,
    ...(original.messageId === undefined ? [] : referenceFields(original.messageId)),
    // RFC 3834 5: nobody's automatic answer should answer this.
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(Buffer.from(words(original, failed, options), 'utf8')),
    `--${boundary}`,
    `Content-Type: ${type}`,
    ...(options.utf8 ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    status(original, failed, options),
    `--${boundary}`,
    ...headerPart(options),
    `--${boundary}--`,
    '',
  ];
  return lines.join('\r\n');
}

function referenceFields(messageId: string): string[] {
  if (!/^[\x21-\x7e]{1,500}$/.test(messageId)) return [];
  return [`In-Reply-To: <${messageId}>`, `References: <${messageId}>`];
}

function words(original: MessageMeta, failed: readonly FailedRecipient[], options: Composition): string {
  const one = failed.length === 1;
  const lines = [
    `Your mail of ${mailDate(original.acceptedAt)} could not be delivered to`,
    one ? 'this recipient. It will not be tried again.' : `${failed.length} recipients. It will not be tried again.`,
    '',
  ];
  for (const recipient of failed.slice(0, NAMED_RECIPIENTS)) lines.push(...recipientWords(recipient));
  if (failed.length > NAMED_RECIPIENTS) {
    lines.push(`and ${failed.length - NAMED_RECIPIENTS} more; the report attached names all.`, '');
  }
  lines.push(
    `This notice was made by the mail relay ${options.hostname}.`,
    `Give this number to your administrator when you ask about it: ${original.id}`,
    '',
  );
  return lines.join('\r\n');
}

function recipientWords(recipient: FailedRecipient): string[] {
  const lines = [`<${recipient.address}>`];
  const { cause } = recipient;
  if (recipient.kind === 'expired') lines.push(`    ${CAUSE_TEXTS.expired.what}`);
  if (cause?.from === 'remote') {
    lines.push(
      recipient.kind === 'expired'
        ? `    The last answer of the recipient's mail server ${cause.host} was:`
        : `    The recipient's mail server ${cause.host} refused it and said:`,
      `      ${remoteWords(cause)}`,
      '    The words are those of the other side. If they do not help, ask the recipient by another way.',
    );
  } else if (cause !== undefined) {
    lines.push(`    ${CAUSE_TEXTS[cause.cause].what}`, `    ${CAUSE_TEXTS[cause.cause].advice}`);
  } else {
    lines.push(`    ${CAUSE_TEXTS.expired.advice}`);
  }
  return [...lines, ''];
}

function remoteWords(cause: Extract<Cause, { from: 'remote' }>): string {
  const { code, enhanced, text } = cause.reply;
  return oneLine([String(code), enhanced, text].filter((part) => part !== undefined && part !== '').join(' '));
}

/** RFC 3464 2: fields for the message, then a group for each recipient, empty lines between. */
function status(original: MessageMeta, failed: readonly FailedRecipient[], options: Composition): string {
  const groups = [
    [
      field('Reporting-MTA', `dns; ${options.hostname}`),
      field('X-Easymail-Queue-Id', original.id),
      field('Arrival-Date', mailDate(original.acceptedAt)),
    ],
    ...failed.map((recipient) => statusGroup(recipient, options.utf8)),
  ];
  return groups.map((fields) => `${fields.join('\r\n')}\r\n`).join('\r\n');
}

function statusGroup(recipient: FailedRecipient, utf8: boolean): string[] {
  const cause: Cause = recipient.cause ?? { from: 'us', cause: 'expired' };
  const status = recipient.kind === 'expired' ? CAUSE_TEXTS.expired.status : failureStatus(cause);
  const fields = [
    // RFC 6533 3: the address type utf-8 is for the internationalised form.
    field('Final-Recipient', `${utf8 ? 'utf-8' : 'rfc822'}; ${octetsOf(recipient.address)}`),
    field('Action', 'failed'),
    field('Status', status),
  ];
  if (cause.from === 'remote') {
    fields.push(field('Remote-MTA', `dns; ${ascii(cause.host)}`));
    fields.push(field('Diagnostic-Code', `smtp; ${ascii(remoteWords(cause))}`));
  }
  if (recipient.lastAttemptAt !== undefined) {
    fields.push(field('Last-Attempt-Date', mailDate(recipient.lastAttemptAt)));
  }
  return fields;
}

/** Part three. RFC 6522 4: quoted-printable where the header is not what a header should be. */
function headerPart(options: Composition): string[] {
  const header = Buffer.from(wholeFields(options.header ?? new Uint8Array())).toString('latin1');
  if (header === '') return ['Content-Type: text/rfc822-headers', '', ''];
  const longLine = /[^\r\n]{999}/.test(header);
  if (options.utf8 && !longLine && CLEAN.test(header) && isUtf8(Buffer.from(header, 'latin1'))) {
    return ['Content-Type: message/global-headers', 'Content-Transfer-Encoding: 8bit', '', header];
  }
  if (ASCII.test(header) && CLEAN.test(header) && !longLine) return ['Content-Type: text/rfc822-headers', '', header];
  return [
    'Content-Type: text/rfc822-headers',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(Buffer.from(header, 'latin1')),
  ];
}

/** The header up to its end or to `HEADER_OCTETS`, cut between two fields, without the empty line. */
function wholeFields(header: Uint8Array): Uint8Array {
  const octets = Buffer.from(header.buffer, header.byteOffset, header.length);
  const end = octets.indexOf('\r\n\r\n');
  const section = end === -1 ? octets : octets.subarray(0, end + 2);
  if (section.length <= HEADER_OCTETS) return section;
  for (let cut = section.lastIndexOf('\r\n', HEADER_OCTETS); cut > 0; cut = section.lastIndexOf('\r\n', cut - 1)) {
    const next = section[cut + 2];
    if (next !== 32 && next !== 9) return section.subarray(0, cut + 2);
  }
  return new Uint8Array();
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

/** UTF-8 as a string in which each character is one octet, as `compose` writes it. */
function octetsOf(text: string): string {
  return Buffer.from(oneLine(text), 'utf8').toString('latin1');
}

/** No control characters: nothing that a remote says may begin a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ').trim();
}

/** One line in which anything beyond ASCII is a question mark. */
function ascii(text: string): string {
  return oneLine(text).replace(/[^\x20-\x7e]/g, '?');
}
