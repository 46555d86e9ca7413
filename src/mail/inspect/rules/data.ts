// Data that its check digits tell from any other number: bank accounts, payment cards, Luxembourg's national number.

import { plainText } from './fold.ts';
import type { DataKind } from './rule.ts';

/** So many different ones are told apart; nobody needs a higher count. */
const MOST_FOUND = 1000;

/** How many different valid numbers of these kinds stand in a text. The numbers themselves are not handed out. */
export function countData(text: string, kinds: readonly DataKind[]): number {
  const plain = plainText(text);
  const found = new Set<string>();
  for (const kind of new Set(kinds)) {
    for (const number of CANDIDATES[kind](plain)) {
      if (found.size >= MOST_FOUND) return found.size;
      found.add(`${kind} ${number}`);
    }
  }
  return found.size;
}

const CANDIDATES: Record<DataKind, (text: string) => Generator<string>> = {
  iban: ibans,
  'card-number': cardNumbers,
  'lu-national-id': nationalIds,
};

/** Length of the whole number by country (ISO 13616 register). */
const IBAN_LENGTH: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BI: 27,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DJ: 27,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FK: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MN: 20,
  MR: 27,
  MT: 31,
  MU: 30,
  NI: 28,
  NL: 18,
  NO: 15,
  OM: 23,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  RU: 33,
  SA: 24,
  SC: 31,
  SD: 18,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  SO: 23,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
  YE: 30,
};

/** Two letters and two digits, then the rest with single spaces, dots or hyphens between. */
const IBAN_START = /(?<![A-Z0-9])[A-Z]{2}[ -]?\d{2}/gi;

function* ibans(text: string): Generator<string> {
  for (const match of text.matchAll(IBAN_START)) {
    const length = IBAN_LENGTH[match[0].slice(0, 2).toUpperCase()];
    if (length === undefined) continue;
    const number = signsFrom(text, match.index, length);
    if (number !== undefined && remainder97(number) === 1) yield number;
  }
}

/** So many letters and digits from a place on; nothing where the run is shorter, or goes on without a break. */
function signsFrom(text: string, start: number, length: number): string | undefined {
  let signs = '';
  let at = start;
  for (; signs.length < length; at++) {
    const sign = text[at] ?? '';
    if (/[A-Z0-9]/i.test(sign)) signs += sign;
    else if (!/[ \u00a0.-]/.test(sign) || !/[A-Z0-9]/i.test(text[at + 1] ?? '')) return undefined;
  }
  return /[A-Z0-9]/i.test(text[at] ?? '') ? undefined : signs.toUpperCase();
}

/** ISO 7064 MOD 97-10, with the first four characters at the end. */
function remainder97(iban: string): number {
  let remainder = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}

/** Runs of digits in groups, single spaces or hyphens between them. */
const GROUPS = /(?<![\d.,])\d+(?:[ -]\d+){0,200}/g;
/** A card number has 12 to 19 digits. */
const CARD_DIGITS = [12, 19] as const;

/** Ranges of the issuers (ISO/IEC 7812), with the lengths they use. */
const ISSUERS: readonly { start: RegExp; lengths: readonly number[] }[] = [
  { start: /^4/, lengths: [13, 16, 19] },
  { start: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { start: /^3[47]/, lengths: [15] },
  { start: /^(?:6011|64[4-9]|65)/, lengths: [16, 19] },
  { start: /^(?:30[0-5]|3095|36|3[89])/, lengths: [14, 16, 19] },
  { start: /^35(?:2[89]|[3-8])/, lengths: [16, 19] },
  { start: /^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { start: /^62/, lengths: [16, 17, 18, 19] },
];

function* cardNumbers(text: string): Generator<string> {
  for (const match of text.matchAll(GROUPS)) {
    const groups = match[0].split(/[ -]/);
    const after = match.index + match[0].length;
    // The last is no whole number.
    if (/^[.,]\d/.test(text.slice(after, after + 2))) groups.pop();
    for (let at = 0; at < groups.length; ) {
      const { number, next } = cardFrom(groups, at);
      if (number !== undefined) yield number;
      at = next;
    }
  }
}

/** The shortest card number that groups from one on make, since its date of expiry often follows; and the group behind. */
function cardFrom(groups: readonly string[], from: number): { number?: string; next: number } {
  let number = groups[from] ?? '';
  let next = from + 1;
  for (; number.length <= CARD_DIGITS[1]; next++) {
    if (number.length >= CARD_DIGITS[0] && isCard(number)) return { number, next };
    const group = groups[next];
    if (group === undefined || number.length + group.length > CARD_DIGITS[1]) break;
    number += group;
  }
  return { next };
}

function isCard(number: string): boolean {
  const known = ISSUERS.some(({ start, lengths }) => start.test(number) && lengths.includes(number.length));
  // 4444 4444 4444 4448 is an example, not a card.
  return known && new Set(number.slice(0, -1)).size > 1 && luhn(number);
}

/** Year, month and day of birth, three digits, then a check digit by Luhn and one by Verhoeff, each of the first eleven. */
const NATIONAL_ID = /(?<!\d)(?:1[89]|20)\d\d[ .-]?[01]\d[ .-]?[0-3]\d[ .-]?\d{3}[ .-]?\d\d(?!\d)/g;

function* nationalIds(text: string): Generator<string> {
  for (const match of text.matchAll(NATIONAL_ID)) {
    const number = match[0].replace(/\D/g, '');
    const month = Number(number.slice(4, 6));
    const day = Number(number.slice(6, 8));
    if (month < 1 || month > 12 || day < 1 || day > 31) continue;
    if (luhn(number.slice(0, 12)) && verhoeff(number.slice(0, 11) + number.slice(12))) yield number;
  }
}

/** ISO/IEC 7812-1 annex B: every second digit from the right is doubled, the sum of all digits ends in 0. */
function luhn(number: string): boolean {
  let sum = 0;
  for (let at = 0; at < number.length; at++) {
    const digit = Number(number[number.length - 1 - at]);
    const value = at % 2 === 0 ? digit : digit * 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Verhoeff, 1969: products in the dihedral group of ten elements, of digits turned by their place. */
const TURN = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

function verhoeff(number: string): boolean {
  let product = 0;
  for (let at = 0; at < number.length; at++) {
    let digit = Number(number[number.length - 1 - at]);
    for (let times = 0; times < at % 8; times++) digit = TURN[digit] ?? 0;
    product = dihedral(product, digit);
  }
  return product === 0;
}

function dihedral(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5);
  return b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - 5 - (b - 5) + 5) % 5;
}
