// RTF (specification 1.9.1): objects in hex, templates from elsewhere, fields, text. Readers of RTF forgive nearly
// everything, and so does this one: white space and groups between the digits of an object count for nothing.

import { asBuffer, u32 } from '../archives/binary.ts';
import { textLinks } from '../content/links.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { isRemote, startsProgram } from './fields.ts';
import { packagedFile } from './ole-package.ts';

/** More than a message may have parts. */
const MOST_OBJECTS = 20_000;
const MOST_FIELDS = 2000;
const LONGEST_FIELD = 3000;
/** Octets that fields and templates are looked for in; objects are found anywhere. */
const MOST_OCTETS = 16 * 1024 * 1024;
const MOST_TEXT = 4 * 1024 * 1024;
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** Reads an RTF file. */
export function readRtf(bytes: Uint8Array, work: Work): Reading {
  const octets = asBuffer(bytes);
  const whole = octets.toString('latin1', 0, MOST_OCTETS);
  const text = whole.slice(0, MOST_TEXT);
  const traits = new Set<PartTrait>();
  const entries = objects(octets, work);
  if (entries.length > 0 || /\\(?:object|objocx|objemb)\b/.test(whole)) traits.add('embedded-object');
  for (const [, target = ''] of whole.matchAll(/\\template\s{1,9}([^{}]{1,2000})/g))
    if (isRemote(plain(target))) traits.add('remote-template');
  if (/\\objautlink\b/.test(whole)) traits.add('remote-template');
  const instructions = fields(whole).join('\n');
  if (startsProgram(instructions)) traits.add('starts-program');
  const words = plain(withoutObjects(text));
  return {
    traits: [...traits],
    ...(entries.length > 0 && { entries }),
    text: work.takeText(words),
    links: textLinks(`${instructions}\n${words}`),
  };
}

function fields(text: string): string[] {
  const found: string[] = [];
  for (
    let at = text.indexOf('\\fldinst');
    at >= 0 && found.length < MOST_FIELDS;
    at = text.indexOf('\\fldinst', at + 8)
  ) {
    const piece = text.slice(at + 8, at + LONGEST_FIELD);
    const end = piece.indexOf('\\fldrslt');
    found.push(plain(end < 0 ? piece : piece.slice(0, end)));
  }
  return found;
}

function objects(octets: Buffer, work: Work): Entry[] {
  const entries: Entry[] = [];
  let at = octets.indexOf('\\objdata');
  while (at >= 0 && entries.length < MOST_OBJECTS && work.goesOn()) {
    const { data, end } = hexFrom(octets, at + 8, work);
    if (data.length > 8) entries.push(objectEntry(data));
    at = octets.indexOf('\\objdata', end);
  }
  if (at >= 0) work.reached('parts');
  return entries;
}

/** Octets of an object at first. */
const FIRST_ROOM = 4096;

/** Hex digits from a place on, to the end of the group; control words, braces inside and anything odd are passed over. */
function hexFrom(octets: Buffer, from: number, work: Work): { data: Buffer; end: number } {
  const most = Math.min(work.room(octets.length), (octets.length - from + 1) >> 1);
  // Grown as needed: a document may have thousands of small objects.
  let data = Buffer.alloc(Math.min(most, FIRST_ROOM));
  let nibbles = 0;
  let depth = 0;
  let at = from;
  while (at < octets.length && nibbles < most * 2) {
    const octet = octets[at] ?? 0;
    const digit = hexDigit(octet);
    if (digit >= 0) {
      const place = nibbles >> 1;
      if (place >= data.length) data = Buffer.concat([data], Math.min(most, data.length * 2));
      data[place] = (data[place] ?? 0) | (nibbles % 2 === 0 ? digit << 4 : digit);
      nibbles++;
    }
    if (octet === 0x7b) depth++;
    if (octet === 0x7d && --depth < 0) break;
    at = octet === 0x5c ? afterControl(octets, at) : at + 1;
  }
  const used = data.subarray(0, (nibbles + 1) >> 1);
  work.spend(used.length);
  return { data: used, end: Math.max(at, from) };
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Behind a control word or sign; `\bin5` has five octets behind it that are no digits. */
function afterControl(octets: Buffer, at: number): number {
  const found = /^\\(?:bin(\d{1,9}) ?|[a-z]{1,32}-?\d{0,10} ?|'[0-9a-f]{2}|[^])/i.exec(
    octets.toString('latin1', at, at + 50),
  );
  return found === null ? at + 1 : at + found[0].length + Number(found[1] ?? 0);
}

/** [MS-OLEDS] 2.2.4: a header with the name of the class, then its data; wherever a compound file stands is one too. */
function objectEntry(octets: Buffer): Entry {
  const compound = octets.indexOf(COMPOUND);
  if (compound >= 0) return entryOf(octets.subarray(compound));
  // Class name, topic, item: each with its length before it; then the length of the data.
  let at = 12 + u32(octets, 8);
  for (let text = 0; text < 2; text++) at += 4 + u32(octets, at);
  const data = octets.subarray(at + 4);
  return packagedFile(data) ?? entryOf(data.length > 0 ? data : octets);
}

function entryOf(bytes: Buffer): Entry {
  return { names: [], traits: [], size: bytes.length, open: () => ({ bytes, traits: [] }) };
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
