// A held message as people may see it; made where hostile content is read (an inspect process).

import { decodeWords } from '../../../protocol/mime/encoded-word.ts';
import { fieldText, type HeaderSection } from '../../../protocol/mime/header.ts';
import { parseMimeValue } from '../../../protocol/mime/parameters.ts';
import { decodedBody, headerText, type MimePart, readParts, textOf } from '../../../protocol/mime/parts.ts';
import type { MessagePreview } from './preview.ts';
import { type LeftOut, safeHtml } from './safe-html.ts';

const MOST_FIELDS = 200;
const LONGEST_FIELD = 2000;
/** Characters of text, and of HTML: enough to know what a message is about. */
const MOST_TEXT = 100_000;
const MOST_PARTS = 50;
const LONGEST_NAME = 200;
const NOTHING_LEFT_OUT: LeftOut = { scripts: 0, images: 0, links: 0, forms: 0 };

/** Reads the content (or its beginning) of a message. Never throws for what it holds; bounded in what it gives. */
export function buildPreview(content: Uint8Array): MessagePreview {
  const { header, parts } = readParts(content);
  const plain = parts.find((part) => part.type === 'text/plain' && !isAttachment(part));
  const rich = parts.find((part) => part.type === 'text/html' && !isAttachment(part));
  const read = rich === undefined ? undefined : safeHtml(textOf(rich), MOST_TEXT);
  const text = plain === undefined ? (read?.text ?? '') : visible(textOf(plain));
  const others = parts.filter((part) => part !== plain && part !== rich);
  return {
    headers: header.fields.slice(0, MOST_FIELDS).map((field) => ({
      name: nameOf(header, field.start, field.value - 1),
      value: visible(decodeWords(fieldText(header, field).slice(0, LONGEST_FIELD))),
    })),
    subject: visible(headerText(header, 'subject')),
    from: visible(headerText(header, 'from')),
    to: visible(headerText(header, 'to')),
    date: visible(headerText(header, 'date')),
    text: text.slice(0, MOST_TEXT),
    html: read?.html ?? '',
    parts: others.slice(0, MOST_PARTS).map(partOf),
    truncated: text.length > MOST_TEXT || read?.truncated === true || others.length > MOST_PARTS,
    left_out: read?.leftOut ?? NOTHING_LEFT_OUT,
  };
}

function nameOf({ octets }: HeaderSection, start: number, end: number): string {
  return visible(octets.toString('latin1', start, Math.min(end, start + LONGEST_NAME))).trim();
}

function isAttachment({ header }: MimePart): boolean {
  return /^\s*attachment\b/i.test(headerText(header, 'content-disposition'));
}

function partOf(part: MimePart): MessagePreview['parts'][number] {
  const disposition = parseMimeValue(headerText(part.header, 'content-disposition')).parameters;
  const name = disposition.get('filename') ?? part.parameters.get('name') ?? '';
  return {
    name: visible(decodeWords(name.slice(0, LONGEST_FIELD))).slice(0, LONGEST_NAME),
    type: visible(part.type).slice(0, LONGEST_NAME),
    size: decodedBody(part).length,
  };
}

/** Without what cannot be seen or turns the direction of what follows: `exe.fdp` is not to look like `pdf.exe`. */
function visible(text: string): string {
  // oxlint-disable-next-line no-misleading-character-class -- single characters, each by itself
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '');
}
