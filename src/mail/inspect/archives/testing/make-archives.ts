// Small archives, made octet by octet: no tool writes the odd ones.

import { crc32, deflateRawSync } from 'node:zlib';

const u8 = (value: number) => Buffer.from([value]);

/** Little-endian. */
export function le(value: number, octets: number): Buffer {
  const buffer = Buffer.alloc(octets);
  for (let index = 0; index < octets; index++) buffer[index] = Math.floor(value / 2 ** (8 * index)) & 0xff;
  return buffer;
}

export interface ZipFile {
  name: string;
  data: Buffer;
  /** Only its header in front, not in the directory. */
  unlisted?: true;
  /** The name in front of the data, where it is another. */
  localName?: string;
  encrypted?: true;
  stored?: true;
}

/** A ZIP file. */
export function zip(files: readonly ZipFile[], { before = Buffer.alloc(0) }: { before?: Buffer } = {}): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, unlisted, localName = name, encrypted, stored } of files) {
    const plain = stored ? data : deflateRawSync(data);
    // No cipher, but nothing that can be unpacked.
    const packed = encrypted ? Buffer.from(plain.map((octet) => octet ^ 0xa5)) : plain;
    const common = (text: string) =>
      Buffer.concat([
        le(encrypted ? 1 : 0, 2),
        le(stored ? 0 : 8, 2),
        le(0, 4),
        le(crc32(data), 4),
        le(packed.length, 4),
        le(data.length, 4),
        le(Buffer.byteLength(text), 2),
        le(0, 2),
      ]);
    const head = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      le(20, 2),
      common(localName),
      Buffer.from(localName),
      packed,
    ]);
    local.push(head);
    if (!unlisted)
      directory.push(
        Buffer.concat([
          Buffer.from('PK\x01\x02'),
          le(20, 2),
          le(20, 2),
          common(name),
          le(0, 2),
          le(0, 2),
          le(0, 2),
          le(0, 4),
          le(offset, 4),
          Buffer.from(name),
        ]),
      );
    offset += head.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.concat([
    Buffer.from('PK\x05\x06'),
    le(0, 4),
    le(directory.length, 2),
    le(directory.length, 2),
    le(list.length, 4),
    le(offset, 4),
    le(0, 2),
  ]);
  return Buffer.concat([before, ...local, list, end]);
}

/** A 7z archive with one file; `coder`: method and properties as the header writes them. */
export function sevenZip(
  name: string,
  { packed, size, coder }: { packed: Buffer; size: number; coder: Buffer },
): Buffer {
  const number = (value: number) =>
    value < 0x80 ? u8(value) : Buffer.concat([u8(0x80 + (value >> 8)), u8(value & 0xff)]);
  const names = Buffer.concat([u8(0), Buffer.from(`${name}\0`, 'utf16le')]);
  const header = Buffer.concat([
    u8(1),
    u8(4),
    u8(6),
    number(0),
    number(1),
    u8(9),
    number(packed.length),
    u8(0),
    u8(7),
    u8(11),
    number(1),
    u8(0),
    number(1),
    coder,
    u8(12),
    number(size),
    u8(0),
    u8(0),
    u8(5),
    number(1),
    u8(17),
    number(names.length),
    names,
    u8(0),
    u8(0),
  ]);
  const start = Buffer.concat([le(packed.length, 8), le(header.length, 8), le(crc32(header), 4)]);
  const mark = Buffer.from('377abcaf271c0004', 'hex');
  return Buffer.concat([mark, le(crc32(start), 4), start, packed, header]);
}

