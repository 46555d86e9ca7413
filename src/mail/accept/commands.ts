// The verbs of RFC 5321 and its extensions: one function a verb, found in one table.

import type { Mailbox } from '../../protocol/smtp/address.ts';
import {
  type Parameter,
  type PathCommand,
  parseChunk,
  parseHello,
  parsePathCommand,
} from '../../protocol/smtp/command-line.ts';
import type { RecipientDsn } from '../message.ts';
import { Content } from './content.ts';
import type { Conversation, Transaction } from './conversation.ts';
import type { ListenerRole, MailParameters } from './handler.ts';
import { beginLogin, MECHANISMS } from './login.ts';
import { readMailNotice, readRecipientNotices } from './notice-requests.ts';
import { type NamedReply, replies, withText } from './replies.ts';
import { XCLIENT_OFFER, xclient } from './xclient.ts';

type Verb = (session: Conversation, rest: string) => void;

/** Every verb, with what it does. `idle`: brings no message on its way (`limits.commands_without_mail`). */
export const VERBS: ReadonlyMap<string, { run: Verb; idle: boolean }> = new Map([
  ['EHLO', { run: (session, rest) => hello(session, rest, true), idle: true }],
  ['HELO', { run: (session, rest) => hello(session, rest, false), idle: true }],
  ['MAIL', { run: mail, idle: false }],
  ['RCPT', { run: rcpt, idle: false }],
  ['DATA', { run: data, idle: false }],
  ['BDAT', { run: bdat, idle: false }],
  ['RSET', { run: rset, idle: true }],
  ['NOOP', { run: (session) => session.reply(replies.ok), idle: true }],
  ['VRFY', { run: vrfy, idle: true }],
  ['HELP', { run: (session) => session.reply(replies.help), idle: true }],
  ['QUIT', { run: quit, idle: true }],
  ['STARTTLS', { run: startTls, idle: true }],
  ['AUTH', { run: beginLogin, idle: true }],
  ['XCLIENT', { run: xclient, idle: true }],
  // Before the greeting the session itself sees it; a stranger that waited for the greeting gets the same answer.
  ['PROXY', { run: (session) => session.end(replies.notAProxy), idle: true }],
  // A browser talked into speaking to us (or a lost one) must not get as far as a command in its body.
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'PATCH', 'TRACE', 'PRI'].map(
    (verb): [string, { run: Verb; idle: boolean }] => [
      verb,
      { run: (session) => session.end(replies.notSmtp), idle: true },
    ],
  ),
]);

function offersLogin(roles: readonly ListenerRole[]): boolean {
  return roles.includes('outbound') || roles.includes('submission');
}

// RFC 5321 4.1.1.1; a second EHLO ends a transaction (RFC 5321 4.1.4).
function hello(session: Conversation, rest: string, esmtp: boolean): void {
  const name = parseHello(rest);
  if (name === undefined) return session.refuse(replies.badHello);
  session.dropTransaction();
  session.visitor.helo = name;
  session.visitor.esmtp = esmtp;
  session.phase = { at: 'ready' };
  session.reply(withText(replies.hello, ...(esmtp ? extensions(session) : [session.hostname])));
}

function extensions(session: Conversation): string[] {
  const lines = [
    session.hostname,
    'PIPELINING',
    `SIZE ${session.limits.message_size}`,
    '8BITMIME',
    'SMTPUTF8',
    'ENHANCEDSTATUSCODES',
    'CHUNKING',
    limitsOffered(session.limits),
  ];
  if (session.handler.mayAskNotices?.() === true) lines.push('DSN');
  if (session.offersTls && session.visitor.tls === undefined) lines.push('STARTTLS');
  if (session.visitor.tls !== undefined && offersLogin(session.visitor.listener.roles)) {
    lines.push(`AUTH ${MECHANISMS.join(' ')}`);
  }
  if (session.visitor.tester) lines.push(XCLIENT_OFFER);
  lines.push('HELP');
  return lines;
}

/** RFC 9422 3: a value has six digits at most. */
const LARGEST_VALUE = 999_999;

/** RFC 9422 4: what is kept anyway, told before it is run into. Of the number of domains there is no limit. */
function limitsOffered({ messages_per_connection, recipients }: Conversation['limits']): string {
  const [mails, rcpts] = [messages_per_connection, recipients].map((limit) => Math.min(limit, LARGEST_VALUE));
  return `LIMITS MAILMAX=${mails} RCPTMAX=${rcpts}`;
}

