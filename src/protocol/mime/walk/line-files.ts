// Lines that say their length first, without the line that says what they are: uuencode and xxencode.

import { beginsAsFile, isAllText } from './file-begins.ts';

interface Encoding {
  /** 64 characters by their values. */
  letters: string;
  /** A line of 45 octets, as all but the last one are. */
  full: RegExp;
}

const UU: Encoding = {
  letters: Array.from({ length: 64 }, (_, value) => String.fromCharCode(value === 0 ? 0x60 : value + 32)).join(''),
  full: /^M[ -`]{60}/m,
};
const XX: Encoding = {
  letters: '+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  full: /^h[+\-0-9A-Za-z]{60}/m,
};

/** Files of such lines, each stretch by itself. */
export function* lineFiles(source: Buffer): Generator<Buffer> {
  const text = source.toString('latin1');
  for (const encoding of [UU, XX]) {
    if (!encoding.full.test(text)) continue;
    for (const octets of stretches(text, encoding)) {
      if (beginsAsFile(octets) || isAllText(octets.subarray(0, 32))) yield octets;
    }
  }
}

function* stretches(text: string, { letters }: Encoding): Generator<Buffer> {
  const values = new Int8Array(256).fill(-1);
  for (const [value, letter] of Buffer.from(letters).entries()) values[letter] = value;
  if (letters.startsWith('`')) values[0x20] = 0;
  let pieces: Buffer[] = [];
  for (const line of text.split('\n')) {
    const octets = lineOctets(line.replace(/\r$/, ''), values);
    // An empty line, or one that was put between, ends nothing; another begin does.
    if (octets !== undefined) pieces.push(octets);
    else if (pieces.length > 0 && /^end[ \t\r]*$|begin/i.test(line)) {
      yield Buffer.concat(pieces);
      pieces = [];
    }
  }
  if (pieces.length > 0) yield Buffer.concat(pieces);
}

/** The octets of a line that is as long as it says; nothing where it is not. */
function lineOctets(line: string, values: Int8Array): Buffer | undefined {
  const length = values[line.charCodeAt(0)] ?? -1;
  const count = Math.ceil(length / 3) * 4;
  if (length <= 0 || line.length < count - 1 || line.length > count + 2) return undefined;
  const octets = Buffer.alloc(Math.ceil(length / 3) * 3);
  for (let at = 0; at < count; at += 4) {
    let bits = 0;
    for (let index = 1; index <= 4; index++) {
      const letter = at + index;
      const value = letter < line.length ? (values[line.charCodeAt(letter)] ?? -1) : 0;
      if (value < 0) return undefined;
      bits = (bits << 6) | value;
    }
    octets.writeUIntBE(bits, (at / 4) * 3, 3);
  }
  return octets.subarray(0, length);
}
