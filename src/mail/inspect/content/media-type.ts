// What octets are, whatever they are called: media types by the signatures of the formats.

import { asBuffer, has, hasText, u16, u32 } from '../archives/binary.ts';
import { isIso, isUdf } from '../archives/disk-image.ts';
import { isZlib } from '../archives/inflate.ts';
import { isTar } from '../archives/tar.ts';
import { isSignedMail } from '../documents/signed-mail.ts';
import { decodeText } from './decode-text.ts';

export const UNKNOWN_TYPE = 'application/octet-stream';

/** Types at a fixed place; the first that fits counts. */
const SIGNATURES: readonly { type: string; at?: number; octets: string }[] = [
  { type: 'application/zip', octets: 'PK\x03\x04' },
  { type: 'application/zip', octets: 'PK\x05\x06' },
  { type: 'application/zip', octets: 'PK\x07\x08' },
  { type: 'application/zip', octets: 'PK00PK\x03\x04' },
  { type: 'application/x-ole-storage', octets: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { type: 'application/gzip', octets: '\x1f\x8b' },
  { type: 'application/x-compress', octets: '\x1f\x9d' },
  { type: 'application/x-bzip2', octets: 'BZh' },
  { type: 'application/x-xz', octets: '\xfd7zXZ\x00' },
  { type: 'application/zstd', octets: '\x28\xb5\x2f\xfd' },
  // LZMA alone has no mark: the usual properties, and a dictionary of a round size.
  { type: 'application/x-lzma', octets: '\x5d\0\0' },
  { type: 'application/x-7z-compressed', octets: '7z\xbc\xaf\x27\x1c' },
  { type: 'application/vnd.rar', octets: 'Rar!\x1a\x07' },
  { type: 'application/vnd.ms-cab-compressed', octets: 'MSCF' },
  { type: 'application/x-arj', octets: '\x60\xea' },
  { type: 'application/x-ace-compressed', at: 7, octets: '**ACE**' },
  { type: 'application/x-elf', octets: '\x7fELF' },
  { type: 'application/x-ms-shortcut', octets: 'L\0\0\0\x01\x14\x02\0' },
  { type: 'application/vnd.tcpdump.pcap', octets: '\xd4\xc3\xb2\xa1' },
  { type: 'application/onenote', octets: '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3' },
  { type: 'application/vnd.ms-htmlhelp', octets: 'ITSF' },
  { type: 'application/x-vhdx', octets: 'vhdxfile' },
  { type: 'application/vnd.ms-tnef', octets: '\x78\x9f\x3e\x22' },
  { type: 'application/x-compressed-rtf', at: 8, octets: 'LZFu' },
  { type: 'application/x-compressed-rtf', at: 8, octets: 'MELA' },
  { type: 'application/x-shockwave-flash', octets: 'FWS' },
  { type: 'application/x-shockwave-flash', octets: 'CWS' },
  { type: 'application/x-python-code', octets: '\x00asm' },
  { type: 'image/png', octets: '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', octets: '\xff\xd8\xff' },
  { type: 'image/gif', octets: 'GIF87a' },
  { type: 'image/gif', octets: 'GIF89a' },
  { type: 'image/webp', at: 8, octets: 'WEBP' },
  { type: 'image/tiff', octets: 'II*\0' },
  { type: 'image/tiff', octets: 'MM\0*' },
  { type: 'image/x-icon', octets: '\0\0\x01\0' },
  { type: 'image/emf', at: 40, octets: ' EMF' },
  { type: 'image/vnd.adobe.photoshop', octets: '8BPS' },
  { type: 'audio/mpeg', octets: 'ID3' },
  { type: 'audio/ogg', octets: 'OggS' },
  { type: 'audio/flac', octets: 'fLaC' },
  { type: 'audio/x-wav', at: 8, octets: 'WAVE' },
  { type: 'audio/basic', octets: '.snd' },
  { type: 'video/x-msvideo', at: 8, octets: 'AVI ' },
  { type: 'video/mp4', at: 4, octets: 'ftyp' },
  { type: 'video/x-matroska', octets: '\x1a\x45\xdf\xa3' },
  { type: 'application/pgp-encrypted', octets: '-----BEGIN PGP MESSAGE-----' },
  { type: 'text/x-slk', octets: 'ID;P' },
];

/** Archives that virus scanners look into, and nothing here. */
const SCANNERS_ARCHIVES: readonly string[] = [
  'xar!\0\x1c',
  'ALZ\x01',
  'EGGA',
  'SZDD\x88\xf0\x27',
  '070701',
  '070702',
  '070707',
  '\xc7\x71',
];

/** Archives that some program opens, and neither virus scanners nor anything here looks into. */
const OTHER_ARCHIVES: readonly string[] = [
  'MSWIM\0\0\0',
  'LZIP\x01',
  '\x04\x22\x4d\x18',
  '\x89LZO\0',
  'SIT!',
  'StuffIt (c)',
  'ZOO ',
  '7kSt\xa0\x31',
  'KWAJ\x88\xf0\x27',
  'hsqs',
  '\x1f\x9e',
  '\x1f\xa0',
  'QFI\xfb',
  'KDMV',
  '\xed\xab\xee\xdb',
  'UHA\x06',
  'ArC\x01',
  'DMS!',
  'LRZI',
  '!<arch>\n',
  'RE~^',
  '\x02\x21\x4c\x18',
  '\xff\x06\0\0sNaPpY',
  'BZ3v1',
  'zPQ\x01',
  'zPQ\x02',
  'bvx-',
  'bvxn',
  'bvx2',
  'pbzx',
  'YAA1',
  'NuF\xe9le',
  'sqsh',
  '\x45\x3d\xcd\x28',
  '-rom1fs-',
  'DAA\0',
  'IsZ!',
  'ISc(',
  'HLSQZ',
  'SZ \x88\xf0\x27\x33\xd1',
  '\x1f\x1e',
  '\x1f\xa1',
  // Mail boxes of Outlook and Outlook Express.
  '!BDN',
  '\xcf\xad\x12\xfe',
  // Sectors of a disc with all that is beside the data.
  '\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0',
];

/** Where PDF readers still look for the mark (ISO 32000-1, annex H.3.4.1). */
const PDF_WITHIN = 1024;

/** Type by the first octets; `text/plain` where they are nothing but text. */
export function sniffType(bytes: Uint8Array): string {
  const octets = asBuffer(bytes);
  for (const { type, at = 0, octets: signature } of SIGNATURES) if (hasText(bytes, at, signature)) return type;
  if (SCANNERS_ARCHIVES.some((mark) => hasText(bytes, 0, mark))) return 'application/x-archive-for-scanners';
  if (OTHER_ARCHIVES.some((mark) => hasText(bytes, 0, mark))) return 'application/x-archive-of-others';
  return program(octets) ?? spreadsheetStream(octets) ?? elsewhere(octets) ?? textType(octets) ?? UNKNOWN_TYPE;
}

function program(octets: Buffer): string | undefined {
  if (hasText(octets, 0, 'MZ') && !isText(octets)) return 'application/vnd.microsoft.portable-executable';
  if (has(octets, 0, 0xca, 0xfe, 0xba, 0xbe))
    return (octets[7] ?? 0) < 40 ? 'application/x-mach-binary' : 'application/java-vm';
  const mach = u32(octets, 0);
  if ([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(mach)) return 'application/x-mach-binary';
  return undefined;
}

/** Old workbooks without a container ([MS-XLS] BOF records of Excel 2 to 4). */
function spreadsheetStream(octets: Buffer): string | undefined {
  const isBegin = [0x0009, 0x0209, 0x0409].includes(u16(octets, 0)) && [4, 6].includes(u16(octets, 2));
  return isBegin ? 'application/x-biff' : undefined;
}

function elsewhere(octets: Buffer): string | undefined {
  // FDF is opened by the same programs, with the scripts in it.
  const begin = octets.subarray(0, PDF_WITHIN);
  if (begin.includes('%PDF-') || begin.includes('%FDF-')) return 'application/pdf';
  if (hasText(octets, 2, '-lh') || hasText(octets, 2, '-lz')) return 'application/x-lzh-compressed';
  if (isSignedMail(octets)) return 'application/pkcs7-mime';
  if (isTar(octets)) return 'application/x-tar';
  if (isIso(octets)) return 'application/x-iso9660-image';
  if (isUdf(octets)) return 'application/x-udf-image';
  // Zstandard: frames that are skipped may stand before the first one.
  if (octets.length > 8 && (u32(octets, 0) & 0xfffffff0) >>> 0 === 0x184d2a50) return 'application/zstd';
  if (octets.length >= 512 && octets.toString('latin1', octets.length - 512, octets.length - 504) === 'conectix')
    return 'application/x-vhd';
  if (octets.length >= 512 && octets.toString('latin1', octets.length - 512, octets.length - 508) === 'koly')
    return 'application/x-apple-diskimage';
  if (isZlib(octets)) return 'application/zlib';
  if (hasText(octets, 0, 'BM') && u32(octets, 2) === octets.length) return 'image/bmp';
  return undefined;
}

/** Much of a text tells enough. */
const TEXT_SAMPLE = 8192;

/** 1: an octet that text never has. */
const NEVER_TEXT = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x20 || (octet >= 0x08 && octet <= 0x0d) || octet === 0x1b ? 0 : 1,
);

/** No octets that text never has; UTF-16 counts where a mark says so. */
export function isText(octets: Uint8Array): boolean {
  if (has(octets, 0, 0xff, 0xfe) || has(octets, 0, 0xfe, 0xff)) return true;
  const end = Math.min(octets.length, TEXT_SAMPLE);
  for (let at = 0; at < end; at++) if (NEVER_TEXT[octets[at] ?? 0] === 1) return false;
  return true;
}

/** What text is by its beginning, in order. `element`: the first element, behind comments and declarations. */
const TEXT_TYPES: readonly { type: string; begins?: RegExp; element?: RegExp }[] = [
  // Word opens what begins like this, whatever follows.
  { type: 'application/rtf', begins: /^\s*\{\\rt/ },
  { type: 'image/svg+xml', element: /^<(?:\w{1,20}:)?svg[\s>]/i },
  { type: 'text/html', element: /^<(?:!doctype\s+html|html)[\s>/]/i },
  { type: 'application/hta', element: /^<hta:application/i },
  { type: 'text/xml', begins: /^\s*<(?:\?xml|!DOCTYPE)/i },
  { type: 'text/xml', element: /^<\w{1,50}:?\w{0,50} xmlns/i },
  {
    type: 'text/html',
    element: /^<(?:head|body|script|iframe|table|div|style|title|meta|center|font|h1|p|br|a)[\s>/]/i,
  },
  { type: 'text/x-shellscript', begins: /^#! ?\// },
  { type: 'text/calendar', begins: /^BEGIN:VCALENDAR/ },
  { type: 'text/vcard', begins: /^BEGIN:VCARD/ },
  { type: 'application/x-vbscript-encoded', begins: /^#@~\^/ },
  { type: 'application/postscript', begins: /^%!PS/ },
  { type: 'application/pkcs7-mime', begins: /^\s*-----BEGIN (?:PKCS ?#?7|CMS)/ },
];

function textType(octets: Buffer): string | undefined {
  if (!isText(octets)) return undefined;
  const start = decodeText(octets.subarray(0, TEXT_SAMPLE), undefined);
  const first = firstElement(start);
  const found = TEXT_TYPES.find(({ begins, element }) => begins?.test(start) ?? element?.test(first));
  if (found !== undefined) return found.type;
  if (/^MIME-Version:/i.test(start) && /^Content-Type:\s{0,9}multipart\/related/im.test(start))
    return 'multipart/related';
  const isMail = /^(?:Received|Return-Path|Delivered-To|From|Date|Message-ID|Subject|X-[\w-]+):\s/i.test(start);
  return isMail && headerLike(start) ? 'message/rfc822' : 'text/plain';
}

/** Behind white space, comments, declarations: where the first element is. */
function firstElement(text: string): string {
  for (let at = 0; ; ) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at++;
    const ends = text.startsWith('<!--', at)
      ? '-->'
      : text.startsWith('<?', at)
        ? '?>'
        : isDocType(text, at)
          ? '>'
          : '';
    const end = ends === '' ? -1 : text.indexOf(ends, at + 2);
    if (end < 0) return text.slice(at, at + 200);
    at = end + ends.length;
  }
}

/** A document type of something else than HTML. */
function isDocType(text: string, at: number): boolean {
  return /^<!doctype\s+(?!html)/i.test(text.slice(at, at + 30));
}

/** Several fields in a row, two of those that every mail has. */
function headerLike(start: string): boolean {
  const header = start.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const fields = header.split(/\r?\n(?![ \t])/);
  const isField = (line: string) => /^[\w-]+:/.test(line);
  return fields.length > 1 && fields.every(isField) && /^(?:From|Date|Subject|MIME-Version):/im.test(header);
}
