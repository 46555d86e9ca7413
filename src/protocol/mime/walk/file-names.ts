// Every file name that some reader would give to a part. Rules look at all of them: one too many does no harm unless it
// ends like a file that is not wanted, so what is added beyond the plain ones comes only from malformed fields.

import { isForeignCharset, percentOctets, textsIn, tooManyWords, wordCharsets, wordTexts } from './name-text.ts';
import type { Parameter, StructuredValue } from './structured-value.ts';

/** Bounds what a hostile header can make. */
export const MOST_NAMES = 60;
const LONGEST_NAME = 1000;
/** Of a malformed field, which is refused anyway. */
const LONGEST_LOOSE = 8000;

/** What the names are read from. */
export interface NameSource {
  /** The parameter that names a file: `name` of Content-Type, `filename` of Content-Disposition. */
  key: 'name' | 'filename';
  field: StructuredValue;
  /** One character an octet, folding included. */
  text: string;
}

/** RFC 2231 4: only these say a charset. */
const WITH_CHARSET = /^(?:file)?name\*(?:0\*)?$/;

/** The readings of all fields together, each once. `unsure`: readers differ where none should. */
export function fileNames(sources: readonly NameSource[]): { names: string[]; unsure: boolean } {
  const readings = new Set<string>();
  let unsure = false;
  for (const { key, field, text } of sources) {
    for (const name of plainNames(key, field.parameters)) {
      readings.add(name);
      if (isForeign(name)) unsure = true;
    }
    if (field.broken) for (const name of looseNames(text.slice(0, LONGEST_LOOSE))) readings.add(name);
    for (const name of [...likeNames(field.parameters), ...escapedNames(text)]) readings.add(name);
  }
  // Each field has sections of its own; some readers put those of a repeated field together.
  const sections = sources.map(({ key, field }) => sectionsOf(key, field.parameters));
  const faulty = sections.some((some) => !inOrder(some));
  const extendedValues = sources.flatMap(({ field }) => field.parameters).filter(({ name }) => WITH_CHARSET.test(name));
  if (extendedValues.some(({ value }) => value.includes("'") && isForeignCharset(value.split("'")[0] ?? '')))
    unsure = true;
  for (const some of faulty ? [...sections, sections.flat()] : sections) {
    for (const name of joinedSections(some)) readings.add(name);
  }
  // A value may stand there thousands of times: each is read once.
  const names = new Set<string>();
  for (const reading of readings) addReadings(names, reading);
  // There may be more than were looked at.
  return { names: [...names], unsure: unsure || names.size >= MOST_NAMES };
}

const EXTENDED = /^(?:file)?name\*/;

/** Of `name`, `filename` and the extended forms (RFC 2231 4); the other key is read too, as some readers do. */
function plainNames(key: string, parameters: readonly Parameter[]): string[] {
  return parameters.flatMap(({ name, value }) => {
    if (name === key || name === 'name' || name === 'filename') return [value];
    // Some take whatever stands behind the star for a number.
    return EXTENDED.test(name) && !/\*\d{1,4}\*?$/.test(name) ? extended(value) : [];
  });
}

/** Parameters that hold other things than names, though they may look like one. */
const NO_NAMES =
  /^(?:boundary|charset|type|start(?:-info)?|protocol|micalg|version|profile|access-type|server|site|directory|subject|url|id|method|component|optinfo|x-apple-part-url|header|(?:creation|modification|read)-date|size)(?:\*.*)?$/;

/** Misspelt and home-made parameters whose value ends like a file. */
function likeNames(parameters: readonly Parameter[]): string[] {
  return parameters
    .filter(
      ({ name, value }) => !NO_NAMES.test(name) && !NAMED.test(name) && /^[^@:]*\.[a-z0-9]{1,8}['"\s]*$/i.test(value),
    )
    .map(({ value }) => value);
}

const NAMED = /^(?:file)?name(?:\*.*)?$/;

/** Whether a field may be meant, or taken, for one of those that name a file. */
export function isLikeDisposition(name: string): boolean {
  if (!name.startsWith('content-') && !/dispos|attach|file-?name/.test(name)) return false;
  return !/^content-(?:type|disposition|transfer-encoding|id|description|location|language|md5|base|class|duration|features|length)$/.test(
    name,
  );
}
const LONGEST_ESCAPED = 4000;

/** Escapes of programming languages, which a reader that knows them takes for what they say. */
function escapedNames(text: string): string[] {
  if (!text.includes('\\') || text.length > LONGEST_ESCAPED) return [];
  const plain = text.replaceAll(
    /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([0-3]?[0-7]{2}))/gi,
    (_, wide, hex, octal?: string) =>
      String.fromCharCode(
        octal === undefined ? Number.parseInt(String(wide ?? hex), 16) & 0xff : Number.parseInt(octal, 8),
      ),
  );
  return plain === text ? [] : looseNames(plain);
}

