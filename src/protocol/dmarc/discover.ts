// RFC 9989 4.10: the policy that holds for a domain, and the organisation it belongs to, found by walking up the tree of
// DNS. No list of public suffixes is needed.

import { type DmarcFault, type DmarcPolicy, type DmarcRecord, isDmarcRecord, parseDmarcRecord } from './record.ts';

/** The look-up of DMARC; a `Resolver` is one of these. Never rejects. */
export interface DmarcDns {
  txt(
    name: string,
  ): Promise<{ kind: 'found'; records: string[] } | { kind: 'none' } | { kind: 'temporary'; detail: string }>;
}

/** What stands at `_dmarc.` of one domain. */
export type PublishedDmarc =
  | { kind: 'record'; domain: string; text: string; record: DmarcRecord }
  /** Receivers pass it over, and go on as if it were not there. */
  | ({ kind: 'faulty'; domain: string; text: string } & DmarcFault)
  | { kind: 'none'; domain: string }
  | { kind: 'temporary'; domain: string; detail: string };

export interface DmarcDiscovery {
  /** `unknown`: DNS failed on the way, and nothing can be said. */
  kind: 'found' | 'none' | 'unknown';
  /** What was seen, from the domain upwards. */
  seen: PublishedDmarc[];
  /** Where the record lies that holds. */
  published?: Extract<PublishedDmarc, { kind: 'record' }>;
  /** The policy for the domain itself. */
  policy?: DmarcPolicy;
  organisation: string;
  /** DNS failed above the domain itself: its policy is known, the organisation is not. */
  incomplete?: true;
  detail?: string;
}

/** RFC 9989 4.10: at most so many questions a walk. */
const MOST_QUESTIONS = 8;

/** Finds the policy of a domain. Never rejects. */
export async function discoverDmarc(dns: DmarcDns, domain: string): Promise<DmarcDiscovery> {
  const seen: PublishedDmarc[] = [];
  let detail: string | undefined;
  for (const name of walk(domain)) {
    const published = await publishedDmarc(dns, name);
    seen.push(published);
    if (published.kind === 'temporary') detail = published.detail;
    // RFC 9989 4.10: a record that says whether it is a public suffix ends the walk.
    if (published.kind === 'temporary' || suffixOf(published) !== undefined) break;
  }
  const standing = seen.filter(stands);
  const own = standing.find((one) => one.domain === domain);
  if (detail !== undefined && own === undefined) return { kind: 'unknown', seen, organisation: domain, detail };
  const organisation = organisationOf(domain, standing);
  const published =
    own ??
    standing.find((one) => one.domain === organisation) ??
    // RFC 9989 4.10.1: the record of the public suffix above.
    standing.find((one) => suffixOf(one) === true);
  const rest = { seen, organisation, ...(detail !== undefined && { detail, incomplete: true as const }) };
  if (published?.kind !== 'record') return { kind: 'none', ...rest };
  const { record } = published;
  const policy = published.domain === domain ? record.policy : (record.subdomains ?? record.policy);
  return { kind: 'found', published, policy, ...rest };
}

/** What stands at a name and counts, be it only to hide what is above. */
type Standing = Extract<PublishedDmarc, { kind: 'record' | 'faulty' }>;

function stands(published: PublishedDmarc): published is Standing {
  return published.kind === 'record' || (published.kind === 'faulty' && published.empty !== undefined);
}

function suffixOf(published: PublishedDmarc): boolean | undefined {
  if (published.kind === 'record') return published.record.publicSuffix;
  return published.kind === 'faulty' ? published.empty?.publicSuffix : undefined;
}

/** The organisation a domain belongs to; the domain itself where DNS failed (RFC 9989 4.10.2). */
export async function organisationalDomain(dns: DmarcDns, domain: string): Promise<string> {
  const { organisation, incomplete } = await discoverDmarc(dns, domain);
  return incomplete === true ? domain : organisation;
}

async function publishedDmarc(dns: DmarcDns, domain: string): Promise<PublishedDmarc> {
  const answer = await dns.txt(`_dmarc.${domain}`);
  if (answer.kind === 'temporary') return { kind: 'temporary', domain, detail: answer.detail };
  if (answer.kind === 'none') return { kind: 'none', domain };
  const texts = answer.records.filter(isDmarcRecord);
  const [text] = texts;
  if (text === undefined) return { kind: 'none', domain };
  // RFC 9989 4.10: several records at one name are none.
  if (texts.length > 1) return { kind: 'faulty', domain, text, fault: `there are ${texts.length} DMARC records` };
  const record = parseDmarcRecord(text);
  return 'fault' in record ? { kind: 'faulty', domain, text, ...record } : { kind: 'record', domain, text, record };
}

/** RFC 9989 4.10: the name itself, then its parents; of a long name the middle is passed over. */
function walk(domain: string): string[] {
  const labels = domain.split('.');
  const names = [domain];
  const parents = labels.slice(Math.max(1, labels.length - MOST_QUESTIONS + 1));
  while (parents.length > 0) {
    names.push(parents.join('.'));
    parents.shift();
  }
  return names;
}

/** RFC 9989 4.10.2. */
function organisationOf(domain: string, standing: readonly Standing[]): string {
  const own = standing.find((one) => suffixOf(one) === false);
  if (own !== undefined) return own.domain;
  const suffix = standing.find((one) => one.domain !== domain && suffixOf(one) === true);
  if (suffix !== undefined) {
    const labels = domain.split('.');
    return labels.slice(labels.length - suffix.domain.split('.').length - 1).join('.');
  }
  return standing.at(-1)?.domain ?? domain;
}
