// RFC 6376 6, RFC 8301, RFC 8463: what the signatures of a message are worth. A small verifier: for tests, and for
// tools that look at mail of ours; a message is whole in memory.

import { createHash, verify as verifyOctets } from 'node:crypto';
import { decodeBase64, type KeyRecord, parseKeyRecord, recordName } from './key-record.ts';
import { BodyHash, fieldNameOf, fieldTexts, relaxedField, simpleField } from './relaxed.ts';
import { SHORTEST_RSA } from './sign.ts';
import { parseTagList, withoutSpace, wordsOf } from './tag-list.ts';

/** Answer to the question for a key record. */
export type KeyLookup = (
  name: string,
) => Promise<{ kind: 'found'; records: readonly string[] } | { kind: 'none' } | { kind: 'temporary' }>;

export interface VerifyOptions {
  /** Seconds since 1970, for the tag `x`. */
  now: number;
  /** Signatures that are read; those below are left unread. Default: 5. */
  signatures?: number;
}

/** RFC 8601 2.7.1. */
export interface SignatureVerdict {
  result: 'pass' | 'fail' | 'permerror' | 'temperror';
  /** Why it is not a pass. */
  reason?: string;
  domain?: string;
  selector?: string;
  algorithm?: string;
}

/** A message with more signatures than this has the rest left unread. */
const MOST_SIGNATURES = 5;

interface Signature {
  domain: string;
  selector: string;
  type: 'rsa' | 'ed25519';
  algorithm: string;
  headerKind: 'relaxed' | 'simple';
  bodyKind: 'relaxed' | 'simple';
  names: string[];
  bodyHash: string;
  signature: Buffer;
  length: number;
  identityDomain: string;
  expires: number | undefined;
}

/** The verdict of each signature, first those that stand first. Line ends of the message are CRLF. Never rejects. */
export async function verifyMessage(
  message: Uint8Array,
  lookup: KeyLookup,
  options: VerifyOptions,
): Promise<SignatureVerdict[]> {
  const text = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString('latin1');
  const gap = text.startsWith('\r\n') ? -2 : text.indexOf('\r\n\r\n');
  const fields = fieldTexts(gap === -1 ? text : text.slice(0, gap + 2));
  const body = gap === -1 ? new Uint8Array(0) : message.subarray(gap + 4);
  const found = fields.filter((field) => fieldNameOf(field) === 'dkim-signature');
  const verdicts: SignatureVerdict[] = [];
  for (const field of found.slice(0, options.signatures ?? MOST_SIGNATURES)) {
    verdicts.push(await verifyOne(field, { fields, body }, lookup, options));
  }
  return verdicts;
}

async function verifyOne(
  field: string,
  message: { fields: readonly string[]; body: Uint8Array },
  lookup: KeyLookup,
  { now }: VerifyOptions,
): Promise<SignatureVerdict> {
  const signature = readSignature(field.slice(field.indexOf(':') + 1));
  if (typeof signature === 'string') return { result: 'permerror', reason: signature };
  const { domain, selector, algorithm } = signature;
  const about = { domain, selector, algorithm };
  if (signature.expires !== undefined && signature.expires < now) {
    return { result: 'permerror', reason: 'the signature has expired', ...about };
  }
  const answer = await lookup(recordName(selector, domain));
  if (answer.kind === 'temporary') return { result: 'temperror', reason: 'the key could not be looked up', ...about };
  if (answer.kind === 'none') return { result: 'permerror', reason: 'there is no key', ...about };
  let verdict: SignatureVerdict = { result: 'permerror', reason: 'there is no key', ...about };
  // RFC 6376 3.6.2.2: of several records any may be taken; the first that fits counts.
  for (const record of answer.records) {
    verdict = { ...verifyWith(parseKeyRecord(record), signature, field, message), ...about };
    if (verdict.result === 'pass') return verdict;
  }
  return verdict;
}

function verifyWith(
  record: KeyRecord,
  signature: Signature,
  field: string,
  { fields, body }: { fields: readonly string[]; body: Uint8Array },
): SignatureVerdict {
  const unfit = unfitness(record, signature);
  if (record.kind !== 'key' || unfit !== undefined) return { result: 'permerror', reason: unfit ?? 'no key' };
  const hash = new BodyHash(signature.bodyKind, signature.length);
  hash.update(body);
  if (hash.digest() !== signature.bodyHash) return { result: 'fail', reason: 'the body was changed' };
  const data = Buffer.from(coveredHeader(fields, field, signature), 'latin1');
  const octets = signature.type === 'ed25519' ? createHash('sha256').update(data).digest() : data;
  const good = verifyOctets(signature.type === 'ed25519' ? null : 'sha256', octets, record.key, signature.signature);
  return good ? { result: 'pass' } : { result: 'fail', reason: 'the header was changed, or the key is another' };
}

