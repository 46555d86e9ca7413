// Who sent an inbound message, as far as SPF, DKIM, DMARC and ARC can tell.
//
// - With the header all look-ups begin that can: the sender's SPF policy, keys of signatures, the author's DMARC policy.
// - The body is hashed while it arrives.
// - At the end signatures are tried, and what passed is compared with the author.

import type { Resolver } from '../../../network/dns-answer.ts';
import { type ArcVerdict, beginChain } from '../../../protocol/arc/verify.ts';
import {
  BodyHashes,
  beginSignatures,
  type KeyLookup,
  type SignatureContext,
  type SignatureVerdict,
  SignedHeader,
} from '../../../protocol/dkim/verify.ts';
import { discoverDmarc } from '../../../protocol/dmarc/discover.ts';
import { type DmarcVerdict, evaluateDmarc, type Identifier } from '../../../protocol/dmarc/evaluate.ts';
import type { HeaderSection } from '../../../protocol/mime/header.ts';
import { toLookupDomain } from '../../../protocol/smtp/domain.ts';
import { evaluateSpf, type SpfResult } from '../../../protocol/spf/evaluate.ts';
import type { InspectedMessage } from '../inspection.ts';
import { type Authors, authorsOf } from './authors.ts';
import { boundDns } from './bounded-dns.ts';
import { createDnsRoom, type DnsRoom } from './dns-room.ts';

/** What is known of who sent a message. */
export interface Authenticated {
  spf: {
    result: SpfResult;
    /** Whose policy it was: of MAIL FROM's domain, or of the name in EHLO for the null sender. */
    identity: 'mailfrom' | 'helo';
    domain: string;
    /** For people. */
    detail: string;
  };
  /** In the order in which they stand. */
  dkim: SignatureVerdict[];
  /** One for each domain in From. */
  dmarc: DmarcVerdict[];
  authors: Authors;
  arc: ArcVerdict;
}

export interface Authentication {
  /** The body in pieces. */
  update(body: Uint8Array): void;
  /** The body is at its end. */
  end(): Promise<Authenticated>;
  abort(): void;
}

/** RFC 7208 4.6.4 allows a policy a hundred names; nobody's mail needs as many, with eight keys and a walk besides. */
const MOST_QUESTIONS = 120;
/** RFC 7208 4.6.4: at least 20 seconds for SPF. */
const LOOK_UPS_MS = 20_000;
/**
 * Policies of authors have questions of their own, which nothing else that a message names can use up: four authors with
 * walks of eight (RFC 9989 4.10), and as much again for domains to compare them with.
 */
const MOST_POLICY_QUESTIONS = 72;
/** Look-ups of all messages at once, over all threads; and those of authors' policies, which have room of their own. */
const MOST_AT_ONCE = 400;
const MOST_POLICIES_AT_ONCE = 200;
/** Mail over several lists has up to five; those of the author come first. */
const MOST_SIGNATURES = 8;

/** Where a thread's messages ask. */
export interface AuthenticationDns {
  resolver: Resolver;
  room: DnsRoom;
  policyRoom: DnsRoom;
}

/** For one of so many relay threads. */
export function authenticationDns(resolver: Resolver, threads: number): AuthenticationDns {
  const share = (all: number) => createDnsRoom(Math.max(1, Math.floor(all / threads)));
  return { resolver, room: share(MOST_AT_ONCE), policyRoom: share(MOST_POLICIES_AT_ONCE) };
}

