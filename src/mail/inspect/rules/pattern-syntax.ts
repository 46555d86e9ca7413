// The dialect of patterns in rules: what people know from regular expressions, without what can make a search hang (no
// back references, no look-around). It is read into a tree here; `pattern.ts` searches with it.
//
//   ab  .  [a-z]  [^0-9]  \d \D \w \W \s \S     characters; `.` is any but a line end, \w letters and digits of any script
//   x*  x+  x?  x{3}  x{2,5}  x{2,}             repeats, always as long as possible
//   a|b  (…)  (?:…)                             alternatives and groups
//   ^  $  \b  \B                                start and end of a line, edge of a word
//   \n \t \. \\ \x41 \u20ac                     single characters
//   (?-i) at the beginning                      upper and lower case differ (else they do not)

/** A set of UTF-16 code units as sorted ranges, both ends included. */
export type Units = readonly (readonly [number, number])[];

export type Assertion = 'line-start' | 'line-end' | 'edge' | 'no-edge';

export type Node =
  | { is: 'units'; units: Units }
  | { is: 'all'; of: readonly Node[] }
  | { is: 'any'; of: readonly Node[] }
  | { is: 'repeat'; of: Node; least: number; most: number }
  | { is: 'assert'; what: Assertion };

/** A pattern that cannot be used, said for the person who wrote it. */
export class PatternError extends Error {
  /** Where in the pattern, from 0. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(`${message} (at character ${at + 1})`);
    this.name = 'PatternError';
    this.at = at;
  }
}

/** Longer ones are no pattern that a person can answer for. */
const LONGEST_PATTERN = 1000;
const DEEPEST_GROUP = 50;
const MOST_REPEATS = 200;

interface Reader {
  text: string;
  at: number;
  depth: number;
  ignoreCase: boolean;
}

/**
 * Reads a pattern.
 * @throws {PatternError} It cannot be read.
 */
export function parsePattern(text: string): Node {
  if (text.length > LONGEST_PATTERN) throw new PatternError('the pattern is too long', LONGEST_PATTERN);
  const sensitive = text.startsWith('(?-i)');
  const reader: Reader = { text, at: sensitive ? 5 : 0, depth: 0, ignoreCase: !sensitive };
  const node = alternatives(reader);
  if (reader.at < text.length) throw new PatternError('a closing parenthesis without its opening one', reader.at);
  return node;
}

function alternatives(reader: Reader): Node {
  const of = [sequence(reader)];
  while (reader.text[reader.at] === '|') {
    reader.at++;
    of.push(sequence(reader));
  }
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { is: 'any', of };
}

function sequence(reader: Reader): Node {
  const of: Node[] = [];
  for (;;) {
    const next = reader.text[reader.at];
    if (next === undefined || next === '|' || next === ')') break;
    of.push(repeated(reader, atom(reader)));
  }
  return { is: 'all', of };
}

function atom(reader: Reader): Node {
  const at = reader.at;
  const sign = reader.text[reader.at++];
  switch (sign) {
    case '(':
      return group(reader, at);
    case '[':
      return { is: 'units', units: bracket(reader, at) };
    case '.':
      return {
        is: 'units',
        units: complement([
          [0x0a, 0x0a],
          [0x0d, 0x0d],
        ]),
      };
    case '^':
      return { is: 'assert', what: 'line-start' };
    case '$':
      return { is: 'assert', what: 'line-end' };
    case '*':
    case '+':
    case '?':
      throw new PatternError(`nothing stands before the "${sign}"`, at);
    case '\\':
      return escape(reader, at);
    default:
      return literal(reader, (sign ?? '').charCodeAt(0));
  }
}

function group(reader: Reader, at: number): Node {
  if (reader.text[reader.at] === '?') {
    if (reader.text[reader.at + 1] !== ':') throw new PatternError('groups are ( ) or (?: ), nothing else', at);
    reader.at += 2;
  }
  reader.depth++;
  if (reader.depth > DEEPEST_GROUP) throw new PatternError('too many groups inside each other', at);
  const node = alternatives(reader);
  if (reader.text[reader.at] !== ')') throw new PatternError('the group is not closed', at);
  reader.at++;
  reader.depth--;
  return node;
}

const CLASSES = { d: digits, w: wordUnits, s: spaces } as const;

function escape(reader: Reader, at: number): Node {
  const sign = reader.text[reader.at];
  if (sign === 'b' || sign === 'B') {
    reader.at++;
    return { is: 'assert', what: sign === 'b' ? 'edge' : 'no-edge' };
  }
  const units = escapedClass(reader);
  return units === undefined ? literal(reader, escapedUnit(reader, at)) : { is: 'units', units };
}

function escapedClass(reader: Reader): Units | undefined {
  const sign = reader.text[reader.at] ?? '';
  const lower = sign.toLowerCase();
  if (lower !== 'd' && lower !== 'w' && lower !== 's') return undefined;
  reader.at++;
  return sign === lower ? CLASSES[lower]() : complement(CLASSES[lower]());
}

const SINGLE: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, f: 0x0c, v: 0x0b };

