// Signs what leaves (DKIM), and seals inbound mail that was changed here (ARC), once for each form in which a message is
// sent.
//
// - Which keys sign is looked up anew for each attempt: a rotation counts for queued mail too.
// - The hash of the body is there since the message was taken; a body that was converted, or that came before there was
//   a key, is hashed now.
// - A key that should sign and cannot be had keeps the mail back. It never leaves unsigned for that.

import type { KeyObject } from 'node:crypto';
import type { Content } from '../../network/smtp-transaction.ts';
import type { Clock } from '../../platform/clock.ts';
import { BodyHash } from '../../protocol/dkim/relaxed.ts';
import { type SigningKey, SigningLane, signHeader } from '../../protocol/dkim/sign.ts';
import { fieldsNamed, type HeaderSection, parseHeader } from '../../protocol/mime/header.ts';
import type { Directory } from '../authorise/directory.ts';
import { nodeKeys, type SigningChoice, signingOf } from '../authorise/signing-domain.ts';
import type { MessageMeta } from '../message.ts';
import type { ContentSource } from './content.ts';
import { release } from './content.ts';
import { isToBeSealed, sealFields } from './seal.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface SignerOptions {
  directory: Directory;
  keys: SigningKeys;
  /** Name of this node: its domain's keys sign notices of ours, and seal. */
  hostname: string;
  clock: Clock;
}

/**
 * Fields to put before the content (CRLF included, empty where nothing is signed) and the keys that made them
 * (`selector._domainkey.domain`), or why it has to wait.
 */
export type Signed = { kind: 'signed'; fields: string; keys?: readonly string[] } | { kind: 'later'; detail: string };

export interface Signer {
  /**
   * Signs a message in the form in which it is sent: `converted` content is no longer what was stored. `content` gives it
   * anew on each call. Rejects where the content cannot be read.
   */
  sign(meta: MessageMeta, content: ContentSource, converted: boolean): Signed | Promise<Signed>;
}

export const UNSIGNED: Signed = { kind: 'signed', fields: '' };

/** Signatures that are made beside the event loop at once. */
const APART_AT_ONCE = 2;
/**
 * RSA of 2,048 bits takes a quarter of a millisecond; handing it to another thread and back costs as much again. Longer
 * keys never sign on the event loop.
 */
const LONGEST_AT_ONCE = 2048;

/** Makes the signer of a relay thread. */
export function createSigner(given: SignerOptions): Signer {
  const options = { ...given, lane: new SigningLane(APART_AT_ONCE, LONGEST_AT_ONCE) };
  /** Recipients of several destinations get the same form: it is signed once while the message is in hand. */
  const made = new WeakMap<MessageMeta, { choice: SigningChoice; signed: Promise<Signed> }>();
  return {
    sign(meta, content, converted) {
      const choice = isToBeSealed(meta, converted)
        ? nodeKeys(options.directory, options.hostname, meta.stream)
        : signingOf(options.directory, meta, options.hostname);
      if (choice === undefined) return UNSIGNED;
      if (converted) return signWith(options, choice, meta, { content, converted });
      if (meta.recipientCount === 1) return signWith(options, choice, meta, { content, converted });
      const known = made.get(meta);
      if (known !== undefined && sameKeys(known.choice, choice)) return known.signed;
      const signed = signWith(options, choice, meta, { content, converted });
      made.set(meta, { choice, signed });
      // What could not be had this time may be there the next.
      signed.then(
        ({ kind }) => kind === 'later' && made.delete(meta),
        () => made.delete(meta),
      );
      return signed;
    },
  };
}

function sameKeys(a: SigningChoice, b: SigningChoice): boolean {
  return a.domain === b.domain && a.keys.length === b.keys.length && a.keys.every((key, i) => key.id === b.keys[i]?.id);
}

async function signWith(
  options: SignerOptions & { lane: SigningLane },
  choice: SigningChoice,
  meta: MessageMeta,
  form: { content: ContentSource; converted: boolean },
): Promise<Signed> {
  const keys = await keysOf(options.keys, choice);
  if ('missing' in keys) {
    return { kind: 'later', detail: `the key ${keys.missing}._domainkey.${choice.domain} cannot be had` };
  }
  const known = form.converted ? undefined : meta.bodyHash;
  const { header, bodyHash } = await read(await form.content(), known);
  // RFC 6376 5.4: From is always signed, and RFC 5322 3.6 wants exactly one; nothing else is accepted but none at all.
  // Where a line belongs to no field readers differ in what the header is, and what one signs another does not see.
  if (fieldsNamed(header, 'from').length !== 1 || header.strayLines > 0) return UNSIGNED;
  const at = Math.floor(options.clock.now() / 1000);
  const { lane } = options;
  if (meta.direction === 'inbound') {
    const sealed = await sealFields(meta, { header, bodyHash, domain: choice.domain, at }, keys.ready, lane);
    return { kind: 'signed', fields: sealed };
  }
  const fields = await signHeader(header, keys.ready, { domain: choice.domain, bodyHash, at }, lane);
  return { kind: 'signed', fields, keys: keys.ready.map(({ selector }) => `${selector}._domainkey.${choice.domain}`) };
}

async function keysOf(
  keys: SigningKeys,
  { keys: wanted }: SigningChoice,
): Promise<{ ready: SigningKey[] } | { missing: string }> {
  const asked = wanted.map(({ id }) => keys.get(id));
  const ready: SigningKey[] = [];
  for (const [i, { selector }] of wanted.entries()) {
    const given: KeyObject | Promise<KeyObject | undefined> | undefined = asked[i];
    const key = given instanceof Promise ? await given : given;
    if (key === undefined) return { missing: selector };
    ready.push({ selector, key });
  }
  return { ready };
}

/** The header, and the hash of the body where it is not known. Lets go of the content. */
async function read(content: Content, known: string | undefined): Promise<{ header: HeaderSection; bodyHash: string }> {
  if (content.kind === 'bytes') {
    const { bytes } = content;
    const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const header = parseHeader(octets);
    return { header, bodyHash: known ?? hashOf([octets.subarray(bodyStart(header))]) };
  }
  try {
    return await readStream(content.chunks, known);
  } finally {
    await release(content);
  }
}

async function readStream(
  chunks: AsyncIterable<Uint8Array>,
  known: string | undefined,
): Promise<{ header: HeaderSection; bodyHash: string }> {
  let octets = Buffer.alloc(0);
  let header: HeaderSection | undefined;
  const hash = new BodyHash();
  for await (const chunk of chunks) {
    if (header !== undefined) {
      hash.update(chunk);
      continue;
    }
    octets = Buffer.concat([octets, chunk]);
    if (octets.indexOf('\r\n\r\n') === -1 && !octets.subarray(0, 2).equals(CRLF)) continue;
    header = parseHeader(octets);
    if (known !== undefined) return { header, bodyHash: known };
    hash.update(octets.subarray(bodyStart(header)));
  }
  return { header: header ?? parseHeader(octets), bodyHash: known ?? hash.digest() };
}

const CRLF = Buffer.from('\r\n');

/** Where the body begins: past the empty line. */
function bodyStart({ octets, end }: HeaderSection): number {
  return Math.min(octets.length, end + CRLF.length);
}

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = new BodyHash();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
