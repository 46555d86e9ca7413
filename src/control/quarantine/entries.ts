// Messages in quarantine as notices name them, each with the reader's own link.

import type { HeldMessage } from '../../mail/queue/read-held.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { parseHeader, subjectOf } from '../../protocol/mime/header.ts';
import type { QuarantineEntry, Reader } from '../notices/kinds.ts';
import { LINK_LIFE_MS, linkToken, linkUrl, readerName } from './links.ts';
import { releaseRefusal } from './may-release.ts';
import type { QuarantineParts } from './parts.ts';
import { reasonWords } from './reason-words.ts';

/** Octets in which a subject is looked for. */
const HEADER_OCTETS = 64 * 1024;
/** Recipients that are named. */
const NAMED = 3;

/** Subjects of messages, by id; what cannot be read has none. */
export async function subjectsOf(
  { reader }: Pick<QuarantineParts, 'reader'>,
  messages: readonly HeldMessage[],
): Promise<Map<string, string>> {
  const subjects = new Map<string, string>();
  for (const { id, subject } of messages) subjects.set(id, subject ?? (await subjectIn(reader, id)));
  return subjects;
}

async function subjectIn(reader: QuarantineParts['reader'], id: HeldMessage['id']): Promise<string> {
  const content = await reader.queueContent(id, HEADER_OCTETS);
  if (content.kind !== 'ok' || content.value === undefined) return '';
  return subjectOf(parseHeader(Buffer.from(content.value.bytes))) ?? '';
}

/** Entries for one reader; a link only where a customer's side may act. */
export function entriesFor(
  messages: readonly HeldMessage[],
  to: Reader,
  { box, base, now, subjects }: { box: SecretBox; base: string; now: number; subjects: ReadonlyMap<string, string> },
): QuarantineEntry[] {
  return messages.map((message) => {
    const { id, customer, headerFrom, sender, recipients, recipientCount } = message;
    const rest = recipientCount - NAMED;
    const target = { customer, message: id, reader: readerName(to.address), until: now + LINK_LIFE_MS };
    return {
      from: headerFrom ?? (sender === '' ? '<>' : sender),
      to: recipients.slice(0, NAMED).join(', ') + (rest > 0 ? ` (+${rest})` : ''),
      subject: subjects.get(id) ?? '',
      at: message.acceptedAt,
      reason: `${reasonWords(message, to.language).join('. ')}.`,
      ...(releaseRefusal(message, 'customer') === undefined && { open: linkUrl(base, linkToken(box, target)) }),
    };
  });
}
