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
/** The word within one stream: in a text that speaks of streams. */
const MOST_WITHIN = 1000;

/** Reads a PDF file. */
export function readPdf(bytes: Uint8Array, work: Work): Reading {
  const octets = asBuffer(bytes);
  const entries: Entry[] = [];
  const texts = [octets.toString('latin1')];
  const names: string[] = [];
  const all = [...streams(octets, work)];
  for (const { dictionary, data } of all)
    if (/\/ObjStm\b/.test(dictionary) && work.goesOn())
      texts.push(unpacked(dictionary, data, work)?.toString('latin1') ?? '');
  // Without one that says so nothing is a file; fonts may be called the same.
  const hasFiles = texts.some((text) => /\/EF\b/.test(unescaped(text)));
  const attached = new Set(hasFiles ? texts.flatMap((text) => [...attachedNumbers(text)]) : []);
  for (const { dictionary, data, number } of all) {
    const isFile = attached.has(number) || /\/Type\s*\/EmbeddedFile\b|\/EF\b/.test(dictionary);
    if (isFile) entries.push(embeddedFile(dictionary, data, { work, names }));
  }
  // Which name belongs to which file stands elsewhere: each has them all.
  if (entries.length > 0) names.push(...fileNames(texts));
  const traits = new Set<PartTrait>();
  const targets: { target: string; text: string }[] = [];
  for (const text of texts) {
    if (!work.goesOn()) break;
    readObjects(unescaped(text), traits, []);
    readObjects(unescaped(withoutComments(text)), traits, targets);
  }
  if (entries.length > 0) traits.add('embedded-object');
  const trailer = texts.map((text) => text).join('\n');
  if (/\/Encrypt\b/.test(trailer) && !opensWithoutPassword(octets)) traits.add('encrypted');
  return { traits: [...traits], ...(entries.length > 0 && { entries }), links: htmlLinks(targets) };
}

function readObjects(text: string, traits: Set<PartTrait>, targets: { target: string; text: string }[]): void {
  if (
    /\/(?:JavaScript|JS)\b(?=\s*[/(<[\d\s])/.test(text) &&
    /\/(?:S\s*\/JavaScript|JS\s*[(<\d]|Names\s*<<\s*\/JavaScript|JavaScript(?:\s|<<))/.test(text)
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

/**
 * Every stream with the dictionary before it, found by the words alone: tables of places may lie. The word may stand in a
 * text or a comment too, so that nothing is passed over behind it.
 */
function* streams(octets: Buffer, work: Work): Generator<{ dictionary: string; data: Buffer; number: string }> {
  let count = 0;
  let past = 0;
  let end = 0;
  let within = 0;
  let number = '';
  for (let at = octets.indexOf('stream'); at >= 0 && work.goesOn(); at = octets.indexOf('stream', at + 6)) {
    if (octets.toString('latin1', at - 3, at) === 'end') continue;
    if (count++ >= MOST_STREAMS || within >= MOST_WITHIN) {
      work.reached('parts');
      return;
    }
    const before = octets.toString('latin1', past, at);
    past = at;
    const object = before.lastIndexOf(' obj');
    if (object >= 0) number = /(\d{1,9})\s+\d{1,5}$/.exec(before.slice(Math.max(0, object - 20), object))?.[1] ?? '';
    let start = at + 6;
    if (octets[start] === 0x0d) start++;
    if (octets[start] === 0x0a) start++;
    within++;
    if (end < start) {
      within = 0;
      end = octets.indexOf('endstream', start);
      if (end < 0) end = octets.length;
    }
    yield { dictionary: unescaped(before.slice(Math.max(0, object))), data: octets.subarray(start, end), number };
  }
}

/** 7.11.3: numbers of the objects that are files; their own dictionary need not say so. */
function attachedNumbers(text: string): Set<string> {
  // The dictionary may be an object of its own: whatever is called a file counts.
  const found = unescaped(withoutComments(text)).matchAll(/\/(?:U?F|DOS|Mac|Unix)\s+(\d{1,9})\s+\d+\s+R/g);
  return new Set([...found].map(([, number = '']) => number));
}

/** 7.2.4: a comment counts as white space. In a text the sign is none, so that both are looked at. */
function withoutComments(text: string): string {
  return text.replaceAll(/%[^\r\n]*/g, ' ');
}

/** No more than one or two are of any use. */
const MOST_FILTERS = 8;
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
  const predictor = Number(/\/Predictor\s*(\d{1,3})/.exec(dictionary)?.[1] ?? 1);
  const columns = Number(/\/Columns\s*(\d{1,6})/.exec(dictionary)?.[1] ?? 1);
  // That of TIFF is for pictures; and so are several octets for one place.
  if (predictor > 1 && (predictor < 10 || /\/(?:Colors|BitsPerComponent)\b/.test(dictionary))) return undefined;
  let octets: Buffer | undefined = data;
  if (filters.length > MOST_FILTERS) return undefined;
  for (const filter of filters) {
    octets = octets === undefined ? undefined : applyFilter(filter, octets, work);
  }
  return octets !== undefined && predictor > 1 ? withoutPredictor(octets, columns) : octets;
}

/** 7.4.4.4: each row says how it was told by its neighbours. */
function withoutPredictor(rows: Buffer, columns: number): Buffer {
  const octets = Buffer.alloc(Math.ceil(rows.length / (columns + 1)) * columns);
  let to = 0;
  for (let at = 0; at < rows.length; at += columns + 1) {
    const way = rows[at];
    const from = to;
    for (let index = 0; index < columns && at + 1 + index < rows.length; index++, to++) {
      const left = index > 0 ? (octets[to - 1] ?? 0) : 0;
      const up = from > 0 ? (octets[to - columns] ?? 0) : 0;
      const corner = index > 0 && from > 0 ? (octets[to - columns - 1] ?? 0) : 0;
      octets[to] = (rows[at + 1 + index] ?? 0) + predicted(way, left, up, corner);
    }
  }
  return octets.subarray(0, to);
}

/** PNG 9.2. */
function predicted(way: number | undefined, ...[left, up, corner]: [left: number, up: number, corner: number]): number {
  if (way === 1) return left;
  if (way === 2) return up;
  if (way === 3) return (left + up) >> 1;
  if (way !== 4) return 0;
  const [byLeft, byUp, byCorner] = [left, up, corner].map((one) => Math.abs(left + up - corner - one)) as [
    number,
    number,
    number,
  ];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

function applyFilter(filter: string, octets: Buffer, work: Work): Buffer | undefined {
  // The same octets may stand in many streams.
  if (octets.length > work.room(octets.length)) {
    work.outOfRoom(octets.length);
    return undefined;
  }
  if (filter === 'FlateDecode' || filter === 'Fl') {
    const { bytes } = unpackStream('zlib', octets, work);
    return bytes === undefined ? undefined : asBuffer(bytes);
  }
  work.spend(octets.length);
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
