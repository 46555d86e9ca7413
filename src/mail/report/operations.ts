// What control may ask of this stage: mail of the relay's own to people.

import type { QueueId } from '../message.ts';

/** A mail of the relay's own to one person. */
export interface OwnMail {
  /** Address of the person; others get a message of their own. */
  to: string;
  subject: string;
  /** Plain text, and the same as HTML. */
  text: string;
  html: string;
  language: 'en' | 'de' | 'fr';
  attachments?: readonly OwnAttachment[];
}

export interface OwnAttachment {
  /** File name. */
  name: string;
  /** Media type without parameters, such as `application/pdf`. */
  type: string;
  content: Uint8Array;
}

/**
 * Puts a mail of ours into our own queue; resolves once it is kept there. Rejects where the address is none (a
 * RangeError), where the store thread is gone and where the disk is full.
 */
export type SendMail = (mail: OwnMail) => Promise<QueueId>;
