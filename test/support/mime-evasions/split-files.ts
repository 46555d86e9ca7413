// Files that come in pieces, each an attachment of its own.

import { gzipSync } from 'node:zlib';
import { B64, base64, build, EICAR, type Evasion, TEXT, zipOf } from './mail.ts';

const part = (name: string, octets: Buffer) =>
  `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${name}"\r\n${B64}\r\n${base64(octets)}`;

/** Names of the pieces, in the order of their octets; `sent`: of the mail. */
interface Way {
  names: string[];
  sent?: number[];
  make?: (name: string, data: Buffer) => Buffer;
}

const WAYS: Record<string, Way> = {
  'zip by numbers': { names: ['a.zip.001', 'a.zip.002', 'a.zip.003'] },
  'zip by numbers, last first': { names: ['a.zip.001', 'a.zip.002', 'a.zip.003'], sent: [2, 1, 0] },
  'zip by numbers from zero': { names: ['a.zip.00', 'a.zip.01'] },
  'zip of a set': { names: ['a.z01', 'a.z02', 'a.zip'], sent: [2, 0, 1] },
  'zip of a set, in capitals': { names: ['A.Z01', 'a.Z02', 'a.ZIP'] },
  'zip in two parts': { names: ['a.part1.zip', 'a.part2.zip'] },
  'zip in parts without an ending': { names: ['a.part1', 'a.part2'] },
  'zip by letters': { names: ['a.zip.aa', 'a.zip.ab', 'a.zip.ac'] },
  'zip by letters, no name': { names: ['xaa', 'xab'] },
  'zip, only the end': { names: ['', 'a.zip.002'] },
  'zip, only a piece of a set': { names: ['', 'a.z02', ''] },
  'gzip by numbers': { names: ['a.gz.001', 'a.gz.002'], make: (_, data) => gzipSync(data) },
  'no archive, by numbers': { names: ['a.bin.001', 'a.bin.002'], make: (name, data) => zipOf(name, data) },
};

function splitMails(name: string, data: Buffer): Evasion[] {
  return Object.entries(WAYS).map(([id, { names, sent = names.map((_, index) => index), make = zipOf }]) => {
    const whole = make(name, data);
    const size = Math.ceil(whole.length / names.length);
    const parts = names.map((one, index) =>
      one === '' ? '' : part(one, whole.subarray(index * size, (index + 1) * size)),
    );
    const ordered = sent.flatMap((index) => (parts[index] === '' ? [] : [parts[index] ?? '']));
    return { id: `split: ${id}`, content: Buffer.from(build({ parts: [TEXT, ...ordered] }), 'latin1') };
  });
}

/** With a virus in the whole. */
export function splitContent(): Evasion[] {
  const virus = Buffer.from(EICAR);
  const piece = (name: string, ...range: [number, number?]) =>
    part(`${name}.zip`, zipOf(name, zipOf('eicar.com', virus).subarray(...range)));
  const apart = build({ parts: [TEXT, piece('a.zip.001', 0, 60), piece('a.zip.002', 60)] });
  return [
    ...splitMails('eicar.com', virus),
    { id: 'split: each piece in an archive', content: Buffer.from(apart, 'latin1') },
  ];
}

/** With a file of this name in it; the gzip file has none. */
export function splitNames(name: string): Evasion[] {
  return splitMails(name, Buffer.from('nothing of interest')).filter(({ id }) => !id.includes('gzip'));
}
