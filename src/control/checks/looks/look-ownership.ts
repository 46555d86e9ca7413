// Whether a domain is this customer's: its own token stands in the domain's DNS. The SPF include proves nothing, since it
// is the same for all.

import type { Resolver } from '../../../network/dns-answer.ts';
import { advise } from '../advice.ts';
import { type Finding, sayOf, shown, unknown } from '../finding.ts';
import type { DomainSubject } from '../subjects.ts';

/** What DNS says of the token. `gone`: an answer, without it. `unknown`: no answer, which is neither. */
export type Proof = 'seen' | 'gone' | 'unknown';

const PREFIX = 'easymail-domain-verification=';

/** Name and text of the record that shows whose a domain is. */
export function ownershipRecord(domain: string, token: string): { name: string; text: string } {
  return { name: `_easymail-challenge.${domain}`, text: `${PREFIX}${token}` };
}

/** Looks for the token. */
export async function lookOwnership(
  dns: Resolver,
  { domain, verified, verifiedBy }: DomainSubject,
  token: string,
): Promise<{ proof: Proof; finding: Finding }> {
  const { name, text } = ownershipRecord(domain, token);
  const expected = `TXT ${name} = ${text}`;
  const say = sayOf('ownership', expected);
  const answer = await dns.txt(name);
  if (answer.kind === 'temporary') return { proof: 'unknown', finding: unknown('ownership', expected, answer.detail) };
  const texts = answer.kind === 'found' ? answer.records.map((record) => record.trim()) : [];
  if (texts.includes(text)) {
    return { proof: 'seen', finding: say('ok', text) };
  }
  const found = texts.length === 0 ? 'no TXT record' : texts.map(shown).join(', ');
  if (verified && verifiedBy === 'operator') {
    const word = `${found}; verified by the operator’s word`;
    return { proof: 'gone', finding: say('ok', word) };
  }
  const others = texts.some((record) => record.startsWith(PREFIX));
  const advised = advise(others ? 'ownership.other' : 'ownership.publish', { name, text });
  return { proof: 'gone', finding: say('fail', found, advised) };
}
