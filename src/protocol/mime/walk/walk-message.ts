// A whole message taken apart: the plain reading from part to part in the order of the mail, and beside it what can be
// read in another way.

import { type HeaderSection, parseHeader } from '../header.ts';
import { decoded, rawBody } from './decoded.ts';
import {
  type DashLine,
  type Delimiter,
  dashLines,
  delimiters,
  FIELD,
  HEAD,
  headerFollows,
  isRule,
  MOST_DASH_LINES,
  tokenOf,
  within,
} from './delimiters.ts';
import { type Entity, readEntity } from './entity.ts';
import { Findings } from './findings.ts';
import { pastMailboxLines } from './header-shape.ts';
import { markedFiles, spelledIn } from './hidden-files.ts';
import { inspectLeaf, isBody } from './leaf-body.ts';
import { MAIL_FILE, mailFileReadings } from './mail-file.ts';
import { salvage } from './salvage.ts';
import { signedContent } from './signed-data.ts';
import type { MimeTree, Span, WalkedPart, WalkLimits } from './tree.ts';

/** Wide enough for any mail that people send. */
export const WALK_LIMITS: WalkLimits = { parts: 2000, depth: 20, readings: 3000, decoded: 96 * 1024 * 1024 };

/**
 * Takes a message apart. Never throws, whatever the octets. Work and memory are bounded by the limits and grow with the
 * size of the message, not faster.
 */
export function walkMessage(content: Uint8Array, limits: WalkLimits = WALK_LIMITS): MimeTree {
  const octets = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const findings = new Findings(limits, octets.length);
  const walk = new Walk(limits, findings);
  walk.message(octets);
  overTexts(walk.parts, findings);
  if (findings.odd) {
    for (const part of walk.parts) {
      // Text that is shown is no file; what could be unpacked from it was found with it.
      if (part.kind !== 'leaf' || isBody(part)) continue;
      const { names, type, number } = part;
      findings.hide({ names, type, bytes: decoded(part), part: number, reading: 'plain' });
    }
  }
  if (findings.faults.length > 0) salvage(octets, findings);
  const { faults, hidden, limit } = findings;
  return { content, parts: walk.parts, faults, hidden, ...(limit !== undefined && { limit }) };
}

/** Texts are shown one below the other: what is encoded in one may go on in the next. */
function overTexts(parts: readonly WalkedPart[], findings: Findings): void {
  const texts = parts.filter(({ kind, type }) => kind === 'leaf' && type === 'text/plain');
  const [first, second] = texts;
  if (first === undefined || second === undefined) return;
  const joined = Buffer.concat(texts.flatMap((text) => [decoded(text), Buffer.from('\r\n')]));
  for (const { names, octets, reading } of [...markedFiles(joined), ...spelledIn(joined)])
    findings.hide({ names, type: '', bytes: octets, part: first.number, reading });
}

/** A multipart that is said to be encoded is read in both ways up to here, and refused past it. */
const MOST_MISLABELLED = 16 * 1024 * 1024;

function mayBeSigned({ type, names }: WalkedPart): boolean {
  return /^application\/(?:.*pkcs|.*cms|octet-stream)/.test(type) || names.some((name) => /\.p7[mzs]$/i.test(name));
}

/** Some readers take all types of this kind for a whole mail. */
function opensAsMail(part: WalkedPart): boolean {
  if (part.type === 'message/external-body' || part.names.some((name) => MAIL_FILE.test(name))) return true;
  return part.type.startsWith('message/') && FIELD.test(decoded(part).toString('latin1', 0, HEAD));
}

/** Of other multiparts some virus scanners leave parts out: clamd reads nothing but texts in signed and parallel ones. */
const READ_BY_SCANNERS: ReadonlySet<string> = new Set([
  'multipart/mixed',
  'multipart/alternative',
  'multipart/related',
  'multipart/report',
]);

/** Made as the standards say, and still not unpacked by scanners that are given the whole mail. */
function isReadByFew({ kind, type }: WalkedPart, parent: WalkedPart | undefined): boolean {
  if (kind === 'multipart') return !READ_BY_SCANNERS.has(type);
  if (kind === 'message') return type !== 'message/rfc822';
  return type.startsWith('message/') && (parent === undefined || parent.kind === 'message');
}

