// A word put before the subject (RFC 5322 3.6.5).

import { encodeWords } from '../encode-words.ts';
import { decodeWords } from '../encoded-word.ts';
import { fieldsNamed, fieldText, parseHeader } from '../header.ts';
import type { OctetEdit } from './octet-edit.ts';

/** Before each Subject of the message that has not got it yet; a message without one gets one. */
export function tagSubject(content: Uint8Array, tag: string): OctetEdit[] {
  const word = tag.replaceAll(/[\r\n]+/g, ' ').trim();
  if (word === '') return [];
  const section = parseHeader(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  const subjects = fieldsNamed(section, 'subject');
  if (subjects.length === 0) {
    return [{ at: section.end, remove: 0, insert: Buffer.from(`${encodeWords('Subject: ', word)}\r\n`) }];
  }
  return subjects.flatMap((field) => {
    const text = fieldText(section, field);
    if (decodeWords(text).startsWith(word)) return [];
    const space = /^[ \t\r\n]/.test(section.octets.toString('latin1', field.value, field.value + 1)) ? '' : ' ';
    return [{ at: field.value, remove: 0, insert: Buffer.from(before(word, text) + space) }];
  });
}

/** RFC 2047 6.2: white space between two encoded words is not shown, so it goes into the first. */
function before(word: string, subject: string): string {
  const ascii = /^[\x20-\x7e]*$/.test(word);
  return ascii ? ` ${word}` : encodeWords(' ', subject.startsWith('=?') ? `${word} ` : word);
}
