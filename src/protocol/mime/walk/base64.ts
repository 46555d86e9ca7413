// RFC 2045 6.8, as readers of all kinds decode it: what is malformed is skipped, or ends the data, or begins it anew.

import { beginsAsFile } from './file-begins.ts';

/** How a base64 body is made. */
export interface Base64Shape {
  /** `plain`: as the RFC says. `odd`: decoders agree, but it is not what mailers write. `faulty`: they do not. */
  form: 'plain' | 'odd' | 'faulty';
  /** What is malformed is only text behind the data: a footer, put there by a list. */
  footer: boolean;
}

const OTHER = 64;
const PAD = 65;
const SPACE = 66;
const LINE = 67;
const CLASS = new Uint8Array(256).fill(OTHER);
for (const [value, octet] of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries()) {
  CLASS[octet] = value;
}
CLASS[0x3d] = PAD;
CLASS[0x20] = SPACE;
CLASS[0x09] = SPACE;
CLASS[0x0d] = SPACE;
CLASS[0x0a] = LINE;

/** The 24 bits of four characters that are all data, as nearly all of a body are; else -1. */
function fourAt(body: Buffer, at: number): number {
  if (at + 3 >= body.length) return -1;
  const first = CLASS[body[at] ?? 0] ?? OTHER;
  const second = CLASS[body[at + 1] ?? 0] ?? OTHER;
  const third = CLASS[body[at + 2] ?? 0] ?? OTHER;
  const fourth = CLASS[body[at + 3] ?? 0] ?? OTHER;
  // All that is no data has this bit.
  if (((first | second | third | fourth) & OTHER) !== 0) return -1;
  return (first << 18) | (second << 12) | (third << 6) | fourth;
}

/** Looks at a body without decoding it. */
export function base64Shape(body: Buffer): Base64Shape {
  const form = formOf(body);
  return { form, footer: form === 'faulty' && hasFooter(body) };
}

function formOf(body: Buffer): Base64Shape['form'] {
  const lines = new LineLengths();
  let data = 0;
  let pads = 0;
  let space = false;
  for (let at = 0; at < body.length; at++) {
    if (lines.column > 0 && pads === 0 && fourAt(body, at) >= 0) {
      data += 4;
      lines.column += 4;
      at += 3;
      continue;
    }
    const kind = CLASS[body[at] ?? 0] ?? OTHER;
    if (kind < OTHER) {
      if (pads > 0) return 'faulty';
      data++;
      if (lines.column++ === 0) lines.begin();
    } else if (kind === PAD) pads++;
    else if (kind === OTHER) return 'faulty';
    else if (kind === LINE) lines.end();
    else if (body[at] !== 0x0d && lines.column > 0) space = true;
  }
  const rest = data % 4;
  const whole = rest === 0 ? pads === 0 : pads === 4 - rest && rest !== 1;
  // Cut off at the end, or padded wrongly: decoders differ in the last two octets only, unless lines begin data anew.
  if (!whole && (lines.cutGroups || pads > 3)) return 'faulty';
  return whole && !lines.cutGroups && !space && !lines.differ ? 'plain' : 'odd';
}

/** What the lines of a body say: mailers write all but the last in one length. */
class LineLengths {
  column = 0;
  /** A line, or what stands before an empty one, ends within a group of four. */
  cutGroups = false;
  differ = false;
  #first = -1;
  #last = -1;
  #blank = false;

