// Files written as numbers: hexadecimal, decimal, octal and binary, with whatever stands between.

import { FILE_BEGINS, isAllText } from './file-begins.ts';
import { runsOf, tableOf } from './octet-runs.ts';

/** So many octets in a row are no date, no sum and no address. */
const FEWEST = 32;
const HEAD = 16;
/** Between two numbers. */
const LONGEST_GAP = 16;

const DIGIT = tableOf('0123456789');
const BITS = tableOf('01 ,;\r\n\t');
const HEX = tableOf('0123456789abcdefABCDEF');
/** Marks of numbers, which are no digits: `0x`, `\x`, `\u{`. */
const MARKS = tableOf('xXuU');
const NO_LETTERS = tableOf('ghijklmnopqrstvwyzGHIJKLMNOPQRSTVWYZ').map((letter) => 1 - letter);
const ZERO = 0x30;
const SMALL_U = 0x75;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The octets of each run of numbers that looks like a file, forwards and backwards. */
export function* numberFiles(octets: Buffer): Generator<Buffer> {
  yield* hexFiles(octets);
  for (const run of decimalRuns(octets)) {
    yield* inOctets(octetsOf(run, (number) => number));
    yield* inOctets(octetsOf(run, octal));
  }
  for (const run of runsOf(octets, BITS, 8 * FEWEST)) {
    const bits = Buffer.alloc(run.length >> 3);
    let count = 0;
    for (const octet of run) {
      if (octet !== ZERO && octet !== ZERO + 1) continue;
      const at = count++ >> 3;
      if (at < bits.length) bits[at] = ((bits[at] ?? 0) << 1) | (octet & 1);
    }
    yield* inOctets(bits.subarray(0, count >> 3));
  }
}

/** From wherever a file begins, or all where it is text. */
function* inOctets(octets: Buffer): Generator<Buffer> {
  if (octets.length < FEWEST) return;
  const places = BEGINS.map((begin) => octets.indexOf(begin)).filter((at) => at >= 0);
  if (places.length > 0) yield octets.subarray(Math.min(...places));
  for (const from of [0, 1, 2]) if (isAllText(octets.subarray(from, from + HEAD))) yield octets.subarray(from);
}

const BEGINS = FILE_BEGINS.map((begin) => Buffer.from(begin, 'latin1'));
const HEX_BEGINS = BEGINS.map((begin) => begin.toString('hex'));

function* hexFiles(octets: Buffer): Generator<Buffer> {
  for (const run of hexRuns(octets)) {
    const digits = digitsOf(run);
    for (const order of [digits, Buffer.from(digits.subarray(-2 * HEAD)).toReversed()]) {
      const text = Buffer.from(order.buffer, order.byteOffset, order.length);
      const places = HEX_BEGINS.map((begin) => text.indexOf(begin)).filter((at) => at >= 0);
      if (isAllText(Buffer.from(text.toString('latin1', 0, 2 * HEAD), 'hex'))) places.push(0);
      if (places.length === 0) continue;
      const whole = order === digits ? digits : Buffer.from(digits.toReversed());
      yield Buffer.from(whole.toString('latin1', Math.min(...places)), 'hex');
    }
  }
}

/** Digits alone, in small letters; a single one in braces gets its zero. */
function digitsOf(run: Buffer): Buffer {
  const digits = Buffer.alloc(run.length);
  let length = 0;
  for (let at = 0; at < run.length; at++) {
    const octet = run[at] ?? 0;
    if (HEX[octet] === 0 || (octet === ZERO && MARKS[run[at + 1] ?? 0] === 1)) continue;
    // `\u00` of four digits.
    if (octet === ZERO && run[at - 1] === SMALL_U && run[at + 1] === ZERO) {
      at++;
      continue;
    }
    if (run[at - 1] === OPEN && run[at + 1] === CLOSE) digits[length++] = ZERO;
    digits[length++] = octet >= 0x41 && octet <= 0x46 ? octet | 0x20 : octet;
  }
  return digits.subarray(0, length);
}

/** Stretches with digits and what may stand between; any other letter ends one. */
function* hexRuns(octets: Buffer): Generator<Buffer> {
  for (const run of runsOf(octets, NO_LETTERS, 2 * FEWEST)) yield* withoutGaps(run);
}

/** Of a stretch without other letters, the pieces between gaps that are too long. */
function* withoutGaps(octets: Buffer): Generator<Buffer> {
  let start = 0;
  let digits = 0;
  let last = 0;
  for (let at = 0; at <= octets.length; at++) {
    const octet = octets[at] ?? 0;
    if (at < octets.length && HEX[octet] === 1) {
      if (digits++ === 0) start = at;
      last = at;
    } else if (
      digits > 0 &&
      (at === octets.length || at - last > LONGEST_GAP || (MARKS[octet] === 1 && at - last > 4))
    ) {
      if (digits >= 2 * FEWEST) yield octets.subarray(start, last + 1);
      digits = 0;
    }
  }
}

/** The numbers of each stretch, to be read before the next; a number of more than three digits ends one. */
function* decimalRuns(octets: Buffer): Generator<Uint16Array> {
  const run = new Uint16Array((octets.length >> 1) + 1);
  let length = 0;
  let number = 0;
  let digits = 0;
  let gap = 0;
  for (let at = 0; at <= octets.length; at++) {
    if (digits === 0 && length === 0) at = nextDigit(octets, at);
    const octet = octets[at] ?? 0;
    if (DIGIT[octet] === 1) {
      number = digits < 4 ? number * 10 + octet - ZERO : number;
      digits++;
      gap = 0;
      continue;
    }
    if (digits > 0 && digits <= 3) run[length++] = number;
    const ends = digits > 3 || ++gap > LONGEST_GAP || at === octets.length;
    digits = 0;
    number = 0;
    if (!ends) continue;
    if (length >= FEWEST) yield run.subarray(0, length);
    length = 0;
  }
}

/** The next digit from there on, or the end. */
function nextDigit(octets: Buffer, from: number): number {
  let at = from;
  while (at < octets.length && DIGIT[octets[at] ?? 0] === 0) at++;
  return at;
}

/** The numbers that are octets, each as it is read. */
function octetsOf(run: Uint16Array, read: (number: number) => number): Buffer {
  const octets = Buffer.alloc(run.length);
  let length = 0;
  for (let at = 0; at < run.length; at++) {
    const octet = read(run[at] ?? 0);
    if (octet < 256) octets[length++] = octet;
  }
  return octets.subarray(0, length);
}

/** What three digits are in base eight; past 255 where they are none. */
function octal(number: number): number {
  const first = Math.floor(number / 100);
  const second = Math.floor(number / 10) % 10;
  const third = number % 10;
  return first > 7 || second > 7 || third > 7 ? 256 : first * 64 + second * 8 + third;
}
