// Octets put into one archive that every scanner reads: what an odd archive holds costs one scan, not one for each file.

import { crc32 } from 'node:zlib';

const LOCAL = 0x04034b50;
const LISTED = 0x02014b50;
const END = 0x06054b50;
/** APPNOTE 4.4.1.4: more entries need numbers of 64 bits. */
const MOST = 65_000;

/** A ZIP file of the contents as they are, not packed. */
export function bundle(contents: readonly Uint8Array[]): Buffer {
  const files = contents.slice(0, MOST);
  const front: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, content] of files.entries()) {
    const name = Buffer.from(String(index));
    const common = Buffer.alloc(26);
    common.writeUInt16LE(10, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    front.push(Buffer.concat([u32(LOCAL), common, name]), content);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([u32(LISTED), common.subarray(0, 2), common, place, name]));
    offset += 30 + name.length + content.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...front, list, u32(END), end]);
}

function u32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}
