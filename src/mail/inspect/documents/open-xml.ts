// Office Open XML (ECMA-376, [MS-OFFMACRO2], [MS-XLSB]): macros, Excel 4 sheets, templates and objects from elsewhere,
// fields that start programs, files inside, links and text.

import { asBuffer } from '../archives/binary.ts';
import { decodeText } from '../content/decode-text.ts';
import { decodeEntities } from '../content/entities.ts';
import { htmlLinks } from '../content/links.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { openCompoundFile } from './compound-file.ts';
import { isRemote, startsProgram } from './fields.ts';
import { vbaTraits } from './vba.ts';

const MOST_XML = 8 * 1024 * 1024;

interface Package {
  names: ReadonlyMap<string, Entry>;
  work: Work;
  traits: Set<PartTrait>;
  texts: string[];
  targets: { target: string; text: string }[];
}

/** Reads the package. `names`: entries by lower-case name. */
export function readOpenXml(names: ReadonlyMap<string, Entry>, entries: readonly Entry[], work: Work): Reading {
  const document: Package = { names, work, traits: new Set(), texts: [], targets: [] };
  const types = textOf(names.get('[content_types].xml'));
  readTypes(document, types);
  for (const [name, entry] of names) {
    if (!work.goesOn()) break;
    if (/\.xml$|\.rels$|\.vml$/.test(name)) readXmlPart(document, name, entry);
    else if (/^xl\/.*\.bin$/.test(name)) readBinaryPart(document, name, entry);
  }
  const inner = entries.filter((entry) => isFile(entry, types));
  if (inner.some(({ names: [name = ''] }) => /(?:embeddings|activex)\//i.test(name)))
    document.traits.add('embedded-object');
  if (entries.some(({ traits }) => traits.includes('encrypted'))) document.traits.add('encrypted');
  const text = document.texts.join('\n');
  return {
    type: documentType(types),
    traits: [...document.traits],
    entries: inner,
    ...(text !== '' && { text: work.takeText(text) }),
    links: htmlLinks(document.targets),
  };
}

/** The declared type of the main part, without what marks it as the main part. */
function documentType(types: string): string {
  const found = /ContentType="([^"]{0,200}(?:\.main\+xml|main|macroEnabled[^"]{0,100}\+xml))"/i.exec(types)?.[1];
  return found?.replace(/\.main\+xml$|\+xml$/i, '').toLowerCase() ?? 'application/vnd.openxmlformats-officedocument';
}

function readTypes({ traits, names, work }: Package, types: string): void {
  // ContentType and relation name the project, whatever its file is called.
  if (/vnd\.ms-office\.vbaProject\b/i.test(types)) traits.add('macro');
  if (/macrosheet/i.test(types)) traits.add('macro').add('macro-xlm');
  for (const [name, entry] of names) {
    if (!name.endsWith('.bin') && !/vbaproject/i.test(name)) continue;
    if (/printersettings|styles\.bin|sheet\d*\.bin$|workbook\.bin|sharedstrings\.bin/.test(name)) continue;
    const bytes = entry.open?.().bytes;
    const file = bytes === undefined ? undefined : openCompoundFile(bytes);
    if (file !== undefined) for (const trait of vbaTraits(file, work)) traits.add(trait);
    else if (/vbaproject/.test(name)) traits.add('macro');
  }
}

function readXmlPart(document: Package, name: string, entry: Entry): void {
  const xml = textOf(entry);
  const { traits } = document;
  if (name.endsWith('.rels')) {
    readRelations(document, xml);
    return;
  }
  if (/<(?:\w+:)?ddeLink\b/i.test(xml)) traits.add('starts-program');
  if (startsProgram(instructions(xml))) traits.add('starts-program');
  if (
    name === 'xl/workbook.xml' &&
    /<(?:\w+:)?definedName\b[^<>]*\bname="(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)/i.test(xml) &&
    traits.has('macro-xlm')
  )
    traits.add('macro-autorun');
  if (
    /^word\/(?:document|header|footer|footnotes|endnotes|comments)|^xl\/(?:sharedstrings|worksheets|comments)|^ppt\/(?:slides|notesslides)/.test(
      name,
    )
  )
    addText(document, xml);
}

/** As much as will be looked through. */
function addText(document: Package, xml: string): void {
  const known = document.texts.reduce((sum, text) => sum + text.length, 0);
  if (known <= document.work.limits.text) document.texts.push(xmlText(xml.slice(0, MOST_XML)));
}

/** XLSB: names stand in UTF-16 in the binary workbook; links to programs have a record of their own. */
function readBinaryPart({ traits }: Package, name: string, entry: Entry): void {
  const bytes = entry.open?.().bytes;
  if (bytes === undefined) return;
  const text = asBuffer(bytes).toString('utf16le') + asBuffer(bytes.subarray(1)).toString('utf16le');
  if (name === 'xl/workbook.bin' && traits.has('macro-xlm') && /auto_?(?:open|close|activate|deactivate)/i.test(text))
    traits.add('macro-autorun');
  // [MS-XLSB] 2.4.40 BrtBeginSupBook: the second kind of link is one to a program, followed by its name and topic.
  const begin = asBuffer(bytes).indexOf(Buffer.from([0xe8, 0x02]));
  if (
    /externallinks\//.test(name) &&
    begin >= 0 &&
    asBuffer(bytes).readUInt16LE(Math.min(begin + 3, bytes.length - 2)) === 1
  )
    traits.add('starts-program');
}

const LOADED = /\/(?:attachedTemplate|oleObject|frame|subDocument|externalLinkPath|control|package|worksheetSource)$/i;

function readRelations({ traits, targets }: Package, xml: string): void {
  for (const [element] of xml.matchAll(/<(?:\w+:)?Relationship\b[^<>]*>/gi)) {
    const type = attribute(element, 'Type');
    if (/\/(?:vbaProject|wordVbaData)$/i.test(type)) traits.add('macro');
    if (/macrosheet$/i.test(type)) traits.add('macro').add('macro-xlm');
    if (attribute(element, 'TargetMode').toLowerCase() !== 'external') continue;
    const target = attribute(element, 'Target');
    if (/\/hyperlink$/i.test(type)) targets.push({ target, text: '' });
    else if (LOADED.test(type) && isRemote(target)) traits.add('remote-template');
  }
}

/** Instructions of fields, put together: Word splits them as it likes, and so do those who hide them. */
function instructions(xml: string): string {
  let found = '';
  for (const [, simple, text] of xml.matchAll(
    /<w:fldSimple\b[^<>]*\bw:instr="([^"]*)"|<w:(?:instrText|delInstrText)\b[^<>]*>([^<]*)</gi,
  ))
    found += simple ?? text ?? '';
  // QUOTE fields spell words by the numbers of their letters.
  const spelled = found.replace(/\bQUOTE((?:\s+\d{1,3})+)/gi, (_, codes: string) =>
    codes.replace(/\s+(\d+)/g, (_, code: string) => String.fromCharCode(Number(code))),
  );
  return decodeEntities(spelled);
}

/** Texts between tags; paragraphs, cells and breaks end lines. */
export function xmlText(xml: string): string {
  const text = xml
    .replace(/<(?:\/(?:w:p|a:p|si|row|text:p|text:h|table:table-cell)|w:br|w:cr|w:tab|v)\b[^<>]*>/g, '\n')
    .replace(/<[^<>]*>/g, '');
  return decodeEntities(text).replace(/\n{2,}/g, '\n');
}

/** What is neither the document's own XML nor a picture: another file, to be looked into. */
function isFile({ names: [name = ''] }: Entry, types: string): boolean {
  const lower = name.toLowerCase();
  if (
    /\.(?:xml|rels|vml|png|jpe?g|gif|emf|wmf|tiff?|svg|fntdata|odttf|psmdcp|wdp)$/.test(lower) ||
    /[\\/]$/.test(lower)
  )
    return false;
  return !(
    /printersettings|vbaproject/.test(lower) ||
    (/^xl\/.*\.bin$/.test(lower) && /sheet\.binary/i.test(types) && !lower.includes('embeddings'))
  );
}

function attribute(element: string, name: string): string {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(element);
  return decodeEntities(found?.[1] ?? found?.[2] ?? '');
}

function textOf(entry: Entry | undefined): string {
  const bytes = entry?.open?.().bytes;
  return bytes === undefined ? '' : decodeText(bytes.subarray(0, MOST_XML), undefined);
}
