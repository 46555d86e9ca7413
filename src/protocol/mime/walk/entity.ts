// What the fields of one part say of it, and where that can be read in two ways.

import { fieldsNamed, type HeaderField, type HeaderSection } from '../header.ts';
import { fileNames, isLikeDisposition, type NameSource } from './file-names.ts';
import { headerShape } from './header-shape.ts';
import { readStructured, type StructuredValue } from './structured-value.ts';
import type { FaultKind, TransferEncoding, WalkedPart } from './tree.ts';

/** A part as its fields describe it. */
export interface Entity {
  kind: WalkedPart['kind'];
  type: string;
  parameters: ReadonlyMap<string, string>;
  disposition: string;
  encoding: TransferEncoding;
  names: readonly string[];
  /** Of a multipart. */
  boundary: Boundary | undefined;
  /** Each boundary that some reader could see, of a part of any type. */
  boundaries: readonly string[];
  faults: readonly { kind: FaultKind; field: string }[];
  /** Not as mailers write it, though readers agree. */
  odd: boolean;
}

export interface Boundary {
  value: string;
  /** Readers differ in what it is. */
  faulty: boolean;
  /** Where it is cut by readers that end it at a character that should be quoted; the whole of it where none is. */
  cut: string;
}

const TYPE = 'content-type';
const ENCODING = 'content-transfer-encoding';
const DISPOSITION = 'content-disposition';

/** Reads the fields; `defaultType` holds where they name no type. `start` is where the header begins. */
export function readEntity(section: HeaderSection, start: number, defaultType: string): Entity {
  const faults: { kind: FaultKind; field: string }[] = [];
  const shape = headerShape(section, start);
  const lost = lostBoundary(section);
  if (shape.faulty) faults.push({ kind: 'header-end', field: '' });
  if (shape.malformedField) faults.push({ kind: 'header-field', field: '' });
  const types = texts(section, TYPE).map((text, index) => (index === 0 && lost !== '' ? `${text};${lost}` : text));
  const encodings = texts(section, ENCODING);
  const dispositions = texts(section, DISPOSITION);
  for (const [field, values] of [
    [TYPE, types],
    [ENCODING, encodings],
    [DISPOSITION, dispositions],
  ] as const) {
    const more = fieldsNamed(section, field).length > MOST_FIELDS;
    if (more || new Set(values.map(normal)).size > 1) faults.push({ kind: 'repeated-field', field });
  }
  const declared = types.map((text) => readStructured(text, 'type'));
  const disposed = dispositions.map((text) => readStructured(text, 'word'));
  const type = typeOf(declared, types, defaultType);
  const alike = section.fields.filter(({ name }) => isLikeDisposition(name)).slice(0, MOST_FIELDS);
  const looks = alike.map((field) => textOf(section.octets, field)).filter((text) => /name[*\d]*\s*=/i.test(text));
  const files = fileNames([
    ...sources('name', declared, types),
    ...sources('filename', disposed, dispositions),
    ...sources(
      'filename',
      looks.map((text) => readStructured(text, 'word')),
      looks,
    ),
  ]);
  if (files.names.length === 0 && kindOf(type.type) === 'leaf') files.names.push(...otherNames(section));
  if (files.unsure) faults.push({ kind: 'file-name', field: '' });
  if (declared.some((value, index) => value.broken && !harmlessText(types[index] ?? '', files.names))) {
    faults.push({ kind: type.guessed ? 'content-type' : 'parameter', field: TYPE });
  }
  if (disposed.some(({ broken }) => broken)) faults.push({ kind: 'parameter', field: DISPOSITION });
  const encoding = encodingOf(encodings[0] ?? '');
  const unknown = encodings.some((text) => encodingOf(text).faulty);
  // Of text that nothing could be decoded from, the word does not matter: the body says (`inspectLeaf`).
  if (unknown && (encodings.length > 1 || encoding.encoding !== 'unknown')) {
    faults.push({ kind: 'encoding', field: ENCODING });
  }
  const boundaries = boundaryReadings(declared, types);
  return {
    kind: kindOf(type.type),
    type: type.type,
    parameters: new Map(
      declared[0]?.parameters.toReversed().map(({ name, value }) => [name, Buffer.from(value, 'latin1').toString()]),
    ),
    disposition: disposed[0]?.value ?? '',
    encoding: encoding.encoding,
    names: files.names,
    boundary: kindOf(type.type) === 'multipart' ? boundaryOf(declared, boundaries) : undefined,
    boundaries,
    faults,
    odd: [...declared, ...disposed].some(({ odd, broken }) => odd || broken) || encoding.odd || types.length > 1,
  };
}

