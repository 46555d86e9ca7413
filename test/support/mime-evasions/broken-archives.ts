// Archives that are cut, broken, or made so that programs differ in what they hold: each is unpacked by some program.

import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { le } from '../../../src/mail/inspect/archives/testing/make-archives.ts';
import type { Wrapping } from './odd-files.ts';

const NOTHING = Buffer.from('nothing of interest');
const JUNK = Buffer.from('0123456789 not an archive '.repeat(20));

interface Header {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  extra: Buffer;
}

interface ZipPart {
  name: string;
  data: Buffer;
  method?: number;
  packed?: Buffer;
  /** What the header in front says otherwise. */
  front?: Partial<Header>;
  /** What the directory says otherwise. */
  list?: Partial<Header>;
  frontMark?: string;
  listMark?: string;
  /** Behind the data. */
  behind?: Buffer;
  /** Left out of the directory. */
  unlisted?: true;
}

interface ZipShape {
  before?: Buffer;
  /** Between the entries and the directory. */
  between?: Buffer;
  after?: Buffer;
  noEnd?: true;
  noList?: true;
  end?: { entries?: number; size?: number; offset?: number; disk?: number; comment?: number };
}

const fields = ({ name, flags, method, crc, packed, size, extra }: Header) =>
  Buffer.concat([
    le(flags, 2),
    le(method, 2),
    le(0, 4),
    le(crc, 4),
    le(packed, 4),
    le(size, 4),
    le(Buffer.byteLength(name), 2),
    le(extra.length, 2),
  ]);

function oddZip(parts: readonly ZipPart[], shape: ZipShape = {}): Buffer {
  const front: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const { name, data, method = 8, packed = method === 8 ? deflateRawSync(data) : data } = part;
    const header = { name, flags: 0, method, crc: crc32(data), packed: packed.length, size: data.length };
    const first: Header = { ...header, extra: Buffer.alloc(0), ...part.front };
    const listed: Header = { ...header, extra: Buffer.alloc(0), ...part.list };
    const mark = Buffer.from(part.frontMark ?? 'PK\x03\x04', 'latin1');
    const head = Buffer.concat([mark, le(20, 2), fields(first), Buffer.from(first.name), first.extra]);
    const whole = Buffer.concat([head, packed, part.behind ?? Buffer.alloc(0)]);
    front.push(whole);
    const listMark = Buffer.from(part.listMark ?? 'PK\x01\x02', 'latin1');
    const entry = [listMark, le(20, 2), le(20, 2), fields(listed), le(0, 2), le(0, 4), le(0, 4), le(offset, 4)];
    if (!part.unlisted) list.push(Buffer.concat([...entry, Buffer.from(listed.name), listed.extra]));
    offset += whole.length;
  }
  const directory = shape.noList ? Buffer.alloc(0) : Buffer.concat(list);
  const { entries = list.length, size = directory.length, disk = 0, comment = 0 } = shape.end ?? {};
  const place = shape.end?.offset ?? offset + (shape.between?.length ?? 0);
  const end = [Buffer.from('PK\x05\x06'), le(disk, 2), le(disk, 2), le(entries, 2), le(entries, 2)];
  return Buffer.concat([
    shape.before ?? Buffer.alloc(0),
    ...front,
    shape.between ?? Buffer.alloc(0),
    directory,
    ...(shape.noEnd ? [] : [...end, le(size, 4), le(place, 4), le(comment, 2)]),
    shape.after ?? Buffer.alloc(0),
  ]);
}

const zeros: Partial<Header> = { crc: 0, packed: 0, size: 0 };

