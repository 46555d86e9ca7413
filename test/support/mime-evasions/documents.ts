// Files in documents, in pages with scripts, and in archives of rarer kinds; each is opened by some program.

import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import {
  arj,
  cabinet,
  iso,
  le,
  lha,
  rar5,
  sevenZip,
  zip,
} from '../../../src/mail/inspect/archives/testing/make-archives.ts';
import { compoundFile } from '../../../src/mail/inspect/documents/testing/make-compound-file.ts';
import type { Wrapping } from './odd-files.ts';
import { tnef, tnefWithProperty, tnefWithRtf } from './old-encodings.ts';

const hex = (octets: Buffer) => octets.toString('hex');
const b64 = (octets: Buffer) => octets.toString('base64');

/** What Packager writes around a file ([MS-OLEDS]). */
function packaged(name: string, data: Buffer): Buffer {
  const path = Buffer.from(`C:\\${name}\0`);
  const record = [le(2, 2), Buffer.from(`${name}\0`), path, le(0x30000, 4), le(path.length, 4), path];
  return Buffer.concat([...record, le(data.length, 4), data]);
}

const native = (name: string, data: Buffer) => {
  const record = packaged(name, data);
  return Buffer.concat([le(record.length, 4), record]);
};

function rtfObject(name: string, data: Buffer): Buffer {
  const record = packaged(name, data);
  const text = (value: string) => Buffer.concat([le(value.length + 1, 4), Buffer.from(`${value}\0`)]);
  return Buffer.concat([le(0x501, 4), le(2, 4), text('Package'), le(0, 8), le(record.length, 4), record]);
}

/** Objects in RTF, and in compound files. */
export function officeFiles(): Record<string, Wrapping> {
  const rtf = (change: (digits: string) => string): Wrapping => [
    'a.rtf',
    (name, data) => `{\\rtf1 {\\object\\objemb{\\*\\objdata ${change(hex(rtfObject(name, data)))}}}}`,
  ];
  return {
    'rtf: object': rtf((digits) => digits),
    'rtf: capitals': rtf((digits) => digits.toUpperCase()),
    'rtf: a line for each octet': rtf((digits) => digits.replaceAll(/../g, '$&\r\n')),
    'rtf: white space in octets': rtf((digits) => digits.replaceAll(/./g, '$& ')),
    'rtf: groups between': rtf((digits) => digits.replaceAll(/.{8}/g, '$&{}')),
    'rtf: groups with words between': rtf((digits) => digits.replaceAll(/.{16}/g, '$&{\\*\\zz}')),
    'rtf: control words between': rtf((digits) => digits.replaceAll(/.{10}/g, '$&\\par ')),
    'rtf: characters between': rtf((digits) => digits.replaceAll(/.{10}/g, "$&\\'41")),
    'rtf: behind many others': [
      'a.rtf',
      (name, data) => {
        const object = (file: string, octets: Buffer) =>
          `{\\object{\\objdata ${hex(rtfObject(file, octets)).replaceAll(/.{10}/g, '$&\\par ')}}}`;
        return `{\\rtf1 ${object('a.txt', Buffer.from('a')).repeat(120)}${object(name, data)}}`;
      },
    ],
    'rtf: not closed': ['a.rtf', (name, data) => `{\\rtf1{\\object{\\objdata ${hex(rtfObject(name, data))}`],
    'rtf: another version': ['a.doc', (name, data) => `{\\rt{\\object{\\objdata ${hex(rtfObject(name, data))}}}}`],
    'compound file: package': ['a.doc', (name, data) => compoundFile({ '\u0001Ole10Native': native(name, data) })],
    'compound file: package, other case': [
      'a.doc',
      (name, data) => compoundFile({ '\u0001OLE10NATIVE': native(name, data) }),
    ],
    'Open XML: package in it': [
      'a.docx',
      (name, data) =>
        zip([
          { name: '[Content_Types].xml', data: Buffer.from('<Types/>') },
          { name: 'word/document.xml', data: Buffer.from('<w:document/>') },
          {
            name: 'word/embeddings/oleObject1.bin',
            data: compoundFile({ '\u0001Ole10Native': native(name, data) }),
          },
        ]),
    ],
    'OneNote: file on a page': [
      'a.one',
      (name, data) =>
        Buffer.concat([
          Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'),
          Buffer.alloc(500),
          Buffer.from(`${name}\0`, 'utf16le'),
          Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex'),
          le(data.length, 8),
          Buffer.alloc(12),
          data,
        ]),
    ],
  };
}

