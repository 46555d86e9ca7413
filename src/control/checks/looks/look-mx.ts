// Whether mail to a domain comes to us.

import type { Resolver } from '../../../network/dns-answer.ts';
import { type Advised, advise } from '../advice.ts';
import { type Finding, sayOf, shown, unknown } from '../finding.ts';
import type { DomainSubject } from '../subjects.ts';

/** Looks at a domain's MX records. */
export async function lookMx(
  dns: Resolver,
  { domain, customerLive }: DomainSubject,
  ourNames: readonly string[],
): Promise<Finding> {
  const expected = ourNames.map((name, at) => `MX ${(at + 1) * 10} ${name}`).join(', ');
  const answer = await dns.mx(domain);
  if (answer.kind === 'temporary') return unknown('mx', expected, answer.detail);
  const records = answer.kind === 'found' ? answer.records.toSorted((a, b) => a.preference - b.preference) : [];
  const hosts = records.map(({ exchange }) => exchange);
  const ours = hosts.filter((host) => ourNames.includes(host));
  const others = hosts.filter((host) => host !== '' && !ourNames.includes(host));
  const found =
    records.length === 0
      ? 'no MX record'
      : records
          .map(({ preference, exchange }) => `MX ${preference} ${shown(exchange === '' ? '.' : exchange)}`)
          .join(', ');
  const say = (state: Finding['state'], advised?: Advised) => sayOf('mx', expected)(state, found, advised);
  if (ours.length > 0 && others.length === 0) return say('ok');
  if (!customerLive) {
    return say('waiting', advise('mx.wait', { expected }));
  }
  // RFC 7505: an empty host says that the domain takes no mail at all.
  if (hosts.includes('')) return say('fail', advise('mx.null', { expected }));
  if (ours.length === 0) return say('fail', advise('mx.replace', { expected }));
  return say('warn', advise('mx.others', { others: others.map(shown).join(', ') }));
}
