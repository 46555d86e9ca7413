// Which reader looks into which type.

import { bunzip2 } from '../archives/bzip2.ts';
import { cabinetEntries } from '../archives/cabinet.ts';
import { isoEntries } from '../archives/disk-image.ts';
import { gunzip, gzipName } from '../archives/gzip.ts';
import { unpackStream } from '../archives/inflate.ts';
import { aceEntries, arjEntries, lhaEntries, rar4Entries, rar5Entries } from '../archives/listed.ts';
import { unlzmaAlone } from '../archives/lzma.ts';
import { sevenZipEntries } from '../archives/seven-zip.ts';
import { tarEntries } from '../archives/tar.ts';
import { unxz } from '../archives/xz.ts';
import { readMailFile } from '../documents/mail-file.ts';
import { readCompoundFile } from '../documents/ole-document.ts';
import { readOneNote } from '../documents/one-note.ts';
import { readPdf } from '../documents/pdf.ts';
import { readRtf } from '../documents/rtf.ts';
import { readBiffStream, readSlk } from '../documents/spreadsheet-text.ts';
import { readXmlDocument } from '../documents/xml-document.ts';
import { readZip } from '../documents/zip-document.ts';
import type { Entry, Reader, Reading, Unpacked } from './reading.ts';
import type { Work } from './work.ts';

const READERS: Readonly<Record<string, Reader>> = {
  'application/zip': readZip,
  'application/gzip': packedFile(gunzip, { name: gzipName }),
  'application/x-bzip2': packedFile(bunzip2, { hidden: true }),
  'application/x-xz': packedFile(unxz, { hidden: true }),
  'application/x-lzma': packedFile(unlzmaAlone, { hidden: true }),
  'application/zstd': packedFile((bytes, work) => unpackStream('zstd', bytes, work), { hidden: true }),
  'application/x-tar': archive(tarEntries),
  'application/x-7z-compressed': archive(sevenZipEntries),
  'application/vnd.rar': archive((bytes, work) =>
    bytes[6] === 1 ? rar5Entries(bytes, work) : rar4Entries(bytes, work),
  ),
  'application/vnd.ms-cab-compressed': archive(cabinetEntries),
  'application/x-arj': archive(arjEntries),
  'application/x-lzh-compressed': archive(lhaEntries),
  'application/x-ace-compressed': archive(aceEntries),
  'application/x-archive-of-others': () => ({ traits: ['archive', 'unreadable'] }),
  'application/x-compress': () => ({ traits: ['archive', 'unreadable'] }),
  'application/x-iso9660-image': (bytes, work) => ({ traits: ['disk-image'], entries: isoEntries(bytes, work) }),
  'application/x-vhd': () => ({ traits: ['disk-image', 'unreadable'] }),
  'application/x-vhdx': () => ({ traits: ['disk-image', 'unreadable'] }),
  'application/x-apple-diskimage': () => ({ traits: ['disk-image', 'unreadable'] }),
  'application/x-ole-storage': readCompoundFile,
  'application/x-biff': readBiffStream,
  'application/pdf': readPdf,
  'application/rtf': readRtf,
  'application/onenote': readOneNote,
  'text/x-slk': readSlk,
  'text/xml': readXmlDocument,
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

function archive(entries: (bytes: Uint8Array, work: Work) => Iterable<Entry>): Reader {
  return (bytes, work) => ({ traits: ['archive'], entries: entries(bytes, work) });
}

interface PackedKind {
  /** The name that it keeps inside; empty where it keeps none. */
  name?: (bytes: Uint8Array) => string;
  /** Virus scanners do not unpack it, or the first of its streams alone. */
  hidden?: true;
}

/** A single packed file. */
function packedFile(unpack: (bytes: Uint8Array, work: Work) => Unpacked, { name, hidden }: PackedKind = {}): Reader {
  return (bytes, work) => {
    const names = [name?.(bytes) ?? ''].filter((one) => one !== '');
    const open = () => unpack(bytes, work);
    return {
      traits: ['archive'],
      single: true,
      entries: [{ names, traits: [], size: 0, open, ...(hidden && { hidden }) }],
    };
  };
}
