// Files within text of a kind that has a way to hold them: HTML and calendars.

import { decodeBase64 } from './base64.ts';
import { isWide, mailFileReadings } from './mail-file.ts';

/** A file with its name, if the text says one. */
export interface LinkedFile {
  name: string;
  octets: Buffer;
}

/** More links of this kind are looked at no further; past them the message counts as over the limit. */
export const MOST_LINKED = 1000;
/** More of one text is no file that anybody mails that way. */
const MOST_TEXT = 16 * 1024 * 1024;

/** RFC 2397: `data:` in HTML, where a link or a script saves it. Pictures are shown, not saved. */
export function filesInHtml(octets: Buffer): LinkedFile[] {
  if (octets.length > MOST_TEXT) return [];
  // Browsers drop tabs and line ends in a link, and undo entities.
  const raw = textOf(octets);
  if (!/d\s*a\s*t\s*a\s*(?::|&)|&#/i.test(raw)) return [];
  const text = withoutEntities(raw).replaceAll(/[\t\r\n]/g, '');
  const found: LinkedFile[] = [];
  let past = 0;
  for (const match of text.matchAll(/data\s*:[^,<>()]{0,200},/gi)) {
    if (found.length >= MOST_LINKED) break;
    if (match.index < past) continue;
    const start = match.index + match[0].length;
    const end = endOf(text[match.index - 1]).exec(text.slice(start, start + LONGEST_LINK))?.index ?? 0;
    past = start + end;
    const data = decodeURIComponents(text.slice(start, start + end));
    const coded = /;\s*base64\s*,$/i.test(match[0]);
    if (coded && /^data:image\/(?:png|gif|jpe?g|webp)/i.test(match[0]) && isPicture(data)) continue;
    // What is not encoded is text as a rule: a style, a drawing. Short ones are words of a sentence.
    const name = /download\s*=\s*["']?([^"'\s>]{1,200})/i.exec(
      text.slice(Math.max(0, match.index - 300), match.index) + text.slice(start + end, start + end + 300),
    );
    if (!coded && data.length < FEWEST && name === null) continue;
    const octetsOf = Buffer.from(data, 'latin1');
    found.push({ name: name?.[1] ?? '', octets: coded ? decodeBase64(urlSafe(octetsOf)) : octetsOf });
  }
  return found;
}

/** What ends a link that stands behind this character. */
function endOf(opener: string | undefined): RegExp {
  switch (opener) {
    case '"':
      return /"|$/;
    case "'":
      return /'|$/;
    case '(':
      return /[)"']|$/;
    default:
      return /["'<>()\\]|$/;
  }
}

/** Octets of a link without base64 that can be a file. */
const FEWEST = 40;

/** RFC 4648 5: the alphabet that needs no percent octets. */
function urlSafe(octets: Buffer): Buffer {
  return Buffer.from(octets.toString('latin1').replaceAll('-', '+').replaceAll('_', '/'), 'latin1');
}

/** Of one link. */
const LONGEST_LINK = 8 * 1024 * 1024;

/** Whether the base64 begins as pictures do that are shown, not saved. */
function isPicture(data: string): boolean {
  return /^(?:iVBORw0KGg|R0lGOD|\/9j\/|UklGR)/.test(data.trimStart());
}

function textOf(octets: Buffer): string {
  // With the mark, or by the letters alone.
  const wide = isWide(octets) ? mailFileReadings(octets)[1] : undefined;
  return (wide ?? octets).toString('latin1');
}

function withoutEntities(text: string): string {
  if (!text.includes('&#') && !/&(?:colon|semi|comma|Tab|NewLine);/.test(text)) return text;
  const named: Record<string, string> = { colon: ':', semi: ';', comma: ',', Tab: '', NewLine: '' };
  return text
    .replaceAll(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (_, hex?: string, decimal?: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code < 256 ? String.fromCharCode(code) : ' ';
    })
    .replaceAll(/&(colon|semi|comma|Tab|NewLine);/g, (_, name: string) => named[name] ?? '');
}

function decodeURIComponents(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** RFC 5545 3.2.7 and RFC 2426: values in base64, folded; or on lines of their own, as vCard 2.1 has them. */
export function filesInCalendar(octets: Buffer): LinkedFile[] {
  if (octets.length > MOST_TEXT) return [];
  const lines = textOf(octets)
    .replaceAll(/\r?\n[ \t]+/g, '')
    .split(/\r?\n/);
  const found: LinkedFile[] = [];
  for (let at = 0; at < lines.length && found.length < MOST_LINKED; at++) {
    const [fields, first, isData] = valueOf(lines[at] ?? '');
    if (!isData) continue;
    let data = first;
    // What has no colon is no line of the card: it belongs to the value above.
    while (at + 1 < lines.length && /^[A-Za-z0-9+/=\s]*$/.test(lines[at + 1] ?? '')) data += lines[++at] ?? '';
    if (data === '') continue;
    const name = /FILENAME=(?:"([^"]*)"|([^;:]*))/i.exec(fields);
    found.push({ name: name?.[1] ?? name?.[2] ?? '', octets: decodeBase64(Buffer.from(data, 'latin1')) });
  }
  return found;
}

const ENCODED = /;(?:ENCODING=)?"?(?:BASE64|B)"?(?:;|$)/i;

/** What stands before the colon of a line, and the base64 behind it; of other values nothing. */
function valueOf(line: string): [fields: string, data: string, isData: boolean] {
  let quoted = false;
  let at = 0;
  for (; at < line.length && (quoted || line[at] !== ':'); at++) if (line[at] === '"') quoted = !quoted;
  const fields = line.slice(0, at);
  const value = line.slice(at + 1);
  const link = /^data:[^,]{0,200},/i.exec(value)?.[0];
  const isData = ENCODED.test(fields) || (link !== undefined && /;base64,$/i.test(link));
  return [fields, isData ? value.slice(link?.length ?? 0) : '', isData];
}
