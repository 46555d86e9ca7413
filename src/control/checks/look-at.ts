// One look at one thing: what it is now, the look-ups and probes that belong to it, and what they say.

import type { StatementSync } from 'node:sqlite';
import type { CustomerFact, PoolAddressFact } from '../../mail/authorise/directory.ts';
import { BUSINESS_STREAM } from '../../mail/message.ts';
import type { Resolver } from '../../network/dns-answer.ts';
import type { ProbeMailHost } from '../../network/mail-host-probe.ts';
import { createOutsideGuard } from '../../network/outside-address.ts';
import { createResolver } from '../../network/resolver.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { inTime } from '../../platform/in-time.ts';
import { type IpNetwork, lastAddress } from '../../protocol/ip/network.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import { addressKey } from '../database/facts.ts';
import type { GrantRecord } from '../grants/grant-record.ts';
import { lookGrant } from '../grants/look-grant.ts';
import { type Finding, unknown } from './finding.ts';
import { KINDS_OF } from './kinds.ts';
import { Clouds } from './looks/clouds.ts';
import { lookDkim } from './looks/look-dkim.ts';
import { lookDmarc } from './looks/look-dmarc.ts';
import { lookMailHost } from './looks/look-mailhost.ts';
import { lookMx } from './looks/look-mx.ts';
import { lookOwnership, type Proof } from './looks/look-ownership.ts';
import { lookSource } from './looks/look-source.ts';
import { lookSpf, type OurSending } from './looks/look-spf.ts';
import { type DomainSubject, readSubject, type SourceSubject, type SubjectName } from './subjects.ts';

/** What a look found. */
export interface Look {
  name: SubjectName;
  /** The customer has it no longer. */
  gone: boolean;
  /** It stands on the mail path: what changes there is an event. */
  inForce: boolean;
  findings: Finding[];
  proof?: Proof;
  /** What the owner of a domain grants; absent where DNS gave no answer. */
  grants?: GrantRecord[];
}

export interface LookerParts {
  database: ControlDatabase;
  clock: Clock;
  config: () => Config;
  freshResolver: () => Resolver;
  probe: ProbeMailHost;
}

/** Answers about names of others are shared by all looks for their time to live. */
const SHARED_ANSWERS = 20_000;

export class Looker {
  readonly #parts: LookerParts;
  readonly #clouds = new Clouds();
  readonly #running = new Set<AbortController>();
  #shared: { servers: Config['dns']['servers']; resolver: Resolver } | undefined;
  #within: StatementSync | undefined;
  #around: StatementSync | undefined;

  constructor(parts: LookerParts) {
    this.#parts = parts;
  }

