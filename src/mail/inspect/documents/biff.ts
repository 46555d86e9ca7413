// Records of old workbooks ([MS-XLS]): macro sheets, names that start by themselves, passwords, links to programs.

import { u16 } from '../archives/binary.ts';
import type { PartTrait } from '../content/taken-apart.ts';

const FILEPASS = 0x2f;
const BOUNDSHEET = 0x85;
const NAME = 0x18;
const SUPBOOK = 0x1ae;
const BEGIN = new Set([0x0009, 0x0209, 0x0409, 0x0809]);
/** Of sheets, by the begin record: Excel 4 macros. */
const MACRO_SHEET = 0x40;
const MOST_RECORDS = 500_000;

/** Traits of a workbook stream. */
export function biffTraits(stream: Buffer): Set<PartTrait> {
  const traits = new Set<PartTrait>();
  let at = 0;
  for (let count = 0; at + 4 <= stream.length && count < MOST_RECORDS; count++) {
    const id = u16(stream, at);
    const length = u16(stream, at + 2);
    const data = stream.subarray(at + 4, at + 4 + length);
    // What follows is encrypted; the sheets' kinds are, too.
    if (id === FILEPASS) traits.add('encrypted');
    if (id === BOUNDSHEET && data[5] === 1) traits.add('macro').add('macro-xlm');
    if (BEGIN.has(id) && u16(data, 2) === MACRO_SHEET) traits.add('macro').add('macro-xlm');
    if (id === NAME && isAutorunName(data)) traits.add('macro-autorun');
    if (id === SUPBOOK && asksProgram(data)) traits.add('starts-program');
    at += 4 + length;
  }
  // A name alone starts nothing: there is no macro sheet to start.
  if (!traits.has('macro-xlm')) traits.delete('macro-autorun');
  return traits;
}

/** Built-in names 1 (Auto_Open) and 2 (Auto_Close), or those names in words. */
function isAutorunName(data: Buffer): boolean {
  const builtIn = (u16(data, 0) & 0x20) !== 0;
  const length = data[3] ?? 0;
  // Excel 5 writes the name as octets right behind; Excel 97 puts a flag before it.
  const codes = [data[14] ?? 0, data[15] ?? 0, data[16] ?? 0];
  if (builtIn && length === 1 && codes.some((code) => code === 1 || code === 2)) return true;
  return /auto_?(?:open|close|activate|deactivate)/i.test(data.toString('latin1').replaceAll('\0', ''));
}

/** [MS-XLS] 2.4.271: the path of a supporting link to a server of dynamic data is the program, 3, and its topic. */
function asksProgram(data: Buffer): boolean {
  const text = data.toString('latin1', 2).replaceAll('\0', '');
  return /[\w.\\:-]{2,}\u0003/.test(text);
}
