// Listeners on which somebody may say who a client is.

import type { Config } from '../../platform/config/schema.ts';
import { endpointText } from '../../platform/config/units.ts';
import { type Finding, finding } from './findings.ts';

const EVERYBODY = /\/0$/;

/** Testers and proxies: who is named there can be anybody. */
export function examineListeners(config: Config): Finding[] {
  return config.listener.flatMap(({ address, proxies, testers }): Finding[] => {
    const listener = endpointText(address);
    const findings: Finding[] = [];
    if (testers.length > 0) {
      findings.push(finding('warn', 'listener-testers', { listener, testers: testers.join(', ') }));
    }
    if (proxies.some((network) => EVERYBODY.test(network))) {
      findings.push(finding('fault', 'listener-proxies', { listener }));
    }
    return findings;
  });
}
