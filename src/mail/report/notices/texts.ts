// What notices say to people: one catalogue a language, all of one shape, so that none can lack a text. A placeholder in
// braces stands for what differs from notice to notice.

import type { NoticeSubject, OwnCause } from '../../message.ts';
import type { BounceClassName } from '../bounce-class.ts';

/** What happened, and who should do what: full sentences. */
export interface Explanation {
  what: string;
  advice: string;
}

export interface NoticeTexts {
  /** RFC 5646 tag, for Content-Language. */
  tag: string;
  /** Locale in which dates are written. */
  dates: string;
  subject: Record<NoticeSubject, string>;
  /** `{date}`: when the mail was taken; `{until}`: end of the attempts, in `delay` alone. */
  one: Record<NoticeSubject, string>;
  /** The same for `{count}` recipients. */
  many: Record<NoticeSubject, string>;
  /** Behind an address that the sender wrote otherwise: `{address}`. */
  asWritten: string;
  /** Before the words of a server, `{host}`. */
  said: string;
  /** Before the last words of a server that was tried until the end. */
  saidLast: string;
  /** In place of the words of a server that is not to be named: its `{code}`. */
  saidHidden: string;
  /** After the named recipients: `{count}` more. */
  more: string;
  /** The mail itself, or its header, is attached. */
  attached: Record<'full' | 'headers' | 'nothing', string>;
  /** Who made the notice (`{host}`) and under which number (`{id}`) the mail is known. */
  closing: string;
  /** Tried until the time allowed was over. */
  expired: string;
  /** Not tried, since the address is on the customer's list of addresses that take no mail. */
  suppressed: Explanation;
  causes: Record<OwnCause, Explanation>;
  classes: Record<BounceClassName, Explanation>;
}

/** Puts values in the place of placeholders. A value is never looked through for placeholders itself. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
