// RFC 6376 3.6.1, RFC 8463 4: the record of a public key in DNS, written and read.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { parseTagList, withoutSpace, wordsOf } from './tag-list.ts';

export type DkimKeyType = 'rsa' | 'ed25519';

/** RFC 8032: a public key of Ed25519 has 32 octets; DKIM leaves the frame around it away (RFC 8463 4). */
const ED25519_OCTETS = 32;
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** What a record says. */
export type KeyRecord =
  | {
      kind: 'key';
      type: DkimKeyType;
      key: KeyObject;
      /** Bits of an RSA key. */
      bits: number;
      /** RFC 6376 3.6.1 `h`: hashes that may be used; absent where all may. */
      hashes?: string[];
      /** `t=s`: an identity below the domain is not allowed. */
      strict: boolean;
      /** `t=y`: the domain is testing. */
      testing: boolean;
    }
  /** RFC 6376 3.6.1: an empty `p` means that the key was revoked. */
  | { kind: 'revoked' }
  | { kind: 'unusable'; reason: string };

/** Name below which the record of a selector is published. */
export function recordName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

/** The value of `p`: SPKI of an RSA key, the bare octets of an Ed25519 key; base64. Throws on keys of other types. */
export function publicKeyText(key: KeyObject): string {
  const spki = key.export({ type: 'spki', format: 'der' });
  if (key.asymmetricKeyType === 'rsa') return spki.toString('base64');
  if (key.asymmetricKeyType === 'ed25519') return spki.subarray(spki.length - ED25519_OCTETS).toString('base64');
  throw new Error(`${key.asymmetricKeyType} is no key for DKIM`);
}

/** The text of the record for a public key in base64. */
export function keyRecordText(type: DkimKeyType, publicKey: string): string {
  return `v=DKIM1; k=${type}; p=${publicKey}`;
}

/** RFC 1035 3.3.14: a string in a TXT record has 255 octets at most. */
const LONGEST_STRING = 255;

/** The record as a line of a zone file. */
export function zoneLine(name: string, text: string): string {
  const strings: string[] = [];
  for (let at = 0; at < text.length; at += LONGEST_STRING) strings.push(`"${text.slice(at, at + LONGEST_STRING)}"`);
  return `${name}. IN TXT ( ${strings.join(' ')} )`;
}

/** Reads a record. Never throws. */
export function parseKeyRecord(text: string): KeyRecord {
  const tags = parseTagList(text);
  if (tags === undefined) return unusable('it is no list of tags');
  const version = tags.get('v');
  // RFC 6376 3.6.1: where v is there it is DKIM1, and stands first.
  if (version !== undefined && (version !== 'DKIM1' || [...tags.keys()][0] !== 'v')) {
    return unusable('v is not DKIM1, or not the first tag');
  }
  const type = (tags.get('k') ?? 'rsa').toLowerCase();
  if (type !== 'rsa' && type !== 'ed25519') return unusable(`k=${type.slice(0, 40)} is not known`);
  const services = wordsOf(tags.get('s') ?? '*');
  if (!services.includes('*') && !services.includes('email')) return unusable('s excludes email');
  const data = tags.get('p');
  if (data === undefined) return unusable('p is missing');
  const octets = decodeBase64(withoutSpace(data));
  if (octets === undefined) return unusable('p is not base64');
  if (octets.length === 0) return { kind: 'revoked' };
  const key = readPublicKey(type, octets);
  if (key === undefined) return unusable(`p is no ${type} key`);
  const flags = wordsOf(tags.get('t') ?? '');
  const hashes = tags.get('h');
  return {
    kind: 'key',
    type,
    key,
    bits: key.asymmetricKeyDetails?.modulusLength ?? 0,
    strict: flags.includes('s'),
    testing: flags.includes('y'),
    ...(hashes !== undefined && { hashes: wordsOf(hashes) }),
  };
}

function unusable(reason: string): KeyRecord {
  return { kind: 'unusable', reason };
}

/** Octets of base64 that is whole; nothing where it is not base64. */
export function decodeBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bare = text.replace(/=+$/, '');
  return bare.length % 4 === 1 ? undefined : Buffer.from(bare, 'base64');
}

function readPublicKey(type: DkimKeyType, octets: Buffer): KeyObject | undefined {
  try {
    if (type === 'ed25519') {
      if (octets.length !== ED25519_OCTETS) return undefined;
      return createPublicKey({ key: Buffer.concat([ED25519_SPKI, octets]), format: 'der', type: 'spki' });
    }
    const key = readRsa(octets);
    return key?.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    // Whatever is wrong with the octets, they are no key.
    return undefined;
  }
}

function readRsa(octets: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: octets, format: 'der', type: 'spki' });
  } catch {
    // RFC 6376 erratum 3017: some publish the bare RSAPublicKey.
    return createPublicKey({ key: octets, format: 'der', type: 'pkcs1' });
  }
}

/** What is wrong with a published record for this key, for people; nothing where it carries the key. */
export function recordFault(text: string, type: DkimKeyType, publicKey: string): string | undefined {
  const record = parseKeyRecord(text);
  if (record.kind === 'revoked') return 'the record is revoked: its p is empty';
  if (record.kind === 'unusable') return `the record cannot be used: ${record.reason}`;
  if (record.type !== type) return `the record is for ${record.type}, the key is ${type}`;
  if (publicKeyText(record.key) !== publicKey) return 'the record holds another key';
  if (record.hashes !== undefined && !record.hashes.includes('sha256')) return 'the record does not allow sha256 (h=)';
  return undefined;
}
