// Spreadsheets without a container: symbolic links (SLK) and streams of records.

import { asBuffer } from '../archives/binary.ts';
import type { Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import { biffTraits } from './biff.ts';

/** Workbooks of Excel 2 to 4: records and nothing else. */
export function readBiffStream(bytes: Uint8Array): Reading {
  return { type: 'application/vnd.ms-excel', traits: [...biffTraits(asBuffer(bytes))] };
}

const MOST_OCTETS = 2 * 1024 * 1024;

/** SLK: the option E makes a sheet of macros of it; names say where they start. */
export function readSlk(bytes: Uint8Array): Reading {
  const text = asBuffer(bytes).toString('latin1', 0, MOST_OCTETS);
  const traits = new Set<PartTrait>();
  if (/^O;(?:[^\r\n]*;)?E(?:;|\r?$)/im.test(text)) traits.add('macro').add('macro-xlm');
  if (/^NN;[^\r\n]*N(?:;?)auto_?(?:open|close|activate)/im.test(text)) traits.add('macro').add('macro-autorun');
  if (/^C;[^\r\n]*;E[^\r\n|]*\|[^\r\n!]*!/im.test(text)) traits.add('starts-program');
  return { traits: [...traits], text: text.replace(/^[A-Z]+;[^\r\n]*?K"([^\r\n]*)"\r?$/gm, '$1') };
}
