// Reads any mail that may tell of earlier mail: RFC 3464 reports, bounces in a server's own words, feedback reports,
// automatic answers.

import { readFeedbackReport } from '../arf/feedback-report.ts';
import { firstText, type HeaderSection, parseHeader } from '../mime/header.ts';
import { headerText, type MimePart, readParts, textOf } from '../mime/parts.ts';
import { addressesIn } from './addresses-in-text.ts';
import { recipientsIn, type SplitNotice, splitNotice } from './bounce-text.ts';
import { readDeliveryStatus } from './delivery-status.ts';
import { oneLine } from './diagnosis.ts';
import { readJsonNotice } from './json-notice.ts';
import { isAutoReply, looksLikeBounce, looksLikeDelay } from './kind-of-mail.ts';
import type { Report, ReportedRecipient, ReportKind } from './report.ts';
import { type ReturnedMessage, readReturned } from './returned-message.ts';

/** Octets that are looked at; what stands beyond is not read. */
export const LARGEST_REPORT = 1024 * 1024;
/** Of a text for people, characters. */
const LARGEST_TEXT = 128 * 1024;
const MOST_WORDS = 4000;

/**
 * The facts of a report; `kind: 'unknown'` for any other mail. Never throws; time and memory are bounded by
 * LARGEST_REPORT.
 */
export function readReport(content: Uint8Array): Report {
  const { header, parts } = readParts(content.subarray(0, LARGEST_REPORT));
  const notice = noticeOf(parts);
  const returned = returnedOf(parts, notice);
  const about: Pick<Report, 'hops' | 'words' | 'messageId' | 'originalFrom' | 'originalTo'> = {
    hops: returned?.hops ?? [],
    words: oneLine(`${headerText(header, 'subject')}\n${notice.notice.join('\n')}`, MOST_WORDS),
    ...(returned?.messageId !== undefined && { messageId: returned.messageId }),
    ...(returned?.originalFrom !== undefined && { originalFrom: returned.originalFrom }),
    ...(returned?.originalTo !== undefined && { originalTo: returned.originalTo }),
  };
  return (
    complaintIn(parts, about) ??
    statusIn(parts, about, notice) ??
    jsonIn(parts, about) ??
    freeText({ header, notice, returned }, about)
  );
}

type About = Pick<Report, 'hops' | 'words' | 'messageId' | 'originalFrom' | 'originalTo'>;

function complaintIn(parts: readonly MimePart[], about: About): Report | undefined {
  const part = parts.find(({ type }) => type === 'message/feedback-report');
  if (part === undefined) return complaintByMessage(parts, about);
  const complaint = readFeedbackReport(limitedText(part));
  return complaint === undefined ? undefined : { kind: 'complaint', recipients: [], ...about, complaint };
}

/**
 * Outlook.com (JMRP) sends the message that somebody called junk, with a field for who it was, and nothing for machines
 * around it.
 */
function complaintByMessage(parts: readonly MimePart[], about: About): Report | undefined {
  const part = parts.find(({ type }) => type === 'message/rfc822');
  const sourceIp = /^\s*complaint about message from\s+(\S+)/i.exec(about.words)?.[1];
  if (part === undefined || sourceIp === undefined) return undefined;
  const junked = firstText(parseHeader(part.body), 'x-hmxmroriginalrecipient') ?? '';
  const recipients = addressesIn(junked, 1).map(({ address }) => address);
  const complaint = { type: 'abuse', recipients, sourceIp, reportedDomains: [], incidents: 1 };
  return { kind: 'complaint', recipients: [], ...about, complaint };
}

const STATUS_TYPES: ReadonlySet<string> = new Set(['message/delivery-status', 'message/global-delivery-status']);

function statusIn(parts: readonly MimePart[], about: About, notice: SplitNotice): Report | undefined {
  for (const part of statusParts(parts)) {
    const status = readDeliveryStatus(limitedText(part));
    if (status.recipients.length === 0) continue;
    const spoken = recipientsIn(
      notice.notice,
      {
        failed: status.recipients.flatMap(({ final, original }) => final ?? original ?? []),
        others: [],
        fallback: undefined,
      },
      'failed',
    );
    const byAddress = new Map(spoken.toReversed().map((one) => [one.final, one]));
    const recipients = status.recipients.map((recipient) =>
      withWords(recipient, byAddress.get(recipient.final ?? recipient.original)),
    );
    return {
      kind: kindOf(recipients),
      recipients,
      ...about,
      ...(status.envelopeId !== undefined && { envelopeId: status.envelopeId }),
      ...(status.reportingMta !== undefined && { reportingMta: status.reportingMta }),
    };
  }
  return undefined;
}

/** The part for machines; else a text that has its fields, as some servers write them. */
function statusParts(parts: readonly MimePart[]): MimePart[] {
  const proper = parts.filter(({ type }) => STATUS_TYPES.has(type));
  if (proper.length > 0) return proper;
  return parts.filter((part) => part.type.startsWith('text/') && /^final-recipient:/im.test(limitedText(part)));
}

