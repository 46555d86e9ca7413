// The records of an SPF include, from networks of ours (RFC 7208):
//
// - every network is a term of one record; what does not fit into the first goes into records below it;
// - a record grows past what an old UDP answer holds only where the include would cost too many look-ups otherwise;
// - a record below has its content in its name, so it never changes: a resolver never holds one half of an old tree and
//   one half of a new one. It is published before the first record names it, and goes after that no longer does.

import { hash } from 'node:crypto';
import { formatIp, type IpNetwork } from '../../protocol/ip/network.ts';

export interface SpfTreeOptions {
  /** Name of the include. */
  name: string;
  networks: readonly IpNetwork[];
  /** Look-ups that it may cost, the include itself counted; at least 1. */
  lookups: number;
}

export interface TreeRecord {
  name: string;
  /** The text; the strings of the TXT record joined. */
  text: string;
  /** RFC 1035 3.3: strings of 255 octets at most. */
  strings: string[];
  /** Octets of a DNS answer with this record alone. */
  answerOctets: number;
}

export interface SpfTree {
  name: string;
  /** In the order in which they have to be published: the record of the include itself is the last. */
  records: TreeRecord[];
  /** What it costs whoever includes it, the include itself counted (RFC 7208 4.6.4). */
  lookups: number;
  /** What does not fit usual limits, for people; empty as a rule. */
  warnings: string[];
}

/**
 * Answers of so many octets: RFC 7208 3.4 asks for 450, so that they fit an UDP answer of 512 with what else may be in it;
 * 1,232 is what EDNS answers carry without fragments; more needs TCP.
 */
const ANSWER_SIZES = [450, 1232, 4096, 16_384, 65_000];
const UDP_OCTETS = 1232;
/** RFC 7208 4.6.4. More records below than this can never be looked up. */
const MOST_BELOW = 9;

/** An `all` of an include is never looked at by whoever includes it; `~` harms least where someone redirects to it. */
const END = ' ~all';
const BEGIN = 'v=spf1';

/** Makes the records. Where nothing keeps to the look-ups, the tree that costs the fewest. */
export function spfTree({ name, networks, lookups }: SpfTreeOptions): SpfTree {
  const terms = networks.map(termOf);
  let best: string[][] | undefined;
  for (const size of ANSWER_SIZES) {
    const packed = pack(terms, name, size);
    if (packed === undefined) continue;
    if (best === undefined || packed.length < best.length) best = packed;
    if (packed.length <= lookups) break;
  }
  return assemble(name, best ?? [terms]);
}

/** `ip4:192.0.2.0/24`; an address alone has no length. */
export function termOf(network: IpNetwork): string {
  const whole = network.family === 4 ? 32 : 128;
  const length = network.prefix === whole ? '' : `/${network.prefix}`;
  return `ip${network.family}:${formatIp(network)}${length}`;
}

/** The terms of each record, that of the include last; with as few records as this size allows. */
function pack(terms: readonly string[], name: string, size: number): string[][] | undefined {
  for (let below = 0; below <= MOST_BELOW; below++) {
    const groups: string[][] = [];
    let rest = terms;
    for (let i = 0; i < below; i++) {
      const taken = fitting(rest, room(childName(name, i, ''), size, 0));
      groups.push(rest.slice(0, taken));
      rest = rest.slice(taken);
    }
    const links = groups.reduce((sum, _, i) => sum + ` include:${childName(name, i, '')}`.length, 0);
    if (fitting(rest, room(name, size, links)) === rest.length) return [...groups, [...rest]];
  }
  return undefined;
}

/** Octets left for terms, with the space before each, in an answer of this size. */
function room(name: string, size: number, links: number): number {
  const octets = size - answerOverhead(name);
  // Each string of 255 has a length octet before it.
  const text = octets - Math.ceil(octets / 256);
  return text - links - BEGIN.length - END.length;
}

/** How many of the first terms fit. */
function fitting(terms: readonly string[], octets: number): number {
  let left = octets;
  let count = 0;
  for (const term of terms) {
    left -= term.length + 1;
    if (left < 0) break;
    count++;
  }
  return count;
}

/** Digits of the content's hash in a name: two trees of one operator are told apart by far fewer. */
const HASH_DIGITS = 8;

function childName(name: string, index: number, content: string): string {
  const dot = name.indexOf('.');
  const mark = hash('sha256', content, 'hex').slice(0, HASH_DIGITS);
  return `${name.slice(0, dot)}${index + 1}-${mark}${name.slice(dot)}`;
}

function assemble(name: string, groups: readonly (readonly string[])[]): SpfTree {
  const below = groups.slice(0, -1).map((terms, i) => {
    const text = [BEGIN, ...terms].join(' ') + END;
    return record(childName(name, i, text), text);
  });
  const own = groups.at(-1) ?? [];
  const text = [BEGIN, ...below.map((child) => `include:${child.name}`), ...own].join(' ') + END;
  const records = [...below, record(name, text)];
  return { name, records, lookups: records.length, warnings: warningsOf(records) };
}

function record(name: string, text: string): TreeRecord {
  const strings: string[] = [];
  for (let at = 0; at < text.length; at += 255) strings.push(text.slice(at, at + 255));
  return { name, text, strings, answerOctets: answerOverhead(name) + text.length + strings.length };
}

/** Header, question and the fixed part of a record whose name points to the question (RFC 1035 4.1). */
function answerOverhead(name: string): number {
  return 12 + (name.length + 2) + 4 + 12;
}

function warningsOf(records: readonly TreeRecord[]): string[] {
  const largest = Math.max(...records.map((one) => one.answerOctets));
  const warnings: string[] = [];
  if (largest > UDP_OCTETS) {
    warnings.push(
      `a record of ${largest} octets needs DNS over TCP, which some receivers cannot: fewer or larger networks of addresses would do without`,
    );
  }
  if (records.length > 5) {
    warnings.push(`${records.length} of the 10 look-ups of each customer are spent on our include`);
  }
  return warnings;
}
