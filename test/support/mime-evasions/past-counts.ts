// A file behind so many others that whoever counts them has stopped looking.

import { B64, base64, build, EICAR, type Evasion, each, FILE_HEAD, HEAD, type Table, TEXT } from './mail.ts';
import { uuencode } from './old-encodings.ts';

const VIRUS = Buffer.from(EICAR);
const text = (body: string) => `${HEAD}Content-Type: text/plain\r\n\r\n${body}\r\n`;
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join('');
const b64 = (octets: Buffer | string) => Buffer.from(octets).toString('base64');

/** Mails with a virus behind decoys. */
export function pastCounts(): Evasion[] {
  const spread = b64(VIRUS).replaceAll(/.{7}/g, '$& ');
  const turned = (word: string) => Array.from(word).toReversed().join('');
  const begin = 'TVqQAAMAAAAE';
  const table: Table = {
    'runs of base64': text(
      `${times(65, (i) => `one\r\n${b64(`decoy number ${i} without a meaning`)}\r\nand\r\n`)}${b64(VIRUS)}`,
    ),
    'lines of uuencode': text(
      times(150, () => `${uuencode('x', Buffer.alloc(45, 7)).split('\r\n')[1]}\r\nbegin anew\r\n`) +
        uuencode('x', Buffer.concat([VIRUS, Buffer.alloc(50)]))
          .split('\r\n')
          .slice(1)
          .join('\r\n'),
    ),
    'begins of programs': text(`${times(70, (i) => `${'abcd'.slice(0, i % 4)} ${begin}\r\n`)}${spread}`),
    'very many begins of programs': text(`${times(300, (i) => `${'abcd'.slice(0, i % 4)} ${begin}\r\n`)}${spread}`),
    'a begin of a program, turned around': text(`${turned(`${begin}YWFh`)} . ${turned(b64(VIRUS))}`),
    ...Object.fromEntries(
      [0, 1, 2, 3].map((count) => [
        `a begin of a program, ${count} letters between`,
        text(`${begin} ${'x'.repeat(count)} ${spread}`),
      ]),
    ),
    'entries of AppleSingle': build({ parts: [TEXT, `${FILE_HEAD}${B64}\r\n${base64(appleSingle(150))}`] }),
    'packets of OpenPGP': build({
      parts: [TEXT, `${FILE_HEAD.replaceAll('report.bin', 'a.gpg')}${B64}\r\n${base64(packets(1500))}`],
    }),
    'mails of a mailbox file': build({
      parts: [TEXT, `Content-Type: application/mbox; name=a.mbox\r\n${B64}\r\n${base64(mailbox())}`],
    }),
  };
  return each('past counts', table);
}

function appleSingle(count: number): Buffer {
  const head = Buffer.alloc(26 + (count + 1) * 12);
  head.writeUInt32BE(0x00051600, 0);
  head.writeUInt16BE(count + 1, 24);
  for (let index = 0; index < count; index++) head.writeUInt32BE(9, 26 + index * 12);
  const last = 26 + count * 12;
  for (const [index, value] of [1, head.length, VIRUS.length].entries()) head.writeUInt32BE(value, last + index * 4);
  return Buffer.concat([head, VIRUS]);
}

/** Marker packets (RFC 9580 5.8), then the file. */
function packets(count: number): Buffer {
  const body = Buffer.concat([Buffer.from('b\0'), Buffer.alloc(4), VIRUS]);
  return Buffer.concat([Buffer.from('ca03504750'.repeat(count), 'hex'), Buffer.from([0xcb, body.length]), body]);
}

function mailbox(): Buffer {
  const line = 'From ann@a.example Mon Jan  1 00:00:00 2024\r\n';
  const file = `${HEAD}${FILE_HEAD}${B64}\r\n${base64(VIRUS)}`;
  return Buffer.from(`${line}${HEAD}\r\nhello\r\n\r\n${line}${HEAD}\r\nhello again\r\n\r\n${line}${file}`);
}
