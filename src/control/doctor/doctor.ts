// `doctor`: looks at the machine the way the relay will, and says what is wrong and how to mend it. Works while the
// relay is stopped; what only a running one can tell is left out then.

import { existsSync } from 'node:fs';
import { createResolver } from '../../network/resolver.ts';
import { systemClock } from '../../platform/clock.ts';
import { describeFault, findConfig, loadConfig } from '../../platform/config/load.ts';
import type { Config } from '../../platform/config/schema.ts';
import { examineBackup } from './backup.ts';
import { examineCertificates } from './certificates.ts';
import { examineClock } from './clock.ts';
import { examineDataDir } from './data-dir.ts';
import { examineDkim } from './dkim.ts';
import { examineDns } from './dns.ts';
import { type Finding, finding } from './findings.ts';
import { examineInspection } from './inspection.ts';
import { examineListeners } from './listeners.ts';
import { examinePorts } from './ports.ts';
import { examineProbe } from './probe.ts';
import { examineReturns } from './returns.ts';
import { examineScanners } from './scanners.ts';

const OLDEST_NODE = 26;

/** Examines the machine for a configuration. Never rejects: what cannot be seen is a finding too. */
export async function examine(option: string | undefined, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const findings = [examineNode()];
  const config = await readConfig(option, env, findings);
  return config === undefined ? findings : [...findings, ...(await examineMachine(config))];
}

/** Examines the machine for this configuration. Never rejects. */
export async function examineMachine(config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  const resolver = createResolver({
    servers: config.dns.servers,
    trustAd: config.dns.trust_ad,
    timeoutMs: config.dns.timeout,
    clock: systemClock,
  });
  const parts = [
    () => examineDataDir(config),
    () => examineCertificates(config, Date.now()),
    () => examineListeners(config),
    () => examinePorts(config),
    () => examineDns(config, resolver),
    () => examineDkim(config, resolver),
    () => examineReturns(config, resolver),
    () => examineProbe(config, resolver),
    () => examineInspection(config),
    () => examineClock(config, Date.now()),
    () => examineScanners(config, Date.now()),
    () => examineBackup(config, Date.now()),
  ];
  for (const part of parts) findings.push(...(await part()));
  return findings;
}

function examineNode(): Finding {
  const version = process.versions.node;
  const isFit = Number(version.split('.')[0]) >= OLDEST_NODE;
  return isFit ? finding('ok', 'node-fit', { version }) : finding('fault', 'node-old', { version });
}

async function readConfig(
  option: string | undefined,
  env: NodeJS.ProcessEnv,
  findings: Finding[],
): Promise<Config | undefined> {
  const choice = findConfig(option, env, existsSync);
  if (choice.kind === 'sandbox') {
    findings.push(finding('warn', 'config-none'));
    const { sandboxConfig } = await import('../../sandbox/sandbox.ts');
    return sandboxConfig('127.0.0.1:1', env);
  }
  const loaded = loadConfig(choice.path, env);
  if (loaded.ok) {
    findings.push(finding('ok', 'config-read', { file: choice.path }));
    return loaded.config;
  }
  for (const fault of loaded.faults) {
    findings.push(finding('fault', 'config-fault', { fault: describeFault(choice.path, fault) }));
  }
  return undefined;
}
