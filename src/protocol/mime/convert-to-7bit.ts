// RFC 6152 3: a message with 8-bit octets for a receiver that takes only seven. Converting it is the other way to
// returning it.
//
// - The message is walked by its MIME structure. What is ASCII is not looked into and not changed.
// - A part with 8-bit octets is encoded (RFC 2045 6), text as quoted-printable, the rest as base64, and says so in its
//   Content-Transfer-Encoding. The multiparts and messages around it are labelled 7bit.
// - Where that would break something, nothing is converted: what is signed or encrypted must arrive as it was made
//   (RFC 1847 2.1), 8-bit octets in a header mean nothing without SMTPUTF8, and a structure that readers might
//   understand differently is left alone.
// - All changes are edits of the octets: what no edit touches leaves as it came.

import { isAscii } from 'node:buffer';
import { type ContentType, parseContentType, withoutComments } from './content-type.ts';
import { fieldsNamed, fieldText, type HeaderField, type HeaderSection, parseHeader } from './header.ts';
import { base64Lines, countQuoted, quotedPrintable, repairedQuotedPrintable } from './transfer-encoding.ts';

/** Why a message cannot be converted. */
export type Obstacle =
  | 'a header with 8-bit octets'
  | 'a signed or encrypted part'
  | 'an unknown transfer encoding'
  | 'a part that must be 7bit'
  | 'a structure that is not clear'
  | 'too many parts or too deep';

export type Conversion =
  | { kind: 'unchanged' }
  | { kind: 'converted'; bytes: Buffer }
  | { kind: 'impossible'; obstacle: Obstacle };

/** Deeper, or with more parts, is no mail of people. */
const DEEPEST = 20;
const MOST_PARTS = 2000;
/** Text above this becomes base64 whatever it is: that is quick whatever it holds. */
const QUOTED_LIMIT = 1024 * 1024;
/** Where more than this share would be quoted, base64 is shorter. */
const QUOTED_SHARE = 0.18;

const CRLF = Buffer.from('\r\n');
const LF = 10;
const QUESTION_MARK = 63;
const BLANKS = new Set([9, 32]);
const IDENTITY = new Set(['', '7bit', '8bit', 'binary']);

/** A message in 7 bits. Pure; takes time in proportion to the message. */
export function convertTo7Bit(message: Uint8Array): Conversion {
  if (isAscii(message)) return { kind: 'unchanged' };
  const octets = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const walk = new Walk(octets);
  walk.entity({ start: 0, end: octets.length, depth: 0, fallback: 'text/plain', isMessage: true });
  if (walk.obstacle !== undefined) return { kind: 'impossible', obstacle: walk.obstacle };
  const bytes = walk.edited();
  // Nothing with 8 bits leaves under a label that says otherwise, whatever was overlooked.
  return isAscii(bytes)
    ? { kind: 'converted', bytes }
    : { kind: 'impossible', obstacle: 'a structure that is not clear' };
}

/** A message, or a part of one: where it lies. */
interface Place {
  start: number;
  end: number;
  depth: number;
  /** What it is where it does not say (RFC 2046 5.1.5: digests differ). */
  fallback: 'text/plain' | 'message/rfc822';
  /** A whole message, which has a MIME-Version. */
  isMessage: boolean;
}

interface Entity extends Place {
  header: HeaderSection;
  body: number;
  type: ContentType;
  /** It named its type. */
  typed: boolean;
  encoding: string;
}

interface Range {
  start: number;
  end: number;
}