/** ZIP: one entry, of which something is odd. */
export function oddEntries(): Record<string, Wrapping> {
  const one = (part: (name: string, data: Buffer) => Partial<ZipPart>): Wrapping => [
    'a.zip',
    (name, data) => oddZip([{ name, data, ...part(name, data) }]),
  ];
  const sums = (data: Buffer, width: number) =>
    Buffer.concat([le(crc32(data), 4), le(deflateRawSync(data).length, width), le(data.length, width)]);
  const unicode = (name: string) =>
    Buffer.concat([le(0x7075, 2), le(5 + name.length, 2), le(1, 1), le(0, 4), Buffer.from(name)]);
  const wide = (...numbers: number[]) =>
    Buffer.concat([le(1, 2), le(numbers.length * 8, 2), ...numbers.map((number) => le(number, 8))]);
  const both = (change: Partial<Header>) => one(() => ({ front: change, list: change }));
  return {
    'zip: no mark in front': one(() => ({ frontMark: 'PK\x03\x05' })),
    'zip: zeros for a mark in front': one(() => ({ frontMark: '\0\0\0\0' })),
    'zip: no mark in the directory': one(() => ({ listMark: 'PK\x01\x03' })),
    'zip: wrong sum': both({ crc: 1 }),
    'zip: wrong sum in front': one(() => ({ front: { crc: 1 } })),
    'zip: wrong sum in the directory': one(() => ({ list: { crc: 1 } })),
    'zip: sum of nothing': both({ crc: 0 }),
    'zip: no size': both({ size: 0 }),
    'zip: size too small': both({ size: 1 }),
    'zip: size too large': both({ size: 0x7fffffff }),
    'zip: size too small in front': one(() => ({ front: { size: 3 } })),
    'zip: packed size too small in the directory': one(() => ({ list: { packed: 3 } })),
    'zip: packed size too small in front': one(() => ({ front: { packed: 3 } })),
    'zip: packed size too small in both': both({ packed: 3 }),
    'zip: packed size too large': both({ packed: 0x7fffffff }),
    'zip: packed size too large in front': one(() => ({ front: { packed: 5000 } })),
    'zip: no packed size in front': one(() => ({ front: { packed: 0 } })),
    'zip: no packed size in the directory': one(() => ({ list: { packed: 0 } })),
    'zip: no numbers in front': one(() => ({ front: zeros })),
    'zip: no numbers at all': both(zeros),
    'zip: no numbers in the directory': one(() => ({ list: zeros })),
    'zip: stored in the directory, packed in front': one(() => ({ list: { method: 0 } })),
    'zip: packed in the directory, stored in front': one(() => ({ front: { method: 0 } })),
    'zip: stored, said to be packed': one((_, data) => ({ method: 0, packed: data, front: { method: 8 } })),
    'zip: stored, said to be packed in the directory': one((_, data) => ({
      method: 0,
      packed: data,
      list: { method: 8 },
    })),
    'zip: stored, unknown method in front': one(() => ({ method: 0, front: { method: 77 } })),
    'zip: stored, unknown method in the directory': one(() => ({ method: 0, list: { method: 77 } })),
    'zip: stored, unknown method in both': one(() => ({ method: 0, front: { method: 77 }, list: { method: 77 } })),
    'zip: packed, unknown method in both': both({ method: 77 }),
    'zip: method of bzip2, packed': both({ method: 12 }),
    'zip: Deflate64': both({ method: 9 }),
    'zip: Zstandard': one((_, data) => ({ method: 93, packed: zstdCompressSync(data) })),
    'zip: Zstandard, first number': one((_, data) => ({ method: 20, packed: zstdCompressSync(data) })),
    'zip: said to be encrypted in front': one(() => ({ front: { flags: 1 } })),
    'zip: said to be encrypted in the directory': one(() => ({ list: { flags: 1 } })),
    'zip: said to be encrypted in both': both({ flags: 1 }),
    'zip: said to be strongly encrypted': both({ flags: 0x41 }),
    'zip: said to be masked': both({ flags: 0x2000 }),
    'zip: said to be a patch': both({ flags: 0x20 }),
    'zip: numbers behind the data': one((_, data) => ({
      front: { ...zeros, flags: 8 },
      list: { flags: 8 },
      behind: Buffer.concat([Buffer.from('PK\x07\x08'), sums(data, 4)]),
    })),
    'zip: numbers behind the data, no mark': one((_, data) => ({
      front: { ...zeros, flags: 8 },
      list: { flags: 8 },
      behind: sums(data, 4),
    })),
    'zip: numbers behind the data, wide': one((_, data) => ({
      front: { ...zeros, flags: 8 },
      list: { flags: 8 },
      behind: Buffer.concat([Buffer.from('PK\x07\x08'), sums(data, 8)]),
    })),
    'zip: numbers behind the data, nowhere else': one((_, data) => ({
      front: { ...zeros, flags: 8 },
      list: { ...zeros, flags: 8 },
      behind: Buffer.concat([Buffer.from('PK\x07\x08'), sums(data, 4)]),
    })),
    'zip: numbers behind stored data': one((_, data) => ({
      method: 0,
      packed: data,
      front: { ...zeros, flags: 8 },
      list: { flags: 8 },
      behind: Buffer.concat([Buffer.from('PK\x07\x08'), le(crc32(data), 4), le(data.length, 4), le(data.length, 4)]),
    })),
    'zip: wide numbers': one((_, data) => ({
      front: { packed: 0xffffffff, size: 0xffffffff, extra: wide(data.length, deflateRawSync(data).length) },
      list: { packed: 0xffffffff, size: 0xffffffff, extra: wide(data.length, deflateRawSync(data).length) },
    })),
    'zip: wide numbers in the directory alone': one((_, data) => ({
      list: { packed: 0xffffffff, size: 0xffffffff, extra: wide(data.length, deflateRawSync(data).length) },
    })),
    'zip: wide numbers that are not there': both({ packed: 0xffffffff, size: 0xffffffff }),
    'zip: no name in front': one(() => ({ front: { name: '' } })),
    'zip: no name in the directory': one(() => ({ list: { name: '' } })),
    'zip: another name in front': one(() => ({ front: { name: 'a.txt' } })),
    'zip: another name in the directory': one(() => ({ list: { name: 'a.txt' } })),
    'zip: another name in an extra field': one((name) => ({
      front: { name: 'a.txt', extra: unicode(name) },
      list: { name: 'a.txt', extra: unicode(name) },
    })),
    'zip: another name in an extra field in front': one((name) => ({
      front: { name: 'a.txt', extra: unicode(name) },
      list: { name: 'a.txt' },
    })),
    'zip: a name that ends as a folder': one((name) => ({ front: { name: `${name}/` }, list: { name: `${name}/` } })),
    'zip: a name that ends as a folder of Windows': one((name) => ({
      front: { name: `${name}\\` },
      list: { name: `${name}\\` },
    })),
    'zip: a name with a NUL': one((name) => ({ front: { name: `${name}\0.txt` }, list: { name: `${name}\0.txt` } })),
    'zip: extra field longer than there is': one(() => ({ list: { extra: Buffer.from('feff00ff', 'hex') } })),
    'zip: extra field in front alone': one(() => ({ front: { extra: Buffer.alloc(300, 1) } })),
  };
}

