// A DNS in memory, and signed mail, for tests of authentication.

import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { DnsAnswer, Resolver } from '../../../../network/dns-answer.ts';
import { keyRecordText, publicKeyText } from '../../../../protocol/dkim/key-record.ts';
import { BodyHash } from '../../../../protocol/dkim/relaxed.ts';
import { SigningLane, signHeader } from '../../../../protocol/dkim/sign.ts';
import { parseHeader } from '../../../../protocol/mime/header.ts';

/** Records by `TYPE name`; `TIMEOUT` in their place: no answer. What is not there does not exist. */
export type Records = Record<string, readonly string[] | 'TIMEOUT'>;

/** A resolver that answers from the records; questions are noted. */
export function resolverOf(records: Records, asked: string[] = []): Resolver {
  const look = async <T>(question: string, read: (text: string) => T): Promise<DnsAnswer<T>> => {
    asked.push(question);
    const found = records[question];
    if (found === 'TIMEOUT') return { kind: 'temporary', detail: 'time-out' };
    if (found === undefined) return { kind: 'none', missing: 'domain', security: 'insecure' };
    return { kind: 'found', records: found.map(read), security: 'insecure' };
  };
  return {
    mx: (name) => look(`MX ${name}`, (exchange) => ({ preference: 10, exchange })),
    a: (name) => look(`A ${name}`, (ip) => ip),
    aaaa: (name) => look(`AAAA ${name}`, (ip) => ip),
    txt: (name) => look(`TXT ${name}`, (text) => text),
    ptr: (ip) => look(`PTR ${ip}`, (name) => name),
  };
}

const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });
const lane = new SigningLane(1, 2048);

/** The key that signs in these tests, and the text of its record. */
export const testKey: { key: KeyObject; record: string } = {
  key: createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })),
  record: keyRecordText('rsa', publicKeyText(pair.publicKey)),
};

/** The message with a signature of this domain on top, by the selector `k`. */
export async function signedBy(domain: string, message: string, at = 1_795_000_000): Promise<string> {
  const octets = Buffer.from(message, 'latin1');
  const header = parseHeader(octets);
  const hash = new BodyHash();
  hash.update(octets.subarray(header.end + 2));
  const request = { domain, bodyHash: hash.digest(), at };
  return (await signHeader(header, [{ selector: 'k', key: testKey.key }], request, lane)) + message;
}
