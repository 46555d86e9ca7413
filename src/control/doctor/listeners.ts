// Listeners on which somebody may say who a client is.

import type { Config } from '../../platform/config/schema.ts';
import type { Finding } from './doctor.ts';

const EVERYBODY = /\/0$/;

/** Testers and proxies: who is named there can be anybody. */
export function examineListeners(config: Config): Finding[] {
  return config.listener.flatMap(({ address, proxies, testers }): Finding[] => {
    const subject = `listener ${address.host}:${address.port}`;
    const findings: Finding[] = [];
    if (testers.length > 0) {
      const mend = 'XCLIENT is for tests: take `testers` out of a listener that others reach';
      findings.push({ state: 'warn', subject, found: `${testers.join(', ')} may claim to be any client`, mend });
    }
    if (proxies.some((network) => EVERYBODY.test(network))) {
      const mend = 'name the addresses of the proxies alone';
      findings.push({ state: 'fault', subject, found: 'everybody is a proxy, and may claim any address', mend });
    }
    return findings;
  });
}
