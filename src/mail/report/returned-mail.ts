// Mail that came back to a tag of ours, and so is about a message of ours: what it says is noted on the recipient it is
// about, in the transaction of its own acceptance. The mail itself goes on to the sender, whatever could be read.
//
// Complaints come to where they were registered for, which is abuse@ as a rule: there the tag stands inside the report.

import { readReport } from '../../protocol/dsn/read-report.ts';
import type { Report, ReportedRecipient, ReturnedHop } from '../../protocol/dsn/report.ts';
import { fieldsNamed, firstText, type HeaderSection } from '../../protocol/mime/header.ts';
import { type NamedReply, replies } from '../accept/replies.ts';
import type { OwnAddresses, OwnVerdict, ReturnedTo } from '../authorise/own-addresses.ts';
import type { SuppressionRequest } from '../authorise/suppression.ts';
import type { MessageMeta, QueueId } from '../message.ts';
import { eventBounce, type RecipientEvent } from './events.ts';
import { classifyReported, reportedCause } from './reported-bounce.ts';
import { suppressionOf, suppressionOfComplaint } from './suppress.ts';

/**
 * Octets kept in memory to be read: a report says what it has to say before the message that it returns. The worst that
 * fits into so many is read in 15 ms.
 */
const READ_OCTETS = 128 * 1024;
/** A report about more than this is about more than one message. */
const MOST_NOTES = 1000;

/** What a mail says that came back. */
export interface ReadReturn {
  /** The message that it is about, where it is about one. */
  about?: QueueId;
  /** Notes on recipients of that message. */
  notes: RecipientEvent[];
  /** What follows from them, once they are durable. */
  suppress: SuppressionRequest[];
}

export interface ReturnedMail {
  /** It goes on to somebody who is no user of the customer. */
  toStranger: boolean;
  /** The header, before anything was changed: a reply refuses what is neither a bounce nor an automatic answer. */
  header(header: HeaderSection): NamedReply | undefined;
  /** The content as it comes. */
  chunk(octets: Uint8Array): void;
  /** What it says of the recipients of the message; `id` is that of the returned mail. Throws only where `find` does. */
  read(told: { id: QueueId; at: number }): ReadReturn;
}

/** Begins to read mail to an address of the relay's own; nothing where it has nothing to say to us. */
export function readOwnMail(
  { returned, throughSrs, transaction }: Extract<OwnVerdict, { kind: 'accepted' }>,
  own: Pick<OwnAddresses, 'find' | 'findForward'>,
): ReturnedMail | undefined {
  if (returned !== undefined) return readReturnedMail(returned);
  if (throughSrs !== undefined) return readForwardBounce((hop) => own.findForward(hop, throughSrs));
  const toOperator = transaction.way?.direction === 'inbound' && transaction.way.own === 'operator';
  return toOperator ? readOperatorMail((address) => own.find(address)) : undefined;
}

/** Begins to read one mail that came back. */
export function readReturnedMail(returned: ReturnedTo): ReturnedMail {
  const kept = keepBeginning();
  return {
    toStranger: returned.accepted.meta.forward === true,
    header: (header) => (returned.automaticOnly && !isAutomatic(header) ? replies.returnOnlyReports : undefined),
    chunk: kept.add,
    read: (told) => whatItSays(readReport(kept.octets()), returned, told),
  };
}

/** Hops of a returned header that are looked at: ours is among the newest. */
const MOST_HOPS = 10;

/**
 * Begins to read one bounce of a forward. `find` gives the forward that a hop of the returned header names. It is noted
 * there, and suppresses nobody: the hop is not signed, and the next forward has another sender.
 */
export function readForwardBounce(find: (hop: ReturnedHop) => ReturnedTo | undefined): ReturnedMail {
  const kept = keepBeginning();
  return {
    toStranger: true,
    header: () => undefined,
    chunk: kept.add,
    read(told) {
      const report = readReport(kept.octets());
      for (const hop of report.hops.slice(0, MOST_HOPS)) {
        const returned = find(hop);
        if (returned === undefined) continue;
        const notes = notesOf(report, returned, told).map(({ event }) => event);
        return { about: returned.tag.id, notes, suppress: [] };
      }
      return { notes: [], suppress: [] };
    },
  };
}

