// The plain reading of a whole message: one pass from part to part, in the order of the mail.

import { type HeaderSection, parseHeader } from '../header.ts';
import { decoded } from './decoded.ts';
import { type Delimiter, delimiters } from './delimiters.ts';
import { type Entity, readEntity } from './entity.ts';
import type { FaultKind, HiddenLeaf, MimeFault, MimeTree, Span, WalkedPart, WalkLimits } from './tree.ts';

/**
 * Takes a message apart. Never throws, whatever the octets; bounded by the limits in parts, depth, octets and time (one
 * pass a reading).
 */
export function walkMessage(content: Uint8Array, limits: WalkLimits): MimeTree {
  const walk = new Walk(content, limits);
  walk.message();
  return walk.tree();
}

interface Place {
  parent: WalkedPart | undefined;
  path: string;
  source: Buffer;
  span: Span;
  nestedIn: number | undefined;
  /** RFC 2046 5.1.5: what a part of a digest is where nothing is said. */
  defaultType: string;
}

class Walk {
  readonly #content: Uint8Array;
  readonly #limits: WalkLimits;
  readonly #parts: WalkedPart[] = [];
  readonly #faults: MimeFault[] = [];
  readonly #hidden: HiddenLeaf[] = [];
  #limit: keyof WalkLimits | undefined;

  constructor(content: Uint8Array, limits: WalkLimits) {
    this.#content = content;
    this.#limits = limits;
  }

  message(): void {
    const source = Buffer.from(this.#content.buffer, this.#content.byteOffset, this.#content.byteLength);
    const span = { start: 0, end: source.length };
    this.#entity({ parent: undefined, path: '', source, span, nestedIn: undefined, defaultType: 'text/plain' });
  }

  tree(): MimeTree {
    return {
      content: this.#content,
      parts: this.#parts,
      faults: this.#faults,
      hidden: this.#hidden,
      ...(this.#limit !== undefined && { limit: this.#limit }),
    };
  }

  #entity(place: Place): void {
    if (this.#parts.length >= this.#limits.parts) return this.#over('parts');
    const { parent, path, source, span, nestedIn } = place;
    const section = parseHeader(source.subarray(0, span.end), span.start);
    const entity = readEntity(section, place.defaultType);
    const part: WalkedPart = {
      number: this.#parts.length,
      parent: parent?.number,
      path,
      depth: parent === undefined ? 0 : parent.depth + 1,
      source,
      nestedIn,
      header: { start: span.start, end: section.end },
      body: { start: bodyStart(section, span.end), end: span.end },
      ...entity,
    };
    this.#parts.push(part);
    if (part.kind === 'leaf') return;
    if (part.depth >= this.#limits.depth) return this.#over('depth');
    this.#inside(part, place, entity);
  }

  #inside(part: WalkedPart, place: Place, entity: Entity): void {
    let { source, nestedIn } = place;
    let span = part.body;
    if (part.encoding !== 'identity') {
      source = decoded(part);
      nestedIn = part.number;
      span = { start: 0, end: source.length };
    }
    const below = (path: string, inner: Span, defaultType: string) =>
      this.#entity({ parent: part, path, source, span: inner, nestedIn, defaultType });
    if (part.kind === 'message') return below(childPath(part.path, 1), span, 'text/plain');
    const defaultType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    const inner = partsBetween(delimiters(source, span, entity.boundary ?? ''), span);
    if (inner.length === 0) this.#fault('boundary', part.path);
    for (const [index, one] of inner.entries()) below(childPath(part.path, index + 1), one, defaultType);
  }

  #fault(kind: FaultKind, where: string): void {
    if (!this.#faults.some((fault) => fault.kind === kind && fault.where === where)) this.#faults.push({ kind, where });
  }

  #over(limit: keyof WalkLimits): void {
    this.#limit ??= limit;
    this.#fault('limit', limit);
  }
}

function childPath(path: string, index: number): string {
  return path === '' ? String(index) : `${path}.${index}`;
}

function bodyStart(section: HeaderSection, end: number): number {
  const { octets, end: at } = section;
  if (octets[at] === 0x0d) return Math.min(end, at + 2);
  return octets[at] === 0x0a ? Math.min(end, at + 1) : at;
}

/** RFC 2046 5.1.1: what stands between the delimiters; the last part may lack its end. */
function partsBetween(lines: readonly Delimiter[], span: Span): Span[] {
  const found: Span[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.last) break;
    found.push({ start: line.after, end: lines[index + 1]?.before ?? span.end });
  }
  return found.map(({ start, end }) => ({ start, end: Math.max(start, end) }));
}
