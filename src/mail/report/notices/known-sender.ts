// Whether a notice to the sender of mail from the Internet goes to who sent it, and not to somebody whose address was
// taken for it. Nothing but DNS is asked: the client that gave us the mail is a mail server of the sender's domain.
// What could not be found out counts as not known.

import type { Resolver } from '../../../network/dns-answer.ts';
import { formatIp, parseIp } from '../../../protocol/ip/network.ts';

/** More hosts of a domain than this are not looked at. */
const MOST_HOSTS = 10;

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
