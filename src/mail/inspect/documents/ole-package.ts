// Files that are packed into documents by "Insert object" ([MS-OLEDS] 2.3.6, and what Packager writes into it).

import { asBuffer, u16, u32 } from '../archives/binary.ts';
import type { Entry } from '../content/reading.ts';

/** The file in a stream `\1Ole10Native`; of unknown kinds, what the stream holds. */
export function nativePackage(stream: Uint8Array): Entry | undefined {
  const octets = asBuffer(stream);
  if (octets.length <= 4) return undefined;
  return (
    packagedFile(octets.subarray(4)) ?? {
      names: [],
      traits: [],
      size: octets.length - 4,
      open: () => ({ bytes: octets.subarray(4), traits: [] }),
    }
  );
}

/** Packager's record: label, path, path again, and the octets of the file. */
export function packagedFile(octets: Buffer): Entry | undefined {
  if (u16(octets, 0) !== 2) return undefined;
  const label = textAt(octets, 2);
  const path = textAt(octets, label.next);
  // Two numbers stand between: flags, and the length of the path that follows with its NUL.
  const temporary = path.next + 8;
  const length = u32(octets, path.next + 4);
  const start = temporary + length + 4;
  const size = u32(octets, temporary + length);
  if (length > 1000 || start > octets.length) return undefined;
  const bytes = octets.subarray(start, start + size);
  return {
    names: [...new Set([label.text, path.text, textAt(octets, temporary).text])].filter((name) => name !== ''),
    traits: bytes.length < size ? ['unopened'] : [],
    size,
    open: () => ({ bytes, traits: [] }),
  };
}

function textAt(octets: Buffer, at: number): { text: string; next: number } {
  const end = octets.subarray(at, at + 1000).indexOf(0);
  if (end < 0) return { text: '', next: at };
  const name = octets.toString('latin1', at, at + end);
  return { text: name.split(/[\\/]/).at(-1) ?? '', next: at + end + 1 };
}