/** ZIP: the archive around the entries is odd. */
export function oddZips(): Record<string, Wrapping> {
  const shape = (make: ZipShape): Wrapping => ['a.zip', (name, data) => oddZip([{ name, data }], make)];
  const cut = (octets: number): Wrapping => ['a.zip', (name, data) => oddZip([{ name, data }]).subarray(0, -octets)];
  const second = (parts: (part: ZipPart) => ZipPart[], make: ZipShape = {}): Wrapping => [
    'a.zip',
    (name, data) => oddZip(parts({ name, data }), make),
  ];
  const ok: ZipPart = { name: 'ok.txt', data: NOTHING };
  return {
    'zip: no end': shape({ noEnd: true }),
    'zip: no directory': shape({ noList: true }),
    'zip: no directory and no end': shape({ noList: true, noEnd: true }),
    'zip: end cut': cut(10),
    'zip: end and a little cut': cut(25),
    'zip: directory cut': cut(60),
    'zip: nothing but the entry, cut in its last octets': [
      'a.zip',
      (name, data) => oddZip([{ name, data, method: 0, packed: data }]).subarray(0, 30 + name.length + data.length),
    ],
    'zip: junk before': shape({ before: JUNK }),
    'zip: junk before, a megabyte': shape({ before: Buffer.alloc(1_200_000, JUNK) }),
    'zip: one octet before': shape({ before: Buffer.from('x') }),
    'zip: line end before': shape({ before: Buffer.from('\r\n') }),
    'zip: junk between': shape({ between: JUNK }),
    'zip: junk behind': shape({ after: JUNK }),
    'zip: junk behind, much': shape({ after: Buffer.alloc(150_000, JUNK) }),
    'zip: junk before and behind': shape({ before: JUNK, after: JUNK }),
    'zip: comment longer than there is': shape({ end: { comment: 500 } }),
    'zip: comment shorter than there is': shape({ end: { comment: 5 }, after: JUNK }),
    'zip: no entries, it says': shape({ end: { entries: 0 } }),
    'zip: more entries, it says': shape({ end: { entries: 9 } }),
    'zip: offset of nothing': shape({ end: { offset: 0 } }),
    'zip: offset too far': shape({ end: { offset: 0x7fffffff } }),
    'zip: directory of no length': shape({ end: { size: 0 } }),
    'zip: directory too long': shape({ end: { size: 0x7fffffff } }),
    'zip: on another disk': shape({ end: { disk: 1 } }),
    'zip: of several disks': shape({ before: Buffer.from('PK\x07\x08') }),
    'zip: of several disks after all': shape({ before: Buffer.from('PK00') }),
    'zip: unlisted': second((part) => [ok, { ...part, unlisted: true }]),
    'zip: unlisted, the first': second((part) => [{ ...part, unlisted: true }, ok]),
    'zip: unlisted, stored': second((part) => [ok, { ...part, method: 0, packed: part.data, unlisted: true }]),
    'zip: unlisted, without a name': second((part) => [ok, { ...part, front: { name: '' }, unlisted: true }]),
    'zip: unlisted, of unknown length': second((part) => [
      { ...part, front: { ...zeros, flags: 8 }, unlisted: true },
      ok,
    ]),
    'zip: the same name twice': second((part) => [{ ...part, data: NOTHING }, part]),
    'zip: the same name twice, turned': second((part) => [part, { ...part, data: NOTHING }]),
    'zip: only listed first': second((part) => [part, { ...ok, unlisted: true }]),
    'zip: two directories': [
      'a.zip',
      (name, data) => {
        const first = oddZip([{ name, data }, ok]);
        return oddZip([ok], { before: first, end: { offset: first.length + 36 + NOTHING.length } });
      },
    ],
    'zip: the first directory counts': [
      'a.zip',
      (name, data) => Buffer.concat([oddZip([{ name, data }]), oddZip([], { end: { entries: 0 } })]),
    ],
    'zip: an empty archive before': ['a.zip', (name, data) => Buffer.concat([oddZip([]), oddZip([{ name, data }])])],
    'zip: an empty archive behind': ['a.zip', (name, data) => Buffer.concat([oddZip([{ name, data }]), oddZip([])])],
    'zip: wide end that says another': [
      'a.zip',
      (name, data) => {
        const list = oddZip([{ name, data }, ok], { noEnd: true });
        const record = Buffer.concat([Buffer.from('PK\x06\x06'), le(44, 8), le(45, 4), le(0, 8), le(0, 16), le(0, 16)]);
        const locator = Buffer.concat([Buffer.from('PK\x06\x07'), le(0, 4), le(list.length, 8), le(1, 4)]);
        return Buffer.concat([list, record, locator, oddZip([]).fill(0xff, 8, 20)]);
      },
    ],
    'zip: in a zip, stored and not listed': [
      'a.zip',
      (name, data) => oddZip([ok, { name: 'inner.zip', data: oddZip([{ name, data }]), method: 0, unlisted: true }]),
    ],
    'zip: five deep, each cut at its end': [
      'a.zip',
      (name, data) => {
        let octets = oddZip([{ name, data }]);
        for (let depth = 0; depth < 5; depth++) octets = oddZip([{ name: 'inner.zip', data: octets }], { noEnd: true });
        return octets;
      },
    ],
  };
}

