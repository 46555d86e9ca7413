// What DNS has of an SPF include of ours, walked as a receiver would (RFC 7208 5.2), but whole: all that it lets through.

import { containsNetwork, formatNetwork, type IpNetwork, networkOf, parseIp } from '../../protocol/ip/network.ts';
import { evaluateSpf, MOST_LOOKUPS } from '../../protocol/spf/evaluate.ts';
import type { MacroPart } from '../../protocol/spf/macro.ts';
import type { Directive } from '../../protocol/spf/record.ts';
import { publishedSpf, type SpfAnswer, type SpfDns } from '../../protocol/spf/spf-dns.ts';

export interface PublishedInclude {
  name: string;
  /** What each name has; `undefined` where it has no SPF record. */
  records: Map<string, string | undefined>;
  /** Networks that pass, of plain terms. */
  networks: IpNetwork[];
  /** Terms that are none of ours, such as `a` or `-ip4`: what they do only a whole evaluation can say. */
  foreign: string[];
  /** What makes it useless to receivers, for people. */
  faults: string[];
  /** DNS did not answer somewhere: nothing is known then. */
  unknown?: string;
}

export type Coverage = 'covered' | 'missing' | 'unknown';

/** Reads the include from DNS. Never rejects. */
export async function readInclude(dns: SpfDns, name: string): Promise<PublishedInclude> {
  const found: PublishedInclude = { name, records: new Map(), networks: [], foreign: [], faults: [] };
  await walk(dns, name, found);
  return found;
}

/** Whether the published include covers an address, as a receiver would find. Never rejects. */
export async function coverage(dns: SpfDns, include: PublishedInclude, ip: string): Promise<Coverage> {
  if (include.unknown !== undefined) return 'unknown';
  if (include.foreign.length === 0) {
    const address = parseIp(ip);
    if (address === undefined || include.faults.length > 0) return 'missing';
    const own = networkOf(address, address.words.length * 32);
    return include.networks.some((network) => containsNetwork(network, own)) ? 'covered' : 'missing';
  }
  const question = { ip, domain: include.name, sender: `postmaster@${include.name}`, helo: include.name };
  const { result } = await evaluateSpf(dns, question);
  if (result === 'temperror') return 'unknown';
  return result === 'pass' ? 'covered' : 'missing';
}

/** Networks that the published include lets through although they are not wholly within these. */
export function tooMuch(include: PublishedInclude, own: readonly IpNetwork[]): string[] {
  return include.networks.filter((network) => !own.some((mine) => containsNetwork(mine, network))).map(formatNetwork);
}

/** A view of DNS in which each name is asked for once. */
export function rememberingDns(dns: SpfDns): SpfDns {
  const asked = new Map<string, Promise<SpfAnswer<string>>>();
  return {
    ...dns,
    txt: (name) => {
      const before = asked.get(name);
      if (before !== undefined) return before;
      const answer = dns.txt(name);
      asked.set(name, answer);
      return answer;
    },
  };
}

async function walk(dns: SpfDns, name: string, found: PublishedInclude): Promise<void> {
  if (found.records.has(name)) {
    found.faults.push(`${name} is included twice`);
    return;
  }
  if (found.records.size >= MOST_LOOKUPS) {
    found.faults.push(`more than ${MOST_LOOKUPS} look-ups`);
    return;
  }
  const published = await publishedSpf(dns, name);
  switch (published.kind) {
    case 'temporary':
      found.unknown = `${name} could not be looked up: ${published.detail}`;
      return;
    case 'none':
      found.records.set(name, undefined);
      found.faults.push(`${name} has no SPF record`);
      return;
    case 'several':
      found.records.set(name, published.texts.join(' | '));
      found.faults.push(`${name} has ${published.texts.length} SPF records`);
      return;
    case 'faulty':
      found.records.set(name, published.text);
      found.faults.push(`${name}: ${published.faults.map(({ term, fault }) => `${term} (${fault})`).join(', ')}`);
      return;
    case 'record':
      found.records.set(name, published.text);
      if (published.record.redirect !== undefined) found.foreign.push(published.record.redirect.text);
      for (const directive of published.record.directives) await readDirective(dns, directive, found);
      return;
    default:
      published satisfies never;
  }
}

async function readDirective(dns: SpfDns, directive: Directive, found: PublishedInclude): Promise<void> {
  const { mechanism, qualifier, text } = directive;
  const passes = qualifier === '+';
  if (mechanism.kind === 'all' && !passes) return;
  if (passes && (mechanism.kind === 'ip4' || mechanism.kind === 'ip6')) {
    found.networks.push(mechanism.network);
    return;
  }
  const child = passes && mechanism.kind === 'include' ? plainName(mechanism.domain) : undefined;
  if (child === undefined) found.foreign.push(text);
  else await walk(dns, child, found);
}

/** A name without macros. */
function plainName(parts: readonly MacroPart[]): string | undefined {
  const texts = parts.map((part) => (part.kind === 'text' ? part.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join('').toLowerCase();
}
