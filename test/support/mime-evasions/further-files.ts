// Files that are packed without a word of it, spelled out by scripts in wider numbers, held by pages in archives, and placed
// oddly in documents and disk images.

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { iso, zip } from '../../../src/mail/inspect/archives/testing/make-archives.ts';
import type { Wrapping } from './odd-files.ts';

const b64 = (octets: Buffer) => octets.toString('base64');
const hex = (octets: Buffer) => octets.toString('hex');

/** Streams without a mark of what they are, under a name of something else. */
export function bareStreams(): Record<string, Wrapping> {
  const packed: Record<string, (data: Buffer) => Buffer> = {
    zlib: (data) => deflateSync(data),
    'zlib, small window': (data) => deflateSync(data, { windowBits: 9 }),
    'zlib, not packed': (data) => deflateSync(data, { level: 0 }),
    'zlib, cut': (data) => deflateSync(data).subarray(0, -4),
    deflate: (data) => deflateRawSync(data),
    Brotli: (data) => brotliCompressSync(data),
    gzip: (data) => gzipSync(data),
    Zstandard: (data) => zstdCompressSync(data),
  };
  return Object.fromEntries(
    Object.entries(packed).flatMap(([id, pack]) => [
      [`stream: ${id}`, ['report.bin', (_: string, data: Buffer) => pack(data)] as const],
      [`stream: ${id}, as a picture`, ['a.png', (_: string, data: Buffer) => pack(data), 'image/png'] as const],
    ]),
  );
}

/** The numbers of so many octets each. */
function numbers(data: Buffer, width: 2 | 4 | 8, big: boolean): bigint[] {
  const whole = Buffer.concat([data, Buffer.alloc((width - (data.length % width)) % width)]);
  return Array.from({ length: whole.length / width }, (_, index) => {
    const one = Buffer.from(whole.subarray(index * width, (index + 1) * width));
    return BigInt(`0x${hex(big ? one : Buffer.from(one.toReversed()))}`);
  });
}

/** Scripts that put a file together from wider numbers, or from octets that were combined with a key. */
export function scriptSpellings(): Record<string, Wrapping> {
  const page = (source: (data: Buffer) => string): Wrapping => [
    'a.html',
    (name, data) => Buffer.from(`<html><script>a.download="${name}";f(${source(data)})</script></html>`),
    'text/html',
  ];
  const units = (data: Buffer, big: boolean) => numbers(data, 2, big).map(Number);
  const four = (unit: number) => unit.toString(16).padStart(4, '0');
  const both = Object.fromEntries(
    [true, false].flatMap((big) => {
      const order = big ? 'big first' : 'small first';
      const table: Record<string, Wrapping> = {
        [`script: %u, ${order}`]: page(
          (data) =>
            `unescape("${units(data, big)
              .map((u) => `%u${four(u)}`)
              .join('')}")`,
        ),
        [`script: units of a text, ${order}`]: page(
          (data) =>
            `"${units(data, big)
              .map((u) => `\\u${four(u)}`)
              .join('')}"`,
        ),
        [`script: numbers of 16 bits, ${order}`]: page((data) => `[${units(data, big).join(', ')}]`),
        [`script: numbers of 16 bits in hex, ${order}`]: page(
          (data) =>
            `[${units(data, big)
              .map((u) => `0x${u.toString(16)}`)
              .join()}]`,
        ),
        [`script: numbers of 32 bits, ${order}`]: page((data) => `[${numbers(data, 4, big).join()}]`),
        [`script: numbers of 64 bits, ${order}`]: page((data) => `[${numbers(data, 8, big).join('n,')}n]`),
      };
      return Object.entries(table);
    }),
  );
  return {
    ...both,
    'script: %u, an octet each': page((data) => `unescape("${Array.from(data, (o) => `%u${four(o)}`).join('')}")`),
    'script: exclusive or': page((data) => `d("${b64(Buffer.from(data.map((o) => o ^ 0x5a)))}", 0x5a)`),
    'script: exclusive or, numbers': page((data) => `d([${data.map((o) => o ^ 0xc3).join()}], 0xc3)`),
    'script: sum, hex': page((data) => `d("${hex(Buffer.from(data.map((o) => o + 13)))}", 13)`),
  };
}

/** Pages, calendars and cards with a file in them, in an archive or in each other. */
export function linkedInside(): Record<string, Wrapping> {
  const zipped = (inner: string, make: (name: string, data: Buffer) => string): Wrapping => [
    'a.zip',
    (name, data) => zip([{ name: inner, data: Buffer.from(make(name, data), 'latin1') }]),
  ];
  const percents = (data: Buffer) => hex(data).replaceAll(/../g, '%$&');
  const link = (name: string, data: Buffer) => `<a download="${name}" href="data:,${percents(data)}">x</a>`;
  const within = (page: string) => `<a href="data:text/html;base64,${b64(Buffer.from(page, 'latin1'))}">x</a>`;
  const date = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=';
  return {
    'in an archive: link in a page': zipped('a.html', link),
    'in an archive: appointment': zipped('a.ics', (name, data) => `${date}${name}:${b64(data)}\r\nEND:VCALENDAR\r\n`),
    'in an archive: page in a page': zipped('a.html', (name, data) => within(link(name, data))),
    'page in a page': ['a.html', (name, data) => within(link(name, data)), 'text/html'],
    'page in a page in a page': ['a.html', (name, data) => within(within(link(name, data))), 'text/html'],
  };
}

