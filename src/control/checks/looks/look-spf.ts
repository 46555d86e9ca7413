// Whether a domain's SPF record lets our addresses send for it, and whether receivers can evaluate it at all.

import type { Resolver } from '../../../network/dns-answer.ts';
import { costLines, countSpf, leadsTo, type SpfCount } from '../../../protocol/spf/count.ts';
import { evaluateSpf, MOST_LOOKUPS, MOST_VOIDS } from '../../../protocol/spf/evaluate.ts';
import { type Finding, shown, unknown } from '../finding.ts';

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
  const found = count.texts.length === 0 ? 'no SPF record' : count.texts.map(shown).join(' and ');
  if (fault !== undefined)
    return { kind: 'spf', state: 'fail', expected, found: `${found}${fault.more}`, advice: fault.advice };
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
function recordFault(count: SpfCount, domain: string, ours: OurSending): { more: string; advice: string } | undefined {
  const [fault] = count.faults;
  switch (count.kind) {
    case 'none':
      return { more: '', advice: `Publish a TXT record at ${domain}: ${suggested(ours)}.` };
    case 'several':
      return {
        more: ` (${count.texts.length} records)`,
        advice: 'Put the terms of all SPF records into one, and remove the others: with several, receivers use none.',
      };
    case 'faulty': {
      const where = fault === undefined ? '' : `; ${fault.domain}: ${shown(fault.term)}: ${fault.fault}`;
      const mend = fault?.domain === domain ? 'this record' : `the record of ${fault?.domain}, or take it out of yours`;
      const own = ours.includes.some((name) => fault?.domain === name || fault?.domain.endsWith(`.${name}`) === true);
      const advice = own
        ? 'The fault lies in the operator’s include; nothing of yours need be changed.'
        : `Mend ${mend}.`;
      return { more: where, advice };
    }
    case 'over': {
      const lines = costLines(count.tree).filter((line) => !line.startsWith(' '));
      return {
        more: `${costOf(count)}: ${lines.map(shown).join('; ')}`,
        advice:
          'Take out includes, a and mx terms that are no longer needed, or names that do not exist: past the limit receivers use none of it.',
      };
    }
    case 'ok':
    case 'unknown':
      return undefined;
    default:
      return count.kind satisfies never;
  }
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
  const tried = ours.addresses.slice(0, MOST_TRIED);
  const verdicts = await Promise.all(
    tried.map((ip) => evaluateSpf(dns, { ip, domain, sender: `postmaster@${domain}`, helo: domain })),
  );
  const passes = tried.length > 0 && verdicts.every(({ result }) => result === 'pass');
  if (passes && ours.includes.length === 0) return { kind: 'spf', state: 'ok', expected, found, advice: '' };
  const terms = missing.map((name) => `include:${name}`).join(' ');
  if (passes) {
    const advice = `Our addresses pass by other terms, which stop to do so when they change: add ${terms} before the last term.`;
    return { kind: 'spf', state: 'warn', expected, found, advice };
  }
  if (ours.includes.length === 0) {
    const refused = tried.filter((_, at) => verdicts[at]?.result !== 'pass');
    const advice =
      refused.length === 0
        ? 'The operator has neither an include nor an active address for this domain yet.'
        : `Add ${refused.map((ip) => `${ip.includes(':') ? 'ip6' : 'ip4'}:${ip}`).join(' ')} to the record.`;
    return { kind: 'spf', state: refused.length === 0 ? 'waiting' : 'fail', expected, found, advice };
  }
  const advice = `Add ${terms} to the record, before the term that ends in "all", and without a sign before it.`;
  return { kind: 'spf', state: 'fail', expected, found, advice };
}

/** Everything is there; what the end of the record says may still be unwise. */
function lastTerm({ all }: SpfCount, { expected, found }: { expected: string; found: string }): Finding {
  if (all === '+') {
    const advice = 'Write ~all or -all in the place of +all, which lets everybody in the world send as this domain.';
    return { kind: 'spf', state: 'warn', expected, found, advice };
  }
  return { kind: 'spf', state: 'ok', expected, found, advice: '' };
}
