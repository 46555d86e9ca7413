// One name for all messages of the same content: the body, and the header but for fields that differ from copy to copy
// and that nobody unpacks anything by.

import { createHash, type Hash } from 'node:crypto';
import { type HeaderField, parseHeader } from '../../../protocol/mime/header.ts';
import { hidesAField } from '../../../protocol/mime/walk/header-shape.ts';

/** Fields that say who, when and which way. All others count, unknown ones too. */
const OF_THE_COPY = new Set([
  'received',
  'return-path',
  'delivered-to',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'subject',
  'dkim-signature',
  'domainkey-signature',
  'authentication-results',
  'received-spf',
  'arc-seal',
  'arc-message-signature',
  'arc-authentication-results',
  'feedback-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
]);
/** What programs say of the copy: ids, scores, hints. */
const OF_PROGRAMS = /^x-/;

/** Takes the content as it arrives: the header section first, in one piece. */
export class ContentDigest {
  readonly #hash: Hash = createHash('sha256');
  #begun = false;

  chunk(bytes: Uint8Array): void {
    if (this.#begun) {
      this.#hash.update(bytes);
      return;
    }
    this.#begun = true;
    this.#header(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  /** Sixty-four digits. */
  end(): string {
    return this.#hash.digest('hex');
  }

  #header(octets: Buffer): void {
    const { fields, end, strayLines } = parseHeader(octets);
    // Readers differ in what they make of a header like that: all of it counts.
    if (strayLines > 0) {
      this.#hash.update(octets);
      return;
    }
    for (const field of fields) {
      if (!isOfTheCopy(field) || hidesAField(octets, field)) this.#hash.update(octets.subarray(field.start, field.end));
    }
    this.#hash.update(octets.subarray(end));
  }
}

function isOfTheCopy({ name, start, value }: HeaderField): boolean {
  // White space before the colon ends the header for some readers: then all that follows is body.
  if (value - start !== name.length + 1) return false;
  return OF_THE_COPY.has(name) || OF_PROGRAMS.test(name);
}