/** PDF files that say in rarer ways what is attached, or how it is packed. */
export function rarePdfs(): Record<string, Wrapping> {
  const stream = (dictionary: string, data: Buffer) =>
    `<<${dictionary}/Length ${data.length}>>\nstream\n${data.toString('latin1')}\nendstream`;
  const pdf = (...objects: string[]) =>
    `%PDF-1.5\n${objects.map((one, index) => `${index + 1} 0 obj\n${one}\nendobj\n`).join('')}trailer<</Root 1 0 R>>\n`;
  const root = '<</Type/Catalog/Names<</EmbeddedFiles<</Names[(a) 2 0 R]>>>>>>';
  const plain = (name: string) => `<</Type/Filespec/F(${name})/EF<</F 3 0 R>>>>`;
  const made = (file: (data: Buffer) => string, spec = plain, ...more: string[]): Wrapping => [
    'a.pdf',
    (name, data) => pdf(root, spec(name), file(data), ...more),
    'application/pdf',
  ];
  const bare = (data: Buffer) => stream('', data);
  const times = (count: number) => (data: Buffer) => {
    let packed = data;
    for (let turn = 0; turn < count; turn++) packed = Buffer.from(`${hex(packed)}>`);
    return stream(`/Filter[${'/AHx'.repeat(count)}]`, packed);
  };
  const rows = (data: Buffer) =>
    Buffer.concat(
      Array.from({ length: Math.ceil(data.length / 4) }, (_, row) => {
        const at = row * 4;
        const above = (index: number) => (row > 0 ? (data[at - 4 + index] ?? 0) : 0);
        return Buffer.from([2, ...data.subarray(at, at + 4).map((octet, index) => octet - above(index))]);
      }),
    );
  const packed = (text: string) => deflateSync(Buffer.from(`2 0 ${text}`));
  return {
    'pdf: the place is an object of its own': made(bare, (name) => `<</F(${name})/EF 4 0 R>>`, '<</F 3 0 R>>'),
    'pdf: a comment before the place': made(bare, (name) => `<</F(${name})/EF%>>\n<</F%\n3 0 R>>>>`),
    'pdf: the place is packed': made(bare, (name) => stream('/Type/ObjStm/Filter/FlateDecode', packed(plain(name)))),
    'pdf: long dictionary': made((data) => stream(' '.repeat(6000), data)),
    'pdf: the word stream before': made((data) => stream('/X(a stream\n)', data)),
    'pdf: six filters': made(times(6)),
    'pdf: nine filters': made(times(9)),
    'pdf: predictor': made((data) =>
      stream('/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>', deflateSync(rows(data))),
    ),
    'pdf: many streams before': [
      'a.pdf',
      (name, data) => pdf(root, plain(name), bare(data), ...Array.from({ length: 3100 }, () => bare(Buffer.from('x')))),
      'application/pdf',
    ],
  };
}

/** Disk images of which programs show other names, or lay files out otherwise. */
export function rareImages(): Record<string, Wrapping> {
  const SECTOR = 2048;
  /** The record of the file in the folder that `iso` makes. */
  const RECORD = 19 * SECTOR + 2 * 34;
  const changed = (change: (image: Buffer, data: Buffer, name: string) => Buffer): Wrapping => [
    'a.iso',
    (name, data) => change(Buffer.from(iso(name, data)), data, name),
  ];
  return {
    'disk image: attributes before the file': changed((image, data) => {
      image[RECORD + 1] = 1;
      image.fill(0, 20 * SECTOR);
      return Buffer.concat([image, data]);
    }),
    'disk image: a file of two pieces': changed((image, data) => {
      const length = image[RECORD] ?? 0;
      image.copyWithin(RECORD + length, RECORD, RECORD + length);
      image[RECORD + 25] = 0x80;
      image.writeUInt32LE(10, RECORD + 10);
      image.writeUInt32LE(21, RECORD + length + 2);
      image.writeUInt32LE(data.length - 10, RECORD + length + 10);
      image.fill(0, 20 * SECTOR + 10);
      return Buffer.concat([image, data.subarray(10)]);
    }),
    'disk image: smaller blocks': changed((image) => {
      image.writeUInt16LE(1024, 16 * SECTOR + 128);
      image.writeUInt32LE(19 * 2, 16 * SECTOR + 158);
      image.writeUInt32LE(20 * 2, RECORD + 2);
      return image;
    }),
    'disk image: the name of Unix': [
      'a.iso',
      (name, data) => {
        const image = Buffer.from(iso('A.TXT', data));
        const length = image[RECORD] ?? 0;
        const more = Buffer.concat([Buffer.from('NM'), Buffer.from([5 + name.length, 1, 0]), Buffer.from(name)]);
        more.copy(image, RECORD + length);
        image[RECORD] = length + more.length;
        return image;
      },
    ],
  };
}
