// RFC 7208 4: check_host(), for one address and one sender. Explanations (6.2) are not fetched: nobody reads them here.
//
// - `#check` finds the record of a domain and asks its directives in order; the first that matches decides.
// - `include` and `redirect` come back to it with another domain; look-ups are counted over all of them.
// - What ends the whole evaluation (an error) is thrown inside as `Ended`, and never leaves this file.

import { containsNetwork, formatIp, type IpAddress, networkOf, parseIp } from '../ip/network.ts';
import { expandMacros, fitName, type MacroPart, type MacroValues } from './macro.ts';
import type { Directive, Mechanism, Qualifier } from './record.ts';
import { isSpfDomain, publishedSpf, type SpfAnswer, type SpfDns } from './spf-dns.ts';

export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

/** Whose mail is checked. */
export interface SpfQuestion {
  /** Address of the client. */
  ip: string;
  /** The domain whose record is asked first. */
  domain: string;
  /** MAIL FROM, or `postmaster@` and the name in EHLO. */
  sender: string;
  /** Name in EHLO. */
  helo: string;
}

export interface SpfVerdict {
  result: SpfResult;
  /** The term that decided, as written; absent where none did. */
  term?: string;
  /** Terms that asked DNS, and those that found nothing there (RFC 7208 4.6.4). */
  lookups: number;
  voids: number;
  /** For people. */
  detail: string;
}

/** RFC 7208 4.6.4. */
export const MOST_LOOKUPS = 10;
export const MOST_VOIDS = 2;
export const MOST_NAMES = 10;

const RESULT = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' } as const satisfies Record<
  Qualifier,
  SpfResult
>;

/** Evaluates a domain's policy for an address. Never rejects; takes as long as its look-ups do. */
export async function evaluateSpf(dns: SpfDns, question: SpfQuestion): Promise<SpfVerdict> {
  const ip = parseIp(question.ip);
  if (ip === undefined) throw new TypeError('evaluateSpf needs an IP address');
  return new Evaluation(dns, question, ip).run();
}

/** An error that ends the evaluation. */
class Ended extends Error {
  readonly result: 'temperror' | 'permerror';

  constructor(result: 'temperror' | 'permerror', detail: string) {
    super(detail);
    this.result = result;
  }
}

interface Decision {
  result: SpfResult;
  term?: string;
  detail: string;
}

class Evaluation {
  readonly #dns: SpfDns;
  readonly #question: SpfQuestion;
  readonly #ip: IpAddress;
  #lookups = 0;
  #voids = 0;

  constructor(dns: SpfDns, question: SpfQuestion, ip: IpAddress) {
    this.#dns = dns;
    this.#question = question;
    this.#ip = ip;
  }

