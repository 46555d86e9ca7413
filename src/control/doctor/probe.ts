// The place from which customers' port 25 is tried: is it there, and does it get out.

import { createServer, isIP } from 'node:net';
import type { Resolver } from '../../network/dns-answer.ts';
import { type ProbeOrigin, probe } from '../../network/probe.ts';
import type { Config } from '../../platform/config/schema.ts';
import { endpointText } from '../../platform/config/units.ts';
import { type Finding, finding } from './findings.ts';

/** Looks at `[probe]`: its addresses, its vantage, and whether `control` is reached from there. */
export async function examineProbe(config: Config, resolver: Resolver): Promise<Finding[]> {
  const { address, vantage, control } = config.probe;
  if (address.length === 0 && vantage === undefined) {
    return [finding('ok', 'probe-off')];
  }
  const findings = await Promise.all(address.map(examineAddress));
  if (control === undefined) {
    if (vantage === undefined) return findings;
    return [...findings, finding('warn', 'probe-no-control')];
  }
  const origins: { name: string; origin: ProbeOrigin }[] =
    vantage === undefined
      ? address.map((bind) => ({ name: bind, origin: { kind: 'here', bind } }))
      : [{ name: `vantage ${endpointText(vantage)}`, origin: { kind: 'vantage', server: vantage } }];
  const ip = isIP(control.host) === 0 ? await addressOf(control.host, resolver) : control.host;
  for (const { name, origin } of origins) {
    findings.push(await examineControl(config, name, origin, { ...control, ip }));
  }
  return findings;
}

async function addressOf(host: string, resolver: Resolver): Promise<string | undefined> {
  const answer = await resolver.a(host);
  return answer.kind === 'found' ? answer.records[0] : undefined;
}

async function examineAddress(ip: string): Promise<Finding> {
  const error = await new Promise<Error | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: ip, port: 0, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  return error === undefined
    ? finding('ok', 'probe-address', { ip })
    : finding('fault', 'probe-address-absent', { ip });
}

async function examineControl(
  config: Config,
  name: string,
  origin: ProbeOrigin,
  control: { host: string; port: number; ip: string | undefined },
): Promise<Finding> {
  const { host, port } = control;
  if (control.ip === undefined) return finding('fault', 'probe-no-address', { origin: name, host });
  const where = { origin: name, host, port: String(port) };
  const answer = await probe({
    origin,
    target: { ip: control.ip, port: control.port },
    hostname: config.node.hostname,
    timeoutMs: config.probe.timeout,
  });
  if (answer.kind === 'taken' || answer.kind === 'refused') return finding('ok', 'probe-reaches', where);
  return finding('fault', 'probe-shut', { ...where, detail: 'detail' in answer ? answer.detail : answer.how });
}