  begin(): void {
    if (this.#last < 0) return;
    if (this.#last % 4 !== 0 || this.#blank) this.cutGroups = true;
    if (this.#last !== this.#first) this.differ = true;
  }

  end(): void {
    if (this.column > 0) {
      if (this.#first < 0) this.#first = this.column;
      this.#last = this.column;
    } else if (this.#last >= 0) this.#blank = true;
    this.column = 0;
  }
}

/** Whole data, and behind it, or behind an empty line, only text that nobody takes for more of it. */
function hasFooter(body: Buffer): boolean {
  const text = body.toString('latin1');
  const end = /=[ \t]*\r?\n|\n[ \t]*\r?\n/.exec(text.trimStart());
  if (end === null) return false;
  const at = text.length - text.trimStart().length + end.index + end[0].length;
  return formOf(body.subarray(0, at)) !== 'faulty' && isProse(text.slice(at));
}

/** Addresses on the web of a common length: their letters look like data. */
const ADDRESS = /https?:\/\/[^\s"'<>]{1,80}/gi;

/** A footer has few lines of one word: names, and the like. */
const MOST_SINGLE_WORDS = 3;
const LONGEST_SINGLE_WORD = 40;

/** Lines of words, rules and addresses; no word looks like data. */
function isProse(text: string): boolean {
  const words = text.replaceAll(ADDRESS, ' a ').split(/[^A-Za-z0-9+/]+/);
  if (words.some((word) => word.length >= 16 && /[A-Z]/.test(word) && /[a-z]/.test(word) && /\d/.test(word))) {
    return false;
  }
  const single = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/\s|:\/\//.test(line) && /[A-Za-z0-9+/]/.test(line));
  return single.length <= MOST_SINGLE_WORDS && single.every(({ length }) => length <= LONGEST_SINGLE_WORD);
}

/** Whether a line has only what base64 has, or nothing. */
export function isBase64Line(octets: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (CLASS[octets[at] ?? 0] === OTHER) return false;
  return true;
}

/** The plain decoding: white space and junk skipped, padding ends it. */
export function decodeBase64(body: Buffer): Buffer {
  return decodeRun(body, { pad: 'stop', junk: 'skip' });
}

/** What decoders make of a body that is not as it should be. */
export function base64Readings(body: Buffer): Buffer[] {
  const readings: Buffer[] = [
    decodeRun(body, { pad: 'flush', junk: 'skip' }),
    decodeRun(body, { pad: 'skip', junk: 'skip' }),
    decodeRun(body, { pad: 'zero', junk: 'skip' }),
    decodeRun(body, { pad: 'stop', junk: 'stop' }),
    decodeRun(body, { pad: 'skip', junk: 'stop' }),
    Buffer.from(body.toString('latin1').replaceAll('=', ''), 'base64'),
    ...byLine(body),
    afterBlank(body),
    cleanLines(body),
  ];
  return readings.filter((one) => one.length > 0);
}

interface Manner {
  /** What an equals sign does: end the data, end a piece of it, nothing, or stand for six zero bits. */
  pad: 'stop' | 'flush' | 'skip' | 'zero';
  junk: 'stop' | 'skip';
}

function decodeRun(body: Buffer, manner: Manner): Buffer {
  const octets = Buffer.allocUnsafe(Math.ceil((body.length * 3) / 4) + 3);
  let length = 0;
  let bits = 0;
  let count = 0;
  const flush = () => {
    if (count === 2) octets[length++] = bits >> 4;
    if (count === 3) {
      octets[length++] = bits >> 10;
      octets[length++] = bits >> 2;
    }
    bits = 0;
    count = 0;
  };
  for (let at = 0; at < body.length; at++) {
    const four = count === 0 ? fourAt(body, at) : -1;
    if (four >= 0) {
      octets[length++] = four >> 16;
      octets[length++] = four >> 8;
      octets[length++] = four;
      at += 3;
      continue;
    }
    let value = CLASS[body[at] ?? 0] ?? OTHER;
    if (value >= OTHER) {
      if (value === SPACE || value === LINE) continue;
      if (value === OTHER && manner.junk === 'skip') continue;
      if (value === OTHER || manner.pad === 'stop') break;
      if (manner.pad === 'flush') flush();
      if (manner.pad !== 'zero') continue;
      value = 0;
    }
    bits = (bits << 6) | value;
    if (++count < 4) continue;
    octets[length++] = bits >> 16;
    octets[length++] = bits >> 8;
    octets[length++] = bits;
    bits = 0;
    count = 0;
  }
  flush();
  return octets.subarray(0, length);
}

/** Each line by itself: from its begin, and up to the first character that is none. */
function byLine(body: Buffer): Buffer[] {
  const lines = body.toString('latin1').split(/\r?\n/);
  const each = lines.map((line) => Buffer.from(/^[A-Za-z0-9+/]*/.exec(line.trim())?.[0] ?? '', 'base64'));
  const whole = lines.map((line) => {
    const data = /^[A-Za-z0-9+/]*/.exec(line.trim())?.[0] ?? '';
    return Buffer.from(data.slice(0, data.length - (data.length % 4)), 'base64');
  });
  return [Buffer.concat(each), Buffer.concat(whole)];
}

/** From the first empty line on: what stands before it is a header to some. */
function afterBlank(body: Buffer): Buffer {
  const at = /\n[ \t\x0b]*\r?\n/.exec(body.toString('latin1', 0, 4000));
  return at === null ? Buffer.alloc(0) : decodeBase64(body.subarray(at.index + at[0].length));
}

/** Only the lines that are base64 as a whole. */
function cleanLines(body: Buffer): Buffer {
  const lines = body
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => /^[A-Za-z0-9+/]+={0,2}[ \t]*$/.test(line));
  return Buffer.from(lines.join(''), 'base64');
}

/** What begins as a file behind one to three characters too many, or with the eighth bit taken off. */
export function shiftedFiles(body: Buffer): Buffer[] {
  const data = body.toString('latin1').replaceAll(/[^A-Za-z0-9+/]+/g, '');
  const narrow = Buffer.from(Array.from(body, (octet) => octet & 0x7f));
  const readings = [1, 2, 3].map((from) => Buffer.from(data.slice(from), 'base64'));
  return [...readings, decodeBase64(narrow)].filter(beginsAsFile);
}
