// What follows from who sent a message: the wish of the author's domain (DMARC), else the plain policy of the sender's
// (SPF), by the customer's settings.

import { readAuthenticationResults } from '../../../protocol/auth-results/read.ts';
import type { DmarcVerdict } from '../../../protocol/dmarc/evaluate.ts';
import { replies, withText } from '../../accept/replies.ts';
import type { ProtectionSettings } from '../protection.ts';
import type { Verdict } from '../verdict.ts';
import type { Authenticated } from './authenticate.ts';

export interface Conclusion {
  verdict: Verdict;
  /** For the trace, in one word. */
  result: 'pass' | 'fail' | 'none' | 'temperror' | 'ambiguous';
  /** Domain of the ARC sealer whose word counted instead of the author's wish. */
  sealer?: string;
}

/** Settings that count here. */
export type AuthenticationSettings = Pick<ProtectionSettings, 'dmarc' | 'spf_fail' | 'ambiguous'>;

/**
 * What is to become of a message. `trustedSealers` are domains (lower case) whose ARC results count: they have seen the
 * message before something on its way changed it.
 */
export function conclude(
  found: Authenticated,
  settings: AuthenticationSettings,
  trustedSealers: ReadonlySet<string>,
): Conclusion {
  const { authors } = found;
  if (authors.kind === 'ambiguous') return { verdict: ambiguous(authors.reason, settings), result: 'ambiguous' };
  const worst = strictestOf(found.dmarc);
  if (worst === undefined || worst.result === 'none') return bySpf(found, settings);
  if (worst.result === 'pass') return { verdict: { kind: 'pass' }, result: 'pass' };
  // Mail that passes anyway needs no second look at its chain.
  if (worst.wish === 'none' || settings.dmarc === 'note') return { verdict: { kind: 'pass' }, result: worst.result };
  const sealer = vouchingSealer(found, trustedSealers);
  if (sealer !== undefined) return { verdict: { kind: 'pass' }, result: worst.result, sealer };
  // The chain might have told otherwise, had DNS answered.
  const unsure = worst.result === 'temperror' || (found.arc.result === 'temperror' && trustedSealers.size > 0);
  if (unsure) return { verdict: { kind: 'later' }, result: 'temperror' };
  return { verdict: wished(worst), result: 'fail' };
}

/** RFC 9989 5.3.1: of several authors the one whose domain fares worst counts. */
function strictestOf(verdicts: readonly DmarcVerdict[]): DmarcVerdict | undefined {
  const weight = ({ result, wish }: DmarcVerdict) => {
    if (result === 'none') return 0;
    if (result === 'pass') return 1;
    if (wish === 'none') return 2;
    // What may still pass once DNS answers comes after what does not.
    if (result === 'temperror') return 3;
    return wish === 'reject' ? 5 : 4;
  };
  return verdicts.toSorted((a, b) => weight(b) - weight(a))[0];
}

function wished({ author, wish }: DmarcVerdict): Verdict {
  if (wish === 'reject') {
    return { kind: 'reject', reply: withText(replies.dmarcRefused, `Refused by the DMARC policy of ${author}`) };
  }
  return { kind: 'quarantine', reason: { kind: 'quarantine', note: `DMARC: not proven to be of ${author}` } };
}

function bySpf({ spf, dkim }: Authenticated, { spf_fail: setting }: AuthenticationSettings): Conclusion {
  const { result } = spf;
  if (result === 'fail' && setting !== 'note') {
    return { verdict: setting === 'reject' ? spfRefusal(spf.domain) : spfQuarantine(spf.domain), result: 'fail' };
  }
  // RFC 7208 2.6.6, 8.6: a refusal may depend on what DNS did not say.
  if (result === 'temperror' && setting !== 'note') return { verdict: { kind: 'later' }, result };
  const words = [result, ...dkim.map((one) => one.result)];
  const word = (['pass', 'fail', 'temperror'] as const).find((one) => words.includes(one)) ?? 'none';
  return { verdict: { kind: 'pass' }, result: word };
}

function spfRefusal(domain: string): Verdict {
  return { kind: 'reject', reply: withText(replies.spfRefused, `Refused by the SPF policy of ${domain}`) };
}

function spfQuarantine(domain: string): Verdict {
  return { kind: 'quarantine', reason: { kind: 'quarantine', note: `SPF: not sent from a server of ${domain}` } };
}

function ambiguous(reason: string, { ambiguous: setting }: AuthenticationSettings): Verdict {
  if (setting === 'reject') return { kind: 'reject', reply: replies.fromUnreadable };
  return { kind: 'quarantine', reason: { kind: 'quarantine', note: reason } };
}

/**
 * RFC 8617 7.2.1: the sealer that found the message to be its author's, before it was changed on its way. Results are read
 * from the newest set down, as long as whoever sealed is trusted: whoever is not could have written what is below.
 */
function vouchingSealer({ arc, dmarc }: Authenticated, trusted: ReadonlySet<string>): string | undefined {
  if (arc.result !== 'pass') return undefined;
  const authors = dmarc.map(({ author }) => author);
  for (const { domain, results } of arc.sets.toReversed()) {
    if (!trusted.has(domain)) return undefined;
    const said = readAuthenticationResults(results)?.results ?? [];
    const passed = said.filter(({ method, result }) => method === 'dmarc' && result === 'pass');
    const names = new Set(passed.map(({ properties }) => properties.get('header.from')?.toLowerCase()));
    if (authors.every((author) => names.has(author))) return domain;
  }
  return undefined;
}
