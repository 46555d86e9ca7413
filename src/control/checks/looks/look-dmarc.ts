// What a domain's DMARC policy does to mail that goes through us.

import type { Resolver } from '../../../network/dns-answer.ts';
import { type DmarcDiscovery, discoverDmarc, organisationalDomain } from '../../../protocol/dmarc/discover.ts';
import { type Advised, advise } from '../advice.ts';
import { type Finding, type Say, sayOf, shown, unknown } from '../finding.ts';

/** How mail of the domain leaves us. */
export interface DmarcWay {
  /** Our own domain in MAIL FROM; absent: the customer's stays. */
  returnDomain?: string;
  /** A key of the very domain signs. */
  signs: boolean;
}

/** Looks for the policy. */
export async function lookDmarc(dns: Resolver, domain: string, way: DmarcWay): Promise<Finding> {
  const expected = `TXT _dmarc.${domain} = v=DMARC1; p=quarantine (or reject); rua=mailto:…`;
  const discovery = await discoverDmarc(dns, domain);
  // Whether mail is aligned hangs on the organisation, which is found above.
  if (discovery.kind === 'unknown' || discovery.incomplete === true) {
    return unknown('dmarc', expected, discovery.detail ?? 'DNS failed');
  }
  const say = sayOf('dmarc', expected);
  const name = `_dmarc.${domain}`;
  const faulty = discovery.seen.find((one) => one.kind === 'faulty' && one.domain === domain);
  if (faulty?.kind === 'faulty') {
    const found = `${shown(faulty.text)} (${faulty.fault})`;
    return say('warn', found, advise('dmarc.mend', { name }));
  }
  const { published, policy } = discovery;
  if (published === undefined || policy === undefined) {
    const text = `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`;
    return say('warn', 'no DMARC record', advise('dmarc.publish', { name, text }));
  }
  const found = `${published.domain === domain ? '' : `of ${published.domain}: `}${shown(published.text)}`;
  const misaligned = await misalignment(dns, domain, { discovery, way });
  if (misaligned !== undefined && policy !== 'none') return say('fail', found, misaligned);
  return summary(discovery, { found, say, ...(misaligned !== undefined && { misaligned }) });
}

function summary(
  { published, policy }: DmarcDiscovery,
  about: { found: string; misaligned?: Advised; say: Say },
): Finding {
  const { found, say, misaligned } = about;
  const [warning] = published?.record.warnings ?? [];
  if (misaligned !== undefined) return say('warn', found, misaligned);
  if (warning !== undefined) return say('warn', `${found} (${warning})`, advise('dmarc.tag'));
  if (policy === 'none' || published?.record.testing === true) {
    return say('warn', found, advise('dmarc.raise'));
  }
  if (published?.record.reports.length === 0) {
    return say('ok', `${found}; no reports are asked for (rua)`);
  }
  return say('ok', found);
}

/** RFC 9989 4.4: mail passes where DKIM or SPF passes for the domain, or for one of its organisation. */
async function misalignment(
  dns: Resolver,
  domain: string,
  { discovery, way }: { discovery: DmarcDiscovery; way: DmarcWay },
): Promise<Advised | undefined> {
  // A key of the very domain is aligned, strictly too.
  if (way.signs || way.returnDomain === undefined) return undefined;
  const strict = discovery.published?.record.spf === 'strict';
  const aligned = strict
    ? way.returnDomain === domain
    : (await organisationalDomain(dns, way.returnDomain)) === discovery.organisation;
  if (aligned) return undefined;
  return advise('dmarc.key', { domain, other: way.returnDomain });
}
