// RFC 7208 4.5, 4.6, 5, 6: the text of an SPF record as terms, with all that is wrong with it.

import { type IpNetwork, networkOf, parseIp } from '../ip/network.ts';
import { type MacroPart, parseDomainSpec, parseMacros } from './macro.ts';

export type Qualifier = '+' | '-' | '~' | '?';

/** What a directive asks (RFC 7208 5). `domain` absent: the domain whose record it is. */
export type Mechanism =
  | { kind: 'all' }
  | { kind: 'include' | 'exists'; domain: MacroPart[] }
  | { kind: 'a' | 'mx'; domain?: MacroPart[]; prefix4: number; prefix6: number }
  | { kind: 'ptr'; domain?: MacroPart[] }
  | { kind: 'ip4' | 'ip6'; network: IpNetwork };

export interface Directive {
  /** As written. */
  text: string;
  qualifier: Qualifier;
  mechanism: Mechanism;
}

export interface SpfRecord {
  directives: Directive[];
  redirect?: { text: string; domain: MacroPart[] };
}

/** One fault, for people; `term` as written. */
export interface SpfFault {
  term: string;
  fault: string;
}

/** Whether a TXT record is an SPF record at all (RFC 7208 4.5). */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** Reads a record that `isSpfRecord`; every fault of it where it has one. Never throws. */
export function parseSpfRecord(text: string): SpfRecord | { faults: SpfFault[] } {
  const record: SpfRecord = { directives: [] };
  const faults: SpfFault[] = [];
  const modifiers = new Set<string>();
  // RFC 7208 4.5, 4.6.1: terms have one or more spaces between them, and nothing else.
  for (const term of text.slice('v=spf1'.length).split(' ')) {
    if (term === '') continue;
    const read = readTerm(term);
    if ('fault' in read) {
      faults.push({ term, fault: read.fault });
    } else if ('mechanism' in read) {
      record.directives.push(read);
    } else {
      // RFC 7208 6: these must not appear more than once each.
      if (read.name !== '' && modifiers.has(read.name))
        faults.push({ term, fault: `${read.name}= stands there twice` });
      modifiers.add(read.name);
      if (read.name === 'redirect') record.redirect = { text: term, domain: read.parts };
    }
  }
  return faults.length > 0 ? { faults } : record;
}

type Term = Directive | { name: 'redirect' | 'exp' | ''; parts: MacroPart[] } | { fault: string };

function readTerm(text: string): Term {
  const modifier = /^([A-Za-z][A-Za-z0-9._-]*)=(.*)$/s.exec(text);
  if (modifier !== null) return readModifier(modifier[1] ?? '', modifier[2] ?? '');
  const directive = /^([-+~?]?)([A-Za-z0-9]+)(.*)$/s.exec(text);
  if (directive === null) return { fault: 'it is no mechanism and no modifier' };
  const [, qualifier = '', name = '', rest = ''] = directive;
  const mechanism = readMechanism(name.toLowerCase(), rest);
  if ('fault' in mechanism) return mechanism;
  return { text, qualifier: qualifier === '' ? '+' : (qualifier as Qualifier), mechanism };
}

function readModifier(name: string, value: string): Term {
  const known = name.toLowerCase();
  const named = known === 'redirect' || known === 'exp';
  const parts = named ? parseDomainSpec(value) : parseMacros(value);
  if ('fault' in parts) {
    // RFC 7208 6: an unknown modifier is passed over, but its value has to be a macro string.
    return { fault: parts.fault };
  }
  return { name: named ? known : '', parts };
}

function readMechanism(name: string, rest: string): Mechanism | { fault: string } {
  switch (name) {
    case 'all':
      return rest === '' ? { kind: 'all' } : { fault: 'nothing may follow "all"' };
    case 'include':
    case 'exists': {
      if (!rest.startsWith(':')) return { fault: `"${name}" needs a colon and a domain` };
      const domain = parseDomainSpec(rest.slice(1));
      return 'fault' in domain ? domain : { kind: name, domain };
    }
    case 'a':
    case 'mx':
      return readAddresses(name, rest);
    case 'ptr': {
      const domain = readOptionalDomain(rest);
      if (domain !== undefined && 'fault' in domain) return domain;
      return { kind: 'ptr', ...(domain !== undefined && { domain }) };
    }
    case 'ip4':
    case 'ip6':
      return readNetwork(name, rest);
    default:
      return { fault: `"${name}" is no mechanism` };
  }
}

/** RFC 7208 5.6: dual-cidr-length, leading zeros not allowed. */
const CIDR = /^(.*?)(?:\/(0|[1-9]\d?))?(?:\/\/(0|[1-9]\d{0,2}))?$/s;

function readAddresses(kind: 'a' | 'mx', rest: string): Mechanism | { fault: string } {
  const [, named = '', four, six] = CIDR.exec(rest) ?? [];
  const prefix4 = four === undefined ? 32 : Number(four);
  const prefix6 = six === undefined ? 128 : Number(six);
  if (prefix4 > 32 || prefix6 > 128) return { fault: 'the prefix length is too large' };
  const domain = readOptionalDomain(named);
  if (domain !== undefined && 'fault' in domain) return domain;
  return { kind, prefix4, prefix6, ...(domain !== undefined && { domain }) };
}

function readOptionalDomain(text: string): MacroPart[] | { fault: string } | undefined {
  if (text === '') return undefined;
  if (!text.startsWith(':')) return { fault: `"${text}" cannot follow here` };
  return parseDomainSpec(text.slice(1));
}

function readNetwork(kind: 'ip4' | 'ip6', rest: string): Mechanism | { fault: string } {
  const [, address = '', length] = /^:([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(rest) ?? [];
  // RFC 7208 5.6: ip4 in four decimal parts, ip6 as RFC 4291 2.2 writes it; a zone is part of neither.
  const fits = kind === 'ip4' ? /^[\d.]+$/.test(address) : /^[0-9a-fA-F:.]+$/.test(address) && address.includes(':');
  const ip = fits ? parseIp(address) : undefined;
  const most = kind === 'ip4' ? 32 : 128;
  if (ip === undefined) return { fault: `it needs an ${kind === 'ip4' ? 'IPv4' : 'IPv6'} address or network` };
  const prefix = length === undefined ? most : Number(length);
  if (prefix > most) return { fault: `the prefix length is larger than ${most}` };
  // A mapped address (::ffff:192.0.2.1) is read as IPv4: its prefix is that of the IPv4 part.
  if (kind === 'ip6' && ip.family === 4) {
    return { kind, network: networkOf(ip, Math.max(0, prefix - 96)) };
  }
  return { kind, network: networkOf(ip, prefix) };
}
