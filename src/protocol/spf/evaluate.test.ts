// The evaluation against the open SPF test suite, and what that leaves out.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { evaluateSpf } from './evaluate.ts';
import { type Zone, zoneDns } from './testing/zone-dns.ts';

const SUITE = 'spf/rfc7208-tests.json';

interface Scenario {
  description: string;
  tests: Record<string, { helo: string; host: string; mailfrom: string; result: string | string[] }>;
  zonedata: Zone;
}

describe('the RFC 7208 suite', { skip: skipWithout(SUITE) }, () => {
  const scenarios = skipWithout(SUITE) ? [] : (JSON.parse(readFileSync(suitePath(SUITE), 'utf8')) as Scenario[]);
  for (const { description, tests, zonedata } of scenarios) {
    const dns = zoneDns(zonedata);
    for (const [name, { helo, host, mailfrom, result }] of Object.entries(tests)) {
      test(`${description}: ${name}`, async () => {
        const sender = mailfrom === '' ? `postmaster@${helo}` : mailfrom;
        const domain = sender.slice(sender.lastIndexOf('@') + 1);
        const verdict = await evaluateSpf(dns, { ip: host, domain, sender, helo });
        const wanted = Array.isArray(result) ? result : [result];
        assert(wanted.includes(verdict.result), `${verdict.result} (${verdict.detail}), not ${wanted.join(' or ')}`);
      });
    }
  }
});
