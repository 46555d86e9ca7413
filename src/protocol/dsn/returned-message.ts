// What a report brings back of the earlier mail: its header, from which we know our own mail again.

import { firstText, type HeaderSection, messageIdOf, parseHeader } from '../mime/header.ts';
import { addressesIn } from './addresses-in-text.ts';
import type { ReturnedHop } from './report.ts';

export interface ReturnedMessage {
  messageId?: string;
  originalFrom?: string;
  originalTo?: string;
  /** Envelope recipient that a server noted in the header. */
  deliveredTo?: string;
  hops: ReturnedHop[];
}

const MOST_HOPS = 50;
const BY = /\bby\s+([A-Za-z0-9._-]{1,255})/i;
const ID = /\bid\s+<?([A-Za-z0-9._-]{1,128})/i;

/** Facts of a returned header, or of what was left of it. */
export function readReturned(octets: Buffer): ReturnedMessage {
  const header = parseHeader(octets);
  const messageId = messageIdOf(header);
  const originalFrom = soleAddress(header, 'from');
  const originalTo = soleAddress(header, 'to');
  const deliveredTo = ['x-envelope-to', 'x-original-to', 'delivered-to', 'x-rcpt-to', 'envelope-to']
    .map((name) => soleAddress(header, name))
    .find((address) => address !== undefined);
  return {
    hops: hopsOf(header),
    ...(messageId !== undefined && { messageId }),
    ...(originalFrom !== undefined && { originalFrom }),
    ...(originalTo !== undefined && { originalTo }),
    ...(deliveredTo !== undefined && { deliveredTo }),
  };
}

function soleAddress(header: HeaderSection, name: string): string | undefined {
  const found = addressesIn((firstText(header, name) ?? '').slice(0, 2000), 3);
  const [first] = found;
  // `"a@b" <a@b>` names one address twice.
  return found.every(({ address }) => address.toLowerCase() === first?.address.toLowerCase())
    ? first?.address
    : undefined;
}

function hopsOf(header: HeaderSection): ReturnedHop[] {
  const hops: ReturnedHop[] = [];
  for (const field of header.fields) {
    if (field.name !== 'received' || hops.length >= MOST_HOPS) continue;
    const text = header.octets.toString('latin1', field.value, Math.min(field.end, field.value + 2000));
    const by = BY.exec(text)?.[1];
    const id = ID.exec(text)?.[1];
    if (by !== undefined && id !== undefined) hops.push({ by: by.toLowerCase(), id });
  }
  return hops;
}
