// RFC 8601: our findings in a field for the customer's own server, and fields of others that pretend to be ours.

import { readAuthenticationResults } from '../../../protocol/auth-results/read.ts';
import { authenticationResults, type WrittenResult } from '../../../protocol/auth-results/write.ts';
import { decodeWords } from '../../../protocol/mime/encoded-word.ts';
import { withFewMarks } from '../../../protocol/mime/few-marks.ts';
import { fieldsNamed, type HeaderEdit, type HeaderSection } from '../../../protocol/mime/header.ts';
import { toLookupDomain } from '../../../protocol/smtp/domain.ts';
import { type Authenticated, provesBody } from './authenticate.ts';

const NAME = 'Authentication-Results: ';
const FIELD = new RegExp(`(?:^|\\r\\n)${NAME}([^]*?)\\r\\n(?![ \\t])`);

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
  // At the beginning of a line: elsewhere a stranger's words may stand, such as the recipient in Received.
  return FIELD.exec(fields)?.[1];
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
 * RFC 8601 5: edits that take out fields in which somebody else speaks in our name, also where only a reader that decodes
 * words or is lenient about marks would take it for ours. What cannot be read and holds the name goes too.
 */
export function forgedResults(header: HeaderSection, id: string): HeaderEdit[] {
  const fields = fieldsNamed(header, 'authentication-results');
  if (fields.length === 0) return [];
  const own = nameOf(id);
  return fields.flatMap((field): HeaderEdit[] => {
    const value = header.octets.toString('utf8', field.value, field.end);
    const ours = [value, decodeWords(value)].some((text) => isNamed(text, own));
    return ours ? [{ kind: 'remove', field }] : [];
  });
}

function isNamed(value: string, own: string): boolean {
  const read = readAuthenticationResults(value);
  if (read !== undefined) return nameOf(read.id) === own;
  return [value, withoutComments(value)].some((text) => bare(text).includes(own));
}

/** Without what stands in brackets, however deep; of brackets that are never closed all that follows goes. */
function withoutComments(value: string): string {
  let rest = '';
  let depth = 0;
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at);
    if (char === '\\') at++;
    else if (char === '(') depth++;
    else if (char === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) rest += char;
  }
  return rest;
}

/** Without what readers pass over. */
function bare(value: string): string {
  return folded(value).replaceAll(/[\s"\\()]/g, '');
}

/** As it is compared: what stands around a name, and a version that was put right behind it, do not make it another. */
function nameOf(id: string): string {
  const [name = ''] = folded(id).split(/[/:]/);
  const cut = name.replaceAll(/[^\p{L}\p{M}\p{N}._-]/gu, '').replace(/^\.+/, '');
  const plain = cut.endsWith('.') ? cut.slice(0, -1) : cut;
  return toLookupDomain(plain) ?? plain;
}

/** Wide letters, and the dots of East Asian scripts, count as what they look like. */
function folded(text: string): string {
  return withFewMarks(text)
    .normalize('NFKC')
    .replaceAll(/[\u3002\uff61]/g, '.')
    .toLowerCase();
}
