// Every reply of the SMTP server, named once with its RFC and enhanced code. docs/reference/replies.md is generated from
// this table (tools/list-replies.ts). A text never holds an internal error's words.

import type { Reply } from '../../protocol/smtp/reply.ts';
import type { CustomerId, Direction, InspectionNote } from '../message.ts';
import { repliesOfInspection } from './replies-of-inspection.ts';
import { repliesOfScanners } from './replies-of-scanners.ts';
import { repliesToSenders } from './replies-to-senders.ts';
import { repliesToStrangers } from './replies-to-strangers.ts';
import { entry, type ReplyEntry } from './reply-entry.ts';

export interface NamedReply extends Reply {
  /** Key in the table below; in the trace, in metrics and in docs/reference/replies.md. */
  readonly name: string;
  /** What was refused at the end of data, for the trace; never for the wire. */
  readonly refused?: RefusedContent;
}

/** A whole message that was refused: whose it is, and what each check said of it. */
export interface RefusedContent {
  customer: CustomerId;
  direction: Direction;
  /** Where there is only one. */
  recipient?: string;
  inspection: readonly InspectionNote[];
}

const table = {
  // Good news.
  greeting: entry(220, undefined, 'HOSTNAME ESMTP Easymail', { rfc: '5321 4.3.1', when: 'the session begins' }),
  hello: entry(250, undefined, 'HOSTNAME', { rfc: '5321 4.1.1.1', when: 'EHLO or HELO was taken' }),
  ok: entry(250, '2.0.0', 'Ok', { rfc: '5321 4.2.3', when: 'NOOP or RSET' }),
  senderOk: entry(250, '2.1.0', 'Sender ok', { rfc: '3463 3.2', when: 'MAIL was taken' }),
  recipientOk: entry(250, '2.1.5', 'Recipient ok', { rfc: '3463 3.2', when: 'RCPT was taken' }),
  sendData: entry(354, undefined, 'End data with <CR><LF>.<CR><LF>', { rfc: '5321 4.1.1.4', when: 'DATA was taken' }),
  chunkOk: entry(250, '2.0.0', 'SIZE octets received', {
    rfc: '3030 2',
    when: 'a BDAT that is not the last was taken',
  }),
  queued: entry(250, '2.0.0', 'Ok: queued as ID', {
    rfc: '5321 4.2.5',
    when: 'the message is on disk: it is ours now',
  }),
  readyForTls: entry(220, '2.0.0', 'Ready to start TLS', { rfc: '3207 4', when: 'STARTTLS was taken' }),
  loggedIn: entry(235, '2.7.0', 'Authentication succeeded', { rfc: '4954 6', when: 'AUTH succeeded' }),
  challenge: entry(334, undefined, '', { rfc: '4954 4', when: 'AUTH goes on' }),
  cannotVerify: entry(252, '2.5.2', 'Send some mail, I will try my best', { rfc: '5321 3.5.3', when: 'VRFY' }),
  help: entry(214, '2.0.0', 'See https://www.rfc-editor.org/rfc/rfc5321', { rfc: '5321 4.1.1.8', when: 'HELP' }),
  bye: entry(221, '2.0.0', 'Bye', { rfc: '5321 4.1.1.10', when: 'QUIT' }),

  // The session ends.
  earlyTalker: entry(554, '5.5.0', 'You spoke before the greeting', {
    rfc: '5321 4.3.1',
    when: 'data came before the greeting; the session ends',
  }),
  pipelinedTls: entry(554, '5.5.0', 'Data after STARTTLS before its reply', {
    rfc: '3207 4',
    when: 'something was pipelined behind STARTTLS; the session ends',
  }),
  pipelinedData: entry(554, '5.5.0', 'Data after DATA before its 354', {
    rfc: '2920 3.1',
    when: 'something was pipelined behind DATA; the session ends',
  }),
  lineEndInCommand: entry(500, '5.5.2', 'Lines end with CR LF; a bare CR, a bare LF or a NUL is not allowed', {
    rfc: '5321 2.3.8',
    when: 'a command holds a bare CR, a bare LF or NUL; the session ends',
  }),
  notAProxy: entry(554, '5.5.1', 'No PROXY header is taken from you', {
    rfc: '5321 4.2.4',
    when: 'a PROXY header from a client that is none of the listener’s `proxies`; the session ends',
  }),
  proxyHeaderMissing: entry(421, '4.3.5', 'A proxy of ours must send a PROXY header first', {
    rfc: '3463 3.4',
    when: 'one of the listener’s `proxies` sent no PROXY header, or one that cannot be read; the session ends',
  }),
  pipelinedXclient: entry(554, '5.5.0', 'Data after XCLIENT before its reply', {
    rfc: '2920 3.1',
    when: 'something was pipelined behind XCLIENT; the session ends',
  }),
  notSmtp: entry(554, '5.5.1', 'This is not a web server', {
    rfc: '5321 4.2.4',
    when: 'the client speaks HTTP; the session ends',
  }),
  afterBadContent: entry(421, '4.5.2', 'Session ended after content with bad line ends', {
    rfc: '5321 2.3.8',
    when: 'a command other than QUIT follows a content that was refused for its line ends; the session ends',
  }),
  shuttingDown: entry(421, '4.3.2', 'Server is going down, come back later', {
    rfc: '5321 3.8',
    when: 'the relay stops; the session ends at its next quiet moment',
  }),
  timeout: entry(421, '4.4.2', 'Timed out', { rfc: '5321 4.5.3.2', when: 'a time limit passed; the session ends' }),
  sessionTooLong: entry(421, '4.4.2', 'Session lasted too long', {
    rfc: '5321 4.5.3.2',
    when: '`limits.session_timeout` passed; the session ends',
  }),
  messageTooSlow: entry(421, '4.4.2', 'Message took too long', {
    rfc: '5321 4.5.3.2',
    when: '`limits.data_total_timeout` passed; the session ends',
  }),
  sessionFailed: entry(421, '4.3.0', 'Local error, try later', {
    rfc: '5321 3.8',
    when: 'anything unexpected before the greeting or in the middle of content; the log knows what; the session ends',
  }),
  tooManyConnections: entry(421, '4.3.2', 'Too many connections, try later', {
    rfc: '5321 3.8',
    when: '`limits.connections` is reached; the session ends',
  }),
  tooManyFromSource: entry(421, '4.7.0', 'Too many connections from your address', {
    rfc: '5321 3.8',
    when: '`limits.connections_per_source` or `limits.connections_per_shared_source` is reached; the session ends',
  }),
  tooManyOfCustomer: entry(421, '4.7.0', 'Too many connections of your account', {
    rfc: '5321 3.8',
    when: '`limits.connections_per_customer` is reached; the session ends',
  }),
  ...repliesToStrangers,
  tooManyMessages: entry(421, '4.7.0', 'Enough messages for one connection, open a new one', {
    rfc: '5321 3.8',
    when: '`limits.messages_per_connection` is reached; the session ends',
  }),
  tooManyCommands: entry(421, '4.7.0', 'Too many commands without a message', {
    rfc: '5321 3.8',
    when: '`limits.commands_without_mail` is reached; the session ends',
  }),
  tooManyErrors: entry(421, '4.7.0', 'Too many errors', {
    rfc: '5321 3.8',
    when: '`limits.errors` is reached; the session ends',
  }),
  tooManyLogins: entry(421, '4.7.0', 'Too many failed logins', {
    rfc: '4954 6',
    when: '`limits.auth_failures` is reached; the session ends',
  }),

  // Commands.
  unknownCommand: entry(500, '5.5.1', 'Unknown command', { rfc: '5321 4.2.4', when: 'the verb is not known' }),
  lineTooLong: entry(500, '5.5.6', 'Command line too long', {
    rfc: '5321 4.5.3.1.4',
    when: 'a command is longer than `limits.command_line`',
  }),
  badArguments: entry(501, '5.5.4', 'Bad arguments', { rfc: '5321 4.2.4', when: 'arguments do not fit the command' }),
  badHello: entry(501, '5.5.4', 'EHLO and HELO need a host name', {
    rfc: '5321 4.1.1.1',
    when: 'EHLO or HELO without a usable name',
  }),
  badParameter: entry(501, '5.5.4', 'Bad value of a parameter', {
    rfc: '5321 4.1.1.11',
    when: 'a known parameter of MAIL or RCPT has a bad value, or comes twice',
  }),
  unknownParameter: entry(555, '5.5.4', 'Unknown parameter', {
    rfc: '5321 4.1.1.11',
    when: 'a parameter of MAIL or RCPT is not known',
  }),
  noBinaryMime: entry(555, '5.5.4', 'BINARYMIME is not offered here', {
    rfc: '3030 3',
    when:
      'BODY=BINARYMIME. It is not offered: hardly any receiver takes it, and to convert it for the others would change ' +
      'what the customer signed',
  }),
  helloFirst: entry(503, '5.5.1', 'Say EHLO first', { rfc: '5321 4.1.4', when: 'MAIL before EHLO or HELO' }),
  mailFirst: entry(503, '5.5.1', 'MAIL comes first', { rfc: '5321 4.1.4', when: 'RCPT, DATA or BDAT without MAIL' }),
  mailTwice: entry(503, '5.5.1', 'One MAIL at a time', { rfc: '5321 4.1.4', when: 'MAIL inside a transaction' }),
  noRecipients: entry(554, '5.5.1', 'No valid recipients', {
    rfc: '5321 4.1.1.4',
    when: 'DATA or BDAT, but no recipient was taken',
  }),
  bdatRunning: entry(503, '5.5.1', 'A BDAT transfer is running', {
    rfc: '3030 2',
    when: 'DATA or RCPT between two BDAT',
  }),
  badSender: entry(501, '5.1.7', 'Bad sender address', { rfc: '3463 3.2', when: 'the path of MAIL cannot be read' }),
  badRecipient: entry(501, '5.1.3', 'Bad recipient address', {
    rfc: '3463 3.2',
    when: 'the path of RCPT cannot be read',
  }),
  needsSmtpUtf8: entry(553, '5.6.7', 'Address needs SMTPUTF8', {
    rfc: '6531 3.5',
    when: 'an address is not ASCII, and MAIL did not say SMTPUTF8',
  }),
  nothing8Bit: entry(500, '5.5.2', 'Only ASCII is allowed here', {
    rfc: '5321 4.1.2',
    when: 'a command holds octets above 127 that are no UTF-8 address',
  }),
  notATester: entry(550, '5.7.0', 'XCLIENT is not for you', {
    rfc: '3463 3.8',
    when: 'XCLIENT from a client that is none of the listener’s `testers`',
  }),
  xclientTooLate: entry(503, '5.5.1', 'XCLIENT is not allowed in a transaction', {
    rfc: '5321 4.1.4',
    when: 'XCLIENT between MAIL and the end of data',
  }),

  // TLS and AUTH.
  tlsUnavailable: entry(502, '5.5.1', 'STARTTLS is not offered here', { rfc: '3207 4', when: 'no STARTTLS here' }),
  tlsAlready: entry(503, '5.5.1', 'TLS is already in use', { rfc: '3207 4.2', when: 'STARTTLS under TLS' }),
  tlsFirst: entry(530, '5.7.0', 'Say STARTTLS first', {
    rfc: '3207 4',
    when: 'MAIL on a submission port without TLS',
  }),
  authUnavailable: entry(502, '5.5.1', 'AUTH is not offered here', { rfc: '4954 4', when: 'no AUTH on this port' }),
  authNeedsTls: entry(538, '5.7.11', 'AUTH needs TLS', { rfc: '4954 6', when: 'AUTH without TLS' }),
  authTwice: entry(503, '5.5.1', 'Already authenticated', { rfc: '4954 4', when: 'AUTH after a login' }),
  authInTransaction: entry(503, '5.5.1', 'AUTH is not allowed in a transaction', {
    rfc: '4954 4',
    when: 'AUTH between MAIL and the end of data',
  }),
  authMechanism: entry(504, '5.5.4', 'Unknown mechanism', { rfc: '4954 4', when: 'AUTH with an unknown mechanism' }),
  authMalformed: entry(501, '5.5.2', 'Cannot read this response', {
    rfc: '4954 4',
    when: 'a response of AUTH is no base64, or breaks the mechanism',
  }),
  authCancelled: entry(501, '5.7.0', 'Authentication cancelled', { rfc: '4954 4', when: 'the client sent `*`' }),
  authFailed: entry(535, '5.7.8', 'Authentication failed', { rfc: '4954 6', when: 'wrong name or password' }),
  authRequired: entry(530, '5.7.0', 'Authentication required', {
    rfc: '4954 6',
    when: 'MAIL on a submission port without a login',
  }),

  // The message.
  tooLarge: entry(552, '5.3.4', 'Message too large', { rfc: '1870 6', when: '`limits.message_size` is passed' }),
  headerTooLarge: entry(552, '5.3.4', 'Header too large', { rfc: '3463 3.4', when: '`limits.header_size` is passed' }),
  tooManyRecipients: entry(452, '4.5.3', 'Too many recipients', {
    rfc: '5321 4.5.3.1.10',
    when: '`limits.recipients` is reached; send the rest in another transaction',
  }),
  lineEndInContent: entry(554, '5.6.0', 'Content holds a bare CR, a bare LF or a NUL', {
    rfc: '5321 2.3.8',
    when: 'the content has a bare CR, a bare LF or NUL; the session takes no more mail',
  }),
  headerMalformed: entry(550, '5.6.0', 'Header begins with white space', {
    rfc: '5322 2.2',
    when: 'the first line begins with white space, so it is no field; behind fields of ours it would continue the last',
  }),
  bodyLineTooLong: entry(554, '5.6.0', 'Content has a line that is too long', {
    rfc: '5321 4.5.3.1.6',
    when: 'a line is longer than `limits.body_line`',
  }),

  // Decisions of later stages.
  relayDenied: entry(550, '5.7.1', 'Relaying denied', {
    rfc: '5321 3.9',
    when: 'neither is the client a customer nor the recipient ours to take',
  }),
  senderDenied: entry(550, '5.7.1', 'Not allowed to send from this domain', {
    rfc: '3463 3.8',
    when: 'the domain of MAIL FROM is not the customer’s, nor granted to it',
  }),
  forwardDenied: entry(550, '5.7.1', 'Not allowed to send from this domain, and no forward of mail that came in here', {
    rfc: '3463 3.8',
    when: 'MAIL FROM is foreign, the customer’s setting is `forwards = "srs"`, and the message shows no sign of a forward',
  }),
  fromDenied: entry(550, '5.7.1', 'Not allowed to send with this From header', {
    rfc: '3463 3.8',
    when: 'the From header is of another customer or of an unknown domain, and the customer’s setting is to refuse',
  }),
  fromUnreadable: entry(550, '5.6.0', 'From header missing, repeated or unreadable', {
    rfc: '5322 3.6.2',
    when: 'mail whose author cannot be told for certain; inbound where the setting `ambiguous` is to refuse',
  }),
  proofMissing: entry(550, '5.7.1', 'This source is shared: log in, or show the header agreed on', {
    rfc: '3463 3.8',
    when: 'a shared source without the proof that belongs to it',
  }),
  customerSuspended: entry(550, '5.7.1', 'Account is suspended, please call your provider', {
    rfc: '3463 3.8',
    when: 'the customer is suspended',
  }),
  customerVerifying: entry(451, '4.7.1', 'Account is not live yet, only its test address takes mail; try later', {
    rfc: '3463 3.8',
    when: 'the customer is being verified: only its test message is taken, other mail may come again',
  }),
  recipientVerifying: entry(451, '4.7.1', 'Recipient is not served here yet, try later', {
    rfc: '3463 3.8',
    when: 'inbound mail for a customer that is being verified: MX points here early, and the mail may come again',
  }),
  testUnknown: entry(550, '5.1.1', 'No such test address', {
    rfc: '3463 3.2',
    when: 'a test address of the relay that is not this customer’s; the link and the portal show the right one',
  }),
  recipientUnknown: entry(550, '5.1.1', 'No such recipient here', {
    rfc: '3463 3.2',
    when: 'inbound mail for an address that the customer’s list, or its mail host, does not know',
  }),
  recipientUnchecked: entry(451, '4.4.1', 'Recipient cannot be checked now, try later', {
    rfc: '3463 3.5',
    when: 'the customer’s mail host does not say whether it knows the recipient, which it has not lately done before',
  }),
  recipientSuspended: entry(450, '4.2.1', 'Recipient takes no mail at the moment, try later', {
    rfc: '3463 3.3',
    when: 'inbound mail for a customer that is suspended: the sender did nothing wrong, and it will pass',
  }),
  customerDeactivated: entry(550, '5.7.1', 'The mail service of this customer has ended; ask CONTACT', {
    rfc: '3463 3.8',
    when: 'mail of a customer whose contract has ended; CONTACT is `termination.contact`',
  }),
  recipientDeactivated: entry(550, '5.7.1', 'This domain takes no mail here any more; ask CONTACT', {
    rfc: '3463 3.8',
    when: 'inbound mail for a customer whose contract has ended (`termination.inbound = "refuse"`)',
  }),
  recipientDeactivatedLater: entry(450, '4.7.1', 'This domain is moving away from here, try later; ask CONTACT', {
    rfc: '3463 3.8',
    when: 'the same where `termination.inbound = "defer"`: senders try again while the customer’s MX records change',
  }),
  recipientSuppressed: entry(550, '5.1.1', 'Recipient suppressed since DATE (REASON)', {
    rfc: '3463 3.2',
    when: 'the customer’s mail is not sent to this address: it is gone for good, its owner complained, or somebody put it on the list; `easymail suppression remove` lifts it',
  }),
  otherTransaction: entry(452, '4.5.3', 'This recipient needs a transaction of its own', {
    rfc: '5321 4.5.3.1.10',
    when: 'the recipient belongs to another customer or direction than the first one',
  }),
  addressLiteral: entry(550, '5.1.2', 'Mail to address literals is not taken', {
    rfc: '3463 3.2',
    when: 'the recipient’s domain is an address literal',
  }),
  operatorUnset: entry(450, '4.3.5', 'Nobody is named as postmaster here yet, try later', {
    rfc: '5321 4.5.1',
    when: 'mail to postmaster@ or abuse@ of a name of ours, and `operator.postmaster` is empty or names an address of ours',
  }),
  nobodyReads: entry(550, '5.2.1', 'Nobody reads this address; write to postmaster at this domain', {
    rfc: '3463 3.3',
    when: 'mail to mailer-daemon@ of a name of ours: an answer to a notice',
  }),
  returnUnknown: entry(550, '5.1.1', 'No such return address', {
    rfc: '3463 3.2',
    when: 'a return path (SRS or tag) that was not made here, or whose message has no sender to go back to',
  }),
  returnExpired: entry(550, '5.1.1', 'This return address has expired', {
    rfc: '3463 3.2',
    when: 'a return path of ours that is older than `bounces.valid_for`',
  }),
  returnOnlyReports: entry(550, '5.7.1', 'This address takes only reports about mail', {
    rfc: '3463 3.8',
    when: 'a return path of ours, and the message is no bounce, no report and no automatic answer',
  }),
  tooManyReturns: entry(450, '4.7.1', 'Too much mail to this address, try later', {
    rfc: '3463 3.8',
    when: 'more came back for one message, or to the operator, than a mail system has reason to send in an hour',
  }),
  loop: entry(554, '5.4.6', 'Mail loop', {
    rfc: '5321 6.3',
    when: 'our own mark for the recipient is in the header already, or there are more than `limits.hops` Received',
  }),
  ...repliesToSenders,
  ...repliesOfInspection,
  ...repliesOfScanners,
  dmarcRefused: entry(550, '5.7.26', 'Refused by the DMARC policy of DOMAIN', {
    rfc: '7372 3.3',
    when: 'inbound mail that neither SPF nor DKIM shows to be of the domain in From, whose owner wishes it refused',
  }),
  spfRefused: entry(550, '5.7.23', 'Refused by the SPF policy of DOMAIN', {
    rfc: '7372 3.2',
    when: 'inbound mail from an address that the domain in MAIL FROM excludes, where From’s domain has no DMARC policy, and the setting `spf_fail` is to refuse',
  }),
  draining: entry(421, '4.3.2', 'Server takes no new mail, try another', {
    rfc: '5321 3.8',
    when: 'the relay drains its queue',
  }),
  tooBusy: entry(452, '4.3.2', 'Too busy, try later', {
    rfc: '5321 4.2.3',
    when: 'unfinished headers of all sessions take too much memory, or long unfinished contents of strangers too many files or too much of the disk',
  }),
  storageFull: entry(452, '4.3.1', 'Out of storage, try later', {
    rfc: '5321 4.2.3',
    when: 'free disk space is below `queue.low_water`',
  }),
  localError: entry(451, '4.3.0', 'Local error, try later', {
    rfc: '5321 4.2.3',
    when: 'anything unexpected; the log knows what',
  }),
} satisfies Record<string, ReplyEntry>;

export type ReplyName = keyof typeof table;

/** The replies by name. */
export const replies: Readonly<Record<ReplyName, NamedReply>> = Object.fromEntries(
  Object.entries(table).map(([name, { code, enhanced, text }]) => [
    name,
    Object.freeze({ name, code, ...(enhanced === undefined ? {} : { enhanced }), lines: Object.freeze([text]) }),
  ]),
) as unknown as Record<ReplyName, NamedReply>;

/** The same reply with other text, such as the id of the message. The text must not come from a fault. */
export function withText(reply: NamedReply, ...lines: string[]): NamedReply {
  return { ...reply, lines };
}

/** One row of docs/reference/replies.md. */
export interface ReplyRow {
  name: string;
  code: number;
  enhanced: string;
  text: string;
  rfc: string;
  when: string;
}

/** The table for the documentation, in its order. */
export function listReplies(): ReplyRow[] {
  return Object.entries(table).map(([name, row]) => ({ ...row, name, enhanced: row.enhanced ?? '' }));
}