/** Files in PDF. */
export function pdfFiles(): Record<string, Wrapping> {
  const pdf = (dictionary: string, change: (data: Buffer) => Buffer, before = '%PDF-1.7\n'): Wrapping => [
    'a.pdf',
    (name, data) => {
      const octets = change(data);
      const spec = `1 0 obj <</Type/Filespec /F(${name}) /UF(${name}) /EF<</F 2 0 R>>>> endobj\n`;
      return Buffer.concat([
        Buffer.from(`${before}${spec}2 0 obj <<${dictionary}/Length ${octets.length}>>\nstream\n`, 'latin1'),
        octets,
        Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
      ]);
    },
  ];
  const asHex = (data: Buffer) => Buffer.from(`${hex(data)}>`);
  return {
    'pdf: file': pdf('/Type/EmbeddedFile', (data) => data),
    'pdf: file, packed': pdf('/Type/EmbeddedFile/Filter/FlateDecode', deflateSync),
    'pdf: file, packed, cut': pdf('/Type/EmbeddedFile/Filter/FlateDecode', (data) => deflateSync(data).subarray(0, -4)),
    'pdf: file, hex': pdf('/Type/EmbeddedFile/Filter/ASCIIHexDecode', asHex),
    'pdf: file, hex with white space': pdf('/Type/EmbeddedFile/Filter/ASCIIHexDecode', (data) =>
      Buffer.from(`${hex(data).replaceAll(/./g, '$& ')}>`),
    ),
    'pdf: file, hex and packed': pdf('/Type/EmbeddedFile/Filter[/ASCIIHexDecode/FlateDecode]', (data) =>
      asHex(deflateSync(data)),
    ),
    'pdf: file, short names': pdf('/Type/EmbeddedFile/F[/AHx/Fl]', (data) => asHex(deflateSync(data))),
    'pdf: file, names escaped': pdf('/Type/Embedded#46ile/Filter/#46lateDecode', deflateSync),
    'pdf: file without a type': pdf('/Filter/FlateDecode', deflateSync),
    'pdf: junk before': pdf('/Type/EmbeddedFile', (data) => data, `${'junk '.repeat(100)}%PDF-1.7\n`),
    'pdf: runs': pdf('/Type/EmbeddedFile/Filter/RunLengthDecode', (data) =>
      Buffer.concat([le(data.length - 1, 1), data, le(128, 1)]),
    ),
    'pdf: unknown filter': pdf('/Type/EmbeddedFile/Filter/LZWDecode', deflateSync),
  };
}

/** Pages whose scripts or links save a file. */
export function pages(): Record<string, Wrapping> {
  const page = (script: (text: string, data: Buffer) => string, ending = 'html'): Wrapping => [
    `a.${ending}`,
    (name, data) =>
      `<html><body><script>${script(b64(data), data)};a.download='${name}';a.click()</script></body></html>`,
    'text/html',
  ];
  const link = (make: (data: Buffer) => string): Wrapping => [
    'a.html',
    (name, data) => `<html><a download="${name}" href="${make(data)}">x</a></html>`,
    'text/html',
  ];
  const percents = (data: Buffer) => [...data].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');
  const many = Array.from({ length: 60 }, (_, index) => `<a href="data:a/b;base64,${b64(Buffer.from(`${index}`))}">`);
  return {
    'page: text in base64': page((text) => `var b='${text}';f(atob(b))`),
    'page: text in base64, in pieces': page((text) => `var b='${text.replaceAll(/.{10}/g, "$&'+'")}';f(atob(b))`),
    'page: text in base64, an array': page((text) => `var b=['${text.replaceAll(/.{12}/g, "$&','")}'].join('')`),
    'page: text in base64, backticks': page((text) => `var b=\`${text}\``),
    'page: escapes': page((_, data) => `var b='${[...data].map((o) => `\\x${hex(Buffer.of(o))}`).join('')}'`),
    'page: wide escapes': page((_, data) => `var b='${[...data].map((o) => `\\u00${hex(Buffer.of(o))}`).join('')}'`),
    'page: numbers': page((_, data) => `var b=new Uint8Array([${[...data].join(',')}])`),
    'page: numbers in hex': page((_, data) => `var b=[${[...data].map((o) => `0x${o.toString(16)}`).join(', ')}]`),
    'page: percents': page((_, data) => `var b=unescape('${percents(data)}')`),
    'page: hex': page((_, data) => `var b=h('${hex(data)}')`),
    'page: drawing': page((text) => `var b='${text}'`, 'svg'),
    'page: script alone': ['a.js', (_, data) => `var b='${b64(data)}';`, 'text/javascript'],
    'link: percent octets': link((data) => `data:application/octet-stream,${percents(data)}`),
    'link: percent octets and letters': link((data) => `data:,${encodeURIComponent(data.toString('latin1'))}`),
    'link: white space': link((data) => `data:application/zip;base64,${b64(data).replaceAll(/.{9}/g, '$& ')}`),
    'link: percents in base64': link((data) => `data:application/zip;base64,${b64(data).replaceAll('P', '%50')}`),
    'link: alphabet for links': link(
      (data) => `data:a/b;base64,${b64(data).replaceAll('+', '-').replaceAll('/', '_')}`,
    ),
    'link: space before the comma': link((data) => `data:a/b; base64 ,${b64(data)}`),
    'link: the 61st': link((data) => `x">${many.join('')}<a href="data:a/b;base64,${b64(data)}`),
    'link: in wide letters': [
      'a.html',
      (name, data) => Buffer.from(`\ufeff<a download="${name}" href="data:a/b;base64,${b64(data)}">`, 'utf16le'),
      'text/html',
    ],
    'link: with a NUL before': [
      'a.html',
      (name, data) => `\x01\x02<html><a download="${name}" href="data:a/b;base64,${b64(data)}">x</a></html>`,
      'text/html',
    ],
  };
}