/** How a mail begins that scanners take for one: clamd unpacks an attached mail only then, whatever its part says. */
const BEGINS_AS_MAIL = /^(?:Received|Return-Path|From|Date|Subject|Message-ID|MIME-Version): /;

interface Place {
  parent: WalkedPart | undefined;
  path: string;
  source: Source;
  span: Span;
  nestedIn: number | undefined;
  /** RFC 2046 5.1.5: what a part of a digest is where nothing is said. */
  defaultType: string;
}

/** Octets that parts stand in: the content, or a decoded body. */
interface Source {
  octets: Buffer;
  dashes: readonly DashLine[];
}

class Walk {
  readonly parts: WalkedPart[] = [];
  readonly #limits: WalkLimits;
  readonly #findings: Findings;
  /** Part of the plain reading that all that is found belongs to; undefined: this is the plain reading. */
  readonly #holder: number | undefined;
  /** Boundaries with the spans in which they may stand. */
  readonly #declared = new Map<Source, Map<string, Span[]>>();
  /** Lines that may be a delimiter for some; of those that are one of a part within, none doubts what it cuts. */
  readonly #doubtful: { source: Source; line: DashLine; path: string }[] = [];
  #depth: number;

  constructor(limits: WalkLimits, findings: Findings, holder?: { part: number; depth: number }) {
    this.#limits = limits;
    this.#findings = findings;
    this.#holder = holder?.part;
    this.#depth = holder?.depth ?? 0;
  }

  message(octets: Buffer): void {
    const source = this.#source(octets);
    const span = { start: 0, end: octets.length };
    this.#entity({ parent: undefined, path: '', source, span, nestedIn: undefined, defaultType: 'text/plain' });
    this.#strayDelimiters();
  }

