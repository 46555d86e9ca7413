// Text as words and data are looked for in it: one form of each character, nothing invisible, single spaces.

/** Zero-width and formatting characters, soft hyphens: put between letters to hide a word from a filter. */
const INVISIBLE =
  /\u00ad|\u034f|\u061c|[\u115f\u1160]|[\u17b4\u17b5]|[\u180b-\u180f]|[\u200b-\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|\u3164|[\ufe00-\ufe0f]|\ufeff|\uffa0/g;

/** UAX 15 section 13: putting more than 30 marks of one letter in order takes time that grows with their square. */
const MANY_MARKS = /(\p{M}{30})\p{M}+/gu;

/** Without what is invisible, compatibility forms (full-width digits, ligatures) as plain ones; the case stays. */
export function plainText(text: string): string {
  return text.replace(INVISIBLE, '').replace(MANY_MARKS, '$1').normalize('NFKC');
}

/** As `plainText`, in lower case, white space of any length as one space. */
export function foldText(text: string): string {
  return plainText(text).toLowerCase().replace(/\s+/g, ' ');
}