/** Cards, and files of mail programs. */
export function cards(): Record<string, Wrapping> {
  const card = (fields: string, make: (text: string) => string): Wrapping => [
    'a.vcf',
    (name, data) =>
      `BEGIN:VCARD\r\nVERSION:2.1\r\n${fields};X-FILENAME=${name}:${make(b64(data))}\r\n\r\nEND:VCARD\r\n`,
    'text/x-vcard',
  ];
  const winmail = (make: (name: string, data: Buffer) => Buffer): Wrapping => [
    'winmail.dat',
    make,
    'application/ms-tnef',
  ];
  const broken = (text: string, before: string) => text.replaceAll(/.{40}/g, `$&\r\n${before}`);
  return {
    'card: folded': card('KEY;ENCODING=b', (text) => broken(text, ' ')),
    'card: not folded': card('PHOTO;ENCODING=BASE64', (text) => `\r\n${broken(text, '')}`),
    'card: not folded, begins at once': card('PHOTO;BASE64', (text) => broken(text, '')),
    'card: folded twice': card('PHOTO;ENCODING=BASE64', (text) => broken(text, '  \t ')),
    'card: link': card('PHOTO', (text) => `data:application/zip;base64,${text}`),
    'TNEF in an archive': ['a.zip', (name, data) => zip([{ name: 'winmail.dat', data: tnef(name, data) }])],
    'TNEF in TNEF': ['winmail.dat', (name, data) => tnef('inner.dat', tnef(name, data)), 'application/ms-tnef'],
    'TNEF without a name': ['noname', (name, data) => tnef(name, data)],
    'TNEF: file as a property': winmail((name, data) => tnefWithProperty(name, data, 'octets')),
    'TNEF: object of a program': winmail((name, data) => tnefWithProperty(name, data, 'object')),
    'TNEF: attached message': winmail((name, data) => tnefWithProperty('Figures', tnef(name, data), 'object')),
    'TNEF: behind many empty ones': winmail((name, data) => {
      const made = tnef(name, data);
      const [begins, attachment] = [21, 25];
      const empty = made.subarray(begins, begins + attachment);
      return Buffer.concat([
        made.subarray(0, begins),
        ...Array.from({ length: 700 }, () => empty),
        made.subarray(begins),
      ]);
    }),
    'TNEF: object in its text': winmail((name, data) =>
      tnefWithRtf(
        Buffer.from(`{\\rtf1{\\object{\\objdata ${hex(rtfObject(name, data)).replaceAll(/.{10}/g, '$&\\par ')}}}}`),
      ),
    ),
  };
}

