// A notice as a message for the queue: multipart/report (RFC 6522) of three parts, for people, for machines (RFC 3464),
// and what comes back of the original.

import { encodeWords } from '../../../protocol/mime/encode-words.ts';
import { mailDate } from '../../../protocol/mime/mail-date.ts';
import { toLookupDomain } from '../../../protocol/smtp/domain.ts';
import { BUSINESS_STREAM, type MessageMeta, type QueueId } from '../../message.ts';
import type { NewMessage } from '../../queue/queue.ts';
import { acceptedEvent } from '../events.ts';
import { quotedPrintable } from '../quoted-printable.ts';
import { textsFor } from './languages.ts';
import type { Notice, Returned } from './notice.ts';
import { type OriginalPart, originalPart } from './original-part.ts';
import { octetsOf, statusPart } from './status-part.ts';
import type { NoticeTexts } from './texts.ts';
import { noticeWords } from './words.ts';

export interface ComposeOptions {
  /** Name of this node: in From, Message-ID, Reporting-MTA. */
  hostname: string;
  /** Gives the notice its own id. */
  newId: () => QueueId;
  /** Milliseconds since 1970. */
  now: number;
  /** Languages of the words, in order. */
  languages: readonly string[];
  returned: Returned;
}

const ASCII = /^[\x00-\x7f]*$/;

/** The domain to which a notice to this sender goes; nothing where there is nobody to tell. */
export function noticeDestination(sender: string): string | undefined {
  const at = sender.lastIndexOf('@');
  if (at < 1) return undefined;
  return toLookupDomain(sender.slice(at + 1));
}

/**
 * The notice as a message for the queue, or nothing where there is nobody to tell: the sender is null (RFC 5321 4.5.5: a
 * notice is never answered by a notice) or has no domain.
 */
export function composeNotice(original: MessageMeta, notice: Notice, options: ComposeOptions): NewMessage | undefined {
  const destination = noticeDestination(original.sender);
  if (destination === undefined || notice.recipients.length === 0) return undefined;
  const id = options.newId();
  // RFC 6533: addresses of recipients have a form in ASCII, so only the one to be told decides how the notice travels.
  const utf8 = !ASCII.test(original.sender);
  const part = originalPart(options.returned, utf8);
  const content = Buffer.from(written(original, notice, { ...options, id, utf8, part }), 'latin1');
  const meta: MessageMeta = {
    id,
    customer: original.customer,
    // What comes back goes the other way: to the customer's users for what they sent, out for what came in or was
    // forwarded.
    direction: original.direction === 'outbound' && original.forward !== true ? 'inbound' : 'outbound',
    stream: BUSINESS_STREAM,
    sender: '',
    acceptedAt: options.now,
    size: content.length,
    origin: { ip: '127.0.0.1', helo: options.hostname },
    received: `Received: by ${options.hostname} (Easymail) id ${id};\r\n\t${mailDate(options.now)}\r\n`,
    eightBit: utf8 || part.eightBit,
    smtpUtf8: utf8,
    messageId: `${id}@${options.hostname}`,
    headerFrom: `mailer-daemon@${options.hostname}`,
    ours: true,
    recipientCount: 1,
    noticeOf: { id: original.id, subject: notice.subject },
  };
  return {
    meta,
    body: { kind: 'inline', bytes: content },
    recipients: [{ address: original.sender, destination }],
    events: [JSON.stringify(acceptedEvent(meta, [original.sender]))],
  };
}

interface Composition extends ComposeOptions {
  id: QueueId;
  /** RFC 6533: the notice is an internationalised one. */
  utf8: boolean;
  part: OriginalPart;
}

/** The whole content; each character stands for one octet. */
function written(original: MessageMeta, notice: Notice, options: Composition): string {
  const { hostname, utf8, part } = options;
  const boundary = boundaryFor(options.id, part);
  const languages = [...new Set(options.languages.map(textsFor))];
  const words = noticeWords(original, notice, { ...options, languages, returned: part.kind });
  const lines = [
    ...headerLines(original, notice, options, languages),
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    ...(utf8 || part.eightBit ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Language: ${languages.map(({ tag }) => tag).join(', ')}`,
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(Buffer.from(words, 'utf8')),
    `--${boundary}`,
    `Content-Type: ${utf8 ? 'message/global-delivery-status' : 'message/delivery-status'}`,
    ...(utf8 ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    statusPart(original, notice.recipients, { hostname, utf8 }),
    `--${boundary}`,
    ...part.lines,
    `--${boundary}--`,
    '',
  ];
  return lines.join('\r\n');
}

function headerLines(
  original: MessageMeta,
  notice: Notice,
  { hostname, id, now }: Composition,
  languages: readonly NoticeTexts[],
): string[] {
  // The sender's own server knows the message by the id that it wrote.
  const about = original.originalMessageId ?? original.messageId;
  return [
    `From: Mail Delivery System <mailer-daemon@${hostname}>`,
    `To: <${octetsOf(original.sender)}>`,
    encodeWords('Subject: ', languages.map(({ subject }) => subject[notice.subject]).join(' / ')),
    `Date: ${mailDate(now)}`,
    `Message-ID: <${id}@${hostname}>`,
    ...(about === undefined ? [] : referenceFields(about)),
    // RFC 3834 5: nobody's automatic answer should answer this.
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
  ];
}

function referenceFields(messageId: string): string[] {
  if (!/^[\x21-\x3b\x3d\x3f-\x7e]{1,500}$/.test(messageId)) return [];
  return [`In-Reply-To: <${messageId}>`, `References: <${messageId}>`];
}

/** RFC 2046 5.1.1: it stands in no part, whatever a sender put into its message. */
function boundaryFor(id: QueueId, { lines }: OriginalPart): string {
  let boundary = `=_${id}_report`;
  while (lines.some((line) => line.includes(boundary))) boundary += '_';
  return boundary;
}