function escapedUnit(reader: Reader, at: number): number {
  const sign = reader.text[reader.at++];
  if (sign === undefined) throw new PatternError('nothing stands after the backslash', at);
  const single = SINGLE[sign];
  if (single !== undefined) return single;
  if (sign === 'x' || sign === 'u') {
    const length = sign === 'x' ? 2 : 4;
    const hex = reader.text.slice(reader.at, reader.at + length);
    if (!/^[0-9a-f]+$/i.test(hex) || hex.length < length)
      throw new PatternError(`\\${sign} needs ${length} hex digits`, at);
    reader.at += length;
    return Number.parseInt(hex, 16);
  }
  // What has a meaning elsewhere (\1, \p, \k) must not silently mean something else here.
  if (/[a-z0-9]/i.test(sign)) throw new PatternError(`\\${sign} is not known`, at);
  return sign.charCodeAt(0);
}

function literal(reader: Reader, unit: number): Node {
  return { is: 'units', units: reader.ignoreCase ? bothCases([[unit, unit]]) : [[unit, unit]] };
}

function bracket(reader: Reader, at: number): Units {
  const negated = reader.text[reader.at] === '^';
  if (negated) reader.at++;
  const ranges: [number, number][] = [];
  for (let first = true; ; first = false) {
    const sign = reader.text[reader.at];
    if (sign === undefined) throw new PatternError('the [ is not closed', at);
    if (sign === ']' && !first) break;
    addToBracket(reader, ranges);
  }
  reader.at++;
  const units = reader.ignoreCase ? bothCases(ranges) : tidy(ranges);
  return negated ? complement(units) : units;
}

function addToBracket(reader: Reader, ranges: [number, number][]): void {
  const at = reader.at;
  const from = bracketMember(reader);
  if (typeof from !== 'number') {
    for (const [low, high] of from) ranges.push([low, high]);
    return;
  }
  const isRange =
    reader.text[reader.at] === '-' && reader.text[reader.at + 1] !== ']' && reader.at + 1 < reader.text.length;
  if (!isRange) {
    ranges.push([from, from]);
    return;
  }
  reader.at++;
  const to = bracketMember(reader);
  if (typeof to !== 'number' || to < from) throw new PatternError('the range is the wrong way round', at);
  ranges.push([from, to]);
}

function bracketMember(reader: Reader): number | Units {
  const at = reader.at;
  const sign = reader.text[reader.at++] ?? '';
  if (sign === '\\') {
    if (reader.text[reader.at] === 'b') throw new PatternError('\\b has no place in [ ]', at);
    return escapedClass(reader) ?? escapedUnit(reader, at);
  }
  const unit = sign.charCodeAt(0);
  // Half of a pair would match the halves of other characters.
  if (unit >= 0xd800 && unit <= 0xdfff) throw new PatternError('this character cannot stand in [ ]', at);
  return unit;
}

function repeated(reader: Reader, of: Node): Node {
  const at = reader.at;
  const found = /^(?:[*+?]|\{(\d{1,4})(,(\d{0,4}))?\})/.exec(reader.text.slice(at, at + 12));
  if (found === null) return of;
  const [sign, low = '', comma, high = ''] = found;
  if (of.is === 'assert') throw new PatternError('an edge cannot be repeated', at);
  reader.at += sign.length;
  const least = sign === '+' ? 1 : Number(low === '' ? 0 : low);
  const bounded = comma === undefined ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high);
  const most = sign === '?' ? 1 : sign === '*' || sign === '+' ? Number.POSITIVE_INFINITY : bounded;
  if (most < least) throw new PatternError('the repeat is the wrong way round', at);
  if (least > MOST_REPEATS || (most !== Number.POSITIVE_INFINITY && most > MOST_REPEATS))
    throw new PatternError(`a repeat goes up to ${MOST_REPEATS}`, at);
  if (/[*+?{]/.test(reader.text[reader.at] ?? '')) throw new PatternError('two repeats follow each other', reader.at);
  return { is: 'repeat', of, least, most };
}

/** Sorted, without overlaps. */
function tidy(ranges: readonly (readonly [number, number])[]): Units {
  const result: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else result.push([low, high]);
  }
  return result;
}

function complement(units: Units): Units {
  const result: [number, number][] = [];
  let next = 0;
  for (const [low, high] of units) {
    if (low > next) result.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= 0xffff) result.push([next, 0xffff]);
  return result;
}

function bothCases(ranges: readonly (readonly [number, number])[]): Units {
  const result: (readonly [number, number])[] = [...ranges];
  for (const [low, high] of ranges) for (let unit = low; unit <= high; unit++) result.push(...otherCases(unit));
  return tidy(result);
}

function otherCases(unit: number): [number, number][] {
  const sign = String.fromCharCode(unit);
  return [sign.toLowerCase(), sign.toUpperCase()]
    .filter((other) => other.length === 1 && other !== sign)
    .map((other) => [other.charCodeAt(0), other.charCodeAt(0)]);
}

function digits(): Units {
  return [[0x30, 0x39]];
}

let words: Units | undefined;

/** Letters, marks, digits and `_` of any script (of the basic plane). */
export function wordUnits(): Units {
  words ??= unitsOf(/[\p{L}\p{M}\p{N}_]/u);
  return words;
}

let white: Units | undefined;

function spaces(): Units {
  white ??= unitsOf(/\s/);
  return white;
}

function unitsOf(test: RegExp): Units {
  const result: [number, number][] = [];
  for (let unit = 0; unit <= 0xffff; unit++) {
    if (!test.test(String.fromCharCode(unit))) continue;
    const last = result.at(-1);
    if (last !== undefined && last[1] === unit - 1) last[1] = unit;
    else result.push([unit, unit]);
  }
  return result;
}
