// RFC 1035 4.1: octets from a server as an answer to one question. Whatever the octets are, this neither throws nor
// takes an answer for one that it is not.

import { type DecodedPacket, type DecodedRecord, decode } from 'dns-packet';
import type { DnsQuestion, DnsType } from './query.ts';

/** A record in the answer section, of the type asked for, or a CNAME on the way to it. */
export interface AnswerRecord {
  /** Owner: lower case, without the final dot. */
  name: string;
  type: DnsType | 'CNAME';
  ttlSeconds: number;
  data: unknown;
}

export type ReadAnswer =
  /** Not an answer to this question at all: another id, a query, not even a header. To be passed over. */
  | { kind: 'foreign' }
  /** Answers this question, but can not be used. */
  | { kind: 'malformed'; detail: string }
  | { kind: 'truncated' }
  /** SERVFAIL, REFUSED and everything else that says nothing about the name. */
  | { kind: 'failed'; rcode: string }
  | {
      kind: 'answer';
      /** NXDOMAIN; RFC 6604 3: about the last name of a CNAME chain. */
      missing: boolean;
      /** The AD bit. */
      authentic: boolean;
      records: AnswerRecord[];
      /** RFC 2308 5: how long "there is none" may be believed; absent where no SOA came along. */
      negativeTtlSeconds?: number;
    };

/** An RRset larger than this is nobody's mail set-up. */
const MOST_RECORDS = 512;

/** Reads the octets of an answer to this question. */
export function readAnswer(octets: Uint8Array, id: number, question: DnsQuestion): ReadAnswer {
  if (octets.length < 12 || ((octets[0] ?? 0) << 8) + (octets[1] ?? 0) !== id) return { kind: 'foreign' };
  const packet = decoded(octets);
  if (typeof packet === 'string') return { kind: 'malformed', detail: packet };
  if (packet.type !== 'response') return { kind: 'foreign' };
  if (!answers(packet, question)) {
    // RFC 1035 4.1.1: a server that could not read the question may leave it out.
    return packet.questions.length === 0 && packet.rcode !== 'NOERROR' && packet.rcode !== 'NXDOMAIN'
      ? { kind: 'failed', rcode: packet.rcode }
      : { kind: 'foreign' };
  }
  if (packet.flag_tc) return { kind: 'truncated' };
  const rcode = fullRcode(packet);
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return { kind: 'failed', rcode };
  return accepted(packet, question, rcode === 'NXDOMAIN');
}

function accepted(packet: DecodedPacket, question: DnsQuestion, missing: boolean): ReadAnswer {
  if (packet.answers.length > MOST_RECORDS) return { kind: 'malformed', detail: 'too many records' };
  const records: AnswerRecord[] = [];
  for (const { name, type, class: klass, ttl, data } of packet.answers) {
    if (klass !== 'IN' || (type !== question.type && type !== 'CNAME')) continue;
    records.push({ name: plainName(name), type, ttlSeconds: ttl ?? 0, data });
  }
  const negative = negativeTtl(packet.authorities);
  return {
    kind: 'answer',
    missing,
    authentic: packet.flag_ad,
    records,
    ...(negative !== undefined && { negativeTtlSeconds: negative }),
  };
}

function decoded(octets: Uint8Array): DecodedPacket | string {
  try {
    const packet = decode(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
    return decode.bytes === octets.length ? packet : 'octets behind the last record';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function answers(packet: DecodedPacket, question: DnsQuestion): boolean {
  const [asked, another] = packet.questions;
  if (asked === undefined || another !== undefined) return false;
  return plainName(asked.name) === question.name && asked.type === question.type && asked.class === 'IN';
}

/** RFC 6891 6.1.3: the upper bits of the code are in the OPT record. */
function fullRcode(packet: DecodedPacket): string {
  const extended = packet.additionals.find((record) => record.type === 'OPT')?.extendedRcode ?? 0;
  return extended === 0 ? packet.rcode : `extended rcode ${extended}`;
}

function negativeTtl(authorities: readonly DecodedRecord[]): number | undefined {
  const soa = authorities.find((record) => record.type === 'SOA' && record.class === 'IN');
  const minimum = (soa?.data as { minimum?: unknown } | undefined)?.minimum;
  if (soa === undefined || typeof minimum !== 'number') return undefined;
  return Math.min(soa.ttl ?? 0, minimum);
}

/** Lower case, no final dot, nothing but printable ASCII: names from answers get into logs and conversations. */
export function plainName(name: string): string {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  return bare.toLowerCase().replace(/[^\x21-\x7e]/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`);
}

/** Where the records of the question are, after its CNAMEs. */
export type Followed =
  | { kind: 'records'; records: AnswerRecord[]; ttlSeconds: number }
  /** The chain leads on to a name that this answer says nothing of. */
  | { kind: 'alias'; name: string; ttlSeconds: number }
  | { kind: 'none'; ttlSeconds: number }
  | { kind: 'loop' };

/** Follows CNAMEs within an answer (RFC 1034 3.6.2). */
export function follow(question: DnsQuestion, records: readonly AnswerRecord[]): Followed {
  const seen = new Set<string>();
  let name = question.name;
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (;;) {
    if (seen.has(name)) return { kind: 'loop' };
    seen.add(name);
    const owned = records.filter((record) => record.name === name);
    const found = owned.filter((record) => record.type === question.type);
    if (found.length > 0) {
      for (const record of found) ttlSeconds = Math.min(ttlSeconds, record.ttlSeconds);
      return { kind: 'records', records: found, ttlSeconds };
    }
    const alias = owned.find((record) => record.type === 'CNAME');
    if (alias === undefined || typeof alias.data !== 'string') break;
    ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds);
    name = plainName(alias.data);
  }
  return name === question.name ? { kind: 'none', ttlSeconds } : { kind: 'alias', name, ttlSeconds };
}
