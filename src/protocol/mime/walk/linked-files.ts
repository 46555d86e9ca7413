// Files within text of a kind that has a way to hold them: HTML and calendars.

import { decodeBase64 } from './base64.ts';

/** A file with its name, if the text says one. */
export interface LinkedFile {
  name: string;
  octets: Buffer;
}

const MOST_FILES = 40;
/** More of one text is no file that anybody mails that way. */
const MOST_TEXT = 16 * 1024 * 1024;

/** RFC 2397: `data:` in HTML, where a link or a script saves it. Pictures are shown, not saved. */
export function filesInHtml(octets: Buffer): LinkedFile[] {
  if (octets.length > MOST_TEXT || !/data:/i.test(octets.toString('latin1'))) return [];
  const text = octets.toString('latin1');
  const found: LinkedFile[] = [];
  for (const match of text.matchAll(/data:(?!image\/(?:png|gif|jpe?g|webp))[^,"'<>()\s]{0,200};base64,/gi)) {
    if (found.length >= MOST_FILES) break;
    const start = match.index + match[0].length;
    const end = /["'<>()\\]|$/.exec(text.slice(start, start + 1024 * 1024))?.index ?? 0;
    const data = decodeURIComponents(text.slice(start, start + end));
    const name = /download\s*=\s*["']?([^"'\s>]{1,200})/i.exec(
      text.slice(Math.max(0, match.index - 300), match.index) + text.slice(start + end, start + end + 300),
    );
    found.push({ name: name?.[1] ?? '', octets: decodeBase64(Buffer.from(data, 'latin1')) });
  }
  return found;
}

function decodeURIComponents(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** RFC 5545 3.2.7 and RFC 2426: values in base64, folded. */
export function filesInCalendar(octets: Buffer): LinkedFile[] {
  if (octets.length > MOST_TEXT) return [];
  const text = octets.toString('latin1').replaceAll(/\r?\n[ \t]/g, '');
  const found: LinkedFile[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, fields = '', data = ''] = /^([^:]{0,1000};ENCODING=(?:BASE64|B)\b[^:]{0,1000}):(.*)$/i.exec(line) ?? [];
    if (data === '' || found.length >= MOST_FILES) continue;
    const name = /FILENAME=(?:"([^"]*)"|([^;:]*))/i.exec(fields);
    found.push({ name: name?.[1] ?? name?.[2] ?? '', octets: decodeBase64(Buffer.from(data, 'latin1')) });
  }
  return found;
}
