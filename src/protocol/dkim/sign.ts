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

/**
 * RSA, some of it beside the event loop, a few signatures at a time: more would take the cores from the loops. One of 2,048
 * bits takes a quarter of a millisecond of a core; one of 4,096 six times as long.
 */
export class SigningLane {
  readonly #width: number;
  readonly #longestAtOnce: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `longestAtOnce`: keys of up to so many bits sign on the event loop. */
  constructor(width: number, longestAtOnce: number) {
    this.#width = width;
    this.#longestAtOnce = longestAtOnce;
  }

  /** RFC 6376 3.3.2. Throws or rejects where the key cannot sign. */
  sign(data: Uint8Array, key: KeyObject): Buffer | Promise<Buffer> {
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return bits <= this.#longestAtOnce ? sign('sha256', data, key) : this.#apart(data, key);
  }

  #apart(data: Uint8Array, key: KeyObject): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        this.#running++;
        sign('sha256', data, key, (error, signature) => {
          this.#running--;
          this.#waiting.shift()?.();
          if (error === null) resolve(signature);
          else reject(error);
        });
      };
      if (this.#running < this.#width) begin();
      else this.#waiting.push(begin);
    });
  }
}

/** The signatures of a header, one a key, in their order; CRLF included. */
export async function signHeader(
  header: HeaderSection,
  keys: readonly SigningKey[],
  request: SignatureRequest,
  lane: SigningLane,
): Promise<string> {
  const cover = coverHeader(header);
  const texts = await Promise.all(keys.map((key) => oneSignature(key, request, cover, lane)));
  return texts.join('');
}

/** What a signature of ours covers of a header: `h`, folded, and the fields in their relaxed form, a CRLF after each. */
export interface Cover {
  list: string;
  covered: string;
}

/** Brings a header to the form that is signed; `also` names fields (lower case) that are signed besides. */
export function coverHeader(header: HeaderSection, also: readonly string[] = []): Cover {
  const fields = collect(header, also);
  const names = signedNames(fields);
  for (const name of also) names.push(...(fields.get(name) ?? []).map(() => name));
  return { list: foldList(names), covered: canonicalFields(fields, names) };
}

function collect(header: HeaderSection, also: readonly string[]): FieldsByName {
  const fields: FieldsByName = new Map();
  for (const { name, start, end } of header.fields) {
    if (!isSigned(name) && !also.includes(name)) continue;
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

async function oneSignature(
  { selector, key }: SigningKey,
  { domain, bodyHash, at }: SignatureRequest,
  { list, covered }: Cover,
  lane: SigningLane,
): Promise<string> {
  const field =
    `DKIM-Signature: v=1; a=${algorithmOf(key)}; c=relaxed/relaxed;\r\n` +
    ` d=${domain}; s=${selector};\r\n` +
    ` t=${at}; bh=${bodyHash};\r\n` +
    ` h=${list};\r\n` +
    ' b=';
  return completed(field, covered, key, lane);
}

/** The tag `a` for a key. */
export function algorithmOf(key: KeyObject): string {
  return key.asymmetricKeyType === 'ed25519' ? 'ed25519-sha256' : 'rsa-sha256';
}

/**
 * A field that ends with an empty `b`, with its signature over what it covers and itself; CRLF included. Throws or rejects
 * where the key cannot sign.
 */
export async function completed(field: string, covered: string, key: KeyObject, lane: SigningLane): Promise<string> {
  // RFC 6376 3.7: the signature's own field comes last, without a line end.
  const data = Buffer.from(covered + relaxedField(field), 'latin1');
  // RFC 8463 3: Ed25519 signs the SHA-256 hash, not the data itself; it takes less than a tenth of a millisecond.
  const signature =
    key.asymmetricKeyType === 'ed25519'
      ? sign(null, createHash('sha256').update(data).digest(), key)
      : await lane.sign(data, key);
  return `${field}${folded(signature.toString('base64'))}\r\n`;
}

function folded(base64: string): string {
  let text = base64.slice(0, FOLD - 3);
  for (let at = FOLD - 3; at < base64.length; at += FOLD) text += `\r\n  ${base64.slice(at, at + FOLD)}`;
  return text;
}
