// Of a message that can be read in two ways, whatever any reader could unpack: so that what is known to be bad is named,
// not only refused.

import { base64Readings } from './base64.ts';
import { dashLines } from './delimiters.ts';
import type { Findings } from './findings.ts';
import { markedFiles } from './hidden-files.ts';
import { quotedPrintableReadings } from './quoted-printable.ts';

/** Past this the message is refused without it. */
const MOST_OCTETS = 2 * 1024 * 1024;
const MOST_REGIONS = 200;
/** Leaves of a faulty message in all; whoever scans them does so one by one. */
const MOST_LEAVES = 60;

/** Decodes each stretch between lines that could be delimiters in every way; stops quietly at the limits. */
export function salvage(octets: Buffer, findings: Findings): void {
  if (octets.length > MOST_OCTETS) return;
  const most = MOST_LEAVES;
  const keep = (bytes: Buffer, reading: string, names: readonly string[] = []) => {
    if (findings.hidden.length < most && findings.room()) findings.hide({ names, type: '', bytes, part: 0, reading });
  };
  for (const region of regions(octets)) {
    if (findings.hidden.length >= most) return;
    for (const body of bodies(region)) {
      for (const bytes of base64Readings(body)) keep(bytes, 'base64');
      const quoted = body.includes('=') ? quotedPrintableReadings(body) : [];
      for (const bytes of quoted) keep(bytes, 'quoted-printable');
    }
    for (const { names, octets: inner, reading } of markedFiles(region)) keep(inner, reading, names);
  }
}

function regions(octets: Buffer): Buffer[] {
  const cuts = [0, ...dashLines(octets).flatMap(({ at, after }) => [at, after]), octets.length];
  return cuts
    .flatMap((start, index) => {
      const end = cuts[index + 1] ?? octets.length;
      return end > start ? [octets.subarray(start, end)] : [];
    })
    .slice(0, MOST_REGIONS);
}

/** What could be the body of a stretch: behind each of its first empty lines, and behind its last field. */
function bodies(region: Buffer): Buffer[] {
  const text = region.toString('latin1', 0, 16_000);
  const starts = new Set<number>([0]);
  for (const match of [...text.matchAll(/\n[ \t\v\r]*\n/g)].slice(0, 4)) starts.add(match.index + match[0].length);
  const field = [...text.matchAll(/^(?:[\w-]+[ \t]*:|[ \t]+\S)[^\n]*\n/gm)].at(-1);
  if (field !== undefined) starts.add(field.index + field[0].length);
  return [...starts].map((start) => region.subarray(start));
}
