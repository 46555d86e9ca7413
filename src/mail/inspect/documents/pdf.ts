// PDF (ISO 32000-1): scripts, actions that start programs, files inside, links. Object streams are unpacked, so that
// nothing hides in them; the text on the pages is not read.

import { asBuffer } from '../archives/binary.ts';
import { unpackStream } from '../archives/inflate.ts';
import { htmlLinks } from '../content/links.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { opensWithoutPassword } from './pdf-password.ts';

/** More than long books have. */
const MOST_STREAMS = 20_000;
const LONGEST_DICTIONARY = 4000;

/** Reads a PDF file. */
export function readPdf(bytes: Uint8Array, work: Work): Reading {
  const octets = asBuffer(bytes);
  const entries: Entry[] = [];
  const texts = [octets.toString('latin1')];
  const names: string[] = [];
  const attached = attachedNumbers(texts[0] ?? '');
  for (const { dictionary, data, number } of streams(octets, work)) {
    const isFile = attached.has(number) || /\/Type\s*\/EmbeddedFile\b|\/EF\b/.test(dictionary);
    if (isFile) entries.push(embeddedFile(dictionary, data, { work, names }));
    else if (/\/ObjStm\b/.test(dictionary)) texts.push(unpacked(dictionary, data, work)?.toString('latin1') ?? '');
  }
  // Which name belongs to which file stands elsewhere: each has them all.
  if (entries.length > 0) names.push(...fileNames(texts));
  const traits = new Set<PartTrait>();
  const targets: { target: string; text: string }[] = [];
  for (const text of texts) readObjects(unescaped(text), traits, targets);
  if (entries.length > 0) traits.add('embedded-object');
  const trailer = texts.map((text) => text).join('\n');
  if (/\/Encrypt\b/.test(trailer) && !opensWithoutPassword(octets)) traits.add('encrypted');
  return { traits: [...traits], ...(entries.length > 0 && { entries }), links: htmlLinks(targets) };
}

