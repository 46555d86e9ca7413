// Links of a digest: each opens one message for one reader, and ends. What a link says is sealed under a key of ours, so
// that nobody can make one or read another's; following it shows a page and changes nothing (scanners of mail follow
// links), only its buttons act.

import { hash } from 'node:crypto';
import { z } from 'zod';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import type { SecretBox } from '../../platform/secret-box.ts';

/** How long links count. */
export const LINK_LIFE_MS = 7 * 86_400_000;

/** What a link opens. */
export interface LinkTarget {
  customer: CustomerId;
  message: QueueId;
  /** Names the reader without an address. */
  reader: string;
  /** Milliseconds since 1970. */
  until: number;
}

const ABOUT = 'quarantine link';
const TOKEN = /^[A-Za-z0-9_-]{40,400}$/;
const told = z.tuple([z.string(), z.string(), z.string(), z.number()]);

/** The name of a reader in links. */
export function readerName(address: string): string {
  return hash('sha256', address.toLowerCase(), 'base64url').slice(0, 16);
}

/** The part of a link that opens the message. */
export function linkToken(box: SecretBox, { customer, message, reader, until }: LinkTarget): string {
  return box.seal(Buffer.from(JSON.stringify([customer, message, reader, until])), ABOUT).toString('base64url');
}

/** What a token opens now; nothing where it was not made here, or is over. */
export function openLink(box: SecretBox, token: string, now: number): LinkTarget | undefined {
  if (!TOKEN.test(token)) return undefined;
  const opened = box.open(Buffer.from(token, 'base64url'), ABOUT);
  if (opened === undefined) return undefined;
  const [customer, message, reader, until] = told.parse(JSON.parse(opened.toString()));
  if (until <= now) return undefined;
  return { customer: customer as CustomerId, message: message as QueueId, reader, until };
}

/** The address of the page. */
export function linkUrl(base: string, token: string): string {
  return `${base.replace(/\/+$/, '')}/api/v1/quarantine/links/${token}`;
}