/** RFC 2231 4: charset, language and percent octets; and what others make of it. */
function extended(value: string): string[] {
  const [charset, , ...rest] = value.split("'");
  const coded = rest.length === 0 ? value : rest.join("'");
  return [...textsIn(charset ?? '', percentOctets(coded)).map(asOctets), coded, value];
}

/** Encoded in a way that only some readers know, and in which letters may be others. */
function isForeign(name: string): boolean {
  return tooManyWords(name) || wordCharsets(name).some(isForeignCharset);
}

interface Section {
  index: number;
  coded: boolean;
  value: string;
}

function sectionsOf(key: string, parameters: readonly Parameter[]): Section[] {
  const pattern = new RegExp(`^(?:${key}|filename|name)\\*(\\d{1,4})(\\*?)$`);
  return parameters.flatMap(({ name, value }) => {
    const [, index, star] = pattern.exec(name) ?? [];
    return index === undefined ? [] : [{ index: Number(index), coded: star === '*', value }];
  });
}

/** RFC 2231 3: from zero on, none left out or twice. */
function inOrder(sections: readonly Section[]): boolean {
  return sections.every(({ index }, place) => index === place);
}

/** RFC 2231 3: sections by number; where they are malformed, also as they stand, and each by itself. */
function joinedSections(sections: readonly Section[]): string[] {
  if (sections.length === 0) return [];
  if (inOrder(sections)) return joined(sections);
  const sorted = sections.toSorted((a, b) => a.index - b.index);
  return [...joined(sorted), ...joined(sections), ...sections.flatMap(({ value }) => extended(value))];
}

function joined(order: readonly Section[]): string[] {
  const charset = order.find(({ coded, value }) => coded && value.includes("'"))?.value.split("'")[0] ?? '';
  const pieces = order.map(({ value }) => value.replace(/^[\w-]*'[\w-]*'/, ''));
  const octets = Buffer.concat(
    order.map(({ coded }, index) =>
      coded ? percentOctets(pieces[index] ?? '') : Buffer.from(pieces[index] ?? '', 'latin1'),
    ),
  );
  const plain = pieces.join('');
  return [...textsIn(charset, octets).map(asOctets), ...textsIn(charset, percentOctets(plain)).map(asOctets), plain];
}

