// RFC 6376 6, RFC 8301, RFC 8463: what the signatures of a message are worth.
//
// - Once the header is there the signatures are read, and their keys asked for.
// - While the body arrives it is hashed, once for each way in which a signature wants it.
// - At the end each signature is tried with its key.
//
// What a stranger can make us do is bounded: signatures that are read, keys of one name that are tried, lengths of keys.

import { createHash, type KeyObject, verify as verifyOctets } from 'node:crypto';
import { type KeyRecord, parseKeyRecord, recordName } from './key-record.ts';
import { BodyHash, fieldNameOf, fieldTexts, relaxedField, simpleField } from './relaxed.ts';
import { SHORTEST_RSA } from './sign.ts';
import { readSignature, type Signature, withoutSignature } from './signature.ts';

/** Answer to the question for a key record. */
export type KeyAnswer = { kind: 'found'; records: readonly string[] } | { kind: 'none' } | { kind: 'temporary' };

export type KeyLookup = (name: string) => Promise<KeyAnswer>;

export interface VerifyOptions {
  /** Seconds since 1970, for the tag `x`. */
  now: number;
  /** Signatures that are read; those below are left unread. Default: 5. */
  signatures?: number;
  /** Signatures of this domain, of those above it and of those below it are read first. */
  prefer?: string;
}

/** RFC 8601 2.7.1. */
export interface SignatureVerdict {
  result: 'pass' | 'fail' | 'permerror' | 'temperror';
  /** Why it is not a pass. */
  reason?: string;
  domain?: string;
  selector?: string;
  algorithm?: string;
  /** The signature itself begins so: tells two of one domain apart (RFC 6008 4). */
  begins?: string;
  /** It covers (`l`) only a part of the body; what stands behind that anybody may have put there (RFC 6376 8.2). */
  uncovered?: true;
}

/** A message with more signatures than this has the rest left unread. */
const MOST_SIGNATURES = 5;
/** RFC 6376 3.6.2.2: of several records at one name any may be taken. More than this are not tried. */
const MOST_KEYS = 4;
/** Ways in which one body is hashed; each takes its time, and `l` could ask for any number of them. */
const MOST_HASHES = 4;
/** RFC 8301 3.2 asks for 4,096; checking with a longer one takes more time than a signature is worth. */
const LONGEST_RSA = 4096;
/** Exponents in use have 2 to 33 bits; with a long one each check costs as much as a signature. */
const LARGEST_EXPONENT = 2n ** 33n;
const SIGNATURE_BEGINS = 8;

/** The fields of a header, for signatures to find what they cover. */
export class SignedHeader {
  /** Whole fields, one character an octet, in order. */
  readonly fields: readonly string[];
  readonly #byName = new Map<string, string[]>();

  constructor(fields: readonly string[]) {
    this.fields = fields;
    for (const field of fields) {
      const name = fieldNameOf(field);
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [field]);
      else known.push(field);
    }
  }

  /** Whole fields of a name in lower case, in order. */
  named(name: string): readonly string[] {
    return this.#byName.get(name) ?? [];
  }

  /** RFC 6376 3.7: the fields of `h`, and the signature's own field with an empty `b`. */
  covered(own: string, signature: Signature): string {
    const canonical = signature.headerKind === 'relaxed' ? relaxedField : simpleField;
    const used = new Map<string, number>();
    let covered = '';
    for (const name of signature.names) {
      // RFC 6376 5.4.2: of fields of one name the last comes first; a name too many stands for nothing.
      const position = (used.get(name) ?? 0) + 1;
      used.set(name, position);
      const field = this.named(name).at(-position);
      if (field !== undefined) covered += `${canonical(field)}\r\n`;
    }
    return covered + canonical(withoutSignature(own));
  }
}

interface WantedHash {
  /** Absent: the body is shorter than it was signed (RFC 6376 3.5 `l`). */
  bodyHash?: string;
  uncovered: boolean;
}

