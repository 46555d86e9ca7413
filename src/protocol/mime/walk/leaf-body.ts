// The body of a part that holds no other parts: whether all readers decode it alike, and what others make of it.

import { base64Readings, base64Shape, shiftedFiles } from './base64.ts';
import { unpackedContent } from './content-encoding.ts';
import { decoded, rawBody } from './decoded.ts';
import { MOST_NAMES } from './file-names.ts';
import type { Findings } from './findings.ts';
import { linkedFiles, markedFiles, unlabelledFiles } from './hidden-files.ts';
import { MOST_LINKED } from './linked-files.ts';
import { gunzipped, MOST_FILES } from './other-encodings.ts';
import { quotedPrintableReadings, quotedPrintableShape, withoutRaw } from './quoted-printable.ts';
import { MOST_SPELLED, spelledFiles } from './spelled-files.ts';
import type { WalkedPart } from './tree.ts';

/** A faulty body past this is refused without being decoded in every way. */
const MOST_FAULTY = 4 * 1024 * 1024;

/** A field that is looked for behind the header by readers that skip what they do not know. */
const LATE_FIELD = /^[ \t]*content-transfer-encoding[ \t]*:/im;
const LATE = 2000;

/** Looks at the body of a leaf; `part` is the number of the part in the plain reading that holds it. */
export function inspectLeaf(leaf: WalkedPart, part: number, findings: Findings): void {
  const hide = (bytes: Buffer, reading: string, names: readonly string[] = leaf.names) =>
    findings.hide({ names, type: leaf.type, bytes, part, reading });
  const readings = (all: readonly Buffer[], reading: string) => {
    for (const bytes of all) if (findings.room()) hide(bytes, reading);
  };
  const spell = (octets: Buffer) => {
    const spelled = spelledFiles(octets);
    for (const inner of spelled) hide(inner, 'spelled', []);
    if (spelled.length >= MOST_SPELLED) findings.over('parts');
  };
  const body = rawBody(leaf);
  if (leaf.encoding === 'base64') {
    const { form, footer } = base64Shape(body);
    if (form !== 'plain') findings.odd = true;
    // Text that is cut or has a word too much is still text to all; what comes out as anything else, some read otherwise.
    const shown = isBody(leaf) && isPlainText(decoded(leaf));
    if (form === 'faulty' && !(shown || footer)) findings.fault('base64', leaf.path);
    if (form !== 'plain' && body.length <= MOST_FAULTY)
      readings([...base64Readings(body), ...shiftedFiles(body)], 'base64');
  } else if (leaf.encoding === 'quoted-printable') {
    const shape = quotedPrintableShape(body);
    if (shape === 'faulty') findings.odd = true;
    if (!isShown(leaf) && (shape === 'faulty' || shape === 'raw')) findings.fault('quoted-printable', leaf.path);
    const doubtful = shape === 'faulty' || (shape !== 'plain' && !isShown(leaf));
    if (doubtful && body.length <= MOST_FAULTY) readings(quotedPrintableReadings(body), 'quoted-printable');
    else if (shape === 'raw' && body.length <= MOST_FAULTY) hide(withoutRaw(body), 'quoted-printable');
  } else if (leaf.encoding === 'unknown') {
    findings.odd = true;
    if (!isShown(leaf) || /=[0-9A-F]{2}/i.test(body.toString('latin1')) || unlabelledFiles(body, true).length > 0) {
      findings.fault('encoding', leaf.path);
    }
    if (body.length > MOST_FAULTY) return;
    const unzipped = gunzipped(body, MOST_FAULTY * 4);
    if (unzipped !== undefined) hide(unzipped, 'gzip');
    readings(base64Readings(body), 'base64');
  }
  const plain = decoded(leaf);
  const fields = leaf.type.startsWith('message/') || leaf.type === 'text/rfc822-headers';
  if (leaf.encoding === 'identity' && !isShown(leaf) && !fields && LATE_FIELD.test(plain.toString('latin1', 0, LATE))) {
    findings.fault('header-end', leaf.path);
  }
  const marked = markedFiles(plain, () => findings.over('decoded'));
  for (const { names, octets, reading } of marked) hide(octets, reading, names);
  // There may be more than were looked for.
  if (marked.length >= MOST_FILES) findings.over('parts');
  const links = mayLink(leaf, plain) ? linkedFiles(leaf.type, plain) : [];
  for (const { names, octets, reading } of links) hide(octets, reading, names);
  if (links.length >= MOST_LINKED || marked.some(({ names }) => names.length > MOST_NAMES)) findings.over('parts');
  if (leaf.encoding === 'uuencode')
    for (const { names, octets, reading } of markedFiles(body)) hide(octets, reading, names);
  for (const octets of unlabelledIn(leaf.encoding, body, plain)) {
    const unlabelled = unlabelledFiles(octets, isShown(leaf), () => findings.over('readings'));
    for (const { octets: inner, reading } of unlabelled) hide(inner, reading);
    spell(octets);
  }
  // What is no base64 may be base64 beside other things.
  if (leaf.encoding === 'base64' && base64Shape(body).form === 'faulty') spell(body);
  for (const octets of unpackedContent(leaf, plain)) hide(octets, 'content-encoding');
}

/** Where encodings without a label are looked for; files that are encoded twice are text when they are decoded once. */
function unlabelledIn(encoding: WalkedPart['encoding'], body: Buffer, plain: Buffer): Buffer[] {
  if (encoding === 'identity') return [plain];
  const once = encoding === 'base64' ? [] : [body];
  return encoding !== 'unknown' && isPlainText(plain) ? [...once, plain] : once;
}

/** No octet that a text never has. */
function isPlainText(octets: Buffer): boolean {
  return !octets.some((octet) => octet < 0x20 && (octet < 0x08 || octet > 0x0d) && octet !== 0x1b);
}

/** Text, and what a browser or a calendar opens whatever it is called in the mail. */
function mayLink({ type, names }: WalkedPart, octets: Buffer): boolean {
  if (type.startsWith('text/') || /xhtml|svg|xml|ics$/.test(type)) return true;
  if (names.some((name) => /\.(?:x?html?|xht|svg|ics|vcf|vcs|mht)$/i.test(name))) return true;
  return /^\s*(?:<|BEGIN:V)/i.test(octets.toString('latin1', 0, 100));
}

/** Text that is shown in the mail itself. */
export function isBody(leaf: Pick<WalkedPart, 'type' | 'names' | 'disposition'>): boolean {
  return leaf.type.startsWith('text/') && leaf.names.length === 0 && leaf.disposition !== 'attachment';
}

/** That, or a file that opens as text whatever is in it. */
function isShown(leaf: Pick<WalkedPart, 'type' | 'names' | 'disposition'>): boolean {
  if (isBody(leaf)) return true;
  if (!leaf.type.startsWith('text/') || leaf.names.length === 0) return false;
  return leaf.names.every((name) => /\.(?:txt|text|log|eml|csv|ics|vcf|html?|xml|md)$/i.test(name));
}
