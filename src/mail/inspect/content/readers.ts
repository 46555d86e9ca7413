// Which reader looks into which type.

import { asBuffer } from '../archives/binary.ts';
import { bunzip2 } from '../archives/bzip2.ts';
import { cabinetEntries } from '../archives/cabinet.ts';
import { isoEntries, isUdf } from '../archives/disk-image.ts';
import { gunzip, gzipName, isPlainGzip } from '../archives/gzip.ts';
import { unpackStream } from '../archives/inflate.ts';
import { aceEntries, arjEntries, lhaEntries, rar4Entries, rar5Entries } from '../archives/listed.ts';
import { unlzmaAlone } from '../archives/lzma.ts';
import { sevenZipEntries } from '../archives/seven-zip.ts';
import { tarEntries } from '../archives/tar.ts';
import { unxz } from '../archives/xz.ts';
import { decompressRtf } from '../documents/compressed-rtf.ts';
import { readMailFile } from '../documents/mail-file.ts';
import { readCompoundFile } from '../documents/ole-document.ts';
import { readOneNote } from '../documents/one-note.ts';
import { readPdf } from '../documents/pdf.ts';
import { readPgp } from '../documents/pgp-message.ts';
import { readRtf } from '../documents/rtf.ts';
import { readSignedMail } from '../documents/signed-mail.ts';
import { readBiffStream, readSlk } from '../documents/spreadsheet-text.ts';
import { readTnef } from '../documents/tnef-file.ts';
import { readXmlDocument } from '../documents/xml-document.ts';
import { readZip } from '../documents/zip-document.ts';
import type { Entry, Reader, Reading, Unpacked } from './reading.ts';
import type { Work } from './work.ts';

const READERS: Readonly<Record<string, Reader>> = {
  'application/zip': readZip,
  'application/gzip': packedFile(gunzip, { name: gzipName, mark: Buffer.from([0x1f, 0x8b, 8]), isPlain: isPlainGzip }),
  'application/x-bzip2': packedFile(bunzip2, { mark: Buffer.from('BZh') }),
  'application/x-xz': packedFile(unxz, { mark: Buffer.from('\xfd7zXZ\0', 'latin1') }),
  'application/x-lzma': packedFile(unlzmaAlone),
  'application/zlib': packedFile(unzlib),
  'application/zstd': packedFile((bytes, work) => unpackStream('zstd', bytes, work), {
    mark: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
  }),
  'application/x-tar': archive(tarEntries, false),
  'application/x-7z-compressed': archive(sevenZipEntries),
  'application/vnd.rar': archive((bytes, work) =>
    bytes[6] === 1 ? rar5Entries(bytes, work) : rar4Entries(bytes, work),
  ),
  'application/vnd.ms-cab-compressed': archive(cabinetEntries),
  'application/x-arj': archive(arjEntries),
  'application/x-lzh-compressed': archive(lhaEntries),
  'application/x-ace-compressed': archive(aceEntries),
  'application/x-archive-of-others': () => ({ traits: ['archive', 'unopened'] }),
  'application/x-archive-for-scanners': () => ({ traits: ['archive', 'unreadable'] }),
  'application/x-compress': () => ({ traits: ['archive', 'unopened'] }),
  'application/x-iso9660-image': (bytes, work) => ({
    traits: ['disk-image', ...(isUdf(bytes) ? (['unreadable'] as const) : [])],
    entries: all(isoEntries(bytes, work)),
  }),
  'application/x-vhd': () => ({ traits: ['disk-image', 'unopened'] }),
  'application/x-vhdx': () => ({ traits: ['disk-image', 'unopened'] }),
  'application/x-udf-image': () => ({ traits: ['disk-image', 'unopened'] }),
  'application/x-apple-diskimage': () => ({ traits: ['disk-image', 'unreadable'] }),
  'application/x-ole-storage': embedding(readCompoundFile),
  'application/x-biff': readBiffStream,
  'application/pdf': embedding(readPdf),
  'application/rtf': embedding(readRtf),
  'application/x-compressed-rtf': embedding((bytes, work) => ({
    traits: [],
    entries: [{ names: [], traits: [], size: 0, open: () => decompressRtf(bytes, work) }],
  })),
  'application/onenote': embedding(readOneNote),
  'text/x-slk': readSlk,
  'text/xml': readXmlDocument,
  'application/vnd.ms-tnef': readTnef,
  'application/pkcs7-mime': readSignedMail,
  'application/pgp-encrypted': readPgp,
  'message/rfc822': readMailFile,
  'multipart/related': readMailFile,
};

