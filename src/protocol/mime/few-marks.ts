// Text that can be normalised in time that grows with its length alone.

/** UAX 15 section 13: putting more than 30 marks of one letter in order takes time that grows with their square. */
const MANY_MARKS = /(\p{M}{30})\p{M}+/gu;

/** The text without marks past the thirtieth of one letter: to be normalised next. */
export function withFewMarks(text: string): string {
  return text.replace(MANY_MARKS, '$1');
}
