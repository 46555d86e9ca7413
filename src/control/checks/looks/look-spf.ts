// Whether a domain's SPF record lets our addresses send for it, and whether receivers can evaluate it at all.

import type { Resolver } from '../../../network/dns-answer.ts';
import { countSpf, leadsTo, type SpfCount, type SpfNode } from '../../../protocol/spf/count.ts';
import { evaluateSpf, MOST_LOOKUPS, MOST_VOIDS } from '../../../protocol/spf/evaluate.ts';
import { type Advised, advise } from '../advice.ts';
import { type Finding, sayOf, shown, unknown } from '../finding.ts';

/** What of ours a domain's mail leaves from. */
export interface OurSending {
  /** Names of our includes that the domain needs. */
  includes: readonly string[];
  /** Addresses of ours that carry its mail now. */
  addresses: readonly string[];
}

/** So many addresses are tried where a record does without our include. */
const MOST_TRIED = 8;

/** Looks at a domain's record. */
export async function lookSpf(dns: Resolver, domain: string, ours: OurSending): Promise<Finding> {
  const expected = expectation(domain, ours);
  const families = [4, 6].filter((family) => ours.addresses.some((ip) => ip.includes(':') === (family === 6)));
  const count = await countSpf(dns, domain, { families: families as (4 | 6)[] });
  const fault = recordFault(count, domain, ours);
  if (count.kind === 'unknown')
    return unknown('spf', expected, 'a look-up of the SPF record, or of an include, failed');
  const found = count.texts.length === 0 ? 'no SPF record' : count.texts.map(shown).join(', ');
  if (fault !== undefined) return sayOf('spf', expected)('fail', `${found}${fault.more}`, fault.advised);
  const missing = ours.includes.filter((name) => leadsTo(count.tree, name) !== '+');
  if (missing.length > 0 || ours.includes.length === 0) {
    return withoutInclude(dns, domain, { ours, missing, expected, found: `${found}${costOf(count)}` });
  }
  return lastTerm(count, { expected, found: `${found}${costOf(count)}` });
}

function expectation(domain: string, { includes }: OurSending): string {
  const terms = includes.length === 0 ? 'our addresses' : includes.map((name) => `include:${name}`).join(' ');
  return `one TXT record at ${domain} that begins with v=spf1 and holds ${terms}; at most ${MOST_LOOKUPS} look-ups, ${MOST_VOIDS} of them without an answer`;
}

function costOf({ lookups, voids4, voids6 }: SpfCount): string {
  return ` (look-ups: ${lookups} of ${MOST_LOOKUPS}, without an answer: ${Math.max(voids4, voids6)} of ${MOST_VOIDS})`;
}

/** What keeps receivers from evaluating it. */
function recordFault(
  count: SpfCount,
  domain: string,
  ours: OurSending,
): { more: string; advised: Advised } | undefined {
  const [fault] = count.faults;
  switch (count.kind) {
    case 'none':
      return { more: '', advised: advise('spf.publish', { domain, text: suggested(ours) }) };
    case 'several':
      return {
        more: ` (${count.texts.length} records)`,
        advised: advise('spf.several'),
      };
    case 'faulty': {
      const where = fault === undefined ? '' : `; ${fault.domain}: ${shown(fault.term)}: ${fault.fault}`;
      const own = ours.includes.some((name) => fault?.domain === name || fault?.domain.endsWith(`.${name}`) === true);
      if (own) return { more: where, advised: advise('spf.operator') };
      const mend = fault?.domain === domain ? 'spf.mend' : 'spf.mend_other';
      return { more: where, advised: advise(mend, { other: fault?.domain ?? '' }) };
    }
    case 'over':
      return { more: `${costOf(count)}: ${shown(costliest(count.tree))}`, advised: advise('spf.over') };
    case 'ok':
    case 'unknown':
      return undefined;
    default:
      return count.kind satisfies never;
  }
}

/** Which terms the look-ups go to, and which of them find nothing. */
function costliest({ terms }: SpfNode): string {
  const asking = terms.filter(({ lookups, reached }) => lookups > 0 && reached);
  const costs = asking.map(({ text, lookups }) => `${text}: ${lookups}`).join('; ');
  const empty = asking.filter(({ voids4, voids6 }) => Math.max(voids4, voids6) > 0).map(({ text }) => text);
  return empty.length === 0 ? costs : `${costs}; without an answer: ${empty.join(', ')}`;
}

function suggested({ includes }: OurSending): string {
  return `v=spf1 ${includes.map((name) => `include:${name} `).join('')}mx ~all`;
}

/** A record that names our addresses by itself works until they change. */
async function withoutInclude(
  dns: Resolver,
  domain: string,
  about: { ours: OurSending; missing: string[]; expected: string; found: string },
): Promise<Finding> {
  const { ours, missing, expected, found } = about;
  const say = sayOf('spf', expected);
  const tried = ours.addresses.slice(0, MOST_TRIED);
  const verdicts = await Promise.all(
    tried.map((ip) => evaluateSpf(dns, { ip, domain, sender: `postmaster@${domain}`, helo: domain })),
  );
  const passes = tried.length > 0 && verdicts.every(({ result }) => result === 'pass');
  if (passes && ours.includes.length === 0) return say('ok', found);
  const terms = missing.map((name) => `include:${name}`).join(' ');
  if (passes) {
    return say('warn', found, advise('spf.by_hand', { terms }));
  }
  if (ours.includes.length === 0) {
    const refused = tried.filter((_, at) => verdicts[at]?.result !== 'pass');
    if (refused.length === 0) return say('waiting', found, advise('spf.not_ready'));
    const own = refused.map((ip) => `${ip.includes(':') ? 'ip6' : 'ip4'}:${ip}`).join(' ');
    return say('fail', found, advise('spf.add_addresses', { terms: own }));
  }
  return say('fail', found, advise('spf.add', { terms }));
}

/** Everything is there; what the end of the record says may still be unwise. */
function lastTerm({ all }: SpfCount, { expected, found }: { expected: string; found: string }): Finding {
  const say = sayOf('spf', expected);
  return all === '+' ? say('warn', found, advise('spf.open')) : say('ok', found);
}
