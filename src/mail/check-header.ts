// The header step before the 250: may this header be taken, and what is changed of it before the content is kept. All
// edits are made in one pass.

import { countHops, type HeaderEdit, type HeaderSection, openHeader } from '../protocol/mime/header.ts';
import { domainOf, type Mailbox } from '../protocol/smtp/address.ts';
import type { SessionView } from './accept/handler.ts';
import { type NamedReply, replies } from './accept/replies.ts';
import { authoriseHeader, type MessageVerdict, type Transaction } from './authorise/authorise.ts';
import type { Directory } from './authorise/directory.ts';
import { type EndedService, endedReply } from './authorise/ended-service.ts';
import { refusalOfAll } from './authorise/suppression.ts';
import { findLoopMarks, foldedHops, type LoopMarks, loopMark } from './deliver/loop-mark.ts';
import { type Hiding, hideOrigin } from './hide/hide-origin.ts';
import type { MessageIds } from './hide/message-ids.ts';
import { revealReferences } from './hide/reveal-references.ts';
import { forgedResults } from './inspect/authentication/results-field.ts';
import { BUSINESS_STREAM, type Direction } from './message.ts';
import { type HeaderFacts, headerFacts } from './new-message.ts';
import type { ReturnedMail } from './report/returned-mail.ts';
import type { Returns } from './returns.ts';

/** What the header step works with. */
export interface HeaderStepOptions {
  hostname: string;
  /** Our name in Authentication-Results; a reload may change it. */
  resultsId: () => string;
  directory: Directory;
  limits: { hops: number };
  trace: { subject: boolean };
  /** What is said once a customer's contract has ended. */
  termination: EndedService['termination'];
  loopSecret: Uint8Array;
  returns: Returns;
  messageIds: MessageIds;
}

/** Whose header it is. */
export interface HeaderContext {
  transaction: Transaction;
  recipients: readonly Mailbox[];
  /** The mail came back to a return path of ours. */
  returned: ReturnedMail | undefined;
  session: SessionView;
}

export type AcceptedVerdict = Exclude<MessageVerdict, { kind: 'refused' }>;

/** What is known once the header was read, and no step refused it. */
export interface CheckedHeader {
  verdict: AcceptedVerdict;
  stream: string;
  looping: number[];
  header: HeaderFacts;
  /** As it was received. */
  section: HeaderSection;
  /** To be made before the content is kept. */
  edits: HeaderEdit[];
  /** Absent: nothing is hidden. */
  hiding: Hiding | undefined;
  /** Ids of ours in references are turned back. */
  revealed: boolean;
  /** Received fields taken out by us so far. */
  foldedHops: number;
}

/** Reads the header section, as the SMTP server hands it over: refused with a reply, or what is known of it. */
export function checkHeader(
  octets: Buffer,
  options: HeaderStepOptions,
  context: HeaderContext,
): NamedReply | CheckedHeader {
  const { directory, limits, loopSecret, trace } = options;
  const { transaction, recipients, returned } = context;
  const opened = openHeader(octets);
  if (opened === undefined) return replies.headerMalformed;
  const { header } = opened;
  const verdict = authoriseHeader(directory, transaction, header, options.returns.checks);
  if (verdict.kind === 'refused') return endedReply(verdict.reply, options);
  const unfit = returned?.header(header);
  if (unfit !== undefined) return unfit;
  const outbound = verdict.kind === 'outbound';
  const suppressed = outbound ? refusalOfAll(directory, verdict.customer.id, recipients) : undefined;
  if (suppressed !== undefined) return suppressed;
  const marks = findLoopMarks(octets);
  const folded = foldedHops(marks, loopSecret, limits.hops);
  if (countHops(header) + folded > limits.hops) return replies.loop;
  const looping = loopingRecipients(marks, verdict.kind, loopSecret, recipients);
  if (looping.length === recipients.length) return replies.loop;
  const facts = headerFacts(header, trace.subject);
  const hiding = verdict.kind === 'outbound' ? hide(verdict, { header, facts }, options, context) : undefined;
  const hidden = hiding?.edits ?? reveal(verdict, header, options, returned);
  return {
    verdict,
    stream: verdict.kind === 'outbound' ? verdict.stream : BUSINESS_STREAM,
    looping,
    header: facts,
    section: header,
    // Also of what leaves: another customer's server believes this name.
    edits: [...opened.edits, ...verdict.edits, ...hidden, ...forgedResults(header, options.resultsId())],
    hiding,
    revealed: hiding === undefined && hidden.length > 0,
    foldedHops: folded + (hiding?.folded ?? 0),
  };
}

/** What goes back to the stranger whose mail was forwarded tells nothing of the customer's ids. */
function reveal(
  { customer }: AcceptedVerdict,
  header: HeaderSection,
  { messageIds }: HeaderStepOptions,
  returned: ReturnedMail | undefined,
): HeaderEdit[] {
  return returned?.toStranger === true ? [] : revealReferences(header, customer.id, messageIds);
}

function hide(
  verdict: AcceptedVerdict,
  { header, facts }: { header: HeaderSection; facts: HeaderFacts },
  { directory, hostname, messageIds: ids }: HeaderStepOptions,
  { transaction, session }: HeaderContext,
): Hiding | undefined {
  const senderDomain = transaction.sender?.domain;
  const authorDomain = domainOf(facts.headerFrom);
  const { customer, edits: taken } = verdict;
  const message = { customer, header, taken, helo: session.helo, senderDomain, authorDomain };
  return hideOrigin({ directory, hostname, ids }, message);
}

/** Indexes of the recipients whose own mark is in the header already. */
function loopingRecipients(
  marks: LoopMarks,
  direction: Direction,
  loopSecret: Uint8Array,
  recipients: readonly Mailbox[],
): number[] {
  if (marks.size === 0) return [];
  return recipients.flatMap(({ text }, index) =>
    marks.has(direction, loopMark(loopSecret, direction, text)) ? [index] : [],
  );
}

/** Its sender is no customer's. */
export function isForward(verdict: AcceptedVerdict): boolean {
  return verdict.kind === 'outbound' && verdict.foreignSender === true;
}

/** It came in with the same author before. */
export function cameIn(verdict: AcceptedVerdict): boolean {
  return verdict.kind === 'outbound' && verdict.cameIn === true;
}
