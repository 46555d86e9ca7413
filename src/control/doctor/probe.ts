// The place from which customers' port 25 is tried: is it there, and does it get out.

import { createServer, isIP } from 'node:net';
import type { Resolver } from '../../network/dns-answer.ts';
import { type ProbeOrigin, probe } from '../../network/probe.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Finding } from './doctor.ts';

/** Looks at `[probe]`: its addresses, its vantage, and whether `control` is reached from there. */
export async function examineProbe(config: Config, resolver: Resolver): Promise<Finding[]> {
  const { address, vantage, control } = config.probe;
  if (address.length === 0 && vantage === undefined) {
    const found = "is not configured: whether customers' port 25 is shut to everyone else cannot be told";
    return [{ state: 'ok', subject: 'probe', found }];
  }
  const findings = await Promise.all(address.map(examineAddress));
  if (control === undefined) {
    if (vantage === undefined) return findings;
    const mend = 'set control in [probe] to a port 25 that is open to all, such as that of our own MX';
    return [
      ...findings,
      { state: 'warn', subject: 'probe', found: 'has a vantage, and no control to prove it by', mend },
    ];
  }
  const origins: { name: string; origin: ProbeOrigin }[] =
    vantage === undefined
      ? address.map((bind) => ({ name: bind, origin: { kind: 'here', bind } }))
      : [{ name: `vantage ${vantage.host}:${vantage.port}`, origin: { kind: 'vantage', server: vantage } }];
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
  const subject = `probe address ${ip}`;
  const error = await new Promise<Error | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: ip, port: 0, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (error === undefined) return { state: 'ok', subject, found: 'is on this machine' };
  const mend = 'ip address lists those it has; add this one, or name another in [probe]';
  return { state: 'fault', subject, found: 'this machine does not have the address', mend };
}

async function examineControl(
  config: Config,
  name: string,
  origin: ProbeOrigin,
  control: { host: string; port: number; ip: string | undefined },
): Promise<Finding> {
  const subject = `probe from ${name}`;
  const where = `${control.host} port ${control.port}`;
  if (control.ip === undefined) {
    return {
      state: 'fault',
      subject,
      found: `${control.host} has no address in DNS`,
      mend: 'change control in [probe]',
    };
  }
  const answer = await probe({
    origin,
    target: { ip: control.ip, port: control.port },
    hostname: config.node.hostname,
    timeoutMs: config.probe.timeout,
  });
  if (answer.kind === 'taken' || answer.kind === 'refused') return { state: 'ok', subject, found: `reaches ${where}` };
  const detail = 'detail' in answer ? answer.detail : answer.how;
  const mend = 'a provider may let nobody out to port 25: ask it, or look from elsewhere (vantage)';
  return { state: 'fault', subject, found: `does not reach ${where}: ${detail}`, mend };
}
