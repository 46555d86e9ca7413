// How files begin that do harm, or hold others. Pictures and sound are none: they are in text as a matter of course.

/** One character an octet; so many that nothing else begins like this. */
export const FILE_BEGINS: readonly string[] = [
  'PK\x03\x04',
  'PK\x05\x06',
  'PK\x07\x08',
  'PK00PK',
  'MZ\x90\0',
  'MZ\0\0',
  'MZP\0',
  'MZ\x80\0',
  'MZ\x78\0',
  '\x7fELF',
  '%PDF-',
  '\xd0\xcf\x11\xe0\xa1\xb1',
  'Rar!\x1a\x07',
  '7z\xbc\xaf\x27\x1c',
  '\x1f\x8b\x08',
  'BZh91AY',
  '\xfd7zXZ',
  '\x28\xb5\x2f\xfd',
  'MSCF\0\0',
  'ITSF\x03',
  'L\0\0\0\x01\x14\x02',
  '{\\rtf',
  'X5O!P%@AP',
  '\xca\xfe\xba\xbe',
  '\xcf\xfa\xed\xfe',
  '!<arch>',
  '\x78\x9f\x3e\x22',
  '\xe4\x52\x5c\x7b\x8c\xd8',
  'conectix',
  '#@~^',
];

/** Whether octets begin as such a file. */
export function beginsAsFile(octets: Buffer): boolean {
  const head = octets.toString('latin1', 0, 16);
  return FILE_BEGINS.some((begin) => head.startsWith(begin)) || (head.startsWith('MZ') && octets.length > 64);
}

/** Fewer say nothing. */
const FEWEST = 12;

/** Nothing but what texts have, and something of it. */
export function isAllText(octets: Buffer): boolean {
  if (octets.length < FEWEST) return false;
  for (const octet of octets) {
    if (octet > 0x7e || (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d)) return false;
  }
  return true;
}
