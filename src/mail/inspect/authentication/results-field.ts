// RFC 8601: our findings in a field for the customer's own server, and fields of others that pretend to be ours.

import { readAuthenticationResults } from '../../../protocol/auth-results/read.ts';
import { authenticationResults, type WrittenResult } from '../../../protocol/auth-results/write.ts';
import { fieldsNamed, type HeaderEdit, type HeaderSection } from '../../../protocol/mime/header.ts';
import { toLookupDomain } from '../../../protocol/smtp/domain.ts';
import { type Authenticated, provesBody } from './authenticate.ts';

const NAME = 'Authentication-Results: ';

/** The field, CRLF included. `id` is the name under which the relay signs its findings. `note` goes with a DMARC result. */
export function resultsField(id: string, found: Authenticated, note?: string): string {
  return `${NAME}${authenticationResults(id, [
    spfResult(found),
    ...dkimResults(found),
    ...dmarcResults(found, note),
    arcResult(found),
  ])}\r\n`;
}

/** What stands in a field of ours; for ARC-Authentication-Results. */
export function resultsOf(fields: string): string | undefined {
  const at = fields.indexOf(NAME);
  if (at < 0) return undefined;
  const end = /\r\n(?![ \t])/.exec(fields.slice(at))?.index;
  return end === undefined ? undefined : fields.slice(at + NAME.length, at + end);
}

function spfResult({ spf }: Authenticated): WrittenResult {
  // RFC 8601 2.7.2: the domain alone is enough, and tells nobody's address.
  return { method: 'spf', result: spf.result, properties: [[`smtp.${spf.identity}`, spf.domain]] };
}

function dkimResults({ dkim }: Authenticated): WrittenResult[] {
  if (dkim.length === 0) return [{ method: 'dkim', result: 'none' }];
  return dkim.map((verdict) => {
    const { domain, selector, algorithm, begins, result, reason } = verdict;
    const partial = result === 'pass' && !provesBody(verdict);
    return {
      method: 'dkim',
      // RFC 8601 2.7.1: signed, and in a way that is not taken here.
      result: partial ? 'policy' : result,
      comment: partial ? 'only a part of the body is signed' : reason,
      properties: [
        ['header.d', domain],
        ['header.s', selector],
        ['header.a', algorithm],
        ['header.b', begins],
      ],
    };
  });
}

function dmarcResults({ dmarc, authors }: Authenticated, note: string | undefined): WrittenResult[] {
  // RFC 9989 5.3.1: no single author can be told.
  if (authors.kind === 'ambiguous') return [{ method: 'dmarc', result: 'permerror', comment: authors.reason }];
  if (dmarc.length === 0) return [{ method: 'dmarc', result: 'none' }];
  return dmarc.map(({ result, author, policy }) => ({
    method: 'dmarc',
    result,
    comment: note ?? (policy === undefined ? undefined : `p=${policy}`),
    properties: [['header.from', author]],
  }));
}

function arcResult({ arc }: Authenticated): WrittenResult {
  // RFC 8617 6 knows none, pass and fail.
  const { result, reason } = arc;
  return { method: 'arc', result: result === 'temperror' ? 'fail' : result, comment: reason };
}

/**
 * RFC 8601 5: edits that take out fields in which somebody else speaks in our name. What cannot be read and holds the name
 * goes too: another reader might read it.
 */
export function forgedResults(header: HeaderSection, id: string): HeaderEdit[] {
  const own = nameOf(id);
  return fieldsNamed(header, 'authentication-results').flatMap((field): HeaderEdit[] => {
    const value = header.octets.toString('latin1', field.value, field.end);
    const read = readAuthenticationResults(value);
    const ours = read === undefined ? bare(value).includes(own) : nameOf(read.id) === own;
    return ours ? [{ kind: 'remove', field }] : [];
  });
}

/** Without what readers pass over. */
function bare(value: string): string {
  return value.replaceAll(/\([^()]*\)|[\s"\\]/g, '').toLowerCase();
}

function nameOf(id: string): string {
  return toLookupDomain(Buffer.from(id, 'latin1').toString('utf8')) ?? id.toLowerCase();
}
