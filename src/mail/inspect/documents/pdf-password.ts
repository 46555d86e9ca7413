// Whether an encrypted PDF asks for a password: many are locked with the empty one, against printing only, and open by
// themselves (ISO 32000-1 7.6.3; ISO 32000-2 7.6.4 for AES-256).

import { createCipheriv, createHash } from 'node:crypto';

/** Octets of a dictionary that are looked at. */
const LONGEST_DICTIONARY = 4000;
const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');

/** Whether the empty password opens it. What cannot be told counts as asking. */
export function opensWithoutPassword(octets: Buffer): boolean {
  const text = octets.toString('latin1');
  const dictionary = encryptDictionary(text);
  if (dictionary === undefined) return false;
  const revision = Number(/\/R\s+(\d)/.exec(dictionary)?.[1] ?? 0);
  const user = stringAfter(dictionary, 'U');
  if (user === undefined) return false;
  if (revision >= 5) return opens256(user, revision);
  const owner = stringAfter(dictionary, 'O');
  const permissions = Number(/\/P\s+(-?\d+)/.exec(dictionary)?.[1] ?? 0);
  const id =
    stringAfter(text.slice(Math.max(0, text.lastIndexOf('/ID'))).slice(0, LONGEST_DICTIONARY), 'ID\\s*\\[') ??
    Buffer.alloc(0);
  if (owner === undefined) return false;
  const length =
    revision === 2 ? 5 : Math.min(16, Math.max(5, Number(/\/Length\s+(\d+)/.exec(dictionary)?.[1] ?? 40) / 8));
  const clear = /\/EncryptMetadata\s+false/.test(dictionary);
  return opensOld({ owner, user, permissions, id, length, revision, clear });
}

function encryptDictionary(text: string): string | undefined {
  // The last trailer counts.
  const last = text.lastIndexOf('/Encrypt');
  const given = text.slice(last, last + LONGEST_DICTIONARY);
  const [, number] = /^\/Encrypt\s{1,9}(\d{1,9})\s{1,9}\d{1,9}\s{1,9}R/.exec(given) ?? [];
  if (number === undefined) return /^\/Encrypt\s{0,9}<</.test(given) ? given : undefined;
  const at = new RegExp(`(?:^|\\s)${number}\\s{1,9}\\d{1,9}\\s{1,9}obj`).exec(text);
  if (at === null) return undefined;
  const found = text.slice(at.index, at.index + LONGEST_DICTIONARY);
  const end = found.indexOf('endobj');
  return end < 0 ? found : found.slice(0, end);
}

/** A string, literal or in hex, behind a key. */
function stringAfter(text: string, key: string): Buffer | undefined {
  const at = new RegExp(key.includes('\\') ? `/${key}\\s*` : `/${key}\\s*(?=[(<])`).exec(text);
  if (at === null) return undefined;
  const start = at.index + at[0].length;
  if (text[start] === '<')
    return Buffer.from(text.slice(start + 1, text.indexOf('>', start)).replace(/\s/g, ''), 'hex');
  return text[start] === '(' ? literal(text, start + 1) : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function literal(text: string, from: number): Buffer {
  let found = '';
  let depth = 0;
  for (let at = from; at < text.length && found.length < 1000; at++) {
    const sign = text[at] ?? '';
    if (sign === ')' && depth-- === 0) break;
    if (sign === '(') depth++;
    if (sign !== '\\') {
      found += sign;
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
    at += octal?.length ?? 1;
    found +=
      octal === undefined
        ? (ESCAPES[text[at] ?? ''] ?? text[at] ?? '')
        : String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
  }
  return Buffer.from(found, 'latin1');
}

interface Old {
  owner: Buffer;
  user: Buffer;
  permissions: number;
  id: Buffer;
  length: number;
  revision: number;
  clear: boolean;
}

/** Algorithms 2, 4 and 5. */
function opensOld({ owner, user, permissions, id, length, revision, clear }: Old): boolean {
  const flags = Buffer.alloc(4);
  flags.writeInt32LE(permissions | 0);
  const hash = createHash('md5').update(PADDING).update(owner.subarray(0, 32)).update(flags).update(id);
  if (revision >= 4 && clear) hash.update(Buffer.alloc(4, 0xff));
  let key = hash.digest().subarray(0, length);
  if (revision >= 3)
    for (let turn = 0; turn < 50; turn++) key = createHash('md5').update(key).digest().subarray(0, length);
  if (revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32));
  let expected = rc4(key, createHash('md5').update(PADDING).update(id).digest());
  for (let turn = 1; turn <= 19; turn++)
    expected = rc4(
      key.map((octet) => octet ^ turn),
      expected,
    );
  return expected.equals(user.subarray(0, 16));
}

/** Algorithms 2.A and 2.B with the empty password. */
function opens256(user: Buffer, revision: number): boolean {
  let hash = createHash('sha256').update(user.subarray(32, 40)).digest();
  if (revision >= 6) hash = hardenedHash(hash);
  return hash.subarray(0, 32).equals(user.subarray(0, 32));
}

/** Turns until the last octet allows the end, 64 at least. */
function hardenedHash(first: Buffer): ReturnType<typeof digest> {
  let state = hardened(first);
  for (let turn = 1; turn < 64 || state.last > turn - 32; turn++) state = hardened(state.hash);
  return state.hash;
}

/** One turn; `last`: the last octet that was encrypted, which says when to stop. */
function hardened(hash: Buffer): { hash: ReturnType<typeof digest>; last: number } {
  const block = Buffer.concat(Array.from({ length: 64 }, () => hash));
  const cipher = createCipheriv('aes-128-cbc', hash.subarray(0, 16), hash.subarray(16, 32)).setAutoPadding(false);
  const encrypted = cipher.update(block);
  const sum = encrypted.subarray(0, 16).reduce((total, octet) => total + octet, 0);
  return {
    hash: digest((['sha256', 'sha384', 'sha512'] as const)[sum % 3] ?? 'sha256', encrypted),
    last: encrypted.at(-1) ?? 0,
  };
}

function digest(name: string, octets: Buffer) {
  return createHash(name).update(octets).digest();
}

/** Not in the runtime's crypto any more. */
function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const swap = (a: number, b: number) => {
    const kept = state[a] ?? 0;
    state[a] = state[b] ?? 0;
    state[b] = kept;
  };
  for (let index = 0, other = 0; index < 256; index++) {
    other = (other + (state[index] ?? 0) + (key[index % key.length] ?? 0)) & 0xff;
    swap(index, other);
  }
  const out = Buffer.from(data);
  for (let index = 0, first = 0, second = 0; index < out.length; index++) {
    first = (first + 1) & 0xff;
    second = (second + (state[first] ?? 0)) & 0xff;
    swap(first, second);
    out[index] = (out[index] ?? 0) ^ (state[((state[first] ?? 0) + (state[second] ?? 0)) & 0xff] ?? 0);
  }
  return out;
}
