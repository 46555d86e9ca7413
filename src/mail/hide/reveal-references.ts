// Answers refer to our ids; the customer's own server knows its messages by the ids that they had inside.

import {
  editHeader,
  type HeaderEdit,
  type HeaderField,
  type HeaderSection,
  parseHeader,
} from '../../protocol/mime/header.ts';
import type { CustomerId } from '../message.ts';
import { coveredNames } from './hide-header.ts';
import type { MessageIds } from './message-ids.ts';

const BRACKETED = /<([^<>]*)>/g;

/**
 * Edits that turn our ids in In-Reply-To and References of inbound mail back into the customer's own. A field that a
 * signature of the sender covers stays as it is: the customer's server may want to verify it.
 */
export function revealReferences(header: HeaderSection, customer: CustomerId, ids: MessageIds): HeaderEdit[] {
  const edits: HeaderEdit[] = [];
  for (const field of header.fields) {
    if (!isReference(field)) continue;
    const old = header.octets.toString('latin1', field.value, field.end);
    const value = old.replaceAll(BRACKETED, (whole, id: string) => {
      const own = ids.reveal(customer, id.trim());
      return own === undefined ? whole : `<${own}>`;
    });
    if (value === old || isSigned(header, field.name)) continue;
    const name = header.octets.subarray(field.start, field.value);
    edits.push({ kind: 'replace', field, octets: Buffer.concat([name, Buffer.from(value, 'latin1')]) });
  }
  return edits;
}

/** The content, or its header alone, without the fields in which ids are turned back: for those outside. */
export function withoutReferences(octets: Uint8Array): Buffer {
  const header = parseHeader(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
  const edits = header.fields.filter(isReference).map((field): HeaderEdit => ({ kind: 'remove', field }));
  return editHeader(header.octets, edits);
}

function isReference({ name }: HeaderField): boolean {
  return name === 'in-reply-to' || name === 'references';
}

function isSigned(header: HeaderSection, name: string): boolean {
  return header.fields.some(
    (field) =>
      (field.name === 'dkim-signature' || field.name === 'arc-message-signature') &&
      coveredNames(header, field).has(name),
  );
}
