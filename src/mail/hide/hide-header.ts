// The header of outbound mail without what it tells of the customer's own network. docs/hiding.md says what and why.
//
// - Each field is looked up by its name; nothing is read that the table does not name.
// - In `usual` a field that the sender's signature covers stays, unless it names a place inside; in `strict` hiding
//   comes first. A signature that would be left broken is taken out: it would be worse than none.
// - All changes are edits of whole fields; every other octet stays.

import { fieldText, type HeaderEdit, type HeaderField, type HeaderSection } from '../../protocol/mime/header.ts';
import type { CustomerId } from '../message.ts';
import { type FieldKind, fieldKind } from './fields.ts';
import { type HiddenField, HiddenFields } from './hidden-fields.ts';
import { isPrivateName } from './inside-host.ts';
import type { MessageIds } from './message-ids.ts';

export interface HideOptions {
  level: 'usual' | 'strict';
  customer: CustomerId;
  ids: MessageIds;
  /** Whether this host in a Message-ID is of the customer's own network. */
  inside: (host: string) => boolean;
  /** Name of this node: hops below one of ours are not the customer's. */
  hostname: string;
  /** The author is not the customer's: software and ids are the author's own, and nothing of the customer's. */
  forward?: boolean;
  /** Edits that come first: their fields are left alone, and never shown. */
  taken: readonly HeaderEdit[];
}

/** What is to be changed, and what the trace is told. */
export interface HiddenHeader {
  edits: HeaderEdit[];
  /** Received fields taken out. */
  folded: number;
  fields: HiddenField[];
  /** Hidden fields that are not listed. */
  more: number;
  /** Where the Message-ID was rewritten (without brackets). */
  messageId?: { before: string; after: string };
}

/** A field that is to be changed, before signatures are looked at. `value` replaces the old one; absent: taken out. */
interface Change {
  field: HeaderField;
  kind: FieldKind;
  value?: string;
}

/** Decides what is hidden. Never throws; the body is not touched; a second pass over the result finds nothing to do. */
export function hideHeader(header: HeaderSection, options: HideOptions): HiddenHeader {
  const changes = findChanges(header, options);
  const strict = options.level === 'strict';
  const first = (change: Change) => strict || change.kind === 'hop' || change.kind === 'place';
  const edited = new Set(options.taken.map((edit) => edit.field.name));
  for (const change of changes.made) if (first(change)) edited.add(change.field.name);
  let { whole, broken } = sortSignatures(header, changes.signatures, edited);
  if (broken.length > 0) {
    // RFC 6376 3.5: a signature may cover others.
    edited.add('dkim-signature');
    ({ whole, broken } = sortSignatures(header, changes.signatures, edited));
  }
  const hidden = new HiddenFields(header);
  const edits: HeaderEdit[] = [];
  for (const change of changes.made) {
    const { field, value } = change;
    if (!first(change) && whole.some((covered) => covered.has(field.name))) {
      hidden.add(field, { kept: 'signed' });
      continue;
    }
    edited.add(field.name);
    edits.push(value === undefined ? { kind: 'remove', field } : replaced(header, field, value));
    hidden.add(field, value === undefined ? {} : { after: value });
  }
  for (const field of [...broken, ...brokenSets(header, changes.arc, { edited, strict })]) {
    edits.push({ kind: 'remove', field });
    hidden.add(field);
  }
  const { messageId } = changes;
  return {
    edits,
    folded: changes.made.reduce((sum, { kind }) => (kind === 'hop' ? sum + 1 : sum), 0),
    fields: hidden.list,
    more: hidden.more,
    ...(messageId !== undefined && edited.has('message-id') && { messageId }),
  };
}

interface Changes {
  made: Change[];
  signatures: HeaderField[];
  arc: HeaderField[];
  messageId?: { before: string; after: string };
}

/** What a forwarder adds, what `revealReferences` put in when the mail came, and what changes to these may break. */
const OF_FORWARDS: ReadonlySet<FieldKind> = new Set<FieldKind>(['hop', 'place', 'references', 'signature', 'arc']);

function findChanges(header: HeaderSection, options: HideOptions): Changes {
  const changes: Changes = { made: [], signatures: [], arc: [] };
  const ourHop = `by ${options.hostname} (Easymail)`;
  let ours = false;
  for (const field of header.fields) {
    const kind = fieldKind(field.name);
    if (
      kind === undefined ||
      (options.forward === true && !OF_FORWARDS.has(kind)) ||
      options.taken.some((edit) => edit.field === field)
    )
      continue;
    switch (kind) {
      case 'hop':
        // Mail that came in through us, and is forwarded: hops before ours are strangers'.
        ours ||= header.octets.toString('latin1', field.value, field.end).includes(ourHop);
        if (!ours) changes.made.push({ field, kind });
        break;
      case 'place':
        changes.made.push({ field, kind });
        break;
      case 'made-by':
        if (!isTnefLink(header, field)) changes.made.push({ field, kind });
        break;
      case 'unknown':
        if (options.level === 'strict') changes.made.push({ field, kind });
        break;
      case 'message-id':
      case 'references':
        rewriteIds(header, { field, kind }, options, changes);
        break;
      case 'sender':
        if (isInsideAddress(header, field)) changes.made.push({ field, kind });
        break;
      case 'mime-version':
        dropComments(header, field, changes);
        break;
      case 'signature':
        changes.signatures.push(field);
        break;
      case 'arc':
        changes.arc.push(field);
        break;
      default:
        kind satisfies never;
    }
  }
  return changes;
}

