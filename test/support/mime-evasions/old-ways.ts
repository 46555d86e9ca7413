// Spellings of encodings from before MIME, files that are encoded twice, and pages that hide theirs among much else.

import { B64, base64, build, EICAR, everyOctet, HEAD, PAYLOAD, type Table, TEXT } from './mail.ts';
import { binhex, uuencode, yenc } from './old-encodings.ts';

const FILE_HEAD = 'Content-Type: application/octet-stream; name=report.bin\r\n';
const QP = 'Content-Transfer-Encoding: quoted-printable\r\n';

/** What readers unpack that are not strict about how a file begins and ends. */
export function oldSpellings(): Table {
  const uu = uuencode('report.bin', PAYLOAD);
  const virus = Buffer.from(EICAR);
  const piece = (from: number, to: number, number: number) =>
    `=ybegin part=${number} total=2 line=128 size=68 name=x\r\n=ypart begin=${from + 1} end=${to}\r\n${yenc('x', virus.subarray(from, to)).split('\r\n')[1]}\r\n=yend size=34 part=${number}\r\n`;
  const hqx = binhex('x', PAYLOAD);
  const files: Table = {
    'uuencode without a mode': uu.replace('begin 644 ', 'begin '),
    'uuencode with a mode of one digit': uu.replace('644', '6'),
    'uuencode, only the word': uu.replace(/^begin[^\r]*/, 'begin'),
    'uuencode, only the mode': uu.replace(' report.bin', ''),
    'uuencode with a capital': uu.replace('begin', 'Begin'),
    'uuencode with a sentence between': uu.replace(/\r\n(M[^\r]*)\r\n/, '\r\n$1\r\nhello, this is a text\r\n'),
    'uuencode in base64, name encoded': `begin-base64-encoded 644 eA==\r\n${base64(PAYLOAD)}====\r\n`,
    'yEnc in two pieces': piece(0, 34, 1) + piece(34, 68, 2),
    'yEnc without a name': yenc('x', virus).replace(' name=x', ''),
    'yEnc in capitals': yenc('x', virus).replace('=ybegin', '=YBEGIN'),
    'BinHex far below': `${'hello there\r\n'.repeat(500)}${hqx}`,
    'BinHex behind much that is none': `BinHex\r\n${'a text without much of note: and so on\r\n'.repeat(150)}${hqx}`,
    'BinHex without an end': hqx.replace(/:\r\n$/, '\r\n'),
  };
  const mails = Object.entries(files).map(([id, text]) => [id, `${HEAD}\r\nhello\r\n\r\n${text}`]);
  const called = (text: string) =>
    build({ parts: [TEXT, `${FILE_HEAD}Content-Transfer-Encoding: x-uuencode\r\n\r\n${text}`] });
  return {
    ...Object.fromEntries(mails),
    'uuencode, called so, behind marks of quoting': called(uu.replaceAll(/^(?=.)/gm, '> ')),
    'uuencode, called so, behind another begin': called(`begin 644 a.txt\r\n${uu}`),
    'uuencode of two octets a letter, no mark': `${HEAD}Content-Type: text/plain; charset=utf-16le\r\n${B64}\r\n${base64(Buffer.from(uu, 'utf16le'))}`,
  };
}

/** Files that are encoded twice. */
export function twiceEncoded(): Table {
  const part = (encoding: string, body: string) => build({ parts: [TEXT, `${FILE_HEAD}${encoding}\r\n${body}\r\n`] });
  return {
    'base64 of base64': part(B64, base64(Buffer.from(base64(PAYLOAD)))),
    'base64 of quoted-printable': part(B64, base64(Buffer.from(everyOctet(PAYLOAD, '=\r\n')))),
    'quoted-printable of base64': part(QP, base64(PAYLOAD).replaceAll('=', '=3D')),
    'quoted-printable twice': part(QP, everyOctet(PAYLOAD, '=\r\n').replaceAll(/=(?=[0-9A-F]{2})/g, '=3D')),
  };
}

/** Attached pages whose script puts a file together. */
export function pagesWithMuchElse(): Table {
  const data = PAYLOAD.toString('base64');
  const decoys = Array.from(
    { length: 70 },
    (_, i) => `var d${i}="${base64(Buffer.from(`decoy ${i}`.repeat(6))).trim()}";`,
  );
  const pages: Table = {
    'script behind seventy strings': `<script>${decoys.join('\n')}var a="${data}";</script>`,
    'script behind four million octets': `<!--${'x'.repeat(4_300_000)}--><script>var a="${data}";</script>`,
    'script with lines of base64': `<script>var a=\`${base64(PAYLOAD)}\`;</script>`,
    'script with signed numbers': `<script>var a=[${[...PAYLOAD].map((o) => (o > 127 ? o - 256 : o)).join(',')}]</script>`,
  };
  const wide = Buffer.from(`<a download=x href="data:;base64,${data}">x</a>`, 'utf16le').swap16();
  const attached = (page: Buffer) =>
    build({ parts: [TEXT, `Content-Type: text/html; name=x.html\r\n${B64}\r\n${base64(page)}`] });
  const mails = Object.entries(pages).map(([id, page]) => [id, attached(Buffer.from(page))]);
  return { ...Object.fromEntries(mails), 'page of two octets a letter, no mark': attached(wide) };
}
