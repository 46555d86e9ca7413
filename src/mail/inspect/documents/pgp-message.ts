// OpenPGP messages: what is signed or only packed is opened, what is encrypted is said to be.

import { pgpContent } from '../../../protocol/mime/walk/pgp-data.ts';
import { asBuffer } from '../archives/binary.ts';
import { bunzip2 } from '../archives/bzip2.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';

/** The files of a message in armour or packets. */
export function readPgp(bytes: Uint8Array, work: Work): Reading {
  const { files, encrypted, packed, tooLarge } = pgpContent(asBuffer(bytes));
  if (tooLarge) work.reached('unpacked');
  const entries: Entry[] = files.map(({ name, octets }) => ({
    names: name === '' || name === '_CONSOLE' ? [] : [name],
    traits: [],
    size: octets.length,
    hidden: true,
    open() {
      work.spend(octets.length);
      return { bytes: octets, traits: [] };
    },
  }));
  for (const one of packed) {
    const { bytes: inner, traits } = bunzip2(one, work);
    const below = inner === undefined ? undefined : readPgp(inner, work);
    if (below?.entries === undefined) entries.push({ names: [], traits: [...traits, 'unopened'], size: one.length });
    else entries.push(...below.entries);
  }
  const traits: PartTrait[] = [
    ...(encrypted ? (['encrypted'] as const) : []),
    ...(tooLarge ? (['bomb'] as const) : []),
  ];
  return { traits, ...(entries.length > 0 && { entries }) };
}