const flagged = (packed: Buffer, flags: number, added: Buffer) => {
  const head = Buffer.from(packed.subarray(0, 10));
  head[3] = flags;
  return Buffer.concat([head, added, packed.subarray(10)]);
};

/** Single packed files: gzip, Zstandard; and bzip2 where the file is EICAR, which needs a packer that is not here. */
export function oddStreams(): Record<string, Wrapping> {
  const gz = (make: (data: Buffer) => Buffer): Wrapping => ['report.exe.gz', (_, data) => make(data)];
  const zst = (make: (data: Buffer) => Buffer): Wrapping => ['report.exe.zst', (_, data) => make(data)];
  const broken = (octets: Buffer, place: number) => {
    octets[octets.length - place] = (octets.at(-place) ?? 0) ^ 0xff;
    return octets;
  };
  const skip = Buffer.concat([le(0x184d2a50, 4), le(4, 4), Buffer.from('skip')]);
  return {
    'gzip: wrong sum': gz((data) => broken(gzipSync(data), 8)),
    'gzip: wrong length': gz((data) => broken(gzipSync(data), 1)),
    'gzip: no sum': gz((data) => gzipSync(data).subarray(0, -8)),
    'gzip: cut': gz((data) => gzipSync(data).subarray(0, -12)),
    'gzip: another member before': gz((data) => Buffer.concat([gzipSync(NOTHING), gzipSync(data)])),
    'gzip: zeros between': gz((data) => Buffer.concat([gzipSync(NOTHING), Buffer.alloc(100), gzipSync(data)])),
    'gzip: junk between': gz((data) => Buffer.concat([gzipSync(NOTHING), JUNK, gzipSync(data)])),
    'gzip: a broken member before': gz((data) => Buffer.concat([broken(gzipSync(NOTHING), 8), gzipSync(data)])),
    'gzip: a cut member before': gz((data) => Buffer.concat([gzipSync(NOTHING).subarray(0, 20), gzipSync(data)])),
    'gzip: junk before': gz((data) => Buffer.concat([Buffer.from('\r\n\r\n'), gzipSync(data)])),
    'gzip: junk behind': gz((data) => Buffer.concat([gzipSync(data), JUNK])),
    'gzip: reserved flags': gz((data) => flagged(gzipSync(data), 0xe0, Buffer.alloc(0))),
    'gzip: extra field': gz((data) => flagged(gzipSync(data), 4, Buffer.from('\x04\0abcd'))),
    'gzip: comment': gz((data) => flagged(gzipSync(data), 16, Buffer.from('a comment\0'))),
    'gzip: wrong sum of the header': gz((data) => flagged(gzipSync(data), 2, Buffer.from('\x01\x02'))),
    'gzip: all fields': gz((data) => flagged(gzipSync(data), 0x1e, Buffer.from('\x02\0abx.txt\0comment\0\x01\x02'))),
    'gzip: unknown method': gz((data) => Buffer.from(gzipSync(data)).fill(7, 2, 3)),
    'Zstandard: cut': zst((data) => zstdCompressSync(data).subarray(0, -1)),
    'Zstandard: a frame to skip before': zst((data) => Buffer.concat([skip, zstdCompressSync(data)])),
    'Zstandard: two frames': zst((data) => Buffer.concat([zstdCompressSync(NOTHING), zstdCompressSync(data)])),
    'Zstandard: a frame to skip between': zst((data) =>
      Buffer.concat([zstdCompressSync(NOTHING), skip, zstdCompressSync(data)]),
    ),
    'Zstandard: junk between': zst((data) => Buffer.concat([zstdCompressSync(NOTHING), JUNK, zstdCompressSync(data)])),
    'Zstandard: junk behind': zst((data) => Buffer.concat([zstdCompressSync(data), JUNK])),
  };
}