/** Archives of rarer kinds. */
export function rareArchives(): Record<string, Wrapping> {
  const stored7z = (name: string, data: Buffer) =>
    sevenZip(name, { packed: data, size: data.length, coder: Buffer.from([1, 0]) });
  const changed = (octets: Buffer, at: number, value: number) => {
    octets[at] = value;
    return octets;
  };
  const reserved = (name: string, data: Buffer) => {
    const made = cabinet(name, data);
    made.writeUInt32LE(0x12345678, 4);
    return made;
  };
  return {
    cab: ['a.cab', cabinet],
    'cab: reserved octets': ['a.cab', reserved],
    'cab: reserved octets at its end': ['a.cab', (name, data) => changed(cabinet(name, data), 12, 1)],
    'cab: wrong size': ['a.cab', (name, data) => changed(cabinet(name, data), 8, 1)],
    'cab: another version': ['a.cab', (name, data) => changed(cabinet(name, data), 24, 9)],
    'cab: cut': ['a.cab', (name, data) => cabinet(name, data).subarray(0, -1)],
    'cab in a zip': ['a.zip', (name, data) => zip([{ name: 'a.cab', data: reserved(name, data) }])],
    '7z: stored': ['a.7z', stored7z],
    '7z: wrong sum of the begin': ['a.7z', (name, data) => changed(stored7z(name, data), 8, 0)],
    '7z: behind junk': ['a.7z', (name, data) => Buffer.concat([Buffer.from('MZ junk '), stored7z(name, data)])],
    '7z: cut': ['a.7z', (name, data) => stored7z(name, data).subarray(0, -2)],
    '7z: unknown method': [
      'a.7z',
      (name, data) => sevenZip(name, { packed: data, size: data.length, coder: Buffer.from([1, 0x77]) }),
    ],
    'rar: stored': ['a.rar', rar5],
    'rar: behind junk': ['a.rar', (name, data) => Buffer.concat([Buffer.from('MZ junk '), rar5(name, data)])],
    'rar: in a zip': ['a.zip', (name, data) => zip([{ name: 'a.rar', data: rar5(name, data) }])],
    'lha: stored': ['a.lzh', lha],
    'arj: stored': ['a.arj', arj],
    'arj: behind junk': ['a.arj', (name, data) => Buffer.concat([Buffer.from('MZ junk '), arj(name, data)])],
    'disk image': ['a.iso', iso],
    'disk image: in a gzip': ['a.iso.gz', (name, data) => gzipSync(iso(name, data))],
    'disk image: a partition': ['a.img', (name, data) => fatImage(name, data)],
    'disk image: fixed disk': [
      'a.vhd',
      (name, data) => Buffer.concat([fatImage(name, data), Buffer.from('conectix'), Buffer.alloc(504)]),
    ],
    ar: [
      'a.deb',
      (_, data) => Buffer.concat([Buffer.from('!<arch>\nx               0           0     0     644     '), data]),
    ],
    lz4: [
      'a.lz4',
      (_, data) => Buffer.concat([Buffer.from('04224d186440a7', 'hex'), le(data.length + 2 ** 31, 4), data]),
    ],
    compress: ['a.Z', (_, data) => Buffer.concat([Buffer.from('1f9d90', 'hex'), deflateRawSync(data)])],
  };
}

/** A floppy disk of FAT12 with one file. */
function fatImage(name: string, data: Buffer): Buffer {
  const image = Buffer.alloc(512 * 2880);
  Buffer.from('eb3c90', 'hex').copy(image);
  image.write('MSDOS5.0', 3);
  image.writeUInt16LE(512, 11);
  image.writeUInt8(1, 13);
  image.writeUInt16LE(1, 14);
  image.writeUInt8(2, 16);
  image.writeUInt16LE(224, 17);
  image.writeUInt16LE(2880, 19);
  image.writeUInt8(0xf0, 21);
  image.writeUInt16LE(9, 22);
  image.write('FAT12   ', 54);
  image.writeUInt16LE(0xaa55, 510);
  Buffer.from('f0ffffffff', 'hex').copy(image, 512);
  Buffer.from('f0ffffffff', 'hex').copy(image, 512 * 10);
  const [stem = '', ending = ''] = name.toUpperCase().split('.');
  image.write(`${stem.padEnd(8).slice(0, 8)}${ending.padEnd(3).slice(0, 3)} `, 512 * 19, 'latin1');
  image.writeUInt16LE(2, 512 * 19 + 26);
  image.writeUInt32LE(data.length, 512 * 19 + 28);
  data.copy(image, 512 * 33);
  return image;
}
