// What has to be right before receivers take mail from an address of ours: the SPF include names it, and its reverse DNS
// leads to the name that it says in EHLO and from there back to it.

import type { DnsAnswer, Resolver } from '../../network/dns-answer.ts';
import { formatIp, parseIp } from '../../protocol/ip/network.ts';
import type { Coverage, PublishedInclude } from './published-include.ts';

/** One check of one address. */
export interface AddressFinding {
  check: 'spf' | 'reverse' | 'forward';
  /** `unneeded`: nothing asks for it. `unknown`: DNS did not answer, which proves nothing. */
  state: 'ok' | 'fail' | 'unknown' | 'unneeded';
  expected: string;
  found: string;
  /** What to change; absent where it is right. */
  advice?: string;
}

/** Whether the address may be made active by these. */
export function isFit(findings: readonly AddressFinding[]): boolean {
  return findings.every(({ state }) => state === 'ok' || state === 'unneeded');
}

/** PTR of the address to its name, and the name back to the address. Never rejects. */
export async function checkReverse(dns: Resolver, ip: string, hostname: string): Promise<AddressFinding[]> {
  const name = hostname.toLowerCase();
  const family = parseIp(ip)?.family ?? 4;
  const [ptr, forward] = await Promise.all([dns.ptr(ip), family === 4 ? dns.a(name) : dns.aaaa(name)]);
  return [reverseFinding(ptr, ip, name), forwardFinding(forward, ip, name, family)];
}

function reverseFinding(answer: DnsAnswer<string>, ip: string, name: string): AddressFinding {
  const expected = `PTR of ${ip}: ${name}`;
  const names = answer.kind === 'found' ? answer.records.map((one) => one.toLowerCase()) : [];
  return finding(
    { check: 'reverse', expected, answer, found: names },
    names.includes(name),
    `let the PTR record of ${ip} name ${name}, or give the address the name that it has in DNS`,
  );
}

function forwardFinding(answer: DnsAnswer<string>, ip: string, name: string, family: 4 | 6): AddressFinding {
  const type = family === 4 ? 'A' : 'AAAA';
  const found = answer.kind === 'found' ? answer.records.map(canonical) : [];
  return finding(
    { check: 'forward', expected: `${type} of ${name}: ${ip}`, answer, found },
    found.includes(canonical(ip)),
    `publish an ${type} record of ${name} with ${ip}`,
  );
}

interface Looked {
  check: AddressFinding['check'];
  expected: string;
  answer: DnsAnswer<string>;
  found: readonly string[];
}

function finding({ check, expected, answer, found }: Looked, right: boolean, advice: string): AddressFinding {
  if (answer.kind === 'temporary') {
    const again = 'look at it again once DNS answers';
    return { check, state: 'unknown', expected, found: `DNS did not answer: ${answer.detail}`, advice: again };
  }
  const shown = found.length === 0 ? 'no such record' : found.join(', ');
  return right
    ? { check, state: 'ok', expected, found: shown }
    : { check, state: 'fail', expected, found: shown, advice };
}

function canonical(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? text : formatIp(ip);
}

/** What the SPF include says of an address. `include` absent: the pool needs none; `null`: none is configured. */
export function spfFinding(
  ip: string,
  include: { published: PublishedInclude; coverage: Coverage } | null | undefined,
): AddressFinding {
  if (include === undefined) {
    const expected = 'nothing: the pool is in no include';
    return { check: 'spf', state: 'unneeded', expected, found: '-' };
  }
  if (include === null) {
    return {
      check: 'spf',
      state: 'fail',
      expected: `an SPF include that covers ${ip}`,
      found: 'the configuration names no include',
      advice: 'set spf.include in the configuration, or say spf = "" for a pool that needs none',
    };
  }
  const { published, coverage } = include;
  const expected = `${published.name} covers ${ip}`;
  switch (coverage) {
    case 'covered':
      return { check: 'spf', state: 'ok', expected, found: 'it does' };
    case 'unknown': {
      const found = `DNS did not answer${published.unknown === undefined ? '' : `: ${published.unknown}`}`;
      return { check: 'spf', state: 'unknown', expected, found, advice: 'look at it again once DNS answers' };
    }
    case 'missing': {
      const found = published.faults.length > 0 ? published.faults.join('; ') : 'it does not';
      const advice = 'publish the records of the SPF include (easymail pool spf), and wait until DNS has them';
      return { check: 'spf', state: 'fail', expected, found, advice };
    }
    default:
      return coverage satisfies never;
  }
}
