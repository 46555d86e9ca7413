// Whether an address or network may stand for one customer: public, nobody else's, no cloud that many tenants share
// (unless the customer shows more than the address), of a sensible size, with reverse DNS.

import type { Resolver } from '../../../network/dns-answer.ts';
import { isPublicAddress } from '../../../network/outside-address.ts';
import { formatIp, type IpNetwork, lastAddress, parseIp, parseNetwork } from '../../../protocol/ip/network.ts';
import { type Advised, advise } from '../advice.ts';
import { type Finding, sayOf, shown, unknown } from '../finding.ts';
import type { SourceSubject } from '../subjects.ts';
import type { CloudAnswer } from './clouds.ts';

export interface SourceWay {
  dns: Resolver;
  /** By the operator's word private and loopback addresses count too. */
  allowPrivate: boolean;
  /** Whether another customer has an address of the network to itself. */
  isTaken: (network: IpNetwork, customer: string) => Promise<boolean>;
  /** The shared service that the network lies in. */
  cloudOf: (network: IpNetwork) => Promise<CloudAnswer>;
}

/** Shorter prefixes are looked at by a person; much shorter ones are nobody's mail server. */
const USUAL_PREFIX = { 4: 24, 6: 56 } as const;
const SHORTEST_PREFIX = { 4: 16, 6: 32 } as const;

const EXPECTED = 'a public address or a small network of this customer alone, with reverse DNS that leads back to it';

/** Looks at a source. */
export async function lookSource({ customer, network: text, proof }: SourceSubject, way: SourceWay): Promise<Finding> {
  const network = parseNetwork(text);
  const say = sayOf('source', EXPECTED);
  if ('fault' in network) return say('fail', text, advise('source.format', { fault: network.fault }));
  const isPublic = isPublicNetwork(network);
  if (!way.allowPrivate && !isPublic) {
    return say('fail', `${text} is not public`, advise('source.private'));
  }
  const answer: CloudAnswer = isPublic ? await way.cloudOf(network) : { kind: 'none' };
  const cloud = answer.kind === 'cloud' ? answer.name : undefined;
  if (cloud !== undefined && !proof) {
    return say('fail', `${text} belongs to ${cloud}, whose tenants share it`, advise('source.cloud', { cloud }));
  }
  if (cloud !== undefined || proof)
    return say('ok', `${text}${cloud === undefined ? '' : ` of ${cloud}`}, with a proof of its own`);
  if (await way.isTaken(network, customer)) {
    return say('fail', `${text} overlaps with a source of another customer`, advise('source.taken'));
  }
  if (network.prefix < SHORTEST_PREFIX[network.family]) {
    return say('fail', `${text} is a very large network`, advise('source.large'));
  }
  if (answer.kind === 'unknown') return unknown('source', EXPECTED, `the SPF record of ${answer.name} was never heard`);
  if (network.prefix < USUAL_PREFIX[network.family]) {
    return say('warn', `${text} is a large network`, advise('source.large'));
  }
  const reverse = await reverseFault(way.dns, network);
  if (reverse === undefined) return say('ok', text);
  return say(reverse.state, `${text}: ${reverse.found}`, reverse.advised);
}

function isPublicNetwork(network: IpNetwork): boolean {
  const last = { family: network.family, words: lastAddress(network) };
  return isPublicAddress(formatIp(network)) && isPublicAddress(formatIp(last));
}

/** Names both ways (RFC 1912 2.1), of an address alone: in a network each has its own, or none. */
async function reverseFault(
  dns: Resolver,
  network: IpNetwork,
): Promise<{ state: 'warn' | 'unknown'; found: string; advised: Advised } | undefined> {
  if (network.prefix < network.words.length * 32) return undefined;
  const ip = formatIp(network);
  const answer = await dns.ptr(ip);
  const later = advise('later');
  if (answer.kind === 'temporary') return { state: 'unknown', found: `no answer: ${answer.detail}`, advised: later };
  if (answer.kind === 'none') {
    return { state: 'warn', found: 'no reverse DNS', advised: advise('source.no_reverse', { ip }) };
  }
  for (const name of answer.records.slice(0, 5)) {
    const back = network.family === 4 ? await dns.a(name) : await dns.aaaa(name);
    if (back.kind === 'temporary') return { state: 'unknown', found: `no answer: ${back.detail}`, advised: later };
    if (back.kind === 'found' && back.records.some((one) => sameAddress(one, ip))) return undefined;
  }
  const [name = ''] = answer.records;
  const advised = advise('source.reverse', { name: shown(name), ip });
  return { state: 'warn', found: `reverse DNS says ${shown(name)}, which does not lead back`, advised };
}

function sameAddress(one: string, other: string): boolean {
  const ip = parseIp(one);
  return ip !== undefined && formatIp(ip) === other;
}