function mail(session: Conversation, rest: string): void {
  const refusal = mayBegin(session);
  if (refusal !== undefined) return session.refuse(refusal);
  if (session.closing) return session.end(replies.shuttingDown);
  if (session.messages >= session.limits.messages_per_connection) return session.end(replies.tooManyMessages);
  const command = parsePathCommand('mail', rest);
  if (command.kind !== 'path') return session.refuse(pathFault(command, replies.badSender));
  const parameters = readParameters(command.parameters, session);
  if ('code' in parameters) return session.refuse(parameters);
  const sender = command.mailbox;
  if (sender?.utf8 === true && !parameters.smtpUtf8) return session.refuse(replies.needsSmtpUtf8);
  session.wait(session.handler.mail(sender, parameters), (refusal) => {
    if (refusal !== undefined) return session.refuse(refusal, { sender: sender?.text ?? '' });
    session.beginTransaction({ sender, parameters, recipients: 0, attempts: 0 });
    session.reply(replies.senderOk);
  });
}

/** The order of commands (RFC 5321 4.1.4), and what a submission port asks for before MAIL. */
function mayBegin(session: Conversation): NamedReply | undefined {
  const { visitor, phase } = session;
  if (phase.at === 'start') return replies.helloFirst;
  if (phase.at !== 'ready') return replies.mailTwice;
  const loginOnly = visitor.listener.roles.every((role) => role === 'submission');
  if (!loginOnly || visitor.login !== undefined) return undefined;
  if (visitor.certificate !== undefined && session.handler.certified?.() !== undefined) return undefined;
  return visitor.tls === undefined ? replies.tlsFirst : replies.authRequired;
}

function pathFault(command: Exclude<PathCommand, { kind: 'path' }>, badAddress: NamedReply): NamedReply {
  switch (command.kind) {
    case 'bad-syntax':
      return replies.badArguments;
    case 'bad-address':
      return badAddress;
    case 'bad-parameter':
      return replies.badParameter;
    default:
      return command satisfies never;
  }
}

const VISIBLE = /^[\x21-\x7e]+$/;
const SIZE_VALUE = /^\d{1,20}$/;

function readParameters(given: readonly Parameter[], session: Conversation): MailParameters | NamedReply {
  const parameters: MailParameters = { size: undefined, eightBit: false, smtpUtf8: false };
  for (const { keyword, value } of given) {
    switch (keyword) {
      case 'SIZE': // RFC 1870 6.1
        if (value === undefined || !SIZE_VALUE.test(value)) return replies.badParameter;
        parameters.size = Number(value);
        break;
      case 'BODY': // RFC 6152 2
        if (value?.toUpperCase() === 'BINARYMIME') return replies.noBinaryMime; // RFC 3030 3
        if (value?.toUpperCase() !== '7BIT' && value?.toUpperCase() !== '8BITMIME') return replies.badParameter;
        parameters.eightBit = value.toUpperCase() === '8BITMIME';
        break;
      case 'SMTPUTF8': // RFC 6531 3.4
        if (value !== undefined) return replies.badParameter;
        parameters.smtpUtf8 = true;
        break;
      case 'AUTH': // RFC 4954 5: who first submitted it; read, and not passed on
        if (value === undefined || !VISIBLE.test(value)) return replies.badParameter;
        break;
      case 'RET': // RFC 3461 4.3
      case 'ENVID': {
        if (session.handler.mayAskNotices?.() !== true) return replies.unknownParameter;
        const refusal = readMailNotice(keyword, value, parameters);
        if (refusal !== undefined) return refusal;
        break;
      }
      default:
        return replies.unknownParameter;
    }
  }
  // RFC 1870 6.1 (2): refused at once instead of after all its octets.
  return parameters.size !== undefined && parameters.size > session.limits.message_size ? replies.tooLarge : parameters;
}

/** RCPT beyond the limit are answered 452 and not counted as errors; this many times the limit is no list any more. */
const RECIPIENT_ATTEMPTS = 10;

