// Encrypted office documents that open without asking: Excel tries a password of its own first ("VelvetSweatshop"), so
// that what is locked with it is open to everybody but to scanners ([MS-OFFCRYPTO]).

import { createDecipheriv, createHash, hash as digest, timingSafeEqual } from 'node:crypto';
import { u16, u32, u64 } from '../archives/binary.ts';
import type { Entry } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import type { CompoundFile } from './compound-file.ts';

const PASSWORD = Buffer.from('VelvetSweatshop', 'utf16le');
/**
 * What office programs write; more is only to cost time. So many take an eighth of a second of the processor, which nothing
 * interrupts: with the four documents that are tried (`Work.takePassword`) half a second of the time of a message.
 */
const MOST_TURNS = 100_000;
const SEGMENT = 4096;

/** The document in it, where the password that everybody has opens it. */
export function defaultPassword(file: CompoundFile, work: Work): Entry[] {
  const stream = (name: string) => {
    const entry = file.entries.find((one) => one.kind === 'stream' && one.name.toLowerCase() === name);
    return entry === undefined ? undefined : file.read(entry);
  };
  const info = stream('encryptioninfo');
  const content = stream('encryptedpackage');
  if (info === undefined || content === undefined || !work.takePassword()) return [];
  const decrypt = guarded(() => (u16(info, 0) === 4 && u16(info, 2) === 4 ? agile(info) : standard(info)));
  if (decrypt === undefined) return [];
  const size = Math.min(u64(content, 0), content.length);
  return [
    {
      names: [],
      traits: [],
      size,
      hidden: true,
      open() {
        const bytes = guarded(() => decrypt(content.subarray(8)).subarray(0, size));
        work.spend(size);
        return bytes === undefined ? { traits: ['unreadable'] } : { bytes, traits: [] };
      },
    },
  ];
}

/** Numbers out of a hostile file may be none that a cipher takes. */
function guarded<T>(work: () => T | undefined): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
}

type Decrypt = (content: Buffer) => Buffer;

/** 2.3.4.5: AES in single blocks, 50,000 turns of SHA-1. */
function standard(info: Buffer): Decrypt | undefined {
  const headerSize = u32(info, 8);
  const keyBits = u32(info, 12 + 16);
  const verifierAt = 12 + headerSize;
  const salt = info.subarray(verifierAt + 4, verifierAt + 20);
  const keyLength = keyBits / 8;
  if (![16, 24, 32].includes(keyLength)) return undefined;
  let hash = turned('sha1', createHash('sha1').update(salt).update(PASSWORD).digest(), 50_000);
  hash = createHash('sha1').update(hash).update(number32(0)).digest();
  const mixed = (octet: number) => {
    const block = Buffer.alloc(64, octet);
    for (const [index, value] of hash.entries()) block[index] = (block[index] ?? 0) ^ value;
    return createHash('sha1').update(block).digest();
  };
  const key = Buffer.concat([mixed(0x36), mixed(0x5c)]).subarray(0, keyLength);
  const decrypt: Decrypt = (content) => {
    const cipher = createDecipheriv(`aes-${keyBits}-ecb`, key, null).setAutoPadding(false);
    return Buffer.concat([cipher.update(content.subarray(0, content.length - (content.length % 16))), cipher.final()]);
  };
  const verifier = decrypt(info.subarray(verifierAt + 20, verifierAt + 36));
  const expected = decrypt(info.subarray(verifierAt + 40, verifierAt + 72)).subarray(0, 20);
  return timingSafeEqual(createHash('sha1').update(verifier).digest(), expected) ? decrypt : undefined;
}

/** The same file is often sent again, and its salt with it. */
const TURNED_KEPT = 20;
const kept = new Map<string, Buffer>();

/** The number of the turn and the hash before it, hashed again and again. */
function turned(name: string, first: Buffer, turns: number): Buffer {
  const key = `${name} ${turns} ${first.toString('latin1')}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const [oldest] = kept.keys();
  if (kept.size >= TURNED_KEPT && oldest !== undefined) kept.delete(oldest);
  const octets = hashedOften(name, first, turns);
  kept.set(key, octets);
  return octets;
}

function hashedOften(name: string, first: Buffer, turns: number): Buffer {
  const octets = Buffer.concat([Buffer.alloc(4), first]);
  for (let turn = 0; turn < turns; turn++) {
    octets.writeUInt32LE(turn);
    digest(name, octets, 'buffer').copy(octets, 4);
  }
  return octets.subarray(4);
}

function number32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}

/** 2.3.4.10 and following: XML says which hash and cipher, and how many turns. */
function agile(info: Buffer): Decrypt | undefined {
  const xml = info.toString('utf8', 8, 16 * 1024);
  const data = /<keyData\b[^<>]*>/.exec(xml)?.[0] ?? '';
  const lock = /<p:encryptedKey\b[^<>]*>/.exec(xml)?.[0] ?? '';
  const turns = Number(attribute(lock, 'spinCount'));
  if (!(turns <= MOST_TURNS)) return undefined;
  const name = attribute(lock, 'hashAlgorithm').toLowerCase().replace('-', '');
  const salt = Buffer.from(attribute(lock, 'saltValue'), 'base64');
  const hash = turned(name, createHash(name).update(salt).update(PASSWORD).digest(), turns);
  const bits = Number(attribute(lock, 'keyBits'));
  const open = (value: string, purpose: string) => {
    const key = fitted(createHash(name).update(hash).update(Buffer.from(purpose, 'hex')).digest(), bits / 8);
    return cbc({ key, bits, iv: fitted(salt, 16) }, Buffer.from(attribute(lock, value), 'base64'));
  };
  const verifier = open('encryptedVerifierHashInput', 'fea7d2763b4b9e79');
  const expected = open('encryptedVerifierHashValue', 'd7aa0f6d3061344e');
  const actual = createHash(name).update(verifier.subarray(0, salt.length)).digest();
  if (!timingSafeEqual(actual, expected.subarray(0, actual.length))) return undefined;
  const key = open('encryptedKeyValue', '146e0be7abacd0d6').subarray(0, bits / 8);
  return segments(key, data);
}

/** 2.3.4.15: segments of 4,096 octets, each with its own vector. */
function segments(key: Buffer, data: string): Decrypt {
  const name = attribute(data, 'hashAlgorithm').toLowerCase().replace('-', '');
  const salt = Buffer.from(attribute(data, 'saltValue'), 'base64');
  const bits = Number(attribute(data, 'keyBits'));
  return (content) => {
    const found: Buffer[] = [];
    for (let index = 0; index * SEGMENT < content.length; index++) {
      const iv = fitted(createHash(name).update(salt).update(number32(index)).digest(), 16);
      found.push(cbc({ key, bits, iv }, content.subarray(index * SEGMENT, (index + 1) * SEGMENT)));
    }
    return Buffer.concat(found);
  };
}

function cbc({ key, bits, iv }: { key: Buffer; bits: number; iv: Buffer }, content: Buffer): Buffer {
  const cipher = createDecipheriv(`aes-${bits}-cbc`, key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(content.subarray(0, content.length - (content.length % 16))), cipher.final()]);
}

/** Cut, or filled up with 0x36 (2.3.4.12). */
function fitted(octets: Buffer, length: number): Buffer {
  return Buffer.concat([octets, Buffer.alloc(64, 0x36)]).subarray(0, length);
}

function attribute(element: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(element)?.[1] ?? '';
}