  #source(octets: Buffer): Source {
    const dashes = dashLines(octets);
    if (dashes.length >= MOST_DASH_LINES) this.#findings.over('parts');
    return { octets, dashes };
  }

  #entity(place: Place): void {
    if (this.parts.length >= this.#limits.parts) return this.#findings.over('parts');
    if (this.#findings.isOverHeaders()) return;
    const { parent, path, source, span, nestedIn } = place;
    // Only a message can have come out of a mailbox file.
    const whole = parent === undefined || parent.kind === 'message';
    const start = whole ? pastMailboxLines(source.octets, span.start, span.end) : span.start;
    const section = parseHeader(source.octets.subarray(0, span.end), start);
    const { kind, type, parameters, disposition, encoding, names, ...entity } = readEntity(
      section,
      start,
      place.defaultType,
    );
    const part: WalkedPart = {
      number: this.parts.length,
      parent: parent?.number,
      path,
      depth: parent === undefined ? this.#depth : parent.depth + 1,
      source: source.octets,
      nestedIn,
      header: { start: span.start, end: section.end },
      body: { start: bodyStart(section, span.end), end: span.end },
      kind,
      type,
      parameters,
      disposition,
      encoding,
      names,
    };
    this.parts.push(part);
    if (entity.odd || section.strayLines > 0 || isReadByFew(part, parent)) this.#findings.odd = true;
    for (const fault of entity.faults) this.#findings.fault(fault.kind, at(path, fault.field));
    if (entity.faults.length > 0) this.#findings.faultyHeader(section.end - start);
    this.#lateHeader(part, section, place);
    if (part.depth >= this.#limits.depth) return this.#findings.over('depth');
    if (kind !== 'leaf') this.#namedContainer(part);
    if (kind === 'multipart') this.#multipart(part, source, entity);
    else if (kind === 'message') this.#message(part, source);
    else this.#leaf(part, source, entity);
  }

  /** Fields behind the empty line: readers that skip empty lines, or one of two, see them. */
  #lateHeader(part: WalkedPart, section: HeaderSection, { source, defaultType }: Place): void {
    if (part.kind !== 'leaf' || part.type.startsWith('message/') || part.type === 'text/rfc822-headers') return;
    if (defaultType === 'message/rfc822' && section.fields.length === 0) return;
    const head = source.octets.toString('latin1', part.body.start, Math.min(part.body.end, part.body.start + 200));
    if (!/^\s*content-(?:type|transfer-encoding|disposition)[ \t]*:/i.test(head)) return;
    if (part.parent !== undefined || /^content-type/im.test(head)) this.#findings.fault('header-end', part.path);
    this.#below(
      source.octets.subarray(part.body.start + (head.length - head.trimStart().length), part.body.end),
      part.number,
    );
  }

  #multipart(part: WalkedPart, source: Source, { boundary }: Pick<Entity, 'boundary'>): void {
    if (boundary === undefined) return;
    const inner = this.#decodedSource(part, source, boundary.value);
    const { span } = inner;
    const empty = isBlank(inner.source.octets, span);
    if (boundary.faulty && countMarks(inner.source, span) > 0) this.#findings.fault('boundary', part.path);
    const { lines, doubtful, inside } = delimiters(inner.source.octets, inner.source.dashes, span, boundary);
    if (inside) this.#findings.fault('delimiter', part.path);
    this.#doubtful.push(...doubtful.map((line) => ({ source: inner.source, line, path: part.path })));
    this.#declare(inner.source, boundary.value, span);
    const spans = partsBetween(lines, span);
    if (spans.length === 0) {
      // The boundary is another than was declared: readers find the parts by themselves, or show a text.
      if (!empty) this.#undelimited({ ...part, source: inner.source.octets, body: span });
      return;
    }
    this.#around(part, inner.source, span, lines);
    if (doubtful.length > 0 || boundary.cut !== boundary.value || !lines.at(-1)?.last) this.#findings.odd = true;
    const digest = part.type === 'multipart/digest';
    if (digest) this.#findings.odd = true;
    const defaultType = digest ? 'message/rfc822' : 'text/plain';
    for (const [index, one] of spans.entries()) {
      const path = childPath(part.path, index + 1);
      this.#entity({ parent: part, path, source: inner.source, span: one, nestedIn: inner.nestedIn, defaultType });
    }
  }

  /** What holds parts has a name like a file: some readers save it as one. */
  #namedContainer(part: WalkedPart): void {
    const { names, type } = part;
    if (names.every((name) => MAIL_FILE.test(name))) return;
    this.#findings.hide({ names, type, bytes: rawBody(part), part: this.#holder ?? part.number, reading: 'file' });
  }

  #undelimited(part: WalkedPart): void {
    this.#findings.odd = true;
    const leaf: WalkedPart = { ...part, type: 'text/plain', encoding: 'identity' };
    inspectLeaf(leaf, this.#holder ?? part.number, this.#findings);
    const { octets, names, type } = { octets: decoded(leaf), ...part };
    this.#findings.hide({ names, type, bytes: octets, part: this.#holder ?? part.number, reading: 'undeclared' });
    this.#text(leaf, true);
  }

  /** RFC 2046 5.1.1: what stands before the first part and behind the last is to be ignored. */
  #around(part: WalkedPart, source: Source, span: Span, lines: readonly Delimiter[]): void {
    const first = lines[0];
    const close = lines.findIndex(({ last }) => last);
    const end = lines[close];
    if (lines.slice(close + 1).some(({ last }) => !last) && end !== undefined) {
      this.#findings.fault('after-end', part.path);
    }
    const before = { start: span.start, end: first?.before ?? span.end };
    const behind = { start: end?.after ?? span.end, end: span.end };
    for (const [kind, place] of [
      ['delimiter', before],
      ['after-end', behind],
    ] as const) {
      for (const line of within(source.dashes, place)) {
        if (!isRule(line) && headerFollows(source.octets, line, place.end)) this.#findings.fault(kind, part.path);
      }
      if (FIELD.test(source.octets.toString('latin1', place.start, Math.min(place.end, place.start + HEAD)))) {
        this.#findings.fault(kind, part.path);
      }
      if (isBlank(source.octets, place)) continue;
      const text: WalkedPart = { ...part, type: 'text/plain', names: [], encoding: 'identity', body: place };
      inspectLeaf({ ...text, source: source.octets }, this.#holder ?? part.number, this.#findings);
      this.#text({ ...text, source: source.octets });
    }
  }

  #message(part: WalkedPart, source: Source): void {
    const inner = this.#decodedSource(part, source);
    const { start } = inner.span;
    if (!BEGINS_AS_MAIL.test(inner.source.octets.toString('latin1', start, start + 20))) this.#findings.odd = true;
    this.#entity({
      parent: part,
      path: childPath(part.path, 1),
      source: inner.source,
      span: inner.span,
      nestedIn: inner.nestedIn,
      defaultType: 'text/plain',
    });
  }

  /** Where the parts inside of a part stand: in its body, or in that decoded. */
  #decodedSource(
    part: WalkedPart,
    source: Source,
    boundary = '',
  ): { source: Source; span: Span; nestedIn: number | undefined } {
    const raw = { source, span: part.body, nestedIn: part.nestedIn };
    if (part.encoding === 'identity') return raw;
    this.#findings.odd = true;
    if (!this.#findings.mayReadAgain(part.body.end - part.body.start)) {
      this.#findings.over('decoded');
      return raw;
    }
    const octets = decoded(part);
    const inner = { source: this.#source(octets), span: { start: 0, end: octets.length }, nestedIn: part.number };
    if (part.kind === 'message') {
      inspectLeaf(part, this.#holder ?? part.number, this.#findings);
      // To whom it is no mail, it is a file.
      const { names, type } = part;
      this.#findings.hide({ names, type, bytes: octets, part: this.#holder ?? part.number, reading: 'file' });
      if (hasBareReturn(octets)) this.#findings.fault('line-end', part.path);
      return inner;
    }
    // RFC 2045 6.4 allows a multipart no encoding. Many mailers name one all the same and mean the parts.
    const [before, behind] = [countMarks(source, part.body, boundary), countMarks(inner.source, inner.span, boundary)];
    // A boundary may itself look encoded: then nobody who decodes finds parts.
    const differ = behind !== 0 && behind !== before;
    const none = before === 0 && part.encoding !== 'quoted-printable';
    if (differ || none || octets.length >= MOST_MISLABELLED) this.#findings.fault('encoded-container', part.path);
    else this.#below(octets, part.number);
    return before > 0 || part.encoding === 'quoted-printable' ? raw : inner;
  }

  #leaf(part: WalkedPart, source: Source, { boundaries }: Pick<Entity, 'boundaries'>): void {
    if (part.type === 'message/partial') this.#findings.fault('partial', part.path);
    for (const value of part.type.startsWith('text/') ? [] : boundaries) {
      const { lines } = delimiters(source.octets, source.dashes, part.body, { value, cut: value });
      if (lines.length > 0) this.#findings.fault('content-type', part.path);
    }
    inspectLeaf(part, this.#holder ?? part.number, this.#findings);
    this.#text(part);
    if (opensAsMail(part)) this.#mailFile(decoded(part), part.number);
    const signed = mayBeSigned(part) ? signedContent(decoded(part)) : undefined;
    if (signed !== undefined) this.#mailFile(signed, part.number, true);
  }

  #mailFile(octets: Buffer, number: number, faultsCount = false): void {
    for (const reading of mailFileReadings(octets)) this.#below(reading, number, faultsCount);
  }

  /** Parts of mail in a text, as some readers find them though nobody declared them. */
  #text(part: WalkedPart, faultsCount = false): void {
    if (!part.type.startsWith('text/') && part.type !== 'application/octet-stream') return;
    const octets = decoded(part);
    const lines = dashLines(octets).filter((line) => !isRule(line));
    let open: { line: DashLine; token: string } | undefined;
    const close = (end: number) => {
      if (open !== undefined) this.#below(octets.subarray(open.line.after, end), part.number, faultsCount);
      open = undefined;
    };
    for (const line of lines) {
      const begins = headerFollows(octets, line, octets.length);
      if (begins || tokenOf(line) === open?.token) close(line.at);
      if (begins) open = { line, token: tokenOf(line) };
    }
    close(octets.length);
  }

  /** Another reading: what it holds is hidden from the plain one. Its faults count where it is likely. */
  #below(octets: Buffer, number: number, faultsCount = false): void {
    const holder = this.#holder ?? number;
    if (this.#depth + 1 >= this.#limits.depth) return this.#findings.over('depth');
    if (!this.#findings.mayReadAgain(octets.length)) return this.#findings.over('decoded');
    const quiet = new Findings(this.#limits, octets.length, this.#findings);
    const walk = new Walk(this.#limits, quiet, { part: holder, depth: this.#depth + 1 });
    walk.message(octets);
    if (quiet.limit !== undefined) this.#findings.over(quiet.limit);
    for (const leaf of quiet.hidden) this.#findings.hide(leaf);
    if (faultsCount) for (const { kind, where } of quiet.faults) this.#findings.fault(kind, where);
    for (const part of walk.parts) {
      if (part.kind !== 'leaf') continue;
      const { names, type } = part;
      this.#findings.hide({ names, type, bytes: decoded(part), part: holder, reading: 'undeclared' });
    }
  }

  #declare(source: Source, boundary: string, span: Span): void {
    const spans = this.#declared.get(source) ?? new Map<string, Span[]>();
    this.#declared.set(source, spans);
    const known = spans.get(boundary) ?? [];
    // A part with the boundary of the multipart that it is in.
    if (known.some(({ start, end }) => start <= span.start && span.end <= end)) this.#findings.fault('boundary', '');
    spans.set(boundary, [...known, span]);
  }

  /** Lines of a boundary outside of the multipart that declared it. */
  #strayDelimiters(): void {
    for (const { source, line, path } of this.#doubtful) {
      const boundaries = this.#declared.get(source);
      const spans = boundaries?.get(line.text.slice(2)) ?? boundaries?.get(tokenOf(line));
      if (line.indented || !spans?.some(({ start, end }) => start <= line.at && line.at < end)) {
        this.#findings.fault('delimiter', path);
      }
    }
    for (const [source, boundaries] of this.#declared) {
      for (const line of source.dashes) {
        const spans = boundaries.get(line.text.slice(2)) ?? boundaries.get(tokenOf(line));
        if (spans !== undefined && !spans.some(({ start, end }) => start <= line.at && line.at < end)) {
          this.#findings.fault('delimiter', '');
        }
      }
    }
  }
}

