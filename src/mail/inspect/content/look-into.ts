// Looks into one part of a message and all that is inside of it, to any depth within the limits. Plan:
// - the type by content decides which reader looks in; name and declared type add what they promise;
// - each entry that a reader finds is a part of its own, looked into in turn;
// - what cannot be opened is said on the part, never left out: encrypted, broken, too large, too deep.

import { filesInText, linkedFiles } from '../../../protocol/mime/walk/hidden-files.ts';
import { uuencodedFiles } from '../../../protocol/mime/walk/other-encodings.ts';
import { alsoArchives } from '../archives/also-archives.ts';
import { asBuffer } from '../archives/binary.ts';
import { bundle } from '../archives/bundle.ts';
import { unmarkedStream } from '../archives/inflate.ts';
import { endsAsZip } from '../archives/zip-headers.ts';
import { isEncryptedMail } from '../documents/signed-mail.ts';
import { readZip } from '../documents/zip-document.ts';
import { typesAgree } from './agreement.ts';
import { decodeText } from './decode-text.ts';
import { extension, fileName, leadsOut, nameTraits } from './file-name.ts';
import { readHtml } from './html.ts';
import { htmlLinks, textLinks } from './links.ts';
import { isText, sniffType, UNKNOWN_TYPE } from './media-type.ts';
import { promisedNames } from './promised-name.ts';
import { readContent } from './readers.ts';
import type { Entry, Reading } from './reading.ts';
import { filesInScript } from './script-files.ts';
import { mayBePiece, type Piece } from './split-files.ts';
import type { ContentFault, ContentPart, Link, PartTrait } from './taken-apart.ts';
import { readText } from './text-script.ts';
import type { Work } from './work.ts';

/** What is looked into. */
export interface Item {
  bytes: Uint8Array;
  path: string;
  mimePart: number;
  depth: number;
  names: readonly string[];
  /** Lower case; `application/octet-stream` where nothing was said. */
  declaredType: string;
  charset?: string | undefined;
  /** Lower case, of a part of the mail itself. */
  disposition?: string;
  /** Found by the container around it. */
  traits?: readonly PartTrait[];
  /** Out of a mail that was taken apart: what looks like a mail in it is looked into only where it is called one. */
  fromMail?: boolean;
  /** A part of the mail itself, whose wrappings were taken off. */
  isPart?: boolean;
}

export interface Found {
  parts: ContentPart[];
  hidden: { path: string; bytes: Uint8Array }[];
  /** Of mails inside of archives; absent where they say nothing. */
  faults?: ContentFault[];
  /** What may be a piece of a file that was split. */
  pieces?: Piece[];
}

/** As many as one part may have (`protocol/mime/walk/file-names.ts`): a rule has to see them all. */
const MOST_NAMES = 60;
const LONGEST_NAME = 255;
const LONGEST_PATH = 1000;
/** Faults of mails inside of archives: a few show what kind of archive it is. */
const MOST_FAULTS = 20;
/** Files of one archive that a scanner is given one by one. */
const FEW = 4;

/** Adds the part and all that is inside of it to `found`. */
export function lookInto(given: Item, work: Work, found: Found): void {
  if (!work.takePart()) return;
  const promised = promisedNames(given);
  const item = promised.length === 0 ? given : { ...given, names: [...given.names, ...promised] };
  const { bytes } = item;
  const type = typeOf(item);
  const traits = new Set<PartTrait>([...(item.traits ?? []), ...nameTraits(item.names)]);
  // The walk over the mail unpacked these already.
  const walked = item.isPart === true && IN_MAIL.has(type) && !isEncryptedMail(asBuffer(bytes));
  const plain = (walked ? undefined : readContent(type, bytes, work)) ?? plainReading(item, type, work);
  const opened = withOthers(
    type === 'application/zip' ? plain : withArchiveBehind(plain, bytes, work),
    type,
    item,
    work,
  );
  const reading = withUnmarked(withSpelled(opened, item, work), item, { type, work });
  for (const trait of [...reading.traits, ...promisedTraits(item, type)]) traits.add(trait);
  // Called an archive, and none that anybody here can open.
  if (opened.entries === undefined && isCalledArchive(item, type)) traits.add('unopened');
  const known = reading.type ?? type;
  // Nothing disagrees with nothing.
  if (bytes.length > 0 && !typesAgree({ type: known, declaredType: item.declaredType, names: item.names }))
    traits.add('type-mismatch');
  if (reading.faults !== undefined) noteFaults(item, reading.faults, found);
  const place = found.parts.length;
  found.parts.push(partOf(item, { type: known, traits, reading }));
  if (mayBePiece(item.names)) found.pieces?.push(item);
  if (reading.entries === undefined) return;
  if (item.depth >= work.limits.archiveDepth) {
    work.reached('archive-depth');
    replaceTraits(found, place, [...traits, 'too-deep']);
    return;
  }
  lookIntoEntries(item, reading, { work, found });
}