/** The hashes of one body that signatures want, made in one pass; equal wishes share one. */
export class BodyHashes {
  readonly #wanted = new Map<string, BodyHash>();
  readonly #made = new Map<string, WantedHash>();

  /** False where the body is hashed in too many ways already. */
  want({ bodyKind, length }: Pick<Signature, 'bodyKind' | 'length'>): boolean {
    const key = `${bodyKind} ${length}`;
    if (this.#wanted.has(key)) return true;
    if (this.#wanted.size >= MOST_HASHES) return false;
    this.#wanted.set(key, new BodyHash(bodyKind, length));
    return true;
  }

  update(octets: Uint8Array): void {
    for (const hash of this.#wanted.values()) hash.update(octets);
  }

  /** The body is at its end. */
  of({ bodyKind, length }: Pick<Signature, 'bodyKind' | 'length'>): WantedHash | undefined {
    const key = `${bodyKind} ${length}`;
    const hash = this.#wanted.get(key);
    const known = this.#made.get(key);
    if (hash === undefined || known !== undefined) return known;
    const bodyHash = hash.digest();
    const made = { ...(!hash.tooShort && { bodyHash }), uncovered: hash.uncovered };
    this.#made.set(key, made);
    return made;
  }
}

export interface SignatureContext {
  header: SignedHeader;
  bodies: BodyHashes;
  lookup: KeyLookup;
  /** Seconds since 1970. */
  now: number;
}

/**
 * Begins with one signature, whose whole field is given: asks for its key, and has the body hashed. What it returns gives
 * the verdict; to be called when the body is at its end. Never rejects.
 */
export function beginSignature(
  field: string,
  context: SignatureContext,
  kind: 'dkim' | 'arc' = 'dkim',
): () => Promise<SignatureVerdict> {
  const signature = readSignature(field.slice(field.indexOf(':') + 1), kind);
  if (typeof signature === 'string') return async () => ({ result: 'permerror', reason: signature });
  const { domain, selector, algorithm } = signature;
  const begins = signature.signature.toString('base64').slice(0, SIGNATURE_BEGINS);
  const about = { domain, selector, algorithm, begins };
  if (signature.expires !== undefined && signature.expires < context.now) {
    return async () => ({ result: 'permerror', reason: 'the signature has expired', ...about });
  }
  if (!context.bodies.want(signature)) {
    return async () => ({ result: 'permerror', reason: 'signatures count the body in too many ways', ...about });
  }
  const answer = context.lookup(recordName(selector, domain));
  return async () => ({
    ...tryKeys(await answer, (record) => verifyWith(record, signature, field, context)),
    ...about,
  });
}

/** The verdict of the first record that passes, else of the last that was tried. */
export function tryKeys(
  answer: KeyAnswer,
  verify: (record: KeyRecord) => SignatureVerdict,
): Pick<SignatureVerdict, 'result' | 'reason' | 'uncovered'> {
  if (answer.kind === 'temporary') return { result: 'temperror', reason: 'the key could not be looked up' };
  let verdict: SignatureVerdict = { result: 'permerror', reason: 'there is no key' };
  if (answer.kind === 'none') return verdict;
  for (const record of answer.records.slice(0, MOST_KEYS)) {
    verdict = verify(parseKeyRecord(record));
    if (verdict.result === 'pass') return verdict;
  }
  return verdict;
}

function verifyWith(
  record: KeyRecord,
  signature: Signature,
  field: string,
  { header, bodies }: SignatureContext,
): SignatureVerdict {
  const key = usableKey(record, signature);
  if ('unfit' in key) return { result: 'permerror', reason: key.unfit };
  const body = bodies.of(signature);
  if (body?.bodyHash !== signature.bodyHash) return { result: 'fail', reason: 'the body was changed' };
  if (!isSignedBy(header.covered(field, signature), signature, key.key)) {
    return { result: 'fail', reason: 'the header was changed, or the key is another' };
  }
  return { result: 'pass', ...(body.uncovered && { uncovered: true }) };
}

/** Whether the signature is of this text, one character an octet, by this key. */
export function isSignedBy(text: string, { type, signature }: Pick<Signature, 'type' | 'signature'>, key: KeyObject) {
  const data = Buffer.from(text, 'latin1');
  // RFC 8463 3: Ed25519 signs the SHA-256 hash, not the data itself.
  if (type === 'ed25519') return verifyOctets(null, createHash('sha256').update(data).digest(), key, signature);
  return verifyOctets('sha256', data, key, signature);
}

/** The key of a record where it may make this signature, else why it may not. */
export function usableKey(
  record: KeyRecord,
  { type, domain, identityDomain }: Pick<Signature, 'type' | 'domain' | 'identityDomain'>,
): { key: KeyObject } | { unfit: string } {
  if (record.kind === 'revoked') return { unfit: 'the key was revoked' };
  if (record.kind === 'unusable') return { unfit: record.reason };
  if (record.type !== type) return { unfit: `the key is for ${record.type}` };
  if (record.hashes !== undefined && !record.hashes.includes('sha256')) {
    return { unfit: 'the key does not allow sha256' };
  }
  // RFC 6376 3.6.1 t=s: the identity must be of the domain itself.
  if (record.strict && identityDomain !== domain) return { unfit: 'the key allows no identity below it' };
  if (record.type === 'rsa' && (record.bits < SHORTEST_RSA || record.bits > LONGEST_RSA)) {
    return { unfit: `the key has ${record.bits} bits` };
  }
  const exponent = record.key.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (exponent > LARGEST_EXPONENT) return { unfit: 'the exponent of the key is too large' };
  return { key: record.key };
}

/**
 * Begins with the signatures of a header. What it returns gives the verdict of each, in the order in which they stand; to
 * be called when the body is at its end. Never rejects.
 */
export function beginSignatures(
  context: SignatureContext,
  { signatures = MOST_SIGNATURES, prefer }: Pick<VerifyOptions, 'signatures' | 'prefer'> = {},
): () => Promise<SignatureVerdict[]> {
  const found = context.header.named('dkim-signature');
  const read = found.length > signatures && prefer !== undefined ? preferred(found, prefer) : found;
  const begun = read.slice(0, signatures).map((field) => beginSignature(field, context));
  return () => Promise.all(begun.map((end) => end()));
}

/** Those that may speak for the author first: a stranger could put any number of others above them. */
function preferred(fields: readonly string[], author: string): string[] {
  const rank = (field: string) => {
    const signature = readSignature(field.slice(field.indexOf(':') + 1));
    if (typeof signature === 'string') return 2;
    const { domain } = signature;
    return domain === author || author.endsWith(`.${domain}`) || domain.endsWith(`.${author}`) ? 0 : 1;
  };
  return fields
    .map((field) => ({ field, rank: rank(field) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ field }) => field);
}

/** The verdict of each signature, first those that stand first. Line ends of the message are CRLF. Never rejects. */
export async function verifyMessage(
  message: Uint8Array,
  lookup: KeyLookup,
  options: VerifyOptions,
): Promise<SignatureVerdict[]> {
  const { fields, body } = splitMessage(message);
  const bodies = new BodyHashes();
  const end = beginSignatures({ header: new SignedHeader(fields), bodies, lookup, now: options.now }, options);
  bodies.update(body);
  return end();
}

/** The fields of a message, one character an octet, and its body. */
export function splitMessage(message: Uint8Array): { fields: string[]; body: Uint8Array } {
  const text = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString('latin1');
  const gap = text.startsWith('\r\n') ? -2 : text.indexOf('\r\n\r\n');
  const fields = fieldTexts(gap === -1 ? text : text.slice(0, gap + 2));
  return { fields, body: gap === -1 ? new Uint8Array(0) : message.subarray(gap + 4) };
}
