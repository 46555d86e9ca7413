// Our own mark in the header, by which a message that comes back for the same recipient in the same direction is known.
// The mark names nobody: it is a keyed hash, and there are always several, so that not even the number of recipients
// shows.

import { hash, randomFillSync } from 'node:crypto';
import type { Direction } from '../message.ts';

export const LOOP_HEADER = 'X-Easymail-Loop';

/** 48 bits: a false alarm once in 2^48 recipients, and short enough for many in a line. */
const MARK_OCTETS = 6;
const MARK_DIGITS = MARK_OCTETS * 2;
/** Slots that are always there; unused ones hold random marks. */
const SLOTS = 4;
/** RFC 5322 2.1.1: a line should stay below 78 characters. */
const MARKS_A_LINE = 4;

/** The mark of a recipient: 12 hexadecimal digits. The address is compared without case. */
export function loopMark(secret: Uint8Array, direction: Direction, recipient: string): string {
  // A keyed hash: what is cut to 48 bits cannot be lengthened, so the key in front is as good as HMAC and a fifth of it.
  return hash('sha256', `${inText(secret)} ${direction} ${recipient.toLowerCase()}`).slice(0, MARK_DIGITS);
}

/** The mark that says how many hops were folded away so far; without the key it looks like any other. */
function hopMark(secret: Uint8Array, hops: number): string {
  return hash('sha256', `${inText(secret)} hops ${hops}`).slice(0, MARK_DIGITS);
}

const texts = new WeakMap<Uint8Array, string>();

/** The secret, which never changes, as it is hashed. */
function inText(secret: Uint8Array): string {
  let text = texts.get(secret);
  if (text === undefined) {
    text = Buffer.from(secret).toString('hex');
    texts.set(secret, text);
  }
  return text;
}

/**
 * The header field for the recipients of one transaction, CRLF included. `foldedHops`: Received fields of this message
 * that we took out, on this pass and those before; the number goes on in the field, so that a loop is still counted.
 */
export function loopHeader(
  secret: Uint8Array,
  direction: Direction,
  recipients: readonly string[],
  foldedHops = 0,
): string {
  const marks = recipients.map((recipient) => loopMark(secret, direction, recipient));
  if (foldedHops > 0) marks.push(hopMark(secret, foldedHops));
  while (marks.length < SLOTS) marks.push(randomMark());
  // Sorted, so that the place of a mark does not tell a real one from a random one.
  marks.sort();
  let field = `${LOOP_HEADER}: ${direction}`;
  for (let i = 0; i < marks.length; i += MARKS_A_LINE) {
    field += `${i === 0 ? ' ' : '\r\n '}${marks.slice(i, i + MARKS_A_LINE).join(' ')}`;
  }
  return `${field}\r\n`;
}

/** Marks found in a header, by direction. */
export interface LoopMarks {
  has(direction: Direction, mark: string): boolean;
  readonly size: number;
}

/**
 * Hops that were folded away on earlier passes, at most `most`; 0 where no mark says so. A field that was taken out or
 * forged by others changes nothing: the number is keyed, and the next pass counts what it sees itself.
 */
export function foldedHops(marks: LoopMarks, secret: Uint8Array, most: number): number {
  if (marks.size === 0) return 0;
  for (let hops = most; hops > 0; hops--) {
    // Only outbound mail is folded.
    if (marks.has('outbound', hopMark(secret, hops))) return hops;
  }
  return 0;
}

const FIELD = new RegExp(`^${LOOP_HEADER}[ \\t]*:((?:[^\\r\\n]|\\r?\\n[ \\t])*)`, 'gim');
const WORDS = /[^ \t\r\n]+/g;
/** A header may hold many fields of this name (one a pass); more marks than this are not ours. */
const MOST_MARKS = 20_000;

/** All loop marks of a header section (line ends included); fields that are not of our form are passed over. */
export function findLoopMarks(header: Uint8Array): LoopMarks {
  const marks = new Set<string>();
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  // Nearly no message has one: look before making a string of the whole header.
  if (!mayHaveField(text)) return asMarks(marks);
  for (const [, value] of text.toString('latin1').matchAll(FIELD)) {
    const [direction, ...words] = (value ?? '').match(WORDS) ?? [];
    if (direction !== 'outbound' && direction !== 'inbound') continue;
    for (const word of words)
      if (word.length === MARK_DIGITS && marks.size < MOST_MARKS) marks.add(`${direction} ${word}`);
  }
  return asMarks(marks);
}

function mayHaveField(header: Buffer): boolean {
  if (header.includes(LOOP_HEADER)) return true;
  // Another system may have changed the case of the name.
  return /x-easymail-loop/i.test(header.toString('latin1'));
}

function asMarks(marks: ReadonlySet<string>): LoopMarks {
  return { has: (direction, mark) => marks.has(`${direction} ${mark}`), size: marks.size };
}

const randomPool = Buffer.alloc(MARK_OCTETS * 512);
let randomUsed = randomPool.length;

function randomMark(): string {
  if (randomUsed === randomPool.length) {
    randomFillSync(randomPool);
    randomUsed = 0;
  }
  const start = randomUsed;
  randomUsed += MARK_OCTETS;
  return randomPool.toString('hex', start, start + MARK_OCTETS);
}