/** Begins with a message whose header is there. */
export function beginAuthentication(
  message: InspectedMessage,
  { resolver, room, policyRoom }: AuthenticationDns,
): Authentication {
  const dns = boundDns(resolver, { questions: MOST_QUESTIONS, timeMs: LOOK_UPS_MS, room });
  const authors = authorsOf(message.header);
  const context: SignatureContext = {
    header: new SignedHeader(textsOf(message.header)),
    bodies: new BodyHashes(),
    lookup: keyLookup(dns),
    now: Math.floor(message.at / 1000),
  };
  const domains = authors.kind === 'domains' ? authors.domains : [];
  const [author] = domains;
  const policyDns = boundDns(resolver, { questions: MOST_POLICY_QUESTIONS, timeMs: LOOK_UPS_MS, room: policyRoom });
  const signatures = beginSignatures(context, {
    signatures: MOST_SIGNATURES,
    ...(author !== undefined && { prefer: author }),
  });
  const chain = beginChain(context);
  const spf = checkSpf(dns, message);
  // Asked for now, so that the answers are there when they are needed.
  const policies = Promise.all(domains.map((domain) => discoverDmarc(policyDns, domain)));
  // A fault of ours is told at the end; before it nobody waits, and one that nobody waits for would end the thread.
  for (const begun of [spf, policies]) begun.catch(() => undefined);
  const dispose = () => {
    dns[Symbol.dispose]();
    policyDns[Symbol.dispose]();
  };
  return {
    update: (body) => context.bodies.update(body),
    end: async () => {
      try {
        const found = { authors, spf: await spf, dkim: await signatures(), arc: await chain() };
        // All are known before anything is compared: what one author's comparison asks is not missing for another.
        await policies;
        const dmarc = await checkDmarc(policyDns, found);
        // Whoever makes us ask too much must not make policies unknown.
        if (policyDns.crowded && dmarc.some(({ wish }) => wish === undefined))
          throw new Error('too many look-ups at once');
        return { ...found, dmarc };
      } finally {
        dispose();
      }
    },
    abort: dispose,
  };
}

/** Whole fields as they came, one character an octet. */
function textsOf({ octets, fields }: HeaderSection): string[] {
  return fields.map(({ start, end }) => octets.toString('latin1', start, end));
}

function keyLookup(dns: Resolver): KeyLookup {
  return async (name) => {
    const answer = await dns.txt(name);
    if (answer.kind === 'temporary') return { kind: 'temporary' };
    return answer.kind === 'none' ? { kind: 'none' } : { kind: 'found', records: answer.records };
  };
}

/** RFC 7208 2.3, 2.4: MAIL FROM; of the null sender postmaster at the name in EHLO. Never rejects. */
async function checkSpf(dns: Resolver, { sender, origin }: InspectedMessage): Promise<Authenticated['spf']> {
  const identity = sender === '' ? 'helo' : 'mailfrom';
  const given = sender === '' ? origin.helo : sender.slice(sender.lastIndexOf('@') + 1);
  const domain = toLookupDomain(given);
  if (domain === undefined) return { result: 'none', identity, domain: '', detail: 'it is no domain name' };
  const question = { ip: origin.ip, domain, helo: origin.helo };
  const asked = sender === '' ? `postmaster@${domain}` : `${sender.slice(0, sender.lastIndexOf('@'))}@${domain}`;
  const { result, detail } = await evaluateSpf(dns, { ...question, sender: asked });
  return { result, identity, domain, detail };
}

function checkDmarc(
  dns: Resolver,
  { authors, spf, dkim }: Omit<Authenticated, 'dmarc' | 'arc'>,
): Promise<DmarcVerdict[]> {
  if (authors.kind !== 'domains') return Promise.resolve([]);
  const identifiers = dkim.flatMap((verdict) => identifierOf(verdict));
  const sender = identifier(spf.domain, spf.result);
  return Promise.all(authors.domains.map((author) => evaluateDmarc(dns, { author, spf: sender, dkim: identifiers })));
}

/** A signature that leaves a part of the body open proves nothing of what is read (RFC 6376 8.2). */
export function provesBody({ result, uncovered }: SignatureVerdict): boolean {
  return result === 'pass' && uncovered !== true;
}

function identifierOf(verdict: SignatureVerdict): Identifier[] {
  const { domain, result } = verdict;
  if (domain === undefined || (result === 'pass' && !provesBody(verdict))) return [];
  const found = identifier(domain, result);
  return found === undefined ? [] : [found];
}

function identifier(domain: string, result: string): Identifier | undefined {
  return result === 'pass' || result === 'temperror' ? { domain, result } : undefined;
}
