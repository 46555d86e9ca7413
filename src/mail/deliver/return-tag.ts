// A signed local part at the bounce domain that names one of our messages, and one of its recipients where it can. What
// comes back to it is about that message: nobody else could have made the tag. The time of acceptance is in the id.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { QueueId } from '../message.ts';
import { parseQueueId, timeOfId } from '../queue/queue-id.ts';

/** What a tag names. */
export interface ReturnTag {
  id: QueueId;
  /** Position of the recipient in the transaction; absent in a tag for a whole message. */
  index?: number;
}

export type TagAnswer =
  /** Not of this form. */
  | { kind: 'none' }
  /** The form, but not made by us. */
  | { kind: 'forged' }
  | { kind: 'expired'; tag: ReturnTag }
  | { kind: 'tag'; tag: ReturnTag };

/** RFC 4648 6. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** 60 bits. */
const MAC_CHARACTERS = 12;
/** Instead of an index: the whole message. */
const WHOLE = 'm';
const TAG = /^bounce-([0-9a-v]{17})-(m|\d{1,6})-([a-z2-7]{12})$/i;

/** The local part for a message, or for one recipient of it; 42 to 47 characters. */
export function makeReturnTag({ id, index }: ReturnTag, key: Uint8Array): string {
  const place = index === undefined ? WHOLE : String(index);
  return `bounce-${id}-${place}-${macOf(id, place, key)}`;
}

/** Reads a local part. Upper case is taken as well: some receivers change it. `validMs` counts from the acceptance. */
export function readReturnTag(
  localPart: string,
  { key, now, validMs }: { key: Uint8Array; now: number; validMs: number },
): TagAnswer {
  const match = TAG.exec(localPart);
  const id = parseQueueId(match?.[1] ?? '');
  if (match === null || id === undefined) return { kind: 'none' };
  const place = (match[2] ?? '').toLowerCase();
  const given = Buffer.from((match[3] ?? '').toLowerCase());
  if (!timingSafeEqual(given, Buffer.from(macOf(id, place, key)))) return { kind: 'forged' };
  const tag = place === WHOLE ? { id } : { id, index: Number(place) };
  return now - timeOfId(id) > validMs ? { kind: 'expired', tag } : { kind: 'tag', tag };
}

function macOf(id: QueueId, place: string, key: Uint8Array): string {
  const digest = createHmac('sha256', key).update(`tag ${id} ${place}`).digest();
  let text = '';
  for (let i = 0; i < MAC_CHARACTERS; i++) text += BASE32.charAt((digest[i] ?? 0) & 31);
  return text;
}
