// A message for a receiver that lacks an extension it may need: what can be brought into another form is, the rest goes
// back with a reason.

import type { SmtpExtensions } from '../../network/smtp-session.ts';
import type { Content } from '../../network/smtp-transaction.ts';
import type { MessageMeta, OwnCause } from '../message.ts';
import type { ClaimedRecipient } from '../queue/queue.ts';
import type { ContentSource } from './content.ts';
import { senderOnWire } from './envelope-from.ts';
import { asciiAddress, hasAsciiHeader } from './internationalized.ts';
import type { SevenBit } from './seven-bit.ts';

/** The message in the form that goes to this receiver. */
export interface Fitted {
  content: Content;
  /** The content is not the stored one. */
  converted: boolean;
  /** Octets to give back to `SevenBit` once it was sent. */
  held: number;
  /** SMTPUTF8 is asked for. */
  smtpUtf8: boolean;
  /** In MAIL FROM. */
  sender: string;
  recipients: FittedRecipient[];
}

export interface FittedRecipient {
  recipient: ClaimedRecipient;
  /** In RCPT TO. */
  address: string;
}

/** Recipients whom this receiver cannot have it for. */
export interface Misfit {
  recipients: ClaimedRecipient[];
  kind: 'bounced' | 'deferred';
  cause: OwnCause;
  detail: string;
}

export interface Fitting {
  meta: MessageMeta;
  recipients: readonly ClaimedRecipient[];
  content: Content;
  source: ContentSource;
  sevenBit: SevenBit;
  /** Key of return paths of ours. */
  returnKey: Uint8Array;
}

/** The message as it is. */
export function unchanged({ meta, recipients, content, returnKey }: Fitting): Fitted {
  return {
    content,
    converted: false,
    held: 0,
    smtpUtf8: meta.smtpUtf8,
    sender: senderOnWire(meta, recipients, returnKey),
    recipients: recipients.map((recipient) => ({ recipient, address: recipient.address })),
  };
}

/** Whether the receiver may lack what the message needs. */
export function needsFitting(meta: MessageMeta, extensions: SmtpExtensions): boolean {
  // RFC 6531 3.1: SMTPUTF8 includes 8BITMIME.
  return !extensions.smtpUtf8 && (meta.smtpUtf8 || !extensions.eightBitMime);
}

/**
 * Makes the message fit a receiver for which `needsFitting`. `fitted` is absent where it fits nobody. `content` is used
 * up where it is not in the result. Rejects where the content cannot be read.
 */
export async function fitToReceiver(
  fitting: Fitting,
  extensions: SmtpExtensions,
): Promise<{ fitted?: Fitted; misfits: Misfit[] }> {
  const misfits: Misfit[] = [];
  const whole = unchanged(fitting);
  const fitted = fitting.meta.smtpUtf8 ? await inAscii(whole, misfits) : whole;
  if (fitted === undefined || fitted.recipients.length === 0 || extensions.eightBitMime) {
    return fitted === undefined || fitted.recipients.length === 0 ? { misfits } : { fitted, misfits };
  }
  const seven = await fitting.sevenBit.content(fitted.content, fitting.source);
  if (seven.kind === 'content') {
    const { content, converted, held } = seven;
    return { fitted: { ...fitted, content, converted, held }, misfits };
  }
  const recipients = fitted.recipients.map(({ recipient }) => recipient);
  if (seven.kind === 'later') {
    misfits.push({ recipients, kind: 'deferred', cause: 'no-8bitmime', detail: 'too many conversions at this time' });
  } else misfits.push({ recipients, kind: 'bounced', cause: 'no-8bitmime', detail: seven.detail });
  return { misfits };
}

/** Without SMTPUTF8: addresses in ASCII, and only where the header is. */
async function inAscii(whole: Fitted, misfits: Misfit[]): Promise<Fitted | undefined> {
  const refuse = (recipients: ClaimedRecipient[], detail: string) =>
    void misfits.push({ recipients, kind: 'bounced', cause: 'no-smtputf8', detail });
  const all = whole.recipients.map(({ recipient }) => recipient);
  const sender = asciiAddress(whole.sender);
  if (sender === undefined) return refuse(all, 'the sender’s address is not ASCII');
  const fits: FittedRecipient[] = [];
  for (const { recipient } of whole.recipients) {
    const address = asciiAddress(recipient.address);
    if (address === undefined) refuse([recipient], 'the recipient’s address is not ASCII');
    else fits.push({ recipient, address });
  }
  const { ascii, content } = await hasAsciiHeader(whole.content);
  if (ascii) return { ...whole, content, sender, recipients: fits, smtpUtf8: false };
  refuse(
    fits.map(({ recipient }) => recipient),
    'the header of the message is not ASCII',
  );
  return undefined;
}