const ARCHIVE_ENDINGS = new Set(
  'zip rar 7z arj cab gz tgz bz2 tbz xz txz zst lzh lha ace tar iso img vhd vhdx wim z lz lz4 zoo sit'.split(' '),
);
/** Octets of a file that can hold anything. */
const FEWEST_PACKED = 20;

function isCalledArchive({ names, bytes }: Item, type: string): boolean {
  if (bytes.length < FEWEST_PACKED || isText(bytes) || type.startsWith('image/')) return false;
  return names.some((name) => ARCHIVE_ENDINGS.has(extension(name)));
}

/** Mail in wrappings that mail programs take off. */
const IN_MAIL: ReadonlySet<string> = new Set(['application/vnd.ms-tnef', 'application/pkcs7-mime']);
const CALLED_MAIL: ReadonlySet<string> = new Set(['eml', 'p7m', 'p7s', 'p7z']);

/** What is no mail by its name may only look like one: that it is a broken one says nothing then. */
function noteFaults({ names, path }: Item, faults: readonly ContentFault[], found: Found): void {
  if (found.faults === undefined || !names.some((name) => CALLED_MAIL.has(extension(name)))) return;
  const room = MOST_FAULTS - found.faults.length;
  found.faults.push(...faults.slice(0, room).map(({ kind, where }) => ({ kind, where: `${path}: ${where}` })));
}

/** A ZIP file may have anything before it: programs that unpack look at its end. */
function withArchiveBehind(reading: Reading, bytes: Uint8Array, work: Work): Reading {
  if (!endsAsZip(bytes)) return reading;
  const { type: _, traits, ...behind } = readZip(bytes, work);
  if (reading.entries === undefined) return { ...reading, ...behind, traits: [...reading.traits, ...traits] };
  return { ...reading, entries: both(reading.entries, map(behind.entries ?? [], onlyThere)) };
}

/** Two formats in one file: each program opens the one that it knows. */
function withOthers(reading: Reading, type: string, { bytes, names }: Item, work: Work): Reading {
  const others = alsoArchives(bytes, type, { endings: names.map(extension), work });
  if (others === undefined) return reading;
  return {
    ...reading,
    traits: [...reading.traits, ...others.traits],
    entries: both(reading.entries ?? [], map(others.entries, onlyThere)),
  };
}

function* both(first: Iterable<Entry>, second: Iterable<Entry>): Generator<Entry> {
  yield* first;
  yield* second;
}

function* map(entries: Iterable<Entry>, change: (entry: Entry) => Entry): Generator<Entry> {
  for (const entry of entries) yield change(entry);
}

/** Of a reading that few have it says nothing that something is broken; a scanner may not have it. */
function onlyThere(entry: Entry): Entry {
  const { open, traits, ...rest } = entry;
  const kept = (all: readonly PartTrait[]) => all.filter((trait) => trait !== 'unreadable' && trait !== 'unopened');
  const opened =
    open &&
    (() => {
      const unpacked = open();
      return { ...unpacked, traits: kept(unpacked.traits) };
    });
  return { ...rest, traits: kept(traits), hidden: true, ...(opened && { open: opened }) };
}

function lookIntoEntries(item: Item, reading: Reading, { work, found }: { work: Work; found: Found }): void {
  let index = 0;
  const apart = new Apart(found, item.path);
  using _ = apart;
  for (const entry of reading.entries ?? []) {
    index++;
    if (work.limit === 'parts' || !work.goesOn()) return;
    const names = namesOf(entry, item, reading.single === true);
    const path = `${item.path} > ${pathName(names, index)}`.slice(0, LONGEST_PATH);
    const below = { path, mimePart: item.mimePart, depth: item.depth + 1, names };
    const traits: PartTrait[] = [...entry.traits, ...(names.some(leadsOut) ? (['path-trick'] as const) : [])];
    const unpacked = entry.open?.();
    if (unpacked?.bytes !== undefined) {
      const declaredType = entry.declaredType ?? UNKNOWN_TYPE;
      if (entry.hidden === true || unpacked.hidden === true) apart.add(path, unpacked.bytes);
      const fromMail = entry.declaredType !== undefined;
      lookInto(
        { ...below, bytes: unpacked.bytes, declaredType, fromMail, traits: [...traits, ...unpacked.traits] },
        work,
        found,
      );
      continue;
    }
    // A folder is nothing to tell of, unless it is a trick.
    if (traits.length === 0 && entry.open === undefined && names.every((name) => /[\\/]$/.test(name))) continue;
    if (!work.takePart()) return;
    const all = new Set<PartTrait>([...traits, ...(unpacked?.traits ?? []), ...nameTraits(names)]);
    const closed: Item = { ...below, bytes: new Uint8Array(), declaredType: UNKNOWN_TYPE };
    found.parts.push({ ...partOf(closed, { type: UNKNOWN_TYPE, traits: all }), size: entry.size });
  }
}

