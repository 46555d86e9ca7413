// A signed field on mail that is handed to a customer's mail host: a user's automatic forward brings it back, and shows
// by it that the message came in for this customer, with this author, a short while ago. A header without it proves
// nothing: anybody can write Received and Delivered-To.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { fieldsNamed, fieldText, type HeaderEdit, type HeaderSection } from '../../protocol/mime/header.ts';
import type { CustomerFact } from '../authorise/directory.ts';
import type { CustomerId, QueueId } from '../message.ts';
import { parseQueueId, timeOfId } from '../queue/queue-id.ts';

const STAMP_HEADER = 'X-Easymail-Received';
/** 80 bits, in hexadecimal. */
const MAC_DIGITS = 20;
const VALUE = /^(\S{1,40}) ([0-9a-f]{20})$/;
/** A message that went round many times has one of each; more are no business of ours. */
const MOST_STAMPS = 20;

/** What a stamp vouches for. */
export interface StampFacts {
  /** Customer whose mail host gets the message. */
  customer: CustomerId;
  /** Address in From; empty where there is no readable one. */
  author: string;
}

/** The field, CRLF included. */
export function forwardStamp(id: QueueId, facts: StampFacts, key: Uint8Array): string {
  return `${STAMP_HEADER}: ${id} ${macOf(id, facts, key)}\r\n`;
}

/** Whether the header has a stamp of ours for this customer and author that is not older than `validMs`. */
export function hasForwardStamp(
  header: HeaderSection,
  facts: StampFacts,
  { key, now, validMs }: { key: Uint8Array; now: number; validMs: number },
): boolean {
  for (const field of fieldsNamed(header, STAMP_HEADER.toLowerCase()).slice(0, MOST_STAMPS)) {
    const match = VALUE.exec(fieldText(header, field));
    const id = parseQueueId(match?.[1] ?? '');
    if (id === undefined || now - timeOfId(id) > validMs) continue;
    if (timingSafeEqual(Buffer.from(match?.[2] ?? ''), Buffer.from(macOf(id, facts, key)))) return true;
  }
  return false;
}

/** Takes the stamps out of what goes on from a customer that gets them: they have told what they had to tell. */
export function hideStamps(customer: Pick<CustomerFact, 'forwards'>, header: HeaderSection): HeaderEdit[] {
  if (customer.forwards !== 'srs') return [];
  return fieldsNamed(header, STAMP_HEADER.toLowerCase()).map((field) => ({ kind: 'remove', field }));
}

function macOf(id: QueueId, { customer, author }: StampFacts, key: Uint8Array): string {
  // Without case: a system on the way may have changed it, in the domain at least.
  const text = `stamp\n${id}\n${customer}\n${author.toLowerCase()}`;
  return createHmac('sha256', key).update(text).digest('hex').slice(0, MAC_DIGITS);
}