/**
 * Begins to read one mail to the operator. Only a feedback report is looked at, and only one that holds a tag of ours
 * says anything of a message: `find` gives that message.
 */
export function readOperatorMail(find: (address: string) => ReturnedTo | undefined): ReturnedMail {
  const kept = keepBeginning();
  let isReport = false;
  return {
    toStranger: false,
    header(header) {
      isReport = /^multipart\/report\b.*\bfeedback-report\b/is.test(firstText(header, 'content-type') ?? '');
      return undefined;
    },
    chunk: (octets) => (isReport ? kept.add(octets) : undefined),
    read(told) {
      const report = isReport ? readReport(kept.octets()) : undefined;
      const mailFrom = report?.kind === 'complaint' ? report.complaint?.originalMailFrom : undefined;
      const returned = mailFrom === undefined ? undefined : find(mailFrom);
      if (report === undefined || returned === undefined) return { notes: [], suppress: [] };
      return whatItSays(report, returned, told);
    },
  };
}

function keepBeginning(): { add: (octets: Uint8Array) => void; octets: () => Buffer } {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  return {
    add(octets) {
      if (kept >= READ_OCTETS) return;
      chunks.push(octets.subarray(0, READ_OCTETS - kept));
      kept += octets.length;
    },
    octets: () => Buffer.concat(chunks),
  };
}

function whatItSays(report: Report, returned: ReturnedTo, told: { id: QueueId; at: number }): ReadReturn {
  const notes = notesOf(report, returned, told);
  const suppress = suppressions(notes, returned);
  return { about: returned.tag.id, notes: notes.map(({ event }) => event), suppress };
}

/**
 * An address that is gone, or complained, is not tried again; its note says so. A report about another address than ours
 * is about where the recipient's mail is forwarded to: the recipient itself is not gone. A tag for a whole message is
 * known to all its recipients, and a report to it could be one's word against another: it suppresses nobody.
 */
function suppressions(notes: readonly Note[], { tag, accepted }: ReturnedTo): SuppressionRequest[] {
  const { id, customer, meta, recipients } = accepted;
  if (tag.index === undefined && recipients.length > 1) return [];
  // A report names its recipients one by one, as a server does at RCPT.
  const about = { id, customer, direction: meta.direction, recipientCount: 1 };
  return notes.flatMap(({ event, named }) => {
    const { at, cause, recipient } = event;
    if (named.length > 0 && !named.includes(recipient.toLowerCase())) return [];
    const request =
      cause === undefined ? complained(event, about, meta.forward) : suppressionOf(about, recipient, { cause, at });
    if (request === undefined) return [];
    event.suppressed = true;
    return [request];
  });
}

/** Who complains about what was forwarded to him complains about a stranger, and goes on wanting his forwards. */
function complained(
  { at, reason = '', recipient }: RecipientEvent,
  about: Pick<MessageMeta, 'id' | 'customer' | 'direction'>,
  forward: true | undefined,
): SuppressionRequest | undefined {
  if (forward) return undefined;
  return suppressionOfComplaint(about, recipient, { evidence: `complaint (${reason}) about message ${about.id}`, at });
}

/** RFC 3834 5, RFC 6522 3; and the fields that automatic answers had before there was a standard. */
function isAutomatic(header: HeaderSection): boolean {
  const automatic = firstText(header, 'auto-submitted')?.toLowerCase();
  if (automatic !== undefined && !/^no\b/.test(automatic)) return true;
  if (/^multipart\/report\b/i.test(firstText(header, 'content-type') ?? '')) return true;
  const precedence = firstText(header, 'precedence')?.toLowerCase();
  if (precedence === 'auto_reply' || precedence === 'auto-reply') return true;
  return ['x-autoreply', 'x-autorespond', 'x-autoresponder'].some((name) => fieldsNamed(header, name).length > 0);
}