/** What scanners are given of one archive: file by file, or many of them at once. */
class Apart {
  readonly #found: Found;
  readonly #path: string;
  readonly #files: { path: string; bytes: Uint8Array }[] = [];

  constructor(found: Found, path: string) {
    this.#found = found;
    this.#path = path;
  }

  add(path: string, bytes: Uint8Array): void {
    if (bytes.length > 0) this.#files.push({ path, bytes });
  }

  [Symbol.dispose](): void {
    if (this.#files.length <= FEW) this.#found.hidden.push(...this.#files);
    else this.#found.hidden.push({ path: this.#path, bytes: bundle(this.#files.map(({ bytes }) => bytes)) });
  }
}

function pathName(names: readonly string[], index: number): string {
  const [name] = names;
  return name === undefined ? `#${index}` : name.slice(0, LONGEST_NAME);
}

/** A single packed file is called as it says itself, and as its package without the last ending. */
function namesOf(entry: Entry, item: Item, single: boolean): readonly string[] {
  if (!single) return entry.names;
  const outer = item.names.map(fileName).map((name) => name.replace(/\.t(?:gz|bz2?|xz)$/i, '.tar.gz'));
  const stripped = outer.filter((name) => name.includes('.')).map((name) => name.slice(0, name.lastIndexOf('.')));
  return [...new Set([...stripped, ...entry.names])];
}

function partOf(
  item: Item,
  { type, traits, reading }: { type: string; traits: ReadonlySet<PartTrait>; reading?: Reading },
): ContentPart {
  return {
    path: item.path,
    mimePart: item.mimePart,
    depth: item.depth,
    names: item.names.slice(0, MOST_NAMES).map(shortened),
    declaredType: item.declaredType,
    type,
    size: item.bytes.length,
    traits: [...traits],
    ...(reading?.text !== undefined && { text: reading.text }),
    ...(reading?.links !== undefined && reading.links.length > 0 && { links: reading.links }),
  };
}

/** A longer name loses its middle: where it is saved, its ending is kept. */
function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : name.slice(0, 100) + name.slice(-(LONGEST_NAME - 100));
}

function replaceTraits(found: Found, place: number, traits: readonly PartTrait[]): void {
  const part = found.parts[place];
  if (part !== undefined) found.parts[place] = { ...part, traits };
}

/** What is run because of how it is called, whatever its first octets are. */
function promisedTraits({ bytes, names }: Item, type: string): PartTrait[] {
  const endings = names.map(extension);
  const isPage = type !== 'text/html' && type !== 'image/svg+xml' && endings.some((ending) => HTML_ENDINGS.has(ending));
  if (!isPage) return [];
  const text = asBuffer(bytes).toString('latin1', 0, MOST_OF_PAGE).replaceAll('\0', '');
  return readHtml(text).hasScript ? ['script'] : [];
}

/** Of a file that is called a page and begins as something else. */
const MOST_OF_PAGE = 1024 * 1024;
const MAIL_ENDINGS = new Set(['eml', 'emlx', 'mht', 'mhtml', 'mbox', 'mbx', 'nws']);
const PGP_ENDINGS = new Set(['gpg', 'pgp']);
const HTML_ENDINGS = new Set(['html', 'htm', 'xhtml', 'shtml', 'xht']);

function beginsAsMail(bytes: Uint8Array): boolean {
  return /^[\w-]{1,50}:/.test(asBuffer(bytes).toString('latin1', 0, 60));
}

