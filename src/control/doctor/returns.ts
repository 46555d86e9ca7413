// What comes back to the relay itself: its bounce domain in DNS, and who reads mail to postmaster.

import type { DnsAnswer, Resolver } from '../../network/dns-answer.ts';
import type { Config } from '../../platform/config/schema.ts';
import { parseAddress } from '../../protocol/smtp/address.ts';
import type { Finding } from './doctor.ts';

/** Looks at `[bounces]` and `[operator]`. */
export async function examineReturns(config: Config, resolver: Resolver): Promise<Finding[]> {
  return [examineOperator(config), ...(await examineBounceDomain(config, resolver))];
}

function examineOperator({ bounces, node, operator }: Config): Finding {
  const subject = 'postmaster';
  if (operator.postmaster.length === 0) {
    return {
      state: 'warn',
      subject,
      found: 'nobody: mail to postmaster@ and abuse@ of our names is put off with 450',
      mend: 'name a mailbox that people read in operator.postmaster (RFC 5321 4.5.1, RFC 2142)',
    };
  }
  const ours = new Set([node.hostname.toLowerCase(), bounces.domain, ...operator.names]);
  const faulty = operator.postmaster.filter((text) => {
    const mailbox = parseAddress(text);
    return mailbox === undefined || mailbox.literal || ours.has(mailbox.domain);
  });
  if (faulty.length === 0) return { state: 'ok', subject, found: operator.postmaster.join(', ') };
  const mend = 'operator.postmaster needs mailboxes elsewhere: at names of ours their mail would go round';
  return { state: 'fault', subject, found: `${faulty.join(', ')} cannot be used`, mend };
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
  const subject = `bounce domain ${domain}`;
  const mend = `publish "${domain}. MX 10 ${hostname}.", or set bounces.domain: what bounces must come back here`;
  if (mx.kind === 'found') {
    const exchanges = mx.records.map(({ exchange }) => exchange);
    const found = `MX is ${exchanges.map((name) => (name === '' ? 'null (no mail is taken)' : name)).join(', ')}`;
    if (exchanges.includes(hostname)) return { state: 'ok', subject, found };
    return { state: 'warn', subject, found: `${found}, not ${hostname}`, mend };
  }
  // RFC 5321 5.1: without MX the address of the name itself counts.
  if (domain === hostname && addresses.some(({ kind }) => kind === 'found')) {
    return { state: 'ok', subject, found: 'no MX; its own address stands for one' };
  }
  return { state: 'warn', subject, found: 'has no MX: bounces to SRS and tagged return paths are lost', mend };
}

function spfFinding(domain: string, txt: DnsAnswer<string>): Finding {
  const subject = `SPF of ${domain}`;
  const records = txt.kind === 'found' ? txt.records.filter((text) => /^v=spf1(?: |$)/i.test(text)) : [];
  const mend = `publish one TXT record such as "v=spf1 ip4:… -all" that permits the addresses of all pools`;
  const [record] = records;
  if (record === undefined) return { state: 'warn', subject, found: 'there is none (RFC 7208)', mend };
  if (records.length > 1) return { state: 'fault', subject, found: `there are ${records.length} (RFC 7208 4.5)`, mend };
  if (/^v=spf1\s+[-~]all\s*$/i.test(record))
    return { state: 'fault', subject, found: `${record} permits nobody`, mend };
  return { state: 'ok', subject, found: record };
}