/** Lines with two hyphens and this at their begin. */
function countMarks(source: Source, span: Span, boundary = ''): number {
  let count = 0;
  for (const { text } of within(source.dashes, span)) if (text.startsWith(boundary, 2)) count++;
  return count;
}

function at(path: string, field: string): string {
  return [path === '' ? 'message' : path, field].filter((word) => word !== '').join(' ');
}

/** A carriage return alone ends a line for some readers only. */
function hasBareReturn(octets: Buffer): boolean {
  for (let at = octets.indexOf(0x0d); at >= 0; at = octets.indexOf(0x0d, at + 1))
    if (octets[at + 1] !== 0x0a) return true;
  return false;
}

function childPath(path: string, index: number): string {
  return path === '' ? String(index) : `${path}.${index}`;
}

function bodyStart(section: HeaderSection, end: number): number {
  const { octets, end: at } = section;
  if (octets[at] === 0x0d) return Math.min(end, at + 2);
  return octets[at] === 0x0a ? Math.min(end, at + 1) : at;
}

function isBlank(octets: Buffer, span: Span): boolean {
  for (let at = span.start; at < span.end; at++) if ((octets[at] ?? 0) > 0x20) return false;
  return true;
}

/** RFC 2046 5.1.1: what stands between the delimiters; the last part may lack its end. */
function partsBetween(lines: readonly Delimiter[], span: Span): Span[] {
  const found: Span[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.last) break;
    found.push({ start: line.after, end: Math.max(line.after, lines[index + 1]?.before ?? span.end) });
  }
  return found;
}
