// TNEF (`winmail.dat`; MS-OXTNEF) as a file: in an archive, or within another one.

import { tnefFiles } from '../../../protocol/mime/walk/tnef.ts';
import { asBuffer } from '../archives/binary.ts';
import type { Reading } from '../content/reading.ts';

/** Its attachments. */
export function readTnef(bytes: Uint8Array): Reading {
  const entries = tnefFiles(asBuffer(bytes)).map(({ names, octets }) => ({
    names,
    traits: [],
    size: octets.length,
    hidden: true as const,
    open: () => ({ bytes: octets, traits: [] }),
  }));
  return { traits: ['archive'], entries };
}