  /**
   * Looks at one thing. `fresh`: somebody waits who has just changed DNS, so that nothing heard before counts. Rejects
   * only where the store cannot be read.
   */
  async look(name: SubjectName, fresh: boolean): Promise<Look> {
    const ended = new AbortController();
    this.#running.add(ended);
    try {
      const looked = await inTime(this.#look(name, { fresh, ended }), this.#parts.config().checks.look_timeout);
      if (looked === undefined) ended.abort();
      return looked ?? tooLate(name);
    } finally {
      this.#running.delete(ended);
    }
  }

  /** Ends the connections of all looks that run. */
  close(): void {
    for (const look of this.#running) look.abort();
  }

  async #look(name: SubjectName, { fresh, ended }: { fresh: boolean; ended: AbortController }): Promise<Look> {
    const subject = await readSubject(this.#parts.database.db, name);
    if (subject === undefined) return { name, gone: true, inForce: false, findings: [] };
    const dns = this.#resolver(name, fresh);
    switch (subject.kind) {
      case 'domain':
        return this.#lookDomain(name, subject, dns);
      case 'mailhost': {
        const { allow_private: allowPrivate } = this.#parts.config().delivery;
        const guard = createOutsideGuard({ allowPrivate });
        const finding = await lookMailHost(subject, { dns, guard, probe: this.#parts.probe, signal: ended.signal });
        return { name, gone: false, inForce: subject.inForce, findings: [finding] };
      }
      case 'source':
        return { name, gone: false, inForce: true, findings: [await this.#lookSource(subject, dns)] };
      case 'grant':
        return this.#lookGrant(name, dns);
      default:
        return subject satisfies never;
    }
  }

  async #lookDomain(name: SubjectName, subject: DomainSubject, dns: Resolver): Promise<Look> {
    const { db } = this.#parts.database;
    const { customer, domain } = subject;
    const config = this.#parts.config();
    const ownership = await db
      .selectFrom('domain_ownership')
      .select('token')
      .where('customer', '=', customer)
      .where('domain', '=', domain)
      .executeTakeFirst();
    // The row comes with the subject; without it that is gone.
    if (ownership === undefined) return { name, gone: true, inForce: false, findings: [] };
    const { proof, finding } = await lookOwnership(dns, subject, ownership.token);
    const findings = [finding];
    if (subject.outbound) {
      findings.push(await lookSpf(dns, domain, await this.ourSending(subject.pools)));
      findings.push(...(await this.#lookSigning(subject, dns)));
    }
    if (subject.inbound) findings.push(await lookMx(dns, subject, mxNames(config)));
    return { name, gone: false, inForce: subject.inForce, findings, proof };
  }

  async #lookSigning({ domain, returnPath, inForce }: DomainSubject, dns: Resolver): Promise<Finding[]> {
    const { db } = this.#parts.database;
    const { bounces, node } = this.#parts.config();
    const keys = inForce
      ? await db
          .selectFrom('dkim_key')
          .select(['domain', 'selector', 'algorithm', 'state', 'public_key'])
          .where('domain', '=', domain)
          .where('state', 'in', ['waiting', 'active'])
          .execute()
      : [];
    const signs = keys.some(({ state }) => state === 'active');
    const returnDomain = returnPath === 'relay' ? { returnDomain: bounces.domain ?? node.hostname } : {};
    return Promise.all([lookDkim(dns, keys), lookDmarc(dns, domain, { ...returnDomain, signs })]);
  }

  #lookSource(subject: SourceSubject, dns: Resolver): Promise<Finding> {
    const { checks, delivery } = this.#parts.config();
    return lookSource(subject, {
      dns,
      allowPrivate: delivery.allow_private,
      isTaken: async (network, customer) => this.#isTaken(network, customer),
      cloudOf: (network) =>
        this.#clouds.nameOf(network, {
          clouds: checks.clouds,
          dns: () => this.#sharedResolver(),
          monotonic: this.#parts.clock.monotonic(),
        }),
    });
  }

  async #lookGrant(name: SubjectName, dns: Resolver): Promise<Look> {
    const { db } = this.#parts.database;
    const { customer, object: domain } = name;
    const grant = await db
      .selectFrom('dns_grant')
      .innerJoin('grant_token', 'grant_token.customer', 'dns_grant.customer')
      .select(['token', 'stream'])
      .where('dns_grant.customer', '=', customer)
      .where('domain', '=', domain)
      .executeTakeFirst();
    if (grant === undefined) return { name, gone: true, inForce: false, findings: [] };
    const owner = await db.selectFrom('customer').select('streams').where('id', '=', customer).executeTakeFirst();
    const own = (JSON.parse(owner?.streams ?? '[]') as CustomerFact['streams']).map((stream) => stream.name);
    const streams = [BUSINESS_STREAM, ...own];
    const { finding, records } = await lookGrant(dns, { domain, ...grant, streams }, this.#parts.clock.now());
    return { name, gone: false, inForce: true, findings: [finding], ...(records !== undefined && { grants: records }) };
  }

  /** What of ours carries the mail of these pools. */
  async ourSending(pools: readonly string[]): Promise<OurSending> {
    const usual = this.#parts.config().spf.include;
    if (pools.length === 0) return { includes: usual === undefined ? [] : [usual], addresses: [] };
    const { db } = this.#parts.database;
    const rows = await db.selectFrom('pool').select(['addresses', 'spf']).where('name', 'in', pools).execute();
    const includes = rows.flatMap(({ spf }) => (spf === '' ? [] : (spf ?? usual ?? [])));
    const addresses = rows
      .flatMap((row) => JSON.parse(row.addresses) as PoolAddressFact[])
      .filter(({ state }) => state === 'active')
      .map(({ ip }) => ip);
    return { includes: [...new Set(includes)], addresses: [...new Set(addresses)] };
  }

  /** Whether somebody else has an address of the network to itself: inside of it, or around it. */
  #isTaken(network: IpNetwork, customer: string): boolean {
    const { raw } = this.#parts.database;
    this.#within ??= raw.prepare(
      'select 1 from source where first between ? and ? and customer <> ? and shared is null limit 1',
    );
    this.#around ??= raw.prepare(
      'select 1 from source where first = ? and prefix = ? and customer <> ? and shared is null limit 1',
    );
    const { family, words, prefix } = network;
    const first = addressKey(family, words);
    if (this.#within.get(first, addressKey(family, lastAddress(network)), customer) !== undefined) return true;
    for (let shorter = prefix - 1; shorter >= 0; shorter--) {
      const outer = addressKey(family, maskedWords(words, shorter));
      if (this.#around.get(outer, shorter, customer) !== undefined) return true;
    }
    return false;
  }

  /** Names of the domain itself are asked for anew each time; those of others are shared, unless somebody waits. */
  #resolver({ kind, object }: SubjectName, fresh: boolean): Resolver {
    const own = this.#parts.freshResolver();
    if (fresh) return own;
    const shared = this.#sharedResolver();
    if (kind !== 'domain') return kind === 'grant' ? own : shared;
    const of = (name: string) => (name === object || name.endsWith(`.${object}`) ? own : shared);
    return {
      mx: (name) => of(name).mx(name),
      a: (name) => of(name).a(name),
      aaaa: (name) => of(name).aaaa(name),
      txt: (name) => of(name).txt(name),
      ptr: (ip) => shared.ptr(ip),
    };
  }

  #sharedResolver(): Resolver {
    const { dns } = this.#parts.config();
    if (this.#shared?.servers === dns.servers) return this.#shared.resolver;
    const resolver = createResolver({
      servers: dns.servers,
      trustAd: dns.trust_ad,
      timeoutMs: dns.timeout,
      clock: this.#parts.clock,
      cacheEntries: SHARED_ANSWERS,
    });
    this.#shared = { servers: dns.servers, resolver };
    return resolver;
  }
}

/** Host names that a customer's MX should name. */
export function mxNames({ inbound, node }: Config): readonly string[] {
  return inbound.mx_names.length > 0 ? inbound.mx_names : [node.hostname.toLowerCase()];
}

function maskedWords(words: readonly number[], prefix: number): number[] {
  return words.map((word, at) => {
    const bits = Math.min(32, Math.max(0, prefix - at * 32));
    return bits === 0 ? 0 : (word & (0xffff_ffff << (32 - bits))) >>> 0;
  });
}

function tooLate(name: SubjectName): Look {
  const findings = KINDS_OF[name.kind].map((kind) => unknown(kind, '', 'it took too long'));
  return { name, gone: false, inForce: false, findings, ...(name.kind === 'domain' && { proof: 'unknown' as const }) };
}
