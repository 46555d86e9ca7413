// Whether the records of a domain's keys stand in DNS.

import type { Resolver } from '../../../network/dns-answer.ts';
import { keyRecordText, recordFault, recordName } from '../../../protocol/dkim/key-record.ts';
import type { DkimKeyRow } from '../../database/tables.ts';
import { advise } from '../advice.ts';
import { type Finding, gravest, sayOf } from '../finding.ts';

/** A key whose record has to be published. */
export type PublishedKey = Pick<DkimKeyRow, 'domain' | 'selector' | 'algorithm' | 'state' | 'public_key'>;

/** Looks for the records of the keys that sign, or will. */
export async function lookDkim(dns: Resolver, keys: readonly PublishedKey[]): Promise<Finding> {
  const findings = await Promise.all(keys.map((key) => lookKey(dns, key)));
  const [first, ...others] = findings;
  if (first === undefined) {
    const say = sayOf('dkim', 'a record for each key of the domain');
    return say('waiting', 'the domain has no key here yet', advise('dkim.no_key'));
  }
  const worst = gravest([first, ...others]);
  return { ...worst, found: findings.map(({ found }) => found).join('; ') };
}

async function lookKey(dns: Resolver, key: PublishedKey): Promise<Finding> {
  const name = recordName(key.selector, key.domain);
  const text = keyRecordText(key.algorithm, key.public_key);
  const expected = `TXT ${name} = ${text}`;
  const say = sayOf('dkim', expected);
  const answer = await dns.txt(name);
  if (answer.kind === 'temporary') return say('unknown', `${key.selector}: no answer`, advise('later'));
  const fault = answer.kind === 'none' ? 'there is no record' : faultOf(answer.records, key);
  if (fault === undefined) return say('ok', `${key.selector}: published`);
  // A key that waits signs nothing: nothing is wrong with mail yet.
  const state = key.state === 'active' ? 'fail' : 'warn';
  return say(state, `${key.selector}: ${fault}`, advise('dkim.publish', { name, text }));
}

function faultOf(records: readonly string[], { algorithm, public_key }: PublishedKey): string | undefined {
  // RFC 6376 3.6.2.2: with several records it is open which is taken.
  if (records.length > 1) return `there are ${records.length} records`;
  return recordFault(records[0] ?? '', algorithm, public_key);
}
