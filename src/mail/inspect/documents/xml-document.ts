// Office documents that are one XML file: Word 2003, Excel 2003, flat Open XML, flat OpenDocument; and XML that is none.

import { asBuffer } from '../archives/binary.ts';
import { decodeText } from '../content/decode-text.ts';
import { decodeEntities } from '../content/entities.ts';
import { readHtml } from '../content/html.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { activeMime } from './active-mime.ts';
import { isRemote, startsProgram } from './fields.ts';
import { xmlText } from './open-xml.ts';

const MOST_XML = 8 * 1024 * 1024;
const MOST_FILES = 200;
const BINARY = /<(?:w:binData|pkg:binaryData|office:binary-data)\b[^<>]*>([A-Za-z0-9+/=\s]+)</g;

/** Reads an XML file. */
export function readXmlDocument(bytes: Uint8Array, work: Work): Reading {
  const xml = decodeText(bytes.subarray(0, MOST_XML), undefined);
  const traits = new Set<PartTrait>();
  const type = kindOf(xml);
  if (type !== undefined) readOffice(xml, traits);
  if (/<\?xml-stylesheet\b|<msxsl:script\b|<ms:script\b|<(?:\w+:)?script\b/i.test(xml) && type === undefined)
    traits.add('script');
  // Browsers run what stands in elements of these, in any XML.
  if (type === undefined && /1999\/xhtml|2000\/svg/.test(xml) && readHtml(xml).hasScript) traits.add('script');
  const entries = type === undefined ? [] : binaries(xml, work);
  return {
    ...(type !== undefined && { type }),
    traits: [...traits],
    ...(entries.length > 0 && { entries }),
    text: work.takeText(xmlText(xml)),
  };
}

function kindOf(xml: string): string | undefined {
  const start = xml.slice(0, 4000);
  if (/progid="Word\.Document"|schemas\.microsoft\.com\/office\/word\/2003\/wordml/i.test(start))
    return 'application/msword+xml';
  if (/progid="Excel\.Sheet"|urn:schemas-microsoft-com:office:spreadsheet/i.test(start))
    return 'application/vnd.ms-excel+xml';
  if (/schemas\.microsoft\.com\/office\/2006\/xmlPackage/i.test(start))
    return 'application/vnd.openxmlformats-officedocument+xml';
  if (/opendocument:xmlns:office/i.test(start)) return 'application/vnd.oasis.opendocument+xml';
  return undefined;
}

function readOffice(xml: string, traits: Set<PartTrait>): void {
  if (/w:macrosPresent="yes"|vbaProject/i.test(xml) || /<script:module\b/i.test(xml)) traits.add('macro');
  const fields = [...xml.matchAll(/<w:fldSimple\b[^<>]*\bw:instr="([^"]*)"|<w:instrText\b[^<>]*>([^<]*)</gi)];
  if (startsProgram(decodeEntities(fields.map(([, simple, text]) => simple ?? text ?? '').join(''))))
    traits.add('starts-program');
  // Formulas that ask a program, and its own element for the links.
  if (asksProgram(xml) || /<(?:x:)?(?:Dde|DDELink)\b|<SupBook>\s{0,99}<DDE/i.test(xml)) traits.add('starts-program');
  for (const [, target = ''] of xml.matchAll(
    /<w:attachedTemplate\b[^<>]*\bw:val="([^"]*)"|<Relationship\b[^<>]{0,500}attachedTemplate"[^<>]{0,500}Target="([^"]*)"/g,
  ))
    if (isRemote(target)) traits.add('remote-template');
  if (/<script:event-listener\b[^<>]*\bevent-name="(?:dom:load|office:)/i.test(xml))
    traits.add('macro').add('macro-autorun');
}

/** A formula that asks another program: its name, a bar, what it is to do, an exclamation mark. */
function asksProgram(xml: string): boolean {
  for (const [, formula = ''] of xml.matchAll(/\bFormula="([^"]{0,2000})/g)) {
    const text = decodeEntities(formula);
    const bar = text.indexOf('|');
    if (bar > 0 && text.indexOf('!', bar) > bar + 1) return true;
  }
  return false;
}

function binaries(xml: string, work: Work): Entry[] {
  const found: Entry[] = [];
  for (const [, base64 = ''] of xml.matchAll(BINARY)) {
    const octets = Buffer.from(base64, 'base64');
    if (found.length >= MOST_FILES || !work.goesOn()) {
      work.reached('parts');
      break;
    }
    found.push({
      names: [],
      traits: [],
      size: octets.length,
      open: () => activeMime(octets, work) ?? { bytes: asBuffer(octets), traits: [] },
    });
  }
  return found;
}
