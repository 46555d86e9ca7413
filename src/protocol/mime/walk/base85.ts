// Base85 in its three alphabets: that of btoa and Adobe, that of RFC 1924, and that of ZeroMQ.

import { beginsAsFile, isAllText } from './file-begins.ts';
import { CAPITALS, DIGITS, runsOf, SMALL, tableOf } from './octet-runs.ts';

const ALPHABETS: readonly string[] = [
  Array.from({ length: 85 }, (_, value) => String.fromCharCode(value + 33)).join(''),
  `${DIGITS}${CAPITALS}${SMALL}!#$%&()*+-;<=>?@^_\`{|}~`,
  `${DIGITS}${SMALL}${CAPITALS}.-:+=^!/*?&<>()[]{}@%$#`,
];
/** Shorter words are addresses, or style. */
const FEWEST = 40;
const HEAD = 20;
const MOST_WORDS = 10_000;

const VISIBLE = tableOf(`${String.fromCharCode(...Array.from({ length: 94 }, (_, index) => index + 33))}\r\n`);
const PLAIN = /^[A-Za-z0-9+/=_-]*$/;

/** Long words of many marks, and such words on lines that follow each other, where they look like a file. */
export function* base85Files(octets: Buffer): Generator<Buffer> {
  let looked = 0;
  for (const run of runsOf(octets, VISIBLE, FEWEST)) {
    if (looked++ >= MOST_WORDS) return;
    // A word of a line above may end directly before.
    const line = run.indexOf('\n') + 1;
    for (const from of line > 0 && line < FEWEST ? [run, run.subarray(line)] : [run]) yield* inAlphabets(from);
  }
}

function* inAlphabets(run: Buffer): Generator<Buffer> {
  const start = dataOf(run.toString('latin1', 0, 200));
  if (start.length < FEWEST || PLAIN.test(start)) return;
  for (const alphabet of ALPHABETS) {
    const head = from85(start.slice(0, HEAD), alphabet);
    if (beginsAsFile(head) || (head.length >= 16 && isAllText(head)))
      yield from85(dataOf(run.toString('latin1')).replace(/~>.*$/, ''), alphabet);
  }
}

/** Without line ends, and the mark of Adobe. */
function dataOf(text: string): string {
  return text.replaceAll(/[\r\n]/g, '').replace(/^.{0,9}<~/, '');
}

function from85(word: string, alphabet: string): Buffer {
  const isAdobe = alphabet.startsWith('!"');
  const whole = isAdobe ? word.replaceAll('z', '!!!!!').replaceAll('y', '+<VdL') : word;
  const octets = Buffer.alloc(Math.ceil(whole.length / 5) * 4);
  let length = 0;
  for (let at = 0; at < whole.length; at += 5) {
    let number = 0;
    for (let index = at; index < at + 5; index++) {
      const value = index < whole.length ? alphabet.indexOf(whole[index] ?? '') : 84;
      if (value < 0) return octets.subarray(0, length);
      number = number * 85 + value;
    }
    octets.writeUInt32BE(number >>> 0, length);
    length += Math.min(4, Math.max(0, whole.length - at - 1));
  }
  return octets.subarray(0, length);
}