function unfitness(record: KeyRecord, signature: Signature): string | undefined {
  if (record.kind === 'revoked') return 'the key was revoked';
  if (record.kind === 'unusable') return record.reason;
  if (record.type !== signature.type) return `the key is for ${record.type}`;
  if (record.hashes !== undefined && !record.hashes.includes('sha256')) return 'the key does not allow sha256';
  // RFC 6376 3.6.1 t=s: the identity must be of the domain itself.
  if (record.strict && signature.identityDomain !== signature.domain) return 'the key allows no identity below it';
  if (record.type === 'rsa' && record.bits < SHORTEST_RSA) return `the key has ${record.bits} bits`;
  return undefined;
}

/** RFC 6376 3.7: the fields of `h`, and the signature's own field with an empty `b`. */
function coveredHeader(fields: readonly string[], own: string, signature: Signature): string {
  const canonical = signature.headerKind === 'relaxed' ? relaxedField : simpleField;
  const left = new Map<string, string[]>();
  for (const field of fields) {
    const name = fieldNameOf(field);
    const known = left.get(name);
    if (known === undefined) left.set(name, [field]);
    else known.push(field);
  }
  let covered = '';
  for (const name of signature.names) {
    const field = left.get(name)?.pop();
    if (field !== undefined) covered += `${canonical(field)}\r\n`;
  }
  return covered + canonical(withoutSignature(own));
}

/** The field with nothing in `b`; all else stays as it is. */
function withoutSignature(field: string): string {
  return field.replace(/([;:][ \t\r\n]*b[ \t\r\n]*=)[^;]*/, '$1');
}

/** Reads the value of a DKIM-Signature field; a text says what is wrong with it. RFC 6376 6.1.1. */
function readSignature(value: string): Signature | string {
  const tags = parseTagList(value);
  if (tags === undefined) return 'the signature is no list of tags';
  for (const name of ['v', 'a', 'b', 'bh', 'd', 'h', 's']) if (!tags.has(name)) return `${name} is missing`;
  const tag = (name: string) => tags.get(name) ?? '';
  if (tag('v') !== '1') return 'v is not 1';
  const algorithm = tag('a').toLowerCase();
  // RFC 8301 3.1: rsa-sha1 must not be used.
  if (algorithm !== 'rsa-sha256' && algorithm !== 'ed25519-sha256') return `a=${algorithm} is not allowed`;
  const [headerKind, bodyKind = 'simple'] = (tags.get('c') ?? 'simple/simple').toLowerCase().split('/');
  if (!isKind(headerKind) || !isKind(bodyKind)) return 'c is not known';
  const names = wordsOf(tag('h'));
  if (!names.includes('from')) return 'h does not name From';
  const domain = tag('d').toLowerCase();
  const identityDomain = (tags.get('i') ?? `@${domain}`).toLowerCase().split('@').at(-1) ?? '';
  if (identityDomain !== domain && !identityDomain.endsWith(`.${domain}`)) return 'i is not of d';
  if (!wordsOf(tags.get('q') ?? 'dns/txt').includes('dns/txt')) return 'q names no way that is known';
  const signature = decodeBase64(withoutSpace(tag('b')));
  const numbers = { l: numberOf(tags.get('l')), t: numberOf(tags.get('t')), x: numberOf(tags.get('x')) };
  if (signature === undefined || signature.length === 0) return 'b is not base64';
  if (Object.values(numbers).some(Number.isNaN)) return 'l, t or x is no number';
  if (numbers.x !== undefined && numbers.t !== undefined && numbers.x < numbers.t) return 'x is before t';
  return {
    domain,
    selector: tag('s').toLowerCase(),
    type: algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519',
    algorithm,
    headerKind,
    bodyKind,
    names,
    bodyHash: withoutSpace(tag('bh')),
    signature,
    length: numbers.l ?? Infinity,
    identityDomain,
    expires: numbers.x,
  };
}

function isKind(kind: string | undefined): kind is 'relaxed' | 'simple' {
  return kind === 'relaxed' || kind === 'simple';
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
