// RFC 6376 5, RFC 8463 3: DKIM-Signature fields for a message whose body hash is known. Only relaxed/relaxed and
// SHA-256 (RFC 8301 3.1).
//
// - What all signatures cover is brought to its canonical form once.
// - Each signature is that and its own field with an empty `b`, signed with its key.

import { createHash, type KeyObject, sign } from 'node:crypto';
import type { HeaderSection } from '../mime/header.ts';
import { relaxedField } from './relaxed.ts';
import { type FieldsByName, isSigned, signedNames } from './signed-fields.ts';

/** A key that signs. */
export interface SigningKey {
  selector: string;
  key: KeyObject;
}

export interface SignatureRequest {
  /** Signing domain, A-labels. */
  domain: string;
  /** Hash of the relaxed body, base64. */
  bodyHash: string;
  /** Seconds since 1970. */
  at: number;
}

/** RFC 5322 2.1.1: lines should stay below 78 characters. */
const FOLD = 76;
/** RFC 8301 3.2: shorter RSA keys are not used. */
export const SHORTEST_RSA = 1024;
/** RSA keys up to here sign in a third of a millisecond; longer ones sign apart from the event loop. */
const LONGEST_AT_ONCE = 2048;

/** Whether a signature with this key takes too long for the event loop. */
export function signsSlowly(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) > LONGEST_AT_ONCE;
}

/** The signatures of a header, one a key, in their order; CRLF included. Keys that sign slowly do so in a thread. */
export function signHeader(
  header: HeaderSection,
  keys: readonly SigningKey[],
  request: SignatureRequest,
): string | Promise<string> {
  const fields = collect(header);
  const names = signedNames(fields);
  const covered = canonicalFields(fields, names);
  const list = foldList(names);
  const parts = keys.map((key) => oneSignature(key, request, { list, covered }));
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return Promise.all(parts.map(async (part) => part)).then((texts) => texts.join(''));
}

function collect(header: HeaderSection): FieldsByName {
  const fields: FieldsByName = new Map();
  for (const { name, start, end } of header.fields) {
    if (!isSigned(name)) continue;
    const text = header.octets.toString('latin1', start, end);
    const known = fields.get(name);
    if (known === undefined) fields.set(name, [text]);
    else known.push(text);
  }
  return fields;
}

/** RFC 6376 5.4.2: of fields of one name the last comes first; a name too many stands for nothing. */
function canonicalFields(fields: FieldsByName, names: readonly string[]): string {
  let covered = '';
  const used = new Map<string, number>();
  for (const name of names) {
    const instances = fields.get(name);
    const position = used.get(name) ?? 0;
    const field = instances?.[instances.length - 1 - position];
    used.set(name, position + 1);
    if (field !== undefined) covered += `${relaxedField(field)}\r\n`;
  }
  return covered;
}

function foldList(names: readonly string[]): string {
  let text = '';
  let column = 3;
  for (const [i, name] of names.entries()) {
    const word = i === names.length - 1 ? name : `${name}:`;
    if (column + word.length > FOLD) {
      text += '\r\n  ';
      column = 2;
    }
    text += word;
    column += word.length;
  }
  return text;
}

function oneSignature(
  { selector, key }: SigningKey,
  { domain, bodyHash, at }: SignatureRequest,
  { list, covered }: { list: string; covered: string },
): string | Promise<string> {
  const type = key.asymmetricKeyType;
  const algorithm = type === 'ed25519' ? 'ed25519-sha256' : 'rsa-sha256';
  const field =
    `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed;\r\n` +
    ` d=${domain}; s=${selector};\r\n` +
    ` t=${at}; bh=${bodyHash};\r\n` +
    ` h=${list};\r\n` +
    ' b=';
  // RFC 6376 3.7: the signature's own field comes last, without a line end.
  const data = Buffer.from(covered + relaxedField(field), 'latin1');
  const whole = (signature: Buffer) => `${field}${folded(signature.toString('base64'))}\r\n`;
  // RFC 8463 3: Ed25519 signs the SHA-256 hash, not the data itself.
  if (type === 'ed25519') return whole(sign(null, createHash('sha256').update(data).digest(), key));
  if (!signsSlowly(key)) return whole(sign('sha256', data, key));
  return new Promise((resolve, reject) => {
    sign('sha256', data, key, (error, signature) => (error === null ? resolve(whole(signature)) : reject(error)));
  });
}

function folded(base64: string): string {
  let text = base64.slice(0, FOLD - 3);
  for (let at = FOLD - 3; at < base64.length; at += FOLD) text += `\r\n  ${base64.slice(at, at + FOLD)}`;
  return text;
}