/** A cabinet with one file in one folder of one MSZIP block. */
export function cabinet(name: string, data: Buffer): Buffer {
  const block = Buffer.concat([Buffer.from('CK'), deflateRawSync(data)]);
  const file = Buffer.concat([le(data.length, 4), le(0, 4), le(0, 2), le(0, 6), Buffer.from(`${name}\0`)]);
  const start = 36 + 8 + file.length;
  const size = start + 8 + block.length;
  return Buffer.concat([
    Buffer.from('MSCF'),
    le(0, 4),
    le(size, 4),
    le(0, 4),
    le(36 + 8, 4),
    le(0, 4),
    u8(3),
    u8(1),
    le(1, 2),
    le(1, 2),
    le(0, 6),
    le(start, 4),
    le(1, 2),
    le(1, 2),
    file,
    le(0, 4),
    le(block.length, 2),
    le(data.length, 2),
    block,
  ]);
}

/** RAR 5 with one file; stored, or said to be packed. */
export function rar5(name: string, data: Buffer, { packed = false, encrypted = false } = {}): Buffer {
  const text = Buffer.from(name);
  const extra = encrypted ? Buffer.from([3, 1, 0, 0]) : Buffer.alloc(0);
  const file = Buffer.concat([
    u8(0),
    u8(data.length),
    u8(0),
    Buffer.from(packed ? [0x80, 3] : [0]),
    u8(0),
    u8(text.length),
    text,
    extra,
  ]);
  const fields = Buffer.concat([
    u8(2),
    u8(encrypted ? 3 : 2),
    ...(encrypted ? [u8(extra.length)] : []),
    u8(data.length),
    file,
  ]);
  const main = Buffer.from([0, 0, 0, 0, 3, 1, 0, 0]);
  const end = Buffer.from([0, 0, 0, 0, 3, 5, 0, 0]);
  return Buffer.concat([
    Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'),
    main,
    le(0, 4),
    u8(fields.length),
    fields,
    data,
    end,
  ]);
}

/** LHA, level 0, stored. */
export function lha(name: string, data: Buffer): Buffer {
  const head = Buffer.concat([
    Buffer.from('-lh0-'),
    le(data.length, 4),
    le(data.length, 4),
    le(0, 4),
    u8(0x20),
    u8(0),
    u8(name.length),
    Buffer.from(name),
    le(0, 2),
  ]);
  return Buffer.concat([u8(head.length), u8(0), head, data, u8(0)]);
}

/** ARJ, stored. */
export function arj(name: string, data: Buffer): Buffer {
  const header = (size: number, text: string) => {
    const fixed = Buffer.concat([
      u8(30),
      u8(11),
      u8(1),
      u8(0),
      u8(0),
      u8(0),
      le(0, 2),
      le(0, 4),
      le(size, 4),
      le(size, 4),
      le(0, 4),
      le(0, 6),
    ]);
    const whole = Buffer.concat([fixed, Buffer.from(`${text}\0\0`)]);
    return Buffer.concat([Buffer.from([0x60, 0xea]), le(whole.length, 2), whole, le(0, 4), le(0, 2)]);
  };
  return Buffer.concat([header(0, 'a.arj'), header(data.length, name), data, Buffer.from([0x60, 0xea, 0, 0])]);
}

/** ISO 9660 with one file in the root. */
export function iso(name: string, data: Buffer): Buffer {
  const record = (text: string, extent: number, size: number, flags: number) => {
    const head = Buffer.alloc(33 + text.length + (text.length % 2 === 0 ? 1 : 0));
    head[0] = head.length;
    head.writeUInt32LE(extent, 2);
    head.writeUInt32LE(size, 10);
    head[25] = flags;
    head[32] = text.length;
    head.write(text, 33, 'latin1');
    return head;
  };
  const image = Buffer.alloc(2048 * 21);
  image[2048 * 16] = 1;
  image.write('CD001', 2048 * 16 + 1);
  record('\0', 19, 2048, 2).copy(image, 2048 * 16 + 156);
  image[2048 * 17] = 255;
  image.write('CD001', 2048 * 17 + 1);
  const folder = Buffer.concat([
    record('\0', 19, 2048, 2),
    record('\x01', 19, 2048, 2),
    record(`${name};1`, 20, data.length, 0),
  ]);
  folder.copy(image, 2048 * 19);
  data.copy(image, 2048 * 20);
  return image;
}