/** By content; of text, what it is said to be. */
function typeOf({ bytes, declaredType, names, fromMail }: Item): string {
  const type = sniffType(bytes);
  const endings = names.map(extension);
  if (type === 'message/rfc822' && fromMail === true && !endings.includes('eml')) return 'text/plain';
  if (type === UNKNOWN_TYPE && endings.some((ending) => ending === 'lzma' || ending === 'tlz'))
    return 'application/x-lzma';
  if (type === UNKNOWN_TYPE && (endings.some((ending) => PGP_ENDINGS.has(ending)) || declaredType.includes('/pgp')))
    return 'application/pgp-encrypted';
  // Octets that no text has do not keep programs from reading it as one.
  const isOpaque = type === UNKNOWN_TYPE;
  if (type !== 'text/plain' && type !== 'text/xml' && !isOpaque) return type;
  const isPage = declaredType === 'text/html' || endings.some((ending) => HTML_ENDINGS.has(ending));
  if (isPage) return 'text/html';
  if (isOpaque)
    return endings.some((ending) => MAIL_ENDINGS.has(ending)) && beginsAsMail(bytes) ? 'message/rfc822' : type;
  return type === 'text/plain' && endings.some((ending) => MAIL_ENDINGS.has(ending)) ? 'message/rfc822' : type;
}

/** Text that people read, and scripts in it. */
function plainReading(item: Item, type: string, work: Work): Reading {
  if (!type.startsWith('text/') && type !== 'image/svg+xml' && !isText(item.bytes)) return { traits: [] };
  const bytes = asBuffer(item.bytes).subarray(0, work.limits.text * 4);
  const text = decodeText(bytes, item.charset);
  if (type === 'text/html' || type === 'image/svg+xml') return htmlReading(item, text, work);
  const links: Link[] = textLinks(text);
  const traits = readText(text, item.names);
  const isScript = nameTraits(item.names).has('script') || /(?:java|ecma|vb)script$/.test(item.declaredType);
  const saved = isScript ? filesInScript(source(item, text, work), work) : [];
  return { traits, text: work.takeText(text), links, ...(saved.length > 0 && { entries: saved }) };
}

/** Of a part that nobody says is packed: what it unpacks to, where all of it does. */
function withUnmarked(
  reading: Reading,
  { bytes, isPart }: Item,
  { type, work }: { type: string; work: Work },
): Reading {
  if (type !== UNKNOWN_TYPE || isPart !== true || reading.entries !== undefined) return reading;
  const inner = unmarkedStream(asBuffer(bytes), work);
  if (inner === undefined) return reading;
  return { ...reading, entries: [{ names: [], traits: [], size: 0, hidden: true, open: () => inner }] };
}

/** Of a text in an archive or a document; those of a mail are looked for where the mail is walked through. */
function withSpelled(reading: Reading, { bytes, fromMail }: Item, work: Work): Reading {
  if (fromMail === true || !isText(bytes)) return reading;
  const octets = asBuffer(bytes);
  const files = filesInText(octets, () => work.reached('unpacked'));
  if (mayLink(octets)) files.push(...linkedFiles('', octets));
  const spelled = files.map(({ names, octets }) => ({
    names,
    traits: [],
    size: octets.length,
    hidden: true as const,
    open: () => ({ bytes: octets, traits: [] }),
  }));
  return spelled.length === 0 ? reading : { ...reading, entries: both(reading.entries ?? [], spelled) };
}

/** A page, a drawing, a calendar or a card. */
function mayLink(octets: Buffer): boolean {
  return /^[^]{0,20}(?:<|BEGIN:V)/i.test(octets.toString('latin1', 0, 100));
}

function filesInShown(text: string): Entry[] {
  return uuencodedFiles(text).map(({ name, octets }) => ({
    names: [name],
    traits: [],
    size: octets.length,
    hidden: true,
    open: () => ({ bytes: octets, traits: [] }),
  }));
}

/** The whole source of a script: what people read is cut, what browsers run is not. */
function source({ bytes }: Item, text: string, work: Work): string {
  return bytes.length > work.limits.text * 4 ? asBuffer(bytes).toString('latin1') : text;
}

/** Mail programs run no script of a mail's own text; browsers run those of an attachment. */
function htmlReading(item: Item, html: string, work: Work): Reading {
  const read = readHtml(html.includes('\0') ? html.replaceAll('\0', '') : html);
  const isFile = item.names.length > 0 || item.depth > 0;
  const isCut = item.bytes.length > work.limits.text * 4;
  const saved = (read.hasScript || isCut) && isFile ? filesInScript(source(item, html, work), work) : [];
  // As it is shown, without what stands between.
  if (/^begin[ \t]+[0-7]{3,6}[ \t]/m.test(read.text)) saved.push(...filesInShown(read.text));
  return {
    traits: read.hasScript && isFile ? ['script'] : [],
    text: work.takeText(read.text),
    links: [...htmlLinks(read.links), ...textLinks(read.text)],
    ...(saved.length > 0 && { entries: saved }),
  };
}