function rcpt(session: Conversation, rest: string): void {
  const { phase, limits } = session;
  if (phase.at === 'chunks') return session.refuse(replies.bdatRunning);
  if (phase.at !== 'transaction') return session.refuse(replies.mailFirst);
  const { transaction } = phase;
  transaction.attempts++;
  if (transaction.attempts > limits.recipients * RECIPIENT_ATTEMPTS) return session.end(replies.tooManyErrors);
  const command = parsePathCommand('rcpt', rest);
  if (command.kind !== 'path') return session.refuse(pathFault(command, replies.badRecipient), about(transaction));
  const notices = readNotices(session, command.parameters, transaction);
  if (notices !== undefined && 'code' in notices) return session.refuse(notices, about(transaction));
  const recipient = command.mailbox;
  if (recipient === undefined) return session.refuse(replies.badRecipient, about(transaction));
  if (recipient.utf8 && !transaction.parameters.smtpUtf8) {
    return session.refuse(replies.needsSmtpUtf8, about(transaction, recipient));
  }
  if (transaction.recipients >= limits.recipients) {
    return session.refuse(replies.tooManyRecipients, about(transaction, recipient));
  }
  const answer = session.handler.rcpt(recipient, notices);
  // Somebody else is asked, which may take its time: the client gets what is decided, its patience counts by reply.
  if (answer instanceof Promise) session.flush();
  session.wait(answer, (refusal) => {
    if (refusal !== undefined) return session.refuse(refusal, about(transaction, recipient));
    transaction.recipients++;
    session.reply(replies.recipientOk);
  });
}

/** RFC 3461 4.1 and 4.2. */
function readNotices(
  session: Conversation,
  given: readonly Parameter[],
  { parameters }: Transaction,
): RecipientDsn | NamedReply | undefined {
  if (given.length === 0) return undefined;
  const offered = session.handler.mayAskNotices?.() === true;
  return readRecipientNotices(given, { offered, smtpUtf8: parameters.smtpUtf8 });
}

function about(transaction: Transaction, recipient?: Mailbox): { sender: string; recipient?: string } {
  const sender = transaction.sender?.text ?? '';
  return recipient === undefined ? { sender } : { sender, recipient: recipient.text };
}

function data(session: Conversation, rest: string): void {
  const { phase } = session;
  // RFC 2920 3.1: DATA is the last of its group. What follows it now was not meant as content by everybody.
  if (session.moreWaiting) return session.end(replies.pipelinedData);
  if (rest !== '') return session.refuse(replies.badArguments);
  if (phase.at === 'chunks') return session.refuse(replies.bdatRunning);
  if (phase.at !== 'transaction') return session.refuse(replies.mailFirst);
  if (phase.transaction.recipients === 0) return session.refuse(replies.noRecipients, about(phase.transaction));
  const content = new Content(session.contentOptions, { dots: true });
  session.reply(replies.sendData);
  session.flush();
  session.phase = { at: 'data', transaction: phase.transaction, content };
}

function bdat(session: Conversation, rest: string): void {
  const chunk = parseChunk(rest);
  // Nobody knows how many octets follow: reading on would take content for commands.
  if (chunk === undefined) return session.end(replies.badArguments);
  const { phase } = session;
  const refusal = chunkRefusal(session);
  if (refusal !== undefined) {
    session.phase = { at: 'drop', left: chunk.octets, reply: refusal, before: phase };
  } else if (phase.at === 'transaction' || phase.at === 'chunks') {
    const { transaction } = phase;
    const content = phase.at === 'chunks' ? phase.content : new Content(session.contentOptions, { dots: false });
    session.phase = { at: 'chunk', transaction, content, size: chunk.octets, left: chunk.octets, last: chunk.last };
  }
}

function chunkRefusal(session: Conversation): NamedReply | undefined {
  const { phase } = session;
  if (phase.at === 'chunks') return undefined;
  if (phase.at !== 'transaction') return replies.mailFirst;
  return phase.transaction.recipients === 0 ? replies.noRecipients : undefined;
}

function rset(session: Conversation, rest: string): void {
  if (rest !== '') return session.refuse(replies.badArguments);
  session.dropTransaction();
  session.reply(replies.ok);
}

function vrfy(session: Conversation, rest: string): void {
  if (rest === '') return session.refuse(replies.badArguments);
  session.reply(replies.cannotVerify);
}

function quit(session: Conversation, rest: string): void {
  if (rest !== '') return session.refuse(replies.badArguments);
  session.end(replies.bye);
}

function startTls(session: Conversation, rest: string): void {
  if (session.visitor.tls !== undefined) return session.refuse(replies.tlsAlready);
  if (!session.offersTls) return session.refuse(replies.tlsUnavailable);
  // RFC 3207 4: nothing said in the clear may be taken as said under TLS (CVE-2011-0411).
  if (session.moreWaiting) return session.end(replies.pipelinedTls);
  if (rest !== '') return session.refuse(replies.badArguments);
  session.dropTransaction();
  session.reply(replies.readyForTls);
  session.flush();
  session.phase = { at: 'tls' };
  session.startTls();
}