/** A note, and the addresses (lower case) that the report names for it. */
interface Note {
  event: RecipientEvent;
  named: string[];
}

/** The notes for a report. A late bounce or complaint never changes what became of the recipient. */
function notesOf(report: Report, returned: ReturnedTo, told: { id: QueueId; at: number }): Note[] {
  switch (report.kind) {
    case 'failure':
      return failures(report, returned, told);
    case 'complaint':
      return complaints(report, returned, told);
    case 'delay':
    case 'success':
    case 'auto-reply':
    case 'unknown':
      return [];
    default:
      return report.kind satisfies never;
  }
}

function failures(report: Report, returned: ReturnedTo, told: { id: QueueId; at: number }): Note[] {
  const notes = new Map<number, Note>();
  // A bounce in words may name nobody; the tag may.
  const all: ReportedRecipient[] = report.recipients.length === 0 ? [{ action: 'failed' }] : report.recipients;
  for (const reported of all.slice(0, MOST_NOTES)) {
    if (reported.action !== 'failed') continue;
    const named = [reported.original, reported.final].flatMap((address) => address?.toLowerCase() ?? []);
    const index = indexOf(returned, named);
    if (index === undefined) continue;
    const event = noteOn('message.recipient.bounced', returned, index, told);
    const itself = named.includes(event.recipient.toLowerCase());
    // Of several that are about one recipient, what is said of its own address counts.
    if (notes.has(index) && !itself) continue;
    event.cause = reportedCause(reported, report);
    event.bounce = eventBounce(classifyReported(reported, report), true);
    event.asynchronous = true;
    notes.set(index, { event, named });
  }
  return [...notes.values()];
}

/** RFC 5965 7.3, RFC 6591: a report of a failed check complains about nobody's mail, and "not spam" is praise. */
const NO_COMPLAINTS: ReadonlySet<string> = new Set(['not-spam', 'auth-failure']);

function complaints(report: Report, returned: ReturnedTo, told: { id: QueueId; at: number }): Note[] {
  const { complaint } = report;
  if (complaint === undefined || NO_COMPLAINTS.has(complaint.type)) return [];
  const reported = report.recipients.flatMap(({ original, final }) => original ?? final ?? []);
  const named = [...complaint.recipients, ...reported, ...(report.originalTo === undefined ? [] : [report.originalTo])];
  const index = indexOf(returned, named);
  if (index === undefined) return [];
  const event = noteOn('message.recipient.complained', returned, index, told);
  // Who passes complaints on hides the address as a rule: what is named may be anything.
  return [{ event: { ...event, reason: complaint.type.slice(0, 100) }, named: [] }];
}

/**
 * Which recipient is meant: the one that the tag names; else the only one; else the one that the report names. The tag
 * is signed, the report's words are not: of a message with several recipients a report can name none but those.
 */
function indexOf({ tag, accepted }: ReturnedTo, named: readonly string[]): number | undefined {
  if (tag.index !== undefined) return tag.index;
  if (accepted.recipients.length === 1) return 0;
  const addresses = accepted.recipients.map((address) => address.toLowerCase());
  for (const address of named) {
    const index = addresses.indexOf(address.toLowerCase());
    if (index !== -1) return index;
  }
  return undefined;
}

function noteOn(
  type: 'message.recipient.bounced' | 'message.recipient.complained',
  { accepted }: ReturnedTo,
  index: number,
  told: { id: QueueId; at: number },
): RecipientEvent {
  return {
    type,
    at: told.at,
    customer: accepted.customer,
    id: accepted.id,
    direction: accepted.meta.direction,
    sender: accepted.meta.sender,
    index,
    recipient: accepted.recipients[index] ?? '',
    note: `told by ${told.id}`,
  };
}
