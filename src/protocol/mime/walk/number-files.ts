// Files written as numbers: hexadecimal, decimal, octal and binary, with whatever stands between.

import { FILE_BEGINS, isAllText } from './file-begins.ts';
import { runsOf, tableOf, turnedAround } from './octet-runs.ts';

/** So many octets in a row are no date, no sum and no address. */
const FEWEST = 32;
const HEAD = 16;
/** Between two numbers. */
const LONGEST_GAP = 16;

const DIGIT = tableOf('0123456789');
const HEX = tableOf('0123456789abcdefABCDEF');
/** Marks of numbers, which are no digits: `0x`, `\x`, `\u{`. */
const MARKS = tableOf('xXuU');
const NO_LETTERS = tableOf('ghijklmnopqrstvwyzGHIJKLMNOPQRSTVWYZ').map((letter) => 1 - letter);

/** The octets of each run of numbers that looks like a file, forwards and backwards. */
export function* numberFiles(octets: Buffer): Generator<Buffer> {
  yield* hexFiles(octets);
  for (const run of decimalRuns(octets)) {
    yield* inOctets(Buffer.from(run.filter((number) => number < 256)));
    const octal = run.map((number) => Number.parseInt(String(number), 8));
    yield* inOctets(Buffer.from(octal.filter((number) => number < 256)));
  }
  for (const [run] of octets.toString('latin1').matchAll(/[01](?:[^\w]{0,4}[01]){255,}/g))
    yield* inOctets(
      Buffer.from((run.replaceAll(/[^01]/g, '').match(/.{8}/g) ?? []).map((one) => Number.parseInt(one, 2))),
    );
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
    const digits = run
      .toLowerCase()
      .replaceAll(/0x|u00|\\u\{(?=.\})|[^0-9a-f]/g, (mark) => (mark === '\\u{' ? '0' : ''));
    for (const order of [digits, turnedAround(digits.slice(-2 * HEAD))]) {
      const places = HEX_BEGINS.map((begin) => order.indexOf(begin)).filter((at) => at >= 0);
      if (isAllText(Buffer.from(order.slice(0, 2 * HEAD), 'hex'))) places.push(0);
      if (places.length === 0) continue;
      const whole = order === digits ? digits : turnedAround(digits);
      yield Buffer.from(whole.slice(Math.min(...places)), 'hex');
    }
  }
}

/** Stretches with digits and what may stand between; any other letter ends one. */
function* hexRuns(octets: Buffer): Generator<string> {
  for (const run of runsOf(octets, NO_LETTERS, 2 * FEWEST)) yield* withoutGaps(run);
}

/** Of a stretch without other letters, the pieces between gaps that are too long. */
function* withoutGaps(octets: Buffer): Generator<string> {
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
      if (digits >= 2 * FEWEST) yield octets.toString('latin1', start, last + 1);
      digits = 0;
    }
  }
}

/** The numbers of each stretch; a number of more than three digits ends one. */
function* decimalRuns(octets: Buffer): Generator<number[]> {
  let run: number[] = [];
  let number = 0;
  let digits = 0;
  let gap = 0;
  for (let at = 0; at <= octets.length; at++) {
    if (digits === 0 && run.length === 0) at = nextDigit(octets, at);
    const octet = octets[at] ?? 0;
    if (DIGIT[octet] === 1) {
      number = digits < 4 ? number * 10 + octet - 0x30 : number;
      digits++;
      gap = 0;
      continue;
    }
    if (digits > 0 && digits <= 3) run.push(number);
    const ends = digits > 3 || ++gap > LONGEST_GAP || at === octets.length;
    digits = 0;
    number = 0;
    if (!ends) continue;
    if (run.length >= FEWEST) yield run;
    if (run.length > 0) run = [];
  }
}

/** The next digit from there on, or the end. */
function nextDigit(octets: Buffer, from: number): number {
  let at = from;
  while (at < octets.length && DIGIT[octets[at] ?? 0] === 0) at++;
  return at;
}