function readObjects(text: string, traits: Set<PartTrait>, targets: { target: string; text: string }[]): void {
  if (
    /\/(?:JavaScript|JS)\b(?=\s*[/(<[\d\s])/.test(text) &&
    /\/(?:S\s*\/JavaScript|JS\s*[(<\d]|Names\s*<<\s*\/JavaScript|JavaScript\s)/.test(text)
  )
    traits.add('script');
  if (/\/S\s*\/Launch\b/.test(text)) traits.add('starts-program');
  if (/\/S\s*\/(?:GoToE|ImportData|Rendition)\b/.test(text)) traits.add('embedded-object');
  if (/\/XFA\b/.test(text) && /<script\b[^>]{0,300}(?:javascript|formcalc)/i.test(text)) traits.add('script');
  for (const [, target = ''] of text.matchAll(/\/URI\s*\(((?:[^()\\]|\\[^]){1,2000})\)/g)) {
    if (targets.length >= 1000) break;
    targets.push({ target: target.replace(/\\([()\\])/g, '$1'), text: '' });
  }
}

/** 7.3.5: any character of a name may stand as # and two hex digits. */
function unescaped(text: string): string {
  return text.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Every stream with the dictionary before it, found by the words alone: tables of places may lie. */
function* streams(octets: Buffer, work: Work): Generator<{ dictionary: string; data: Buffer; number: string }> {
  let count = 0;
  for (let at = octets.indexOf('stream'); at >= 0 && work.goesOn(); at = octets.indexOf('stream', at + 6)) {
    if (octets.toString('latin1', at - 3, at) === 'end') continue;
    if (count++ >= MOST_STREAMS) {
      work.reached('parts');
      return;
    }
    const before = octets.toString('latin1', Math.max(0, at - LONGEST_DICTIONARY), at);
    const object = before.lastIndexOf(' obj');
    const number = /(\d{1,9})\s+\d{1,5}$/.exec(before.slice(Math.max(0, object - 20), Math.max(0, object)))?.[1] ?? '';
    const dictionary = unescaped(before.slice(Math.max(0, object)));
    let start = at + 6;
    if (octets[start] === 0x0d) start++;
    if (octets[start] === 0x0a) start++;
    const end = octets.indexOf('endstream', start);
    const data = octets.subarray(start, end < 0 ? octets.length : end);
    yield { dictionary, data, number };
    if (end < 0) return;
    at = end;
  }
}

/** 7.11.3: numbers of the objects that are files; their own dictionary need not say so. */
function attachedNumbers(text: string): Set<string> {
  const found = unescaped(text).matchAll(/\/EF\s*<<([^>]{1,300})>>/g);
  return new Set(
    [...found].flatMap(([, inside = '']) =>
      [...inside.matchAll(/(\d{1,9})\s+\d+\s+R/g)].map(([, number = '']) => number),
    ),
  );
}

const MOST_NAMES = 50;

/** 7.11.3: names of files, as text or in hex. */
function fileNames(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) => [
    ...unescaped(text).matchAll(/\/(?:UF|F|DOS|Unix)\s*(?:\(((?:[^()\\]|\\[^]){1,500})\)|<([0-9a-f\s]{2,2000})>)/gi),
  ]);
  const names = found.map(([, text = '', hex]) =>
    decoded(
      hex === undefined
        ? text.replace(/\\([^])/g, '$1')
        : Buffer.from(hex.replace(/\s/g, ''), 'hex').toString('latin1'),
    ),
  );
  return [...new Set(names)].filter((name) => name.includes('.')).slice(0, MOST_NAMES);
}

/** 7.9.2.2: text with a mark is UTF-16. */
function decoded(text: string): string {
  if (!text.startsWith('\xfe\xff')) return text;
  const wide = Buffer.from(text.slice(2), 'latin1');
  return wide
    .subarray(0, wide.length & ~1)
    .swap16()
    .toString('utf16le');
}

function embeddedFile(
  dictionary: string,
  data: Buffer,
  { work, names }: { work: Work; names: readonly string[] },
): Entry {
  return {
    names,
    traits: [],
    size: data.length,
    open() {
      const bytes = unpacked(dictionary, data, work);
      return bytes === undefined ? { traits: ['unopened'] } : { bytes, traits: [] };
    },
  };
}

/** 7.4: the filters, in order; those for pictures are left alone. */
function unpacked(dictionary: string, data: Buffer, work: Work): Buffer | undefined {
  const list = /\/F(?:ilter)?\s*(?:\[([^\]]*)\]|\/(\w+))/.exec(dictionary);
  const filters = (list?.[1] ?? list?.[2] ?? '').split(/[\s/]+/).filter((name) => name !== '');
  let octets: Buffer | undefined = data;
  for (const filter of filters.slice(0, 5)) {
    octets = octets === undefined ? undefined : applyFilter(filter, octets, work);
  }
  return octets;
}

function applyFilter(filter: string, octets: Buffer, work: Work): Buffer | undefined {
  if (filter === 'FlateDecode' || filter === 'Fl') {
    const { bytes } = unpackStream('zlib', octets, work);
    return bytes === undefined ? undefined : asBuffer(bytes);
  }
  if (filter === 'ASCIIHexDecode' || filter === 'AHx')
    return Buffer.from(octets.toString('latin1').replace(/[^0-9a-f]/gi, ''), 'hex');
  if (filter === 'ASCII85Decode' || filter === 'A85') return ascii85(octets);
  return undefined;
}

function ascii85(octets: Buffer): Buffer {
  const out: number[] = [];
  let group: number[] = [];
  for (const octet of octets) {
    if (octet === 0x7e) break;
    if (octet === 0x7a && group.length === 0) out.push(0, 0, 0, 0);
    if (octet < 0x21 || octet > 0x75) continue;
    group.push(octet - 0x21);
    if (group.length < 5) continue;
    out.push(...fourOctets(group));
    group = [];
  }
  if (group.length > 1) out.push(...fourOctets([...group, 84, 84, 84, 84].slice(0, 5)).slice(0, group.length - 1));
  return Buffer.from(out);
}

function fourOctets(group: readonly number[]): number[] {
  const value = group.reduce((sum, digit) => sum * 85 + digit, 0) >>> 0;
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
