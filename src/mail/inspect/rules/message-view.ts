// A message as rules ask about it: what is asked by more than one rule is worked out once.

import { parseAddressList } from '../../../protocol/mime/address-list.ts';
import { decodeWords } from '../../../protocol/mime/encoded-word.ts';
import { fieldsNamed, fieldText, type HeaderSection } from '../../../protocol/mime/header.ts';
import { shownAddresses } from '../../../protocol/mime/shown-address.ts';
import type { ContentPart, Link, TakenApart } from '../content/taken-apart.ts';
import type { RuleEnvelope, RuleFacts } from './evaluate.ts';
import type { TextPlace } from './rule.ts';

export interface MessageView {
  readonly envelope: RuleEnvelope;
  /** Lower case; of the envelope and of every From. The null sender is the empty text. */
  readonly senders: readonly string[];
  /** Lower case. */
  readonly recipients: readonly string[];
  readonly attachments: readonly ContentPart[];
  readonly links: readonly Link[];
  readonly faults: boolean;
  /** Values of the fields of this name (lower case), as people read them. */
  field(name: string): readonly string[];
  text(place: TextPlace): readonly string[];
}

/** Prepares what rules ask. */
export function createMessageView({ envelope, header, content }: RuleFacts): MessageView {
  const attachments = content.parts.filter(isAttachment);
  const bodies = content.parts.filter((part) => !isAttachment(part));
  const subjects = fieldValues(header, 'subject');
  const texts: Record<TextPlace, readonly string[]> = {
    subject: subjects,
    body: textsOf(bodies),
    attachments: textsOf(attachments),
    anywhere: [...subjects, ...textsOf(content.parts)],
  };
  return {
    envelope,
    senders: [envelope.sender.toLowerCase(), ...fromAddresses(header)],
    recipients: envelope.recipients.map((one) => one.toLowerCase()),
    attachments,
    links: content.parts.flatMap((part) => part.links ?? []),
    faults: content.faults.length > 0,
    field: (name) => fieldValues(header, name),
    text: (place) => texts[place],
  };
}

/**
 * Whatever is no container and no plain body: a part with a name, of another type than text, from inside of an archive,
 * or with anything remarkable about it.
 */
export function isAttachment({ depth, names, type, declaredType, traits }: ContentPart): boolean {
  if (depth > 0 || names.length > 0 || traits.length > 0) return true;
  if (declaredType.startsWith('multipart/')) return false;
  return !(isBodyType(type) && (isBodyType(declaredType) || declaredType === ''));
}

function isBodyType(type: string): boolean {
  return type === 'text/plain' || type === 'text/html';
}

function textsOf(parts: TakenApart['parts']): string[] {
  return parts.flatMap(({ text }) => (text === undefined || text === '' ? [] : [text]));
}

/** Every author of every From field, since readers differ in which they show. */
function fromAddresses(header: HeaderSection): string[] {
  return fieldsNamed(header, 'from').flatMap((field) => {
    const text = fieldText(header, field);
    const list = parseAddressList(text);
    const found = list.kind === 'unreadable' ? shownAddresses(text) : list.mailboxes;
    return found.map(({ localPart, domain }) => `${localPart}@${domain}`.toLowerCase());
  });
}

function fieldValues(header: HeaderSection, name: string): string[] {
  return fieldsNamed(header, name).map((field) => decodeWords(fieldText(header, field)));
}