/** As octets of UTF-8, one character each, like what stands in a header. */
function asOctets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Whatever in a malformed field could be taken for a file name. */
function looseNames(text: string): string[] {
  const flat = text.replaceAll(/\r?\n[ \t]*/g, '');
  const bare = withoutMarks(flat);
  const found: string[] = [];
  for (const whole of [flat, bare, text.replaceAll(/\r?\n/g, '')]) {
    for (const [, value = ''] of whole.matchAll(/=\s*([^;]*)/g)) found.push(value, withoutMarks(value));
    for (const [, value = ''] of whole.matchAll(/"([^"]*)"/g)) found.push(value);
    for (const [value] of whole.matchAll(/[^\s;="'()<>,]+/g)) found.push(value);
    const last = whole.lastIndexOf('=');
    if (last >= 0) found.push(withoutMarks(whole.slice(last + 1)).replaceAll(';', ''));
  }
  return [...new Set(found)].filter((value) => /\.[A-Za-z0-9_-]{1,10}\W*$/.test(value));
}

/** Quotes, escapes and comments gone. */
function withoutMarks(text: string): string {
  return text.replaceAll(/\([^()]*\)/g, '').replaceAll(/["\\]/g, '');
}

function addReadings(names: Set<string>, octets: string): void {
  if (names.size >= MOST_NAMES) return;
  if (octets.length <= LONGEST_NAME) return addText(names, octets);
  // What is too long is cut by readers, at one end or the other.
  addText(names, octets.slice(0, LONGEST_NAME));
  addText(names, octets.slice(-LONGEST_NAME));
}

function addText(names: Set<string>, text: string): void {
  const folded = [
    text,
    text.replaceAll(/\r?\n/g, ''),
    text.replaceAll(/\r?\n[ \t]+/g, ''),
    text.replaceAll(/\r?\n[ \t]+/g, ' '),
  ];
  for (const one of folded.flatMap((value) => [value, ...wordTexts(value).map(asOctets)])) {
    const shown = Buffer.from(one, 'latin1').toString('utf8');
    addShown(names, shown);
    // What is no UTF-8 is Latin-1 to most.
    if (shown.includes('\uFFFD')) addShown(names, one);
  }
}

/** A name and what file systems and people make of it. */
function addShown(names: Set<string>, shown: string): void {
  const clean = shown.trim();
  if (clean === '') return;
  const before = clean.split('\0')[0] ?? clean;
  const comment = clean.replaceAll(/\([^()]*(?:\)|$)/g, '').trim();
  for (const name of [clean, before, ...(comment === clean ? [] : [comment])]) addForms(names, name);
}

// oxlint-disable-next-line no-control-regex -- control characters are what is taken out
const UNSEEN =
  /[\u034F\uFE00-\uFE0F\u{E0000}-\u{E01EF}\x00-\x1f\x7f-\x9f\u00AD\u061C\u180B-\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFF9-\uFFFB]/gu;
/** What no file name may end with, taken off or turned into a blank by who saves it. */
const LAST = /(?<![<>|?*"/\\;,#&+~()[\]{}!'`\s.])[<>|?*"/\\;,#&+~()[\]{}!'`\s.]+$/;

function withoutEntities(text: string): string {
  return text
    .replaceAll(/&#(\d{1,7}|x[0-9a-f]{1,6});?/gi, (_, code: string) =>
      String.fromCharCode(Number(code.replace(/^x/i, '0x'))),
    )
    .replaceAll(/&(?:period|dot|Dot|middot);?/g, '.')
    .replaceAll(/&(?:nbsp|shy|zwj|zwnj|lrm|rlm|ZeroWidthSpace);?/g, '');
}

/** Dots of other scripts, which some programs write as a plain one. */
const FALSE_DOTS = /[\u2024\ufe52\uff0e\u3002\uff61\u06d4\u0701\u0702\ua60e\u00b7\u2022\u2219\u22c5]/g;
/** Letters of other scripts that look like those of ours. */
const FOREIGN = 'аеорсхуіјѕһԁԛԝмткнвАВЕКМНОРСТХЅІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧοραιυνıɡⅼ';
const OURS = 'aeopcxyijshdqwmtkhbABEKMHOPCTXSIJABEZHIKMNOPTYXopaiuvigl';
const ALIKE = new Map(Array.from(FOREIGN, (letter, index) => [letter, OURS[index] ?? '']));

function endingOf(name: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** What remains where other scripts, marks above letters and quotes of all kinds are made plain. */
function plainForms(name: string): string[] {
  const letters = name.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const plain = Array.from(letters, (letter) => ALIKE.get(letter) ?? letter)
    .join('')
    .replaceAll(FALSE_DOTS, '.');
  const cut = name.split(/[?#|<>*";]/, 1)[0] ?? '';
  const found = [
    plain,
    cut,
    plain.replace(/(?<![^\p{L}\p{N}])[^\p{L}\p{N}]+$/u, ''),
    plain.replaceAll(/^[^\p{L}\p{N}]+/gu, ''),
  ];
  // Another ending is what matters; more forms of the same one only fill the room for them.
  const ending = endingOf(name);
  return found.filter((form) => ending !== endingOf(form) && endingOf(form) !== '');
}

/** Some decode what they decoded, and decode it again. */
const MOST_PERCENTS = 3;

function decodedPercents(form: string): string[] {
  const found: string[] = [];
  for (let text = form; found.length < MOST_PERCENTS && text.includes('%'); ) {
    text = percentOctets(text).toString('utf8');
    found.push(text);
  }
  return found;
}

function addForms(names: Set<string>, name: string): void {
  if (names.size >= MOST_NAMES) return;
  const forms = [name, name.replaceAll(UNSEEN, ''), name.normalize('NFKC').replaceAll(UNSEEN, '')];
  for (const form of forms.slice()) {
    // Quotes around, and dots and spaces at the end, are taken off by clients and by Windows; a stream follows a colon.
    forms.push(
      form.replaceAll(/^['"`\s]+|(?<!['"`\s.])['"`\s.]+$/g, ''),
      form.replace(/:[^/\\]*$/, ''),
      form.replace(LAST, ''),
    );
    if (/&#|&[a-z]/i.test(form)) forms.push(withoutEntities(form));
    forms.push(...decodedPercents(form), ...plainForms(form));
    const base = form.split(/[\\/]/).at(-1) ?? '';
    if (base !== '') forms.push(base);
    if (form.includes('\\')) forms.push(form.replaceAll('\\', ''), form.replace(/\\0.*$/s, ''));
  }
  for (const form of forms) if (form !== '' && names.size < MOST_NAMES) names.add(form);
}
