// VBA projects: their source, unpacked ([MS-OVBA] 2.4.1), and whether something in them starts by itself.

import { u16 } from '../archives/binary.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import type { CompoundEntry, CompoundFile } from './compound-file.ts';

/** Procedures that the office programs call by themselves, and events of controls that fire without a click. */
const AUTORUN =
  /\b(?:auto_?(?:open|exec|close|exit|new|activate|deactivate|ouvrir|fermer)|(?:document|workbook|presentation|app|slideshow)_?(?:before)?(?:open|close|new|change|activate|deactivate|windowactivate|sheetactivate|sync|save|print)|newdocument|documentopen|documentclose|worksheet_(?:activate|calculate|change|selectionchange|followhyperlink)|onload|onslideshow\w{0,20}|\w{1,30}_(?:painted|painting|gotfocus|mousemove|mouseenter|layout|resize|statechange|documentcomplete|beforenavigate2?|downloadcomplete|progresschange|titlechange|newwindow2?|oncomplete|onconnecting))\b/i;

/** Octets of a module or of compiled code that are looked through. */
const MOST_OCTETS = 2 * 1024 * 1024;

/** Traits of a compound file that holds a project; none where it holds none. */
export function vbaTraits(file: CompoundFile, work: Work): PartTrait[] {
  const parts = file.entries.filter((entry) => isProjectPart(entry));
  if (parts.length === 0) return [];
  const streams = file.entries.filter(
    ({ kind, folder, name }) => kind === 'stream' && (inProject(folder) || isProjectPart({ name, kind })),
  );
  // Many entries may name the same octets: each place is read once, and the time is watched.
  const places = new Map(streams.map((entry) => [entry.start, entry]));
  const starts = [...places.values()].some((entry) => work.goesOn() && startsByItself(file.read(entry, MOST_OCTETS)));
  return starts ? ['macro', 'macro-autorun'] : ['macro'];
}

/** By name alone, wherever it stands: an entry that cannot be reached by the tree is still found by some programs. */
function isProjectPart({ name, kind }: Pick<CompoundEntry, 'name' | 'kind'>): boolean {
  const lower = name.toLowerCase();
  if (kind === 'storage') return lower === 'vba' || lower === '_vba_project_cur';
  return kind === 'stream' && (lower === '_vba_project' || lower === 'dir' || lower.startsWith('__srp_'));
}

function inProject(folder: string): boolean {
  return /(?:^|\/)(?:vba|macros|_vba_project_cur)(?:\/|$)/i.test(folder) || folder === '';
}

/** Source and compiled code: either may be missing or say something else. */
function startsByItself(stream: Buffer): boolean {
  if (AUTORUN.test(stream.toString('latin1')) || AUTORUN.test(stream.toString('utf16le'))) return true;
  return sources(stream).some((source) => AUTORUN.test(source.toString('latin1')));
}

/** Every module begins with "Attribut", behind an octet that says that eight plain ones follow. */
const MODULE_START = Buffer.from('\0Attribut', 'latin1');

function sources(stream: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = stream.indexOf(MODULE_START); at >= 0 && found.length < 20; at = stream.indexOf(MODULE_START, at + 1)) {
    if (at >= 3 && stream[at - 3] === 1) found.push(decompress(stream.subarray(at - 3)));
  }
  return found;
}

/** [MS-OVBA] 2.4.1.3: chunks of up to 4,096 octets, of plain octets and copies of earlier ones. */
export function decompress(packed: Buffer): Buffer {
  const out: number[] = [];
  let at = 1;
  while (at + 2 <= packed.length && out.length < MOST_OCTETS) {
    const header = u16(packed, at);
    const end = Math.min(packed.length, at + (header & 0x0fff) + 3);
    const isPacked = (header & 0x8000) !== 0;
    at += 2;
    if (isPacked) chunk(packed.subarray(at, end), out);
    else out.push(...packed.subarray(at, Math.min(end, at + 4096)));
    at = end;
  }
  return Buffer.from(out);
}

function chunk(packed: Buffer, out: number[]): void {
  const start = out.length;
  for (let at = 0; at < packed.length; ) {
    const flags = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length; bit++) {
      if ((flags & (1 << bit)) === 0) {
        out.push(packed[at++] ?? 0);
        continue;
      }
      const token = u16(packed, at);
      at += 2;
      // The further in the chunk, the more bits the distance takes and the fewer the length.
      const bits = Math.max(4, Math.ceil(Math.log2(Math.max(1, out.length - start))));
      const length = (token & (0xffff >>> bits)) + 3;
      const distance = (token >>> (16 - bits)) + 1;
      if (distance > out.length - start || out.length - start > 4096) return;
      for (let index = 0; index < length; index++) out.push(out[out.length - distance] ?? 0);
    }
  }
}