/** MS-OXTNEF 2.1.3.1: without this value the attachment `winmail.dat` is no longer taken for part of the message. */
function isTnefLink(header: HeaderSection, field: HeaderField): boolean {
  return field.name === 'x-ms-tnef-correlator' && fieldText(header, field) !== '';
}

const BRACKETED = /<([^<>]*)>/g;
/** RFC 5322 2.1.1: 998 characters a line. */
const LONGEST_LINE = 998;
/** No thread is so long; each id costs ten microseconds of the thread, and those past this are left out. */
const MOST_IDS = 2000;

function rewriteIds(
  header: HeaderSection,
  { field, kind }: { field: HeaderField; kind: 'message-id' | 'references' },
  options: HideOptions,
  changes: Changes,
): void {
  const old = header.octets.toString('latin1', field.value, field.end);
  const rewrite = (written: string): string => {
    const id = written.replaceAll(/\s+/g, '');
    if (options.ids.isHidden(id) || !options.inside(id.slice(id.lastIndexOf('@') + 1))) return written;
    const after = options.ids.hide(options.customer, id);
    if (field.name === 'message-id') changes.messageId ??= { before: id, after };
    return after;
  };
  let ids = 0;
  let value = old.replaceAll(BRACKETED, (_whole, id: string) => (++ids > MOST_IDS ? '' : `<${rewrite(id)}>`));
  // RFC 5322 3.6.4 asks for brackets; an id without them is one all the same.
  const bare = kind === 'message-id' && !old.includes('<') ? old.trim() : '';
  if (/^[^\s@]+@[^\s@]+$/.test(bare)) {
    const after = rewrite(bare);
    if (after !== bare) value = old.replace(bare, `<${after}>`);
  }
  if (value === old) return;
  if (value.split('\r\n').some((line) => line.length > LONGEST_LINE - field.name.length)) {
    value = value.replaceAll(/>[ \t]*</g, '>\r\n <');
  }
  changes.made.push({ field, kind, value });
}

/** `root@web01.corp.local`, as programs put it into Sender when they send with another author. */
function isInsideAddress(header: HeaderSection, field: HeaderField): boolean {
  const text = fieldText(header, field);
  // From the last @ on: a pattern that may begin at each of them takes minutes for a field of nothing else.
  const host = /^@([^\s<>(),;:"]+)>?$/.exec(text.slice(text.lastIndexOf('@')))?.[1];
  return host !== undefined && isPrivateName(host.toLowerCase());
}

/** RFC 2045 4: comments in MIME-Version say nothing but who made the message. */
function dropComments(header: HeaderSection, field: HeaderField, changes: Changes): void {
  const value = header.octets.toString('latin1', field.value, field.end);
  if (!value.includes('(') || !/^\s*1\s*\.\s*0\s*\(/.test(value)) return;
  changes.made.push({ field, kind: 'mime-version', value: ` 1.0${/\r?\n$/.exec(value)?.[0] ?? ''}` });
}

function replaced(header: HeaderSection, field: HeaderField, value: string): HeaderEdit {
  const name = header.octets.subarray(field.start, field.value);
  return { kind: 'replace', field, octets: Buffer.concat([name, Buffer.from(value, 'latin1')]) };
}

/** Signatures that stay whole, as the names that each covers; and those that changes to these fields break. */
function sortSignatures(
  header: HeaderSection,
  signatures: readonly HeaderField[],
  edited: ReadonlySet<string>,
): { whole: ReadonlySet<string>[]; broken: HeaderField[] } {
  const whole: ReadonlySet<string>[] = [];
  const broken: HeaderField[] = [];
  for (const field of signatures) {
    const covered = coveredNames(header, field);
    if (covered.isDisjointFrom(edited)) whole.push(covered);
    else broken.push(field);
  }
  return { whole, broken };
}

/** RFC 8617 5.2: a chain with one signature broken fails as a whole, so none of it is left. */
function brokenSets(
  header: HeaderSection,
  arc: HeaderField[],
  { edited, strict }: { edited: ReadonlySet<string>; strict: boolean },
): HeaderField[] {
  const broken = arc.some(
    (field) => field.name === 'arc-message-signature' && !coveredNames(header, field).isDisjointFrom(edited),
  );
  return strict || broken ? arc : [];
}

/** RFC 6376 3.5, RFC 8617 4.1.2: the tag `h` lists the fields. */
export function coveredNames(header: HeaderSection, field: HeaderField): ReadonlySet<string> {
  const list = /(?:^|;)\s*h\s*=([^;]*)/.exec(fieldText(header, field))?.[1] ?? '';
  return new Set(list.split(':').map((name) => name.trim().toLowerCase()));
}