/** Programs by their content. */
const PROGRAMS: ReadonlySet<string> = new Set([
  'application/vnd.microsoft.portable-executable',
  'application/x-elf',
  'application/x-mach-binary',
  'application/java-vm',
  'application/x-ms-shortcut',
  'application/vnd.ms-htmlhelp',
]);

const SCRIPTS: ReadonlySet<string> = new Set([
  'text/x-shellscript',
  'application/hta',
  'application/x-vbscript-encoded',
]);

/** Reads content of a type; nothing where there is nothing to look into. */
export function readContent(type: string, bytes: Uint8Array, work: Work): Reading | undefined {
  if (PROGRAMS.has(type)) return { traits: ['executable'] };
  if (SCRIPTS.has(type)) return { traits: ['script'] };
  return READERS[type]?.(bytes, work);
}

/** `hidden` unless the reader says so itself: what is odd in such an archive virus scanners leave out. */
function archive(entries: (bytes: Uint8Array, work: Work) => Iterable<Entry>, hidden = true): Reader {
  return (bytes, work) => ({
    traits: ['archive'],
    entries: hidden ? all(entries(bytes, work)) : entries(bytes, work),
  });
}

/** Files inside of documents: scanners know fewer ways to write them than programs do. */
function embedding(read: Reader): Reader {
  return (bytes, work) => {
    const reading = read(bytes, work);
    return reading.entries === undefined ? reading : { ...reading, entries: all(reading.entries) };
  };
}

function* all(entries: Iterable<Entry>): Generator<Entry> {
  for (const entry of entries) yield { ...entry, hidden: true };
}

/** No program opens one that is broken, and what only looks like one is none. */
function unzlib(bytes: Uint8Array, work: Work): Unpacked {
  const unpacked = unpackStream('zlib', bytes, work);
  return { ...unpacked, traits: unpacked.traits.filter((trait) => trait !== 'unopened') };
}

interface PackedKind {
  /** The name that it keeps inside; empty where it keeps none. */
  name?: (bytes: Uint8Array) => string;
  /** What each of several streams begins with. */
  mark?: Buffer;
  /** Virus scanners unpack it as it is. */
  isPlain?: (bytes: Uint8Array) => boolean;
}

/** Streams behind the first that are looked at. */
const MOST_STREAMS = 50;

/** A single packed file; where there are several behind each other, or anything in between, each by itself too. */
function packedFile(unpack: (bytes: Uint8Array, work: Work) => Unpacked, kind: PackedKind = {}): Reader {
  return (bytes, work) => {
    const names = [kind.name?.(bytes) ?? ''].filter((one) => one !== '');
    const further = kind.mark === undefined ? [] : placesOf(kind.mark, asBuffer(bytes));
    const entries: Entry[] = [0, ...further].map((at) => ({
      names,
      traits: [],
      size: 0,
      open: () => streamAt(unpack(bytes.subarray(at), work), at),
      ...((at > 0 || further.length > 0 || kind.isPlain?.(bytes) !== true) && { hidden: true }),
    }));
    if (further.length >= MOST_STREAMS) work.reached('parts');
    return { traits: ['archive'], single: true, entries };
  };
}

/** What only looks like another stream is no broken one. */
function streamAt(unpacked: Unpacked, at: number): Unpacked {
  return at === 0 ? unpacked : { ...unpacked, traits: unpacked.traits.filter((trait) => trait !== 'unopened') };
}

function placesOf(mark: Buffer, octets: Buffer): number[] {
  const found: number[] = [];
  for (let at = octets.indexOf(mark, 1); at > 0 && found.length < MOST_STREAMS; at = octets.indexOf(mark, at + 1))
    found.push(at);
  return found;
}
