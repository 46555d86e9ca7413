// RFC 9989 4.4, 4.7, 5.3: whether a message is of the domain that its From names, and what that domain wishes for where it
// is not.

import { type DmarcDiscovery, type DmarcDns, discoverDmarc } from './discover.ts';
import type { DmarcPolicy } from './record.ts';

/** An identifier that was authenticated, or could not be because DNS failed. Lower-case A-labels. */
export interface Identifier {
  domain: string;
  result: 'pass' | 'temperror';
}

export interface DmarcQuestion {
  /** Domain of From. */
  author: string;
  /** Domain that SPF was about, where it passed or failed for the moment. */
  spf?: Identifier | undefined;
  /** Domains of signatures that passed or failed for the moment. */
  dkim: readonly Identifier[];
}

export interface DmarcVerdict {
  /** `none`: no policy is published. `temperror`: DNS failed, and it depends on what it would have said. */
  result: 'none' | 'pass' | 'fail' | 'temperror';
  author: string;
  /** What is published for the author's domain, and where. */
  policy?: DmarcPolicy;
  published?: string;
  /**
   * What is to become of mail that does not pass, after `t=y`; `none` where nothing is published. Absent where the record
   * could not be looked up.
   */
  wish?: DmarcPolicy;
  /** For people. */
  detail?: string;
}

/** The look-ups of evaluation; a `Resolver` is one of these. Never rejects. */
export interface EvaluationDns extends DmarcDns {
  a(
    name: string,
  ): Promise<
    { kind: 'found' } | { kind: 'none'; missing: 'domain' | 'record' } | { kind: 'temporary'; detail: string }
  >;
}

/** Evaluates a message. Never rejects. */
export async function evaluateDmarc(dns: EvaluationDns, question: DmarcQuestion): Promise<DmarcVerdict> {
  const { author } = question;
  const discovery = await discoverDmarc(dns, author);
  if (discovery.kind === 'unknown') return unknownPolicy(question, discovery);
  const { published } = discovery;
  if (published === undefined) return { result: 'none', author, wish: 'none' };
  const policy = await policyFor(dns, author, discovery);
  if (policy === undefined) {
    const detail = 'it is not known whether the name exists';
    const verdict = unknownPolicy(question, { ...discovery, detail });
    // Which of the two policies holds is not known; that one of them is strict must not be lost.
    return { ...verdict, wish: verdict.wish ?? strictestOf(discovery) };
  }
  const wish = published.record.testing ? lowered(policy) : policy;
  const result = await alignment(dns, question, discovery);
  return { result, author, policy, published: published.domain, wish };
}

/** Without the record nothing is known, but that an identifier of the very domain would pass whatever it says. */
function unknownPolicy({ author, spf, dkim }: DmarcQuestion, { detail = 'DNS failed' }: DmarcDiscovery): DmarcVerdict {
  const own = [...dkim, ...(spf === undefined ? [] : [spf])].some(
    ({ domain, result }) => domain === author && result === 'pass',
  );
  return { result: 'temperror', author, detail, ...(own && { wish: 'none' }) };
}

/** RFC 9989 4.7 p, sp, np: the policy for this name; nothing where DNS failed. */
async function policyFor(
  dns: EvaluationDns,
  author: string,
  { published, policy = 'none' }: DmarcDiscovery,
): Promise<DmarcPolicy | undefined> {
  const missing = published?.record.missing;
  if (published === undefined || published.domain === author || missing === undefined) return policy;
  const answer = await dns.a(author);
  // With the same policy for both it does not matter.
  if (answer.kind === 'temporary') return missing === policy ? policy : undefined;
  // RFC 8020 2: a name that does not exist is one that DNS answers with NXDOMAIN, whatever the type.
  return answer.kind === 'none' && answer.missing === 'domain' ? missing : policy;
}

/** The stricter of the policies that may hold for a name, as it is to be followed. */
function strictestOf({ published, policy = 'none' }: DmarcDiscovery): DmarcPolicy {
  const stricter = [policy, published?.record.missing ?? 'none'];
  const found = (['reject', 'quarantine'] as const).find((one) => stricter.includes(one)) ?? 'none';
  return published?.record.testing === true ? lowered(found) : found;
}

/** RFC 9989 4.7 t: the policy one below. */
function lowered(policy: DmarcPolicy): DmarcPolicy {
  return policy === 'reject' ? 'quarantine' : 'none';
}

async function alignment(
  dns: EvaluationDns,
  { author, spf, dkim }: DmarcQuestion,
  discovery: DmarcDiscovery,
): Promise<'pass' | 'fail' | 'temperror'> {
  const modes = discovery.published?.record;
  const candidates = [
    ...dkim.map((one) => ({ ...one, strict: modes?.dkim === 'strict' })),
    ...(spf === undefined ? [] : [{ ...spf, strict: modes?.spf === 'strict' }]),
    // Those that need no look-up come first.
  ].toSorted((a, b) => Number(b.domain === author) - Number(a.domain === author));
  let unsure = false;
  for (const { domain, result, strict } of candidates) {
    const aligned = await isAligned(dns, domain, { author, discovery, strict });
    if (aligned === true && result === 'pass') return 'pass';
    unsure ||= aligned !== false;
  }
  return unsure ? 'temperror' : 'fail';
}

/** RFC 9989 4.4; `undefined` where DNS failed. */
async function isAligned(
  dns: EvaluationDns,
  domain: string,
  { author, discovery, strict }: { author: string; discovery: DmarcDiscovery; strict: boolean },
): Promise<boolean | undefined> {
  if (domain === author) return true;
  if (strict) return false;
  const { organisation, incomplete } = discovery;
  // Of two names under one suffix nothing can be said while the organisation is not known.
  if (incomplete === true) return lastLabel(domain) === lastLabel(author) ? undefined : false;
  // The organisation of a name is the name itself or one above it.
  if (!(domain === organisation || domain.endsWith(`.${organisation}`))) return false;
  const other = await discoverDmarc(dns, domain);
  return other.kind === 'unknown' || other.incomplete === true ? undefined : other.organisation === organisation;
}

function lastLabel(domain: string): string {
  return domain.slice(domain.lastIndexOf('.') + 1);
}
