// Whether a domain is this customer's: its own token stands in the domain's DNS. The SPF include proves nothing, since it
// is the same for all.

import type { Resolver } from '../../../network/dns-answer.ts';
import { type Finding, shown, unknown } from '../finding.ts';
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
  const answer = await dns.txt(name);
  if (answer.kind === 'temporary') return { proof: 'unknown', finding: unknown('ownership', expected, answer.detail) };
  const texts = answer.kind === 'found' ? answer.records.map((record) => record.trim()) : [];
  if (texts.includes(text)) {
    return { proof: 'seen', finding: { kind: 'ownership', state: 'ok', expected, found: text, advice: '' } };
  }
  const found = texts.length === 0 ? 'no TXT record' : texts.map(shown).join(', ');
  if (verified && verifiedBy === 'operator') {
    const word = `${found}; verified by the operator’s word`;
    return { proof: 'gone', finding: { kind: 'ownership', state: 'ok', expected, found: word, advice: '' } };
  }
  const others = texts.some((record) => record.startsWith(PREFIX));
  const advice = others
    ? `The record at ${name} is for another customer or an older one: put this customer’s text beside it or in its place.`
    : `Publish a TXT record at ${name} with the text ${text}.`;
  return { proof: 'gone', finding: { kind: 'ownership', state: 'fail', expected, found, advice } };
}
