// Whether a notice to the sender of mail from the Internet goes to who sent it, and not to somebody whose address was
// taken for it: what was found when the mail came (SPF, DKIM), else the client that gave it to us is a mail server of the
// sender's domain. Nothing but DNS is asked. What could not be found out counts as not known.

import type { Resolver } from '../../../network/dns-answer.ts';
import { formatIp, parseIp } from '../../../protocol/ip/network.ts';
import { AUTHENTICATION } from '../../inspect/authentication/check.ts';
import type { MessageMeta } from '../../message.ts';

/** More hosts of a domain than this are not looked at. */
const MOST_HOSTS = 10;

/**
 * Whether the sender was proven when the mail came: by SPF; or by a signature of its domain, where the author who signed is
 * the sender itself. A signed mail can be sent again by anybody, with any sender. `domain` in lower-case A-labels.
 */
export function isProvenSender(
  domain: string,
  { inspection, headerFrom, sender }: Pick<MessageMeta, 'inspection' | 'headerFrom' | 'sender'>,
): boolean {
  const details = inspection?.find(({ check }) => check === AUTHENTICATION)?.details;
  if (details === undefined) return false;
  if (details['spf'] === 'pass' && details['spf_domain'] === domain) return true;
  const signed = details['signed_by'];
  if (headerFrom?.toLowerCase() !== sender.toLowerCase() || !Array.isArray(signed)) return false;
  return signed.some((name: string) => name === domain || domain.endsWith(`.${name}`));
}

/** `domain` in lower-case A-labels, `ip` that of the client. Never rejects. */
export async function isMailServerOf(domain: string, ip: string, resolver: Resolver): Promise<boolean> {
  const client = canonical(ip);
  if (client === undefined) return false;
  if (await hasAddress(domain, client, resolver)) return true;
  const mx = await resolver.mx(domain);
  const hosts = mx.kind === 'found' ? mx.records.map(({ exchange }) => exchange).filter((host) => host !== '') : [];
  const found = await Promise.all(hosts.slice(0, MOST_HOSTS).map((host) => hasAddress(host, client, resolver)));
  return found.includes(true);
}

async function hasAddress(name: string, client: string, resolver: Resolver): Promise<boolean> {
  const answer = await (client.includes(':') ? resolver.aaaa(name) : resolver.a(name));
  return answer.kind === 'found' && answer.records.some((address) => canonical(address) === client);
}

function canonical(ip: string): string | undefined {
  const parsed = parseIp(ip);
  return parsed === undefined ? undefined : formatIp(parsed);
}