/** Of one name; more differ or say the same again. */
const MOST_FIELDS = 20;

function texts(section: HeaderSection, name: string): string[] {
  return fieldsNamed(section, name)
    .slice(0, MOST_FIELDS)
    .map((field) => textOf(section.octets, field));
}

/** A boundary on a line of its own behind Content-Type, as some mailers write that forget to fold. */
function lostBoundary(section: HeaderSection): string {
  const field = section.fields.find(({ name }) => name === TYPE);
  if (field === undefined || section.strayLines === 0) return '';
  const line = section.octets.toString('latin1', field.end, Math.min(section.end, field.end + 200));
  return /^boundary="?[^\s"]+"?(?=;?\r?\n)/i.exec(line)?.[0] ?? '';
}

function textOf(octets: Buffer, field: HeaderField): string {
  return octets.toString('latin1', field.value, field.end).replace(/\r?\n$/, '');
}

/** Fields that give a name to a part that has none, with some readers. */
const NAMING = [
  'content-location',
  'content-description',
  'content-name',
  'content-id',
  'x-sun-data-name',
  'x-attachment-name',
];

function otherNames(section: HeaderSection): string[] {
  const said = NAMING.flatMap((name) => texts(section, name)).filter((text) => !text.includes('@'));
  const found = said.flatMap((text) => {
    const [, rest = text] = /^\s*[a-z][a-z\d+.-]*:(?:\/\/[^/]*)?(.*)$/is.exec(text) ?? [];
    const value = rest.replaceAll(/\r?\n[ \t]+|[<>]/g, '').trim();
    // One word that ends like a file: of `.com` it is as likely a host.
    const names = fileNames([
      { key: 'name', field: readStructured(`x;name="${value.replaceAll(/["\\]/g, '')}"`, 'word'), text: '' },
    ]).names;
    return names
      .map((name) => name.replace(/[?#].*$/s, ''))
      .filter((name) => /^[^\s/]+\.(?!com$)[a-z\d]{1,8}$/i.test(name));
  });
  return [...new Set(found)];
}

function normal(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().toLowerCase();
}

function sources(key: NameSource['key'], fields: readonly StructuredValue[], values: readonly string[]): NameSource[] {
  return fields.map((field, index) => ({ key, field, text: values[index] ?? '' }));
}

function typeOf(
  declared: readonly StructuredValue[],
  values: readonly string[],
  defaultType: string,
): { type: string; guessed: boolean } {
  const named = declared.find(({ value }) => value !== '');
  if (named !== undefined) return { type: named.value, guessed: false };
  const text = values.join(' ');
  if (text.trim() === '') return { type: defaultType, guessed: false };
  return { type: /part\b/i.test(text) ? 'multipart/mixed' : 'application/octet-stream', guessed: true };
}

function kindOf(type: string): WalkedPart['kind'] {
  if (type.startsWith('multipart/')) return 'multipart';
  return type === 'message/rfc822' || type === 'message/global' || type === 'message/news' ? 'message' : 'leaf';
}

/** A malformed value that can only concern how text is shown, names no type at all, or says where to fetch a file. */
function harmlessText(text: string, names: readonly string[]): boolean {
  if (text.trim() === '') return true;
  if (/^\s*message\/external-body;/i.test(text)) return !/bound/i.test(text);
  const [, word, rest = ''] = /^\s*([\w-]+)\s*((?:;[^]*)?)$/.exec(text) ?? [];
  if (word !== undefined && !/part|message|bound/i.test(text)) return !readStructured(`x${rest}`, 'word').broken;
  return (
    names.length === 0 && /^\s*(?:text|plain|html)\b/i.test(text) && !/name|bound|oundary|part|message|appl/i.test(text)
  );
}

/** Spellings of the encodings that change nothing. */
const IDENTITY = new Set([
  '',
  '7bit',
  '8bit',
  'binary',
  '7-bit',
  '8-bit',
  '7bits',
  '8bits',
  'none',
  'utf-8',
  'us-ascii',
]);
const UUENCODE = new Set(['x-uuencode', 'uuencode', 'x-uue', 'uue', 'x-uu']);

function encodingOf(text: string): { encoding: TransferEncoding; odd: boolean; faulty: boolean } {
  const word = text.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, '').toLowerCase();
  const plain = word === '7bit' || word === '8bit' || word === 'binary' || word === '';
  if (IDENTITY.has(word)) return { encoding: 'identity', odd: !plain, faulty: false };
  if (word === 'base64' || word === 'quoted-printable') return { encoding: word, odd: false, faulty: false };
  if (UUENCODE.has(word)) return { encoding: 'uuencode', odd: true, faulty: false };
  if (/^(?:[78]bit|binary)\s*(?:;|\([\w\s]*\))?$/.test(word)) return { encoding: 'identity', odd: true, faulty: false };
  const like = /base.?64/.test(word) ? 'base64' : /print|quoted/.test(word) ? 'quoted-printable' : 'unknown';
  return { encoding: like, odd: true, faulty: true };
}

const BOUNDARY_NAME = /^boundary(?:\*|$)/;

/** Whatever stands behind `boundary` in the values, read in every way. */
function boundaryReadings(declared: readonly StructuredValue[], values: readonly string[]): string[] {
  const found = new Set<string>();
  for (const { parameters } of declared) {
    for (const { name, value } of parameters) if (BOUNDARY_NAME.test(name)) addCuts(found, value);
  }
  const quirky = declared.some(({ odd, broken }) => odd || broken);
  for (const text of quirky ? values : []) {
    for (const [, value = ''] of text.matchAll(/oundary[^=;]{0,10}=\s*([^;]*)/gi)) addCuts(found, value);
  }
  found.delete('');
  return [...found].slice(0, 20);
}

function addCuts(found: Set<string>, value: string): void {
  const bare = value.replaceAll(/["\\]/g, '').replaceAll(/\([^()]*\)/g, '');
  for (const one of [value, value.trim(), bare.trim(), value.split(/[\s;"'\\()]/)[0] ?? '']) found.add(one);
}

/** RFC 2046 5.1.1 allows fewer characters; these are in use, quoted. */
const BOUNDARY = /^[!-~]+(?: +[!-~]+)*$/;
const LONGEST_BOUNDARY = 200;
/** RFC 2046 5.1.1: what is longer is cut here by some. */
const SPECIFIED_BOUNDARY = 70;

function boundaryOf(declared: readonly StructuredValue[], all: readonly string[]): Boundary {
  const given = declared.flatMap(({ parameters }) => parameters).filter(({ name }) => BOUNDARY_NAME.test(name));
  const first = given[0];
  if (first === undefined) return { value: '', faulty: false, cut: '' };
  if (given.length !== 1 || first.name !== 'boundary') return { value: all[0] ?? '', faulty: true, cut: all[0] ?? '' };
  const { value, form, spaced, escaped } = first;
  const wrong =
    spaced ||
    escaped ||
    !BOUNDARY.test(value) ||
    value.length > LONGEST_BOUNDARY ||
    /=\?.*\?.*\?|["'\\;]/.test(value) ||
    (form === 'loose' && /[\s()"<>,]/.test(value));
  const cut = ((form === 'loose' ? /^[^\s=;,]*/ : /^\S*/).exec(value)?.[0] ?? '').slice(0, SPECIFIED_BOUNDARY);
  return { value, faulty: wrong, cut: cut === '' ? value : cut };
}
