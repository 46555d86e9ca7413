// The author that outbound mail claims in its From header must be one the customer may speak for.

import { type HeaderMailbox, parseAddressList } from '../../protocol/mime/address-list.ts';
import {
  fieldsNamed,
  fieldText,
  type HeaderEdit,
  type HeaderField,
  type HeaderSection,
} from '../../protocol/mime/header.ts';
import { replies } from '../accept/replies.ts';
import type { EnvelopeAddress } from './authorise.ts';
import type { CustomerFact, Directory } from './directory.ts';
import type { Refusal } from './refusal.ts';
import { rightToSend, type SendingRight } from './sending-right.ts';

/** What From says. */
export type FromVerdict =
  | { kind: 'absent' }
  /** One field that can be read: its authors, of whom `mailbox` is the first, and addresses shown in their names. */
  | { kind: 'one'; field: HeaderField; mailbox: HeaderMailbox; authors: HeaderMailbox[]; shown: HeaderMailbox[] }
  | { kind: 'ambiguous'; reason: string };

/** Reads From. RFC 5322 3.6: there is exactly one; readers differ in which of several they show. */
export function readFrom(header: HeaderSection): FromVerdict {
  const [field, ...others] = fieldsNamed(header, 'from');
  if (field === undefined) return { kind: 'absent' };
  if (others.length > 0) return { kind: 'ambiguous', reason: `there are ${others.length + 1} From fields` };
  const list = parseAddressList(fieldText(header, field));
  if (list.kind === 'unreadable') return { kind: 'ambiguous', reason: 'From cannot be read' };
  const [mailbox] = list.mailboxes;
  if (mailbox === undefined) return { kind: 'ambiguous', reason: 'From holds no address' };
  return { kind: 'one', field, mailbox, authors: list.mailboxes, shown: list.stray };
}

/** From may say what it says, perhaps after these edits. */
export interface AuthorisedFrom {
  kind: 'allowed';
  rights: readonly SendingRight[];
  shown: readonly SendingRight[];
  edits: readonly HeaderEdit[];
}

/** Nothing in From counts. */
export const ANY_AUTHOR: AuthorisedFrom = { kind: 'allowed', rights: [], shown: [], edits: [] };

/**
 * Whether the customer may speak for every author in From. An address in a display name counts like an author, however
 * it is written there (atoms, quotes, encoded words, a comment): many readers show the name and nothing else, so
 * `"ceo@bank.example" <a@acme.test>` speaks for the bank. Own addresses in names pass; lists and desks that show the
 * writer's address there need `foreign_from = "rewrite"`. Mail without a From passes: it claims no author, and its
 * envelope sender was authorised.
 *
 * `rights` are those of the authors, and choose the stream; `shown` those of addresses in names. These choose nothing: a
 * grant for one stream must not be had, nor used up, by a name.
 */
export function authoriseFrom(
  directory: Directory,
  customer: CustomerFact,
  message: { from: FromVerdict; sender: EnvelopeAddress | undefined; header: HeaderSection },
): AuthorisedFrom | Refusal {
  const { from, sender, header } = message;
  if (from.kind === 'absent') return ANY_AUTHOR;
  if (from.kind === 'ambiguous') return { kind: 'refused', reply: replies.fromUnreadable, reason: from.reason };
  const rights: SendingRight[] = [];
  const shown: SendingRight[] = [];
  const authors = new Set(from.authors.map((one) => one.domain));
  for (const domain of new Set([...authors, ...from.shown.map((one) => one.domain)])) {
    const right = rightToSend(directory, customer.id, domain);
    if (right !== undefined) {
      (authors.has(domain) ? rights : shown).push(right);
      continue;
    }
    if (customer.foreignFrom === 'rewrite' && sender !== undefined) {
      return { ...ANY_AUTHOR, edits: [rewriteFrom(header, from.field, sender)] };
    }
    const reason = `${domain} in From is no verified outbound domain of ${customer.id}, nor granted to it`;
    return { kind: 'refused', reply: replies.fromDenied, reason };
  }
  return { kind: 'allowed', rights, shown, edits: [] };
}

/** From becomes the envelope sender; who wrote the message stays reachable in Reply-To, unless that is in use. */
function rewriteFrom(header: HeaderSection, field: HeaderField, sender: EnvelopeAddress): HeaderEdit {
  const parts: Buffer[] = [Buffer.from(`From: <${sender.text}>\r\n`)];
  if (fieldsNamed(header, 'reply-to').length === 0) {
    parts.push(Buffer.from('Reply-To:'), header.octets.subarray(field.value, field.end));
  }
  return { kind: 'replace', field, octets: Buffer.concat(parts) };
}
