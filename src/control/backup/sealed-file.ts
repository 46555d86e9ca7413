// Files of a backup: encrypted in chunks (AES-256-GCM), each file under a key of its own that is derived (HKDF) from the key
// of the backups, a salt and its name. Chunks are numbered and the last one is marked: none can be changed, moved, left out
// or put in, and no file can stand for another.
//
//   "EASYMAIL-BACKUP-1\n", salt (32), then chunks of 1 MB and 16 octets of tag; the last one may be shorter.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

const MAGIC = Buffer.from('EASYMAIL-BACKUP-1\n');
const SALT_OCTETS = 32;
const KEY_OCTETS = 32;
const TAG_OCTETS = 16;
const CHUNK_OCTETS = 1024 ** 2;
const CIPHER = 'aes-256-gcm';

/** Told of octets that were read or written; may wait, so that not too many go in a second. */
export type Pace = (octets: number) => void;

/** What a sealed file is known by. */
export interface Seal {
  /** Octets of the content, and of the file. */
  size: number;
  sealed_size: number;
  /** Of the file, hexadecimal. */
  sha256: string;
}

/** Writes a sealed file piece by piece. Ends with `end`; until then nothing of it counts. */
export interface SealWriter {
  write(content: Uint8Array): void;
  /** Writes the last chunk and syncs. */
  end(): Seal;
}

/** Begins a sealed file. `name` is the one it is opened with again. Throws where the disk refuses. */
export function createSealed(
  path: string,
  { key, name, pace }: { key: Uint8Array; name: string; pace: Pace },
): SealWriter {
  const salt = randomBytes(SALT_OCTETS);
  const fileKey = deriveFileKey(key, salt, name);
  const file = openSync(path, 'wx', 0o600);
  const hash = createHash('sha256');
  const seal: Seal = { size: 0, sealed_size: 0, sha256: '' };
  let waiting: Uint8Array[] = [];
  let waits = 0;
  let number = 0;
  const put = (octets: Uint8Array) => {
    writeAll(file, octets);
    hash.update(octets);
    seal.sealed_size += octets.length;
    pace(octets.length);
  };
  const putChunk = (content: Uint8Array, last: boolean) => {
    const cipher = createCipheriv(CIPHER, fileKey, nonce(number++, last));
    put(Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]));
  };
  put(Buffer.concat([MAGIC, salt]));
  return {
    write(content) {
      seal.size += content.length;
      waiting.push(content);
      waits += content.length;
      if (waits <= CHUNK_OCTETS) return;
      const all = Buffer.concat(waiting);
      let at = 0;
      // The last chunk may be a full one, so a full one waits until more comes.
      for (; all.length - at > CHUNK_OCTETS; at += CHUNK_OCTETS) putChunk(all.subarray(at, at + CHUNK_OCTETS), false);
      const rest = Buffer.from(all.subarray(at));
      waiting = [rest];
      waits = rest.length;
    },
    end() {
      putChunk(Buffer.concat(waiting), true);
      fsyncSync(file);
      closeSync(file);
      return { ...seal, sha256: hash.digest('hex') };
    },
  };
}

/** Seals a file as it is. */
export function sealFile(from: string, to: string, options: { key: Uint8Array; name: string; pace: Pace }): Seal {
  const writer = createSealed(to, options);
  readPieces(from, (piece) => writer.write(piece));
  return writer.end();
}

/** The content of a sealed file, a piece at a time, each after its tag was checked. Throws where the file is not whole. */
export function openSealed(
  path: string,
  { key, name, pace }: { key: Uint8Array; name: string; pace: Pace },
  take: (content: Buffer) => void,
): { sha256: string } {
  const file = openSync(path, 'r');
  const hash = createHash('sha256');
  try {
    const head = readExactly(file, MAGIC.length + SALT_OCTETS);
    if (!head.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error(`${path} is no file of a backup`);
    hash.update(head);
    const fileKey = deriveFileKey(key, head.subarray(MAGIC.length), name);
    let next = readExactly(file, CHUNK_OCTETS + TAG_OCTETS);
    for (let number = 0, last = false; !last; number++) {
      const chunk = next;
      next = chunk.length < CHUNK_OCTETS + TAG_OCTETS ? Buffer.alloc(0) : readExactly(file, CHUNK_OCTETS + TAG_OCTETS);
      last = next.length === 0;
      hash.update(chunk);
      take(openChunk(chunk, { fileKey, nonce: nonce(number, last), path }));
      pace(chunk.length);
    }
    return { sha256: hash.digest('hex') };
  } finally {
    closeSync(file);
  }
}

function openChunk(chunk: Buffer, { fileKey, nonce, path }: { fileKey: Buffer; nonce: Buffer; path: string }): Buffer {
  if (chunk.length < TAG_OCTETS) throw new Error(`${path} ends too early`);
  const decipher = createDecipheriv(CIPHER, fileKey, nonce, { authTagLength: TAG_OCTETS });
  decipher.setAuthTag(chunk.subarray(chunk.length - TAG_OCTETS));
  try {
    return Buffer.concat([decipher.update(chunk.subarray(0, chunk.length - TAG_OCTETS)), decipher.final()]);
  } catch (cause) {
    throw new Error(`${path} was changed, or sealed with another key`, { cause });
  }
}

/** SHA-256 of a file as it lies there, hexadecimal. */
export function hashFile(path: string, pace: Pace): string {
  const hash = createHash('sha256');
  readPieces(path, (piece) => {
    hash.update(piece);
    pace(piece.length);
  });
  return hash.digest('hex');
}

/** Proves a text: only who has the key of the backups could have made it. */
export function macOf(key: Uint8Array, text: string): string {
  const macKey = hkdfSync('sha256', key, '', 'easymail backup manifest', KEY_OCTETS);
  return createHmac('sha256', Buffer.from(macKey)).update(text).digest('hex');
}

/** Whether the text was made by who has the key. */
export function isMacOf(mac: string, key: Uint8Array, text: string): boolean {
  const [given, right] = [Buffer.from(mac), Buffer.from(macOf(key, text))];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Names a key without telling it, so that a wrong one is known before anything is tried. */
export function keyId(key: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', key, '', 'easymail backup key id', 8)).toString('hex');
}

function deriveFileKey(key: Uint8Array, salt: Uint8Array, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `easymail backup file ${name}`, KEY_OCTETS));
}

/** 11 octets of number, one that says whether it is the last. A key is used for one file alone. */
function nonce(number: number, last: boolean): Buffer {
  const octets = Buffer.alloc(12);
  octets.writeBigUInt64BE(BigInt(number), 3);
  octets[11] = last ? 1 : 0;
  return octets;
}

/** Reads a file a piece at a time. */
export function readPieces(path: string, take: (piece: Buffer) => void): void {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = readExactly(file, CHUNK_OCTETS);
      if (piece.length > 0) take(piece);
      if (piece.length < CHUNK_OCTETS) return;
    }
  } finally {
    closeSync(file);
  }
}

/** So many octets, or fewer at the end of the file. */
function readExactly(file: number, octets: number): Buffer {
  const buffer = Buffer.alloc(octets);
  let at = 0;
  while (at < octets) {
    const read = readSync(file, buffer, at, octets - at, null);
    if (read === 0) break;
    at += read;
  }
  return buffer.subarray(0, at);
}

function writeAll(file: number, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at, octets.length - at);
}