class Walk {
  obstacle: Obstacle | undefined;
  readonly #octets: Buffer;
  readonly #edits: (Range & { octets: Uint8Array })[] = [];
  #parts = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  /** The octets with all edits, which lie in order and do not overlap. */
  edited(): Buffer {
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const { start, end, octets } of this.#edits) {
      pieces.push(this.#octets.subarray(at, start), octets);
      at = end;
    }
    pieces.push(this.#octets.subarray(at));
    return Buffer.concat(pieces);
  }

  /** Converts one entity and what lies in it. */
  entity(place: Place): void {
    if (this.obstacle !== undefined || this.#isAscii(place)) return;
    if (place.depth > DEEPEST || ++this.#parts > MOST_PARTS) return this.#stop('too many parts or too deep');
    const entity = this.#read(place);
    if (entity === undefined) return;
    const { type } = entity.type;
    if (type.startsWith('multipart/')) this.#multipart(entity);
    else if (type === 'message/partial' || type === 'message/external-body') this.#stop('a part that must be 7bit');
    else if (isWholeMessage(entity)) this.#message(entity);
    else this.#leaf(entity);
  }

  #stop(obstacle: Obstacle): undefined {
    this.obstacle ??= obstacle;
  }

  #isAscii({ start, end }: Range): boolean {
    return isAscii(this.#octets.subarray(start, end));
  }

  #read(place: Place): Entity | undefined {
    const { start, end } = place;
    const header = parseHeader(this.#octets.subarray(start, end));
    const blank = start + header.end;
    if (!this.#isAscii({ start, end: blank })) return this.#stop('a header with 8-bit octets');
    const types = valuesOf(header, 'content-type');
    const encodings = valuesOf(header, 'content-transfer-encoding');
    // Readers differ in which of two fields they believe, and in what they make of lines that are no fields.
    if (header.strayLines > 0 || hasSpacedName(header) || types.size > 1 || encodings.size > 1) {
      return this.#stop('a structure that is not clear');
    }
    const [value] = types;
    const [encoding = ''] = encodings;
    return {
      ...place,
      header,
      body: blank < end ? this.#octets.indexOf(LF, blank) + 1 : end,
      type: (value === undefined ? undefined : parseContentType(value)) ?? { type: place.fallback },
      typed: value !== undefined,
      encoding: withoutComments(encoding).trim().toLowerCase(),
    };
  }

  #multipart(entity: Entity): void {
    const { type, boundary } = entity.type;
    if (type === 'multipart/signed' || type === 'multipart/encrypted') return this.#stop('a signed or encrypted part');
    const found = boundary === undefined ? undefined : this.#split(entity, boundary);
    if (found === undefined || !IDENTITY.has(entity.encoding)) return this.#stop('a structure that is not clear');
    this.#label(entity, '7bit');
    this.#mask(found.preamble);
    const fallback = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    for (const part of found.parts) this.entity({ ...part, depth: entity.depth + 1, fallback, isMessage: false });
    this.#mask(found.epilogue);
  }

  /** RFC 2046 5.2.1: the message in it is converted, and it is labelled 7bit: no other encoding is allowed. */
  #message(entity: Entity): void {
    this.#label(entity, '7bit');
    const { body, end, depth } = entity;
    this.entity({ start: body, end, depth: depth + 1, fallback: 'text/plain', isMessage: true });
  }

  #leaf(entity: Entity): void {
    const content = this.#octets.subarray(entity.body, entity.end);
    const { encoding } = entity;
    if (IDENTITY.has(encoding)) {
      const quoted = isQuotedText(entity.type.type, content);
      this.#label(entity, quoted ? 'quoted-printable' : 'base64');
      this.#replace(entity, quoted ? quotedPrintable(content) : base64Lines(content));
    } else if (encoding === 'quoted-printable') this.#replace(entity, repairedQuotedPrintable(content));
    // RFC 2045 6.8: what is outside of the alphabet is passed over by decoders.
    else if (encoding === 'base64')
      this.#replace(
        entity,
        content.filter((octet) => octet < 128),
      );
    else this.#stop('an unknown transfer encoding');
  }

  #replace({ body, end }: Entity, octets: Uint8Array): void {
    this.#edits.push({ start: body, end, octets });
  }

  /** Makes the header say how the content is encoded. */
  #label({ start, header, isMessage, typed, type, encoding }: Entity, label: string): void {
    const fields = fieldsNamed(header, 'content-transfer-encoding');
    const missing: string[] = [];
    if (isMessage && fieldsNamed(header, 'mime-version').length === 0) missing.push('MIME-Version: 1.0');
    // RFC 1428 3: text of which nobody said in what it is written.
    if (!typed && type.type === 'text/plain') missing.push('Content-Type: text/plain; charset=unknown-8bit');
    const line = `Content-Transfer-Encoding: ${label}`;
    if (fields.length === 0 && label !== '7bit') missing.push(line);
    if ((encoding === '' ? '7bit' : encoding) !== label) {
      for (const [i, field] of fields.entries()) this.#edit(start, field, i === 0 ? `${line}\r\n` : '');
    }
    if (missing.length === 0) return;
    const at = start + header.end;
    this.#edits.push({ start: at, end: at, octets: Buffer.from(`${missing.join('\r\n')}\r\n`) });
  }

  #edit(base: number, field: HeaderField, text: string): void {
    this.#edits.push({ start: base + field.start, end: base + field.end, octets: Buffer.from(text) });
  }

  /** RFC 2046 5.1.1: nobody is shown what stands before the first part and behind the last. */
  #mask({ start, end }: Range): void {
    if (start >= end || this.#isAscii({ start, end })) return;
    const octets = this.#octets.subarray(start, end).map((octet) => (octet < 128 ? octet : QUESTION_MARK));
    this.#edits.push({ start, end, octets });
  }

  /** RFC 2046 5.1.1: the parts between the delimiter lines; `undefined` where there is none. */
  #split({ body, end }: Entity, boundary: string): { preamble: Range; parts: Range[]; epilogue: Range } | undefined {
    const dashes = Buffer.from(`--${boundary}`);
    const parts: Range[] = [];
    let first: number | undefined;
    let open: number | undefined;
    for (
      let at = this.#octets.indexOf(dashes, body);
      at !== -1 && at < end;
      at = this.#octets.indexOf(dashes, at + 1)
    ) {
      if (at !== body && this.#octets[at - 1] !== LF) continue;
      const line = this.#delimiter(at + dashes.length, end);
      if (line === undefined) continue;
      first ??= at;
      // RFC 2046 5.1.1: the CRLF before the delimiter belongs to the delimiter.
      if (open !== undefined) parts.push({ start: open, end: Math.max(open, at - CRLF.length) });
      open = line.next;
      if (line.last) return { preamble: { start: body, end: first }, parts, epilogue: { start: line.next, end } };
    }
    if (first === undefined || open === undefined) return undefined;
    parts.push({ start: open, end });
    return { preamble: { start: body, end: first }, parts, epilogue: { start: end, end } };
  }

  /** The rest of a delimiter line: white space only, behind two hyphens where it is the last. */
  #delimiter(at: number, end: number): { next: number; last: boolean } | undefined {
    const lineFeed = this.#octets.indexOf(LF, at);
    const next = lineFeed === -1 || lineFeed >= end ? end : lineFeed + 1;
    const rest = /^(--)?[ \t]*\r?\n?$/.exec(this.#octets.toString('latin1', at, Math.min(next, at + 1000)));
    return rest === null ? undefined : { next, last: rest[1] !== undefined };
  }
}

/** RFC 5322 4.5: obsolete; to some readers such a line is none of the header. */
function hasSpacedName({ fields, octets }: HeaderSection): boolean {
  return fields.some(({ value }) => BLANKS.has(octets[value - 2] ?? 0));
}

/** Each value of the fields of a name once. */
function valuesOf(header: HeaderSection, name: string): Set<string> {
  return new Set(fieldsNamed(header, name).map((field) => fieldText(header, field)));
}

function isWholeMessage({ type, encoding }: Entity): boolean {
  return (type.type === 'message/rfc822' || type.type === 'message/news') && IDENTITY.has(encoding);
}

function isQuotedText(type: string, content: Uint8Array): boolean {
  if (!type.startsWith('text/') && !type.startsWith('message/')) return false;
  return content.length <= QUOTED_LIMIT && countQuoted(content) <= content.length * QUOTED_SHARE;
}
