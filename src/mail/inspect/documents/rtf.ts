// RTF (specification 1.9.1): objects in hex, templates from elsewhere, fields, text. Readers of RTF forgive nearly
// everything, and so does this one: white space and groups between the digits of an object count for nothing.

import { asBuffer, u32 } from '../archives/binary.ts';
import { textLinks } from '../content/links.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { isRemote, startsProgram } from './fields.ts';
import { packagedFile } from './ole-package.ts';

const MOST_OBJECTS = 100;
/** Objects that run something when the document is only opened: the equation editor and others. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** Reads an RTF file. */
export function readRtf(bytes: Uint8Array, work: Work): Reading {
  const text = asBuffer(bytes).toString('latin1');
  const traits = new Set<PartTrait>();
  const entries: Entry[] = [];
  for (const match of text.matchAll(/\\(?:objdata|datastore|passwordhash)\b/g)) {
    if (entries.length >= MOST_OBJECTS || !work.goesOn()) break;
    const octets = hexFrom(text, match.index + match[0].length, work);
    if (octets.length > 8) entries.push(...objectEntries(octets));
  }
  if (entries.length > 0 || /\\object\b|\\objocx\b|\\objemb\b/.test(text)) traits.add('embedded-object');
  for (const [, target = ''] of text.matchAll(/\\\*\s*\\template\s+([^{}]{1,2000})/g))
    if (isRemote(plain(target))) traits.add('remote-template');
  if (/\\objautlink\b/.test(text)) traits.add('remote-template');
  const fields = [...text.matchAll(/\\fldinst\b([^]{0,3000}?)(?:\\fldrslt|$)/g)].map(([, field = '']) => plain(field));
  if (startsProgram(fields.join('\n')) || /\\ddeauto?\b/i.test(text)) traits.add('starts-program');
  const words = plain(withoutObjects(text));
  return {
    traits: [...traits],
    ...(entries.length > 0 && { entries }),
    text: work.takeText(words),
    links: textLinks(`${fields.join('\n')}\n${words}`),
  };
}

/** Hex digits from a place on, to the end of the group; control words, braces inside and anything odd are passed over. */
function hexFrom(text: string, from: number, work: Work): Buffer {
  const digits: string[] = [];
  let depth = 0;
  let at = from;
  const last = Math.min(text.length, from + work.room(text.length) * 2);
  while (at < last) {
    const run = /[0-9a-fA-F]+/y;
    run.lastIndex = at;
    const found = run.exec(text);
    if (found !== null) {
      digits.push(found[0]);
      at = run.lastIndex;
      continue;
    }
    const sign = text[at];
    if (sign === '{') depth++;
    if (sign === '}' && --depth < 0) break;
    at = sign === '\\' ? afterControl(text, at) : at + 1;
  }
  const hex = digits.join('');
  work.spend(hex.length / 2);
  return Buffer.from(hex.length % 2 === 0 ? hex : `${hex}0`, 'hex');
}

function afterControl(text: string, at: number): number {
  const word = /\\(?:bin(\d{1,9}) ?|[a-z]{1,32}-?\d{0,10} ?|'[0-9a-f]{2}|[^])/iy;
  word.lastIndex = at;
  const found = word.exec(text);
  return found === null ? at + 1 : word.lastIndex + Number(found[1] ?? 0);
}

/** [MS-OLEDS] 2.2.4: a header with the name of the class, then its data; wherever a compound file stands is one too. */
function objectEntries(octets: Buffer): Entry[] {
  const compound = octets.indexOf(COMPOUND);
  if (compound >= 0)
    return [
      {
        names: [],
        traits: [],
        size: octets.length - compound,
        open: () => ({ bytes: octets.subarray(compound), traits: [] }),
      },
    ];
  const classLength = u32(octets, 8);
  // Class name, topic, item: each with its length before it; then the length of the data.
  let at = 12 + classLength;
  for (let text = 0; text < 2; text++) at += 4 + u32(octets, at);
  const data = octets.subarray(at + 4);
  const packed = packagedFile(data);
  if (packed !== undefined) return [packed];
  return [{ names: [], traits: [], size: data.length, open: () => ({ bytes: data, traits: [] }) }];
}

function withoutObjects(text: string): string {
  return text.replace(
    /\\(?:objdata|pict|datastore|themedata|colorschememapping|blipuid|fonttbl|stylesheet)\b[^{}]*|\\\*\\[^{}]*/g,
    '',
  );
}

/** Control words taken away, characters by number decoded. */
function plain(text: string): string {
  return text
    .replace(/\\u(-?\d{1,6}) ?\??/g, (_, code: string) => String.fromCharCode((Number(code) + 0x10000) % 0x10000))
    .replace(/\\'([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\(?:par|line|row|cell|tab)\b ?/g, '\n')
    .replace(/\\[a-z]{1,32}-?\d{0,10} ?/gi, '')
    .replace(/\\([\\{}])/g, '$1')
    .replace(/[{}\r]/g, '')
    .replace(/\n{2,}/g, '\n');
}
