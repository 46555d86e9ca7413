// Files in the wrappings of old Macintoshes, which Apple's programs take off: AppleSingle and AppleDouble (RFC 1740),
// MacBinary.

import type { TextFile } from './other-encodings.ts';

const SINGLE = 0x00051600;
const DOUBLE = 0x00051607;
const DATA_FORK = 1;
/** More than a text may have: past it the message counts as over the limit. */
const MOST_FORKS = 100;
const REAL_NAME = 3;
const HEADER = 128;

/** The file inside; nothing where there is no such wrapping. */
export function appleFiles(octets: Buffer): TextFile[] {
  const mark = octets.length >= 26 ? octets.readUInt32BE(0) : 0;
  if (mark === SINGLE || mark === DOUBLE) return inEntries(octets);
  return isMacBinary(octets) ? [inMacBinary(octets)] : [];
}

/** Each fork of data: of several, programs take the first or the last. */
function inEntries(octets: Buffer): TextFile[] {
  const forks: Buffer[] = [];
  let name = '';
  const count = octets.readUInt16BE(24);
  for (let at = 26; at + 12 <= octets.length && at < 26 + count * 12; at += 12) {
    const start = octets.readUInt32BE(at + 4);
    const part = octets.subarray(start, start + octets.readUInt32BE(at + 8));
    const id = octets.readUInt32BE(at);
    if (id === REAL_NAME) name = part.toString('latin1', 0, 1000);
    if (id === DATA_FORK && forks.length < MOST_FORKS) forks.push(part);
  }
  return (forks.length === 0 ? [Buffer.alloc(0)] : forks).map((fork) => ({ name, octets: fork }));
}

/** The first octet is zero, and so are two more; then there is a name, and lengths that fit. */
function isMacBinary(octets: Buffer): boolean {
  if (octets.length <= HEADER || octets[0] !== 0 || octets[74] !== 0 || octets[82] !== 0) return false;
  const name = octets[1] ?? 0;
  const forks = octets.readUInt32BE(83) + octets.readUInt32BE(87);
  return (
    name > 0 && name < 64 && !octets.subarray(2, 2 + name).includes(0) && forks > 0 && forks <= octets.length - HEADER
  );
}

function inMacBinary(octets: Buffer): TextFile {
  const name = octets.toString('latin1', 2, 2 + (octets[1] ?? 0));
  return { name, octets: octets.subarray(HEADER, HEADER + octets.readUInt32BE(83)) };
}
