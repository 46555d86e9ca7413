// DNS: do the servers answer, and do name and addresses of this node agree.

import { isIP } from 'node:net';
import type { Resolver } from '../../network/dns-answer.ts';
import { createResolver } from '../../network/resolver.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { endpointText } from '../../platform/config/units.ts';
import { type Finding, finding } from './findings.ts';

/** Looks at each server, then at our own name. */
export async function examineDns(config: Config, resolver: Resolver): Promise<Finding[]> {
  const servers = await Promise.all(config.dns.servers.map((server) => examineServer(server, config)));
  if (servers.every((finding) => finding.state === 'fault')) return servers;
  return [...servers, await examineHostname(config.node.hostname, resolver)];
}

async function examineServer(server: { host: string; port: number }, config: Config): Promise<Finding> {
  const name = endpointText(server);
  const alone = createResolver({
    servers: [server],
    trustAd: config.dns.trust_ad,
    timeoutMs: config.dns.timeout,
    clock: systemClock,
  });
  const before = performance.now();
  // RFC 6761 6.2: this name exists nowhere, and every server must be able to say so without asking others.
  const answer = await alone.a('localhost');
  const ms = Math.round(performance.now() - before);
  if (answer.kind !== 'temporary') return finding('ok', 'dns-answers', { server: name, ms });
  if (config.route.some((route) => route.domain === '*')) {
    return finding('ok', 'dns-unneeded', { server: name });
  }
  return finding('fault', 'dns-silent', { server: name, detail: answer.detail });
}

async function examineHostname(hostname: string, resolver: Resolver): Promise<Finding> {
  const [a, aaaa] = await Promise.all([resolver.a(hostname), resolver.aaaa(hostname)]);
  const addresses = [a, aaaa].flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
  if (addresses.length === 0) {
    const temporary = a.kind === 'temporary' || aaaa.kind === 'temporary';
    return finding('warn', temporary ? 'name-unknown' : 'name-no-address', { hostname });
  }
  const unnamed: string[] = [];
  for (const address of addresses) {
    const names = isIP(address) === 0 ? undefined : await resolver.ptr(address);
    const named =
      names?.kind === 'found' && names.records.some((name) => name.toLowerCase() === hostname.toLowerCase());
    if (!named) unnamed.push(address);
  }
  return unnamed.length === 0
    ? finding('ok', 'name-fit', { hostname, addresses: addresses.join(', ') })
    : finding('warn', 'name-no-ptr', { hostname, addresses: unnamed.join(', ') });
}
