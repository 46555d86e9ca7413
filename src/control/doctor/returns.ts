// What comes back to the relay itself: its bounce domain in DNS, and who reads mail to postmaster.

import type { DnsAnswer, Resolver } from '../../network/dns-answer.ts';
import type { Config } from '../../platform/config/schema.ts';
import { parseAddress } from '../../protocol/smtp/address.ts';
import { type Finding, finding } from './findings.ts';

/** Looks at `[bounces]` and `[operator]`. */
export async function examineReturns(config: Config, resolver: Resolver): Promise<Finding[]> {
  return [examineOperator(config), ...(await examineBounceDomain(config, resolver))];
}

function examineOperator({ bounces, node, operator }: Config): Finding {
  if (operator.postmaster.length === 0) return finding('warn', 'operator-none');
  const ours = new Set([node.hostname.toLowerCase(), bounces.domain, ...operator.names]);
  const faulty = operator.postmaster.filter((text) => {
    const mailbox = parseAddress(text);
    return mailbox === undefined || mailbox.literal || ours.has(mailbox.domain);
  });
  return faulty.length === 0
    ? finding('ok', 'operator-named', { mailboxes: operator.postmaster.join(', ') })
    : finding('fault', 'operator-unfit', { mailboxes: faulty.join(', ') });
}

async function examineBounceDomain(config: Config, resolver: Resolver): Promise<Finding[]> {
  const hostname = config.node.hostname.toLowerCase();
  const domain = config.bounces.domain ?? hostname;
  const [mx, a, aaaa, txt] = await Promise.all([
    resolver.mx(domain),
    resolver.a(domain),
    resolver.aaaa(domain),
    resolver.txt(domain),
  ]);
  // Servers that do not answer are a finding of their own.
  if ([mx, a, aaaa, txt].some(({ kind }) => kind === 'temporary')) return [];
  return [mxFinding(domain, hostname, mx, [a, aaaa]), spfFinding(domain, txt)];
}

function mxFinding(
  domain: string,
  hostname: string,
  mx: DnsAnswer<{ exchange: string }>,
  addresses: readonly DnsAnswer<string>[],
): Finding {
  if (mx.kind === 'found') {
    const exchanges = mx.records.map(({ exchange }) => exchange);
    const named = exchanges.map((name) => (name === '' ? 'null (no mail is taken)' : name)).join(', ');
    if (exchanges.includes(hostname)) return finding('ok', 'bounce-mx-fit', { domain, exchanges: named });
    return finding('warn', 'bounce-mx-other', { domain, hostname, exchanges: named });
  }
  // RFC 5321 5.1: without MX the address of the name itself counts.
  if (domain === hostname && addresses.some(({ kind }) => kind === 'found')) {
    return finding('ok', 'bounce-own-address', { domain });
  }
  return finding('warn', 'bounce-no-mx', { domain, hostname });
}

function spfFinding(domain: string, txt: DnsAnswer<string>): Finding {
  const records = txt.kind === 'found' ? txt.records.filter((text) => /^v=spf1(?: |$)/i.test(text)) : [];
  const [record] = records;
  if (record === undefined) return finding('warn', 'spf-none', { domain });
  if (records.length > 1) return finding('fault', 'spf-several', { domain, count: records.length });
  return /^v=spf1\s+[-~]all\s*$/i.test(record)
    ? finding('fault', 'spf-nobody', { domain, record })
    : finding('ok', 'spf-there', { domain, record });
}
