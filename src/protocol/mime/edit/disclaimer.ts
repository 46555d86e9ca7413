// A text put at the end of what people read of a message: in each alternative, in its charset and encoding.

import { decodeQuotedPrintable } from '../parts.ts';
import { base64Lines, quotedPrintable } from '../transfer-encoding.ts';
import { decoded, rawBody } from '../walk/decoded.ts';
import type { MimeTree, WalkedPart } from '../walk/tree.ts';
import type { OctetEdit } from './octet-edit.ts';

/** The same text twice; without `html` it is made of `text`. */
export interface Disclaimer {
  text: string;
  html?: string;
}

/**
 * Edits that put the disclaimer into the first text and its alternatives. None where there is no text, where it is signed
 * or encrypted (RFC 1847), or where the message can be read in two ways.
 */
export function addDisclaimer(tree: MimeTree, disclaimer: Disclaimer): OctetEdit[] {
  const root = tree.parts[0];
  if (root === undefined || tree.faults.length > 0) return [];
  return shownTexts(tree, root).flatMap((part) => appended(part, disclaimer));
}

function shownTexts(tree: MimeTree, part: WalkedPart): WalkedPart[] {
  if (part.nestedIn !== undefined) return [];
  const inside = tree.parts.filter(({ parent }) => parent === part.number);
  switch (part.type) {
    case 'text/plain':
    case 'text/html':
      return part.kind === 'leaf' && part.disposition !== 'attachment' && part.names.length === 0 ? [part] : [];
    case 'multipart/alternative':
      return inside.flatMap((one) => shownTexts(tree, one));
    case 'multipart/mixed':
    case 'multipart/related':
    case 'multipart/report':
      return inside.slice(0, 1).flatMap((one) => shownTexts(tree, one));
    default:
      return [];
  }
}

function appended(part: WalkedPart, disclaimer: Disclaimer): OctetEdit[] {
  const isHtml = part.type === 'text/html';
  const words = isHtml ? entities(disclaimer.html ?? htmlOf(disclaimer.text)) : disclaimer.text;
  const charset = charsetOf(part);
  const octets = charset === undefined ? undefined : inCharset(`\n${words}\n`.replaceAll(/\r?\n/g, '\r\n'), charset);
  if (octets === undefined) return [];
  switch (part.encoding) {
    case 'identity':
      return [inserted(part, isHtml, octets)];
    case 'quoted-printable':
      return [inQuotedPrintable(part, isHtml, octets)];
    case 'base64': {
      const whole = joined(decoded(part), isHtml, octets);
      return [instead(part, base64Lines(whole).subarray(0, -2))];
    }
    default:
      return [];
  }
}

/** Another body in the place of this one. */
function instead({ body }: WalkedPart, insert: Buffer): OctetEdit {
  return { at: body.start, remove: body.end - body.start, insert };
}

function inserted(part: WalkedPart, isHtml: boolean, octets: Buffer): OctetEdit {
  const body = rawBody(part);
  return { at: part.body.start + (isHtml ? endOfHtml(body) : body.length), remove: 0, insert: octets };
}

function inQuotedPrintable(part: WalkedPart, isHtml: boolean, octets: Buffer): OctetEdit {
  const body = rawBody(part);
  const coded = quotedPrintable(octets);
  const plain = isHtml ? endOfHtml(body) : body.length;
  // The end tag may be cut by a soft line break: then the body is written anew.
  if (isHtml && !body.toString('latin1').toLowerCase().includes('</body')) {
    const whole = decodeQuotedPrintable(body);
    if (endOfHtml(whole) < whole.length) return instead(part, quotedPrintable(joined(whole, true, octets)));
  }
  // Behind a soft line break the line end would be taken for its own.
  const soft = body.subarray(0, plain).toString('latin1').trimEnd().endsWith('=');
  const insert = Buffer.concat([Buffer.from(soft ? '\r\n' : ''), coded]);
  return { at: part.body.start + plain, remove: 0, insert };
}

function joined(body: Buffer, isHtml: boolean, octets: Buffer): Buffer {
  const at = isHtml ? endOfHtml(body) : body.length;
  return Buffer.concat([body.subarray(0, at), octets, body.subarray(at)]);
}

/** Before the last end tag of the body or of the whole; the end where there is none. */
function endOfHtml(body: Buffer): number {
  const text = body.toString('latin1').toLowerCase();
  const end = text.lastIndexOf('</body');
  if (end >= 0) return end;
  const last = text.lastIndexOf('</html');
  return last >= 0 ? last : body.length;
}

type Charset = 'utf-8' | 'latin' | 'ascii';

/** What the part may be written in; `undefined` where ASCII would be something else in it. */
function charsetOf(part: WalkedPart): Charset | undefined {
  const declared = (part.parameters.get('charset') ?? 'us-ascii').trim().toLowerCase();
  if (/^(?:utf-?16|utf-?32|ucs|utf-?7|ebcdic|ibm|cp037)/.test(declared)) return undefined;
  // A body that says it has no octets above 127 gets none.
  const header = Buffer.from(part.source.buffer, part.source.byteOffset, part.source.byteLength).toString(
    'latin1',
    part.header.start,
    part.header.end,
  );
  const encoded = part.encoding !== 'identity' || /^content-transfer-encoding:\s*(?:8bit|binary)/im.test(header);
  if (!encoded) return 'ascii';
  if (declared === 'utf-8' || declared === 'utf8') return 'utf-8';
  return /^(?:iso-8859-1|windows-1252|iso-8859-15|latin1)$/.test(declared) ? 'latin' : 'ascii';
}

const SPELLED: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  Ä: 'Ae',
  Ö: 'Oe',
  Ü: 'Ue',
  ß: 'ss',
  '€': 'EUR',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00A0': ' ',
};

function inCharset(text: string, charset: Charset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text);
  const most = charset === 'latin' ? 0xff : 0x7f;
  const result = Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0;
    // Between 0x80 and 0x9f the Latin charsets differ, and a few places of ISO 8859-15.
    if (code <= 0x7f || (code >= 0xc0 && code <= most)) return char;
    return SPELLED[char] ?? plainLetter(char);
  });
  return Buffer.from(result.join(''), 'latin1');
}

/** A letter without its accent. */
function plainLetter(char: string): string {
  const bare = char.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return /^[\x20-\x7e]+$/.test(bare) ? bare : '?';
}

function htmlOf(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<p>${escaped.replaceAll(/\r?\n/g, '<br>\r\n')}</p>`;
}

/** Characters beyond ASCII as numbers: every charset has those. */
function entities(html: string): string {
  return Array.from(html, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x80 ? char : `&#${code};`;
  }).join('');
}
