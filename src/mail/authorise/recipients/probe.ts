// The conversation with a mail host about one recipient (call-ahead): MAIL with the null sender, RCPT, and never DATA.

import { randomBytes } from 'node:crypto';
import type { SmtpSession } from '../../../network/smtp-session.ts';
import type { Exchange } from '../../../network/smtp-wire.ts';
import type { Mailbox } from '../../../protocol/smtp/address.ts';
import type { ServerReply } from '../../../protocol/smtp/reply-reader.ts';
import { classifyReply } from '../../report/bounce-class.ts';

/** `later`: the host said nothing about whether the recipient is there. */
export type ProbeAnswer = 'known' | 'unknown' | 'later';

export interface ProbeResult {
  answer: ProbeAnswer;
  /** Whether everybody at the domain would have been taken; `undefined` where it was not asked, or not answered. */
  everybody?: boolean;
  /** Of `later`: the reply's codes, or what went wrong instead; never its text, which may name the recipient. */
  why?: string;
  /** The session can be asked again. */
  usable: boolean;
}

/** A host that is asked too much in one session may end it. */
const MOST_PROBES = 50;
/** RFC 5321 3.8: the connection is being closed. */
const CLOSING = 421;
const NON_ASCII = /[^\0-\x7f]/;

/** Asks for an address, and with `alsoAnybody` for one that nobody has. Never rejects for a remote's doing. */
export async function probe(
  session: SmtpSession,
  recipient: Mailbox,
  { alsoAnybody, timeoutMs }: { alsoAnybody: boolean; timeoutMs: number },
): Promise<ProbeResult> {
  const { wire, extensions } = session;
  // RFC 5890 2.3.2.1: the domain in A-labels is the same domain; what is left to need SMTPUTF8 is the local part.
  const address = `${recipient.localPart}@${recipient.domain}`;
  const utf8 = NON_ASCII.test(recipient.localPart);
  // RFC 6531 3.2: a host without SMTPUTF8 has no such mailbox that mail could reach.
  if (utf8 && !extensions.smtpUtf8) return { answer: 'unknown', usable: true };
  const step = extensions.pipelining ? undefined : () => wire.exchange(timeoutMs);
  if (session.needsReset) {
    wire.say('RSET');
    await step?.();
  }
  session.needsReset = true;
  session.carried++;
  const mail = wire.say(`MAIL FROM:<>${utf8 ? ' SMTPUTF8' : ''}`);
  await step?.();
  const rcpt = wire.say(`RCPT TO:<${address}>`);
  await wire.exchange(timeoutMs);
  const answer = answerOf(mail, rcpt);
  const asksMore = answer === 'known' && alsoAnybody;
  const everybody = asksMore ? await takesAnybody(session, recipient.domain, timeoutMs) : undefined;
  wire.takeLog();
  const most = Math.min(MOST_PROBES, extensions.limits.mailMax ?? MOST_PROBES); // RFC 9422 4.1
  return {
    answer,
    usable: wire.fault === undefined && rcpt.reply?.code !== CLOSING && session.carried < most,
    ...(everybody !== undefined && { everybody }),
    ...(answer === 'later' && { why: whyLater(session, mail, rcpt) }),
  };
}

function whyLater({ wire }: SmtpSession, mail: Exchange, rcpt: Exchange): string {
  const refused = mail.reply !== undefined && mail.reply.code >= 300 ? mail.reply : rcpt.reply;
  if (refused === undefined) return wire.fault?.kind ?? 'no answer';
  return `${refused.code}${refused.enhanced === undefined ? '' : ` ${refused.enhanced}`}`;
}

async function takesAnybody({ wire }: SmtpSession, domain: string, timeoutMs: number): Promise<boolean | undefined> {
  const rcpt = wire.say(`RCPT TO:<${randomBytes(10).toString('hex')}@${domain}>`);
  await wire.exchange(timeoutMs);
  const answer = rcpt.reply === undefined ? 'later' : readAnswer(rcpt.reply);
  return answer === 'later' ? undefined : answer === 'known';
}

function answerOf(mail: Exchange, rcpt: Exchange): ProbeAnswer {
  const begun = mail.reply !== undefined && mail.reply.code < 300;
  return begun && rcpt.reply !== undefined ? readAnswer(rcpt.reply) : 'later';
}

/** RFC 3463 3.3: a mailbox that is full is one. */
const FULL = /^[45]\.2\.2$/;

/**
 * Only a refusal for good that says that there is no such mailbox counts as unknown. A host that does not like who asks,
 * is busy or greylists has said nothing about the recipient.
 */
export function readAnswer(reply: ServerReply): ProbeAnswer {
  if (reply.code < 300) return 'known';
  if (FULL.test(reply.enhanced ?? '')) return 'known';
  if (reply.code < 500) return 'later';
  const { class: about, permanence } = classifyReply(reply, 'rcpt');
  return about === 'invalid_address' && permanence === 'permanent' ? 'unknown' : 'later';
}
