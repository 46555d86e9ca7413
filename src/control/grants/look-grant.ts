// What the owner of a domain says of a customer that wants to send for it.

import type { Resolver } from '../../network/dns-answer.ts';
import { type Advised, advise } from '../checks/advice.ts';
import { type Finding, sayOf, shown, unknown } from '../checks/finding.ts';
import { type GrantRecord, grantAt, grantRecord, readGrants } from './grant-record.ts';

export interface GrantLook {
  finding: Finding;
  /** Absent: DNS gave no answer, and what was granted stays as it is. */
  records?: GrantRecord[];
}

/** Looks for the records that name this customer's token. */
export async function lookGrant(
  dns: Resolver,
  { domain, token, stream, streams }: { domain: string; token: string; stream: string; streams: readonly string[] },
  now: number,
): Promise<GrantLook> {
  const { name, text } = grantRecord(domain, { token, stream });
  const expected = `TXT ${name} = ${text}`;
  const answer = await dns.txt(name);
  if (answer.kind === 'temporary') return { finding: unknown('grant', expected, answer.detail) };
  const { grants, faults } = readGrants(answer.kind === 'found' ? answer.records : [], token);
  const say = (state: Finding['state'], found: string, advised?: Advised): GrantLook => ({
    finding: sayOf('grant', expected)(state, found, advised),
    records: grants,
  });
  const [fault] = faults;
  if (fault !== undefined)
    return say('fail', `a record that cannot be read: ${shown(fault)}`, advise('grant.mend', { domain, name }));
  if (grants.length === 0)
    return say('waiting', 'no record for this customer', advise('grant.publish', { domain, name, text }));
  const { stream: granted, clash, changesAt } = grantAt(grants, now);
  if (clash) return say('fail', 'records for different streams at the same time', advise('grant.clash', { domain }));
  if (granted === undefined) {
    const when = changesAt === undefined ? 'it is over' : `it begins on ${new Date(changesAt).toISOString()}`;
    return say('waiting', `granted, but not now: ${when}`);
  }
  if (granted !== '*' && !streams.includes(granted)) {
    return say('fail', `granted for the stream ${shown(granted)}`, advise('grant.stream', { stream: shown(granted) }));
  }
  const all = granted === '*' ? 'granted for all streams' : `granted for the stream ${granted}`;
  return say('ok', changesAt === undefined ? all : `${all}, until ${new Date(changesAt).toISOString()}`);
}
