// Our own reasons in words for people, and as RFC 3463 status: one row a cause. What a remote said is never put into
// these words; it is quoted.

import type { Cause, OwnCause } from '../message.ts';

interface CauseText {
  /** RFC 3463 status where the failure is final. */
  status: string;
  /** What happened. A full sentence. */
  what: string;
  /** Who should do what. A full sentence. */
  advice: string;
}

const CHECK_ADDRESS = 'Check the spelling of the part after the @ sign.';
const TELL_RECIPIENT = "The recipient's administrator has to mend this; tell the recipient by another way.";
const TELL_OPERATOR = 'Tell your administrator; the operator of this relay has to look into it.';

/** One text for each cause of ours. */
export const CAUSE_TEXTS = {
  'dns-temporary': {
    status: '4.4.3',
    what: "The name servers of the recipient's domain gave no usable answer.",
    advice: TELL_RECIPIENT,
  },
  'dns-no-domain': { status: '5.1.2', what: "The recipient's domain does not exist.", advice: CHECK_ADDRESS },
  'dns-no-host': { status: '5.1.2', what: "The recipient's domain has no mail server.", advice: CHECK_ADDRESS },
  // RFC 7505 4.2
  'null-mx': { status: '5.1.10', what: "The recipient's domain takes no mail at all.", advice: CHECK_ADDRESS },
  'mx-is-us': {
    status: '5.4.6',
    what: "The recipient's domain names this relay as its mail server, but the relay does not serve it.",
    advice: TELL_RECIPIENT,
  },
  'private-address': {
    status: '5.4.4',
    what: "The mail server of the recipient's domain has an address that the Internet cannot reach.",
    advice: TELL_RECIPIENT,
  },
  'connect-failed': {
    status: '4.4.1',
    what: "The recipient's mail server could not be reached.",
    advice: TELL_RECIPIENT,
  },
  'connect-timeout': { status: '4.4.1', what: "The recipient's mail server did not answer.", advice: TELL_RECIPIENT },
  'connection-lost': {
    status: '4.4.2',
    what: "The connection to the recipient's mail server broke off.",
    advice: TELL_RECIPIENT,
  },
  'reply-timeout': {
    status: '4.4.2',
    what: "The recipient's mail server stopped answering.",
    advice: TELL_RECIPIENT,
  },
  'bad-reply': {
    status: '4.5.0',
    what: "The recipient's mail server gave an answer that is no SMTP.",
    advice: TELL_RECIPIENT,
  },
  'tls-failed': {
    status: '4.7.5',
    what: "An encrypted connection to the recipient's mail server could not be made.",
    advice: TELL_RECIPIENT,
  },
  'tls-required': {
    status: '5.7.10',
    what: "The recipient's mail server offers no encryption, and this mail must not travel without.",
    advice: TELL_RECIPIENT,
  },
  'no-address': {
    status: '4.3.5',
    what: 'The relay had no address in service to send this mail from.',
    advice: TELL_OPERATOR,
  },
  // RFC 6531 3.2
  'no-smtputf8': {
    status: '5.6.7',
    what: "The recipient's mail server cannot take addresses with letters beyond ASCII.",
    advice: 'Use an address in plain letters, of your own or of the recipient.',
  },
  'no-8bitmime': {
    status: '5.6.3',
    what: "The recipient's mail server cannot take mail with eight-bit content.",
    advice: TELL_RECIPIENT,
  },
  'too-large': {
    status: '5.3.4',
    what: "The mail is larger than the recipient's mail server takes.",
    advice: 'Send a smaller one, or share large files by another way.',
  },
  loop: {
    status: '5.4.6',
    what: 'The mail came back to this relay for the same recipient: it goes round in a circle.',
    advice: 'The administrator of the recipient, or of a forwarding on the way, has to break the circle.',
  },
  expired: {
    status: '4.4.7',
    what: 'All attempts failed until the time allowed for this mail was over.',
    advice: TELL_RECIPIENT,
  },
  'no-signing-key': {
    status: '4.7.0',
    what: 'The relay could not sign this mail for your domain, and does not send it unsigned.',
    advice: TELL_OPERATOR,
  },
  internal: { status: '4.3.0', what: 'A fault inside the relay kept the mail back.', advice: TELL_OPERATOR },
} satisfies Record<OwnCause, CauseText>;

/** RFC 3463 status of a final failure. A remote's own counts, where it gave one that fits its code (RFC 3463 2). */
export function failureStatus(cause: Cause): string {
  if (cause.from === 'us') return CAUSE_TEXTS[cause.cause].status;
  const { code, enhanced } = cause.reply;
  const digit = code >= 500 ? '5' : '4';
  return enhanced?.startsWith(`${digit}.`) === true ? enhanced : `${digit}.0.0`;
}