  async run(): Promise<SpfVerdict> {
    const decision = await this.#check(this.#question.domain).catch((error: unknown): Decision => {
      if (error instanceof Ended) return { result: error.result, detail: error.message };
      throw error;
    });
    return { ...decision, lookups: this.#lookups, voids: this.#voids };
  }

  async #check(domain: string): Promise<Decision> {
    if (!isSpfDomain(domain)) return { result: 'none', detail: `"${domain}" is no domain name of several labels` };
    const published = await publishedSpf(this.#dns, domain);
    switch (published.kind) {
      case 'temporary':
        throw new Ended('temperror', `the record of ${domain} could not be looked up: ${published.detail}`);
      case 'none':
        return { result: 'none', detail: `${domain} has no SPF record` };
      case 'several':
        throw new Ended('permerror', `${domain} has ${published.texts.length} SPF records`);
      case 'faulty':
        throw new Ended('permerror', `the record of ${domain} is faulty: ${published.faults[0]?.term}`);
      case 'record':
        break;
      default:
        return published satisfies never;
    }
    const { directives, redirect } = published.record;
    for (const directive of directives) {
      if (await this.#matches(directive.mechanism, domain, directive)) {
        return { result: RESULT[directive.qualifier], term: directive.text, detail: `${directive.text} of ${domain}` };
      }
    }
    if (redirect === undefined) return { result: 'neutral', detail: `no term of ${domain} matches` };
    return this.#redirected(redirect.domain, domain);
  }

  /** RFC 7208 6.1. */
  async #redirected(parts: readonly MacroPart[], domain: string): Promise<Decision> {
    this.#count();
    const target = await this.#target(parts, domain);
    const decision = await this.#check(target);
    if (decision.result === 'none') throw new Ended('permerror', `${target}, where ${domain} redirects, has no record`);
    return decision;
  }

  async #matches(mechanism: Mechanism, domain: string, directive: Directive): Promise<boolean> {
    switch (mechanism.kind) {
      case 'all':
        return true;
      case 'ip4':
      case 'ip6':
        return containsNetwork(mechanism.network, networkOf(this.#ip, this.#bits()));
      case 'include':
        return this.#included(mechanism.domain, domain);
      case 'exists':
        this.#count();
        // RFC 7208 5.7: the type is A, also for IPv6.
        return this.#found(await this.#dns.a(await this.#target(mechanism.domain, domain)), directive.text).length > 0;
      case 'a':
        this.#count();
        return this.#isAmong(await this.#addresses(await this.#target(mechanism.domain, domain), true), mechanism);
      case 'mx':
        return this.#matchesMx(mechanism, domain);
      case 'ptr':
        this.#count();
        return this.#matchesPtr(await this.#target(mechanism.domain, domain));
      default:
        return mechanism satisfies never;
    }
  }

  /** RFC 7208 5.2. */
  async #included(parts: readonly MacroPart[], domain: string): Promise<boolean> {
    this.#count();
    const target = await this.#target(parts, domain);
    const { result } = await this.#check(target);
    if (result === 'none') throw new Ended('permerror', `${target}, which ${domain} includes, has no SPF record`);
    return result === 'pass';
  }

  /** RFC 7208 5.4. */
  async #matchesMx(mechanism: Extract<Mechanism, { kind: 'a' | 'mx' }>, domain: string): Promise<boolean> {
    this.#count();
    const target = await this.#target(mechanism.domain, domain);
    const hosts = this.#found(await this.#dns.mx(target), target);
    // RFC 7208 4.6.4: more than ten names are an error, and none of them need be asked.
    if (hosts.length > MOST_NAMES) throw new Ended('permerror', `${target} has more than ${MOST_NAMES} MX hosts`);
    for (const { exchange } of hosts) {
      if (exchange !== '' && this.#isAmong(await this.#addresses(exchange, false), mechanism)) return true;
    }
    return false;
  }

  /** RFC 7208 5.5; failures of DNS mean "no match" here. */
  async #matchesPtr(target: string): Promise<boolean> {
    const names = await this.#validatedNames(true);
    return names.some((name) => isBelow(name, target));
  }

  /** Names of the address that lead back to it, the first ten (RFC 7208 4.6.4, 5.5). */
  async #validatedNames(counted: boolean): Promise<string[]> {
    const answer = await this.#dns.ptr(this.#question.ip);
    if (answer.kind === 'none' && counted) this.#void('PTR');
    if (answer.kind !== 'found') return [];
    const names: string[] = [];
    for (const name of answer.records.slice(0, MOST_NAMES)) {
      const addresses = await this.#lookAddresses(name);
      if (addresses.kind === 'found' && this.#isAmong(addresses.records, { prefix4: 32, prefix6: 128 })) {
        names.push(name.toLowerCase());
      }
    }
    return names;
  }

  /** RFC 7208 7.3: `%{p}` prefers the domain itself, then a name below it, then any; `unknown` where there is none. */
  async #validatedName(domain: string): Promise<string> {
    const names = await this.#validatedNames(false);
    const lower = domain.toLowerCase();
    return names.find((name) => name === lower) ?? names.find((name) => isBelow(name, lower)) ?? names[0] ?? 'unknown';
  }

  async #addresses(name: string, counted: boolean): Promise<string[]> {
    const answer = await this.#lookAddresses(name);
    if (answer.kind === 'none' && !counted) return [];
    return this.#found(answer, name);
  }

  #lookAddresses(name: string): Promise<SpfAnswer<string>> {
    return this.#ip.family === 4 ? this.#dns.a(name) : this.#dns.aaaa(name);
  }

  #isAmong(addresses: readonly string[], { prefix4, prefix6 }: { prefix4: number; prefix6: number }): boolean {
    const own = networkOf(this.#ip, this.#bits());
    const prefix = this.#ip.family === 4 ? prefix4 : prefix6;
    return addresses.some((text) => {
      const ip = parseIp(text);
      return ip !== undefined && ip.family === this.#ip.family && containsNetwork(networkOf(ip, prefix), own);
    });
  }

  #bits(): number {
    return this.#ip.family === 4 ? 32 : 128;
  }

  /** Records, none where there are none, counted; an error of DNS ends the evaluation (RFC 7208 4.4, 5). */
  #found<T>(answer: SpfAnswer<T>, about: string): T[] {
    if (answer.kind === 'temporary') throw new Ended('temperror', `${about} could not be looked up: ${answer.detail}`);
    if (answer.kind === 'found') return answer.records;
    this.#void(about);
    return [];
  }

  #count(): void {
    this.#lookups++;
    if (this.#lookups > MOST_LOOKUPS) throw new Ended('permerror', `more than ${MOST_LOOKUPS} terms ask DNS`);
  }

  #void(about: string): void {
    this.#voids++;
    if (this.#voids > MOST_VOIDS) {
      throw new Ended('permerror', `more than ${MOST_VOIDS} look-ups found nothing, the last for ${about}`);
    }
  }

  async #target(parts: readonly MacroPart[] | undefined, domain: string): Promise<string> {
    if (parts === undefined) return domain;
    const expanded = await expandMacros(parts, this.#values(domain), () => this.#validatedName(domain));
    return fitName(expanded);
  }

  #values(domain: string): MacroValues {
    const { sender, helo } = this.#question;
    const at = sender.lastIndexOf('@');
    // RFC 7208 4.3: without a local part it is "postmaster".
    const local = at > 0 ? sender.slice(0, at) : 'postmaster';
    const senderDomain = at < 0 ? sender : sender.slice(at + 1);
    return {
      s: `${local}@${senderDomain}`,
      l: local,
      o: senderDomain,
      d: domain,
      i: this.#ip.family === 4 ? formatIp(this.#ip) : dottedNibbles(this.#ip),
      h: helo,
      v: this.#ip.family === 4 ? 'in-addr' : 'ip6',
    };
  }
}

function isBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** RFC 7208 7.3: an IPv6 address as nibbles with dots between them. */
function dottedNibbles(ip: IpAddress): string {
  return ip.words
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('')
    .split('')
    .join('.');
}
