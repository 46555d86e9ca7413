// Spreadsheets without a container: symbolic links (SLK) and streams of records.

import { asBuffer } from '../archives/binary.ts';
import type { Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { biffTraits } from './biff.ts';

/** Workbooks of Excel 2 to 4: records and nothing else. */
export function readBiffStream(bytes: Uint8Array): Reading {
  return { type: 'application/vnd.ms-excel', traits: [...biffTraits(asBuffer(bytes))] };
}

const MOST_OCTETS = 2 * 1024 * 1024;

/** Of a line: no record of a sheet is longer. */
const LONGEST_LINE = 2000;

/** SLK: the option E makes a sheet of macros of it; names say where they start. */
export function readSlk(bytes: Uint8Array, work: Work): Reading {
  const traits = new Set<PartTrait>();
  const texts: string[] = [];
  for (const whole of asBuffer(bytes).toString('latin1', 0, MOST_OCTETS).split(/\r?\n/)) {
    const [kind = '', ...fields] = whole.slice(0, LONGEST_LINE).split(';');
    if (kind === 'O' && fields.includes('E')) traits.add('macro').add('macro-xlm');
    if (kind === 'NN' && fields.some((field) => /^Nauto_?(?:open|close|activate)/i.test(field)))
      traits.add('macro').add('macro-autorun');
    if (kind === 'C' && fields.some(asksProgram)) traits.add('starts-program');
    const text = fields.find((field) => field.startsWith('K"'));
    if (text !== undefined) texts.push(text.slice(2, -1));
  }
  return { traits: [...traits], text: work.takeText(texts.join('\n')) };
}

/** An expression that asks another program: its name, a bar, what it is to do, an exclamation mark. */
function asksProgram(field: string): boolean {
  const bar = field.startsWith('E') ? field.indexOf('|') : -1;
  return bar > 0 && field.indexOf('!', bar) > bar + 1;
}
