// RFC 3463 status of what a notice tells of. A remote's own counts, where it gave one that fits its code (RFC 3463 2).

import type { Cause, OwnCause } from '../../message.ts';
import type { NoticeOutcome } from './notice.ts';

/** Our own reasons, where the failure is final. */
export const CAUSE_STATUS = {
  'dns-temporary': '4.4.3',
  'dns-no-domain': '5.1.2',
  'dns-no-host': '5.1.2',
  // RFC 7505 4.2
  'null-mx': '5.1.10',
  'mx-is-us': '5.4.6',
  'private-address': '5.4.4',
  'connect-failed': '4.4.1',
  'connect-timeout': '4.4.1',
  'connection-lost': '4.4.2',
  'reply-timeout': '4.4.2',
  'bad-reply': '4.5.0',
  'tls-failed': '4.7.5',
  'tls-required': '5.7.10',
  'no-address': '4.3.5',
  // As at the end of data: accept/replies-of-inspection.ts.
  'protection-refused': '5.7.1',
  'protection-later': '4.7.1',
  'recipient-paused': '4.2.1',
  'no-signing-key': '4.7.0',
  // RFC 6531 3.2
  'no-smtputf8': '5.6.7',
  'no-8bitmime': '5.6.3',
  'too-large': '5.3.4',
  loop: '5.4.6',
  expired: '4.4.7',
  internal: '4.3.0',
} satisfies Record<OwnCause, string>;

/** RFC 3463 status of a final failure. */
export function failureStatus(cause: Cause): string {
  if (cause.from === 'us') return CAUSE_STATUS[cause.cause];
  const { code, enhanced } = cause.reply;
  const digit = code >= 500 ? '5' : '4';
  return enhanced?.startsWith(`${digit}.`) === true ? enhanced : `${digit}.0.0`;
}

/** Status field of a recipient (RFC 3464 2.3.4). */
export function statusOf(outcome: NoticeOutcome): string {
  switch (outcome.kind) {
    case 'bounced':
      return failureStatus(outcome.cause);
    case 'expired':
      // What a server said until the end tells more than that the time is over.
      return ownWords(outcome.cause) ?? CAUSE_STATUS.expired;
    case 'suppressed':
      // As RCPT is answered for such a recipient.
      return '5.1.1';
    case 'delayed':
      return ownWords(outcome.cause) ?? temporary(outcome.cause);
    case 'relayed':
      // RFC 3886 3.3.4: relayed to a non-compliant mailer.
      return '2.1.9';
    default:
      return outcome satisfies never;
  }
}

function ownWords(cause: Cause | undefined): string | undefined {
  const enhanced = cause?.from === 'remote' ? cause.reply.enhanced : undefined;
  return enhanced?.startsWith('4.') === true ? enhanced : undefined;
}

function temporary(cause: Cause | undefined): string {
  const status = cause?.from === 'us' ? CAUSE_STATUS[cause.cause] : undefined;
  return status?.startsWith('4.') === true ? status : '4.0.0';
}