/** What the fields leave out is in the words for people. */
function withWords(recipient: ReportedRecipient, spoken: ReportedRecipient | undefined): ReportedRecipient {
  const whole = { ...recipient };
  if (spoken?.words !== undefined) whole.words = spoken.words;
  if (recipient.diagnostic === undefined && spoken?.diagnostic !== undefined) {
    whole.diagnostic = spoken.diagnostic;
    if (spoken.code !== undefined) whole.code ??= spoken.code;
  }
  if (spoken?.stage !== undefined) whole.stage ??= spoken.stage;
  return whole;
}

function kindOf(recipients: readonly ReportedRecipient[]): ReportKind {
  if (recipients.some(({ action }) => action === 'failed')) return 'failure';
  if (recipients.some(({ action }) => action === 'delayed')) return 'delay';
  return recipients.length === 0 ? 'unknown' : 'success';
}

function jsonIn(parts: readonly MimePart[], about: About): Report | undefined {
  const [part] = parts;
  if (part === undefined || (part.type !== 'text/plain' && part.type !== 'application/json')) return undefined;
  const notice = readJsonNotice(limitedText(part));
  if (notice === undefined) return undefined;
  const { recipients, complaint, messageId } = notice;
  return {
    kind: complaint === undefined ? kindOf(recipients) : 'complaint',
    recipients,
    ...about,
    ...(messageId !== undefined && { messageId }),
    ...(complaint !== undefined && { complaint }),
  };
}

interface FreeMail {
  header: HeaderSection;
  notice: SplitNotice;
  returned: ReturnedMessage | undefined;
}

function freeText({ header, notice, returned }: FreeMail, about: About): Report {
  const subject = headerText(header, 'subject');
  const text = notice.notice.join('\n');
  const failed = addressesIn((firstText(header, 'x-failed-recipients') ?? '').slice(0, 10_000), 200);
  const bounce = failed.length > 0 || looksLikeBounce(header, subject, text);
  if (!bounce) return { kind: isAutoReply(header, subject) ? 'auto-reply' : 'unknown', recipients: [], ...about };
  const delay = looksLikeDelay(subject, text);
  const others = ['from', 'to', 'reply-to', 'return-path', 'sender'].flatMap((name) =>
    addressesIn((firstText(header, name) ?? '').slice(0, 2000)).map(({ address }) => address),
  );
  if (returned?.originalFrom !== undefined) others.push(returned.originalFrom);
  const fallback = returned?.deliveredTo ?? returned?.originalTo;
  const known = { failed: failed.map(({ address }) => address), others, fallback };
  const recipients = recipientsIn(notice.notice, known, delay ? 'delayed' : 'failed');
  // Without a recipient it is still a bounce: who gets it may know by its address whom it is about.
  return { kind: delay ? 'delay' : 'failure', recipients, ...about };
}

const NO_NOTICE: SplitNotice = { notice: [], returned: '' };

/** The words for people: of the first text that is no earlier mail. */
function noticeOf(parts: readonly MimePart[]): SplitNotice {
  const texts = parts.filter(
    ({ type, header, within }) =>
      type.startsWith('text/') && type !== 'text/rfc822-headers' && (within === '' || !isReturned(header)),
  );
  const plain = texts.find((part) => part.type === 'text/plain' && part.body.length > 2) ?? texts[0];
  if (plain === undefined) return NO_NOTICE;
  const text = limitedText(plain);
  return splitNotice(plain.type === 'text/html' ? withoutTags(text) : text);
}

/** Some servers put the earlier header where the header of a part belongs. */
function isReturned(header: HeaderSection): boolean {
  const has = (name: string) => header.fields.some((field) => field.name === name);
  return has('received') && !has('content-type');
}

const RETURNED_TYPES: ReadonlySet<string> = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
  'message/partial',
]);

function returnedOf(parts: readonly MimePart[], notice: SplitNotice): ReturnedMessage | undefined {
  const part = parts.find(({ type }) => RETURNED_TYPES.has(type));
  if (part !== undefined) return readReturned(Buffer.from(limitedText(part)));
  const bare = parts.find((one, index) => index > 0 && isReturned(one.header));
  if (bare !== undefined) return readReturned(bare.header.octets);
  return notice.returned === '' ? undefined : readReturned(Buffer.from(notice.returned));
}

function limitedText(part: MimePart): string {
  const body = part.body.subarray(0, LARGEST_TEXT);
  return textOf(body.length === part.body.length ? part : { ...part, body });
}

/** HTML as text: tags gone, blocks on lines of their own. */
function withoutTags(html: string): string {
  let text = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) return text + html.slice(at);
    const close = html.indexOf('>', open);
    text += html.slice(at, open);
    if (close < 0) return text;
    // An address in angle brackets that nobody escaped is no tag.
    const inside = html.slice(open + 1, Math.min(close, open + 320));
    if (/^[^\s<>/]+@[^\s<>]+$/.test(inside)) text += `<${inside}>`;
    else text += /^\/?(?:p|br|div|tr|li|h\d|table|pre)\b/i.test(inside) ? '\n' : ' ';
    at = close + 1;
  }
  return text;
}
