// A mail of the relay's own to a person, as a message for the queue: text and HTML of the same words (RFC 2046 5.1.4),
// and files beside them.
//
// - The reverse path is null for all that the relay itself would say of it (no notice about a notice); on the wire it is
//   a tag of ours, so that a bounce is read and noted on the mail (returned-mail.ts).
// - No value of it can begin a line of the header: an address is read strictly, all else has its controls taken out.

import { encodeWords } from '../../protocol/mime/encode-words.ts';
import { mailDate } from '../../protocol/mime/mail-date.ts';
import { parseAddress } from '../../protocol/smtp/address.ts';
import { makeReturnTag } from '../deliver/return-tag.ts';
import { BUSINESS_STREAM, type MessageMeta, type QueueId, RELAY_CUSTOMER } from '../message.ts';
import type { NewMessage } from '../queue/queue.ts';
import { acceptedEvent } from './events.ts';
import { oneLine } from './notices/notice.ts';
import type { OwnAttachment, OwnMail } from './operations.ts';
import { quotedPrintable } from './quoted-printable.ts';

export interface OwnMailOptions {
  id: QueueId;
  /** Name of this node: in From and Message-ID. */
  hostname: string;
  /** Who the reader knows: name in From. */
  operator: string;
  /** Domain of return paths of ours, and their key. */
  bounceDomain: string;
  returnKey: Uint8Array;
  /** Milliseconds since 1970. */
  now: number;
  /** Whether the trace keeps subjects. */
  keepSubject: boolean;
}

/** RFC 5322 2.1.1: far below the longest line, encoded or not. */
const SUBJECT_CHARACTERS = 200;
const NAME_CHARACTERS = 100;
const FILE_NAME_CHARACTERS = 100;
/** RFC 2045 6.8: characters of a line of base64. */
const BASE64_LINE = 76;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]+$/;

/** The mail as a message for the queue. Throws a RangeError where `to` is no address of a mailbox. */
export function composeOwnMail(mail: OwnMail, options: OwnMailOptions): NewMessage {
  const { id, hostname, now } = options;
  const mailbox = parseAddress(mail.to);
  if (mailbox === undefined || mailbox.literal) throw new RangeError('not an address that mail can be sent to');
  // A domain has a form in ASCII (RFC 5890); only the local part may need SMTPUTF8.
  const address = `${mailbox.localPart}@${mailbox.domain}`;
  const utf8 = !/^[\x00-\x7f]*$/.test(mailbox.localPart);
  const content = Buffer.from([...headerLines(mail, address, options), ...bodyLines(mail, id)].join('\r\n'), 'utf8');
  const meta: MessageMeta = {
    id,
    customer: RELAY_CUSTOMER,
    direction: 'outbound',
    stream: BUSINESS_STREAM,
    sender: '',
    envelopeFrom: `${makeReturnTag({ id, index: 0 }, options.returnKey)}@${options.bounceDomain}`,
    acceptedAt: now,
    size: content.length,
    origin: { ip: '127.0.0.1', helo: hostname },
    received: `Received: by ${hostname} (Easymail) id ${id};\r\n\t${mailDate(now)}\r\n`,
    eightBit: utf8,
    smtpUtf8: utf8,
    messageId: `${id}@${hostname}`,
    headerFrom: `postmaster@${hostname}`,
    ours: true,
    recipientCount: 1,
    ...(options.keepSubject && { subject: subjectOf(mail) }),
  };
  return {
    meta,
    // An octet string of its own: a slice of a pool would take the whole pool along to the store thread.
    body: { kind: 'inline', bytes: Uint8Array.from(content) },
    recipients: [{ address, destination: mailbox.domain }],
    events: [JSON.stringify(acceptedEvent(meta, [address]))],
  };
}

function headerLines(mail: OwnMail, address: string, { id, hostname, operator, now }: OwnMailOptions): string[] {
  return [
    `From: ${displayName(operator)}\r\n <postmaster@${hostname}>`,
    `To: <${address}>`,
    encodeWords('Subject: ', subjectOf(mail)),
    `Date: ${mailDate(now)}`,
    `Message-ID: <${id}@${hostname}>`,
    // RFC 3834 5: nobody's automatic answer should answer this.
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Language: ${mail.language}`,
  ];
}

function subjectOf({ subject }: OwnMail): string {
  return Array.from(oneLine(subject)).slice(0, SUBJECT_CHARACTERS).join('');
}

/** RFC 5322 3.2.5: a phrase; beyond ASCII in encoded words (RFC 2047 5). */
function displayName(name: string): string {
  const words = Array.from(oneLine(name)).slice(0, NAME_CHARACTERS).join('');
  if (!/^[\x20-\x7e]*$/.test(words)) return encodeWords('', words);
  return `"${words.replace(/["\\]/g, '\\$&')}"`;
}

function bodyLines(mail: OwnMail, id: QueueId): string[] {
  // RFC 2045 6.7: `=_` stands in no quoted-printable text, and `_` in no base64.
  const alternative = `=_${id}_alternative`;
  const lines = [
    `Content-Type: multipart/alternative;\r\n\tboundary="${alternative}"`,
    '',
    ...wordsPart(alternative, 'text/plain', mail.text, mail.language),
    ...wordsPart(alternative, 'text/html', mail.html, mail.language),
    `--${alternative}--`,
    '',
  ];
  const { attachments = [] } = mail;
  if (attachments.length === 0) return lines;
  const mixed = `=_${id}_mixed`;
  return [
    `Content-Type: multipart/mixed;\r\n\tboundary="${mixed}"`,
    '',
    `--${mixed}`,
    ...lines,
    ...attachments.flatMap((attachment) => attachmentPart(mixed, attachment)),
    `--${mixed}--`,
    '',
  ];
}

function wordsPart(boundary: string, type: string, words: string, language: string): string[] {
  return [
    `--${boundary}`,
    `Content-Type: ${type}; charset=utf-8`,
    `Content-Language: ${language}`,
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(Buffer.from(words.replace(/\r\n|\r|\n/g, '\r\n'), 'utf8')),
  ];
}

function attachmentPart(boundary: string, { name, type, content }: OwnAttachment): string[] {
  const text = Buffer.from(content).toString('base64');
  return [
    `--${boundary}`,
    `Content-Type: ${MEDIA_TYPE.test(type) ? type : 'application/octet-stream'}`,
    `Content-Disposition: attachment; filename="${fileName(name)}"`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(text.match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? ['']),
  ];
}

/** Characters that no system reads anything into. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_').slice(-FILE_NAME_CHARACTERS);
}
