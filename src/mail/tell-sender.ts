// What notices about a piece of work are made with: who reads them, in which language, what of the message comes back,
// and whether the sender may be told at all.

import type { Resolver } from '../network/dns-answer.ts';
import type { Config } from '../platform/config/schema.ts';
import type { Directory } from './authorise/directory.ts';
import { furtherHostRefusal } from './authorise/further-host.ts';
import type { ContentSource } from './deliver/content.ts';
import type { EndedWork } from './dispatch.ts';
import { withoutReferences } from './hide/reveal-references.ts';
import type { MessageMeta, Outcome, QueueId } from './message.ts';
import type { Work } from './queue/queue.ts';
import { noticeDestination } from './report/notices/compose.ts';
import { isMailServerOf, isProvenSender } from './report/notices/known-sender.ts';
import type { Returned } from './report/notices/notice.ts';
import {
  isStranger,
  makeNotices,
  type NoticeContext,
  type NoticePart,
  type NoticesMade,
  noticeIsDue,
  type ToldOutcome,
} from './report/notices/notices.ts';
import { endOfLifeOf, withinLife } from './report/settle.ts';
import { headerOf, wholeOf } from './stored-content.ts';

export interface TellOptions {
  config: Pick<Config, 'node' | 'notices' | 'delivery'>;
  directory: Directory;
  resolver: Resolver;
  newId: () => QueueId;
  /** Milliseconds since 1970. */
  now: number;
}

/** Whether anything is to be told, or noted as not told. */
export function isToBeTold(ended: readonly EndedWork[], expireAfterMs: number, now: number): boolean {
  return ended.some(({ work, outcomes }) => noticeIsDue(work, outcomes, now >= endOfLifeOf(work, expireAfterMs)));
}

/** The notices about ended work of one message, in its order. Asked for only where something is to be told. */
export async function tellSender(
  ended: readonly EndedWork[],
  content: ContentSource,
  options: TellOptions,
): Promise<NoticesMade[]> {
  const { now, config, directory } = options;
  const life = config.delivery.expire_after;
  const [first] = ended;
  if (first === undefined) return [];
  const { meta } = first.work;
  const parts = ended.map(({ work, outcomes }): NoticePart => {
    const retryUntil = endOfLifeOf(work, life);
    const told = outcomes.map((outcome) => toldOutcome(outcome, withinLife(outcome, retryUntil, now)));
    return { work, told, retryUntil, hidden: isHidden(work, isStranger(meta), directory) };
  });
  return makeNotices(parts, await noticeContext(meta, content, options));
}

function toldOutcome(outcome: Outcome, end: Outcome): ToldOutcome {
  const lastAttemptAt = 'attempt' in outcome ? outcome.attempt?.at : undefined;
  return { outcome: end, ...(lastAttemptAt !== undefined && { lastAttemptAt }) };
}

async function noticeContext(meta: MessageMeta, content: ContentSource, options: TellOptions): Promise<NoticeContext> {
  const { config, directory } = options;
  const allowed = await mayBeTold(meta, options);
  const language = directory.customer(meta.customer)?.language ?? 'en';
  return {
    allowed,
    hostname: config.node.hostname,
    newId: options.newId,
    now: options.now,
    // Whoever writes to a customer from outside may well not read its language.
    languages: isStranger(meta) ? [language, 'en'] : [language],
    returned: allowed === 'yes' ? await returnedOf(meta, content, config.notices.return_size) : { kind: 'nothing' },
  };
}

/** Backscatter never leaves: of mail from the Internet the sender is told only where it is the one who sent it. */
async function mayBeTold(meta: MessageMeta, options: TellOptions): Promise<NoticeContext['allowed']> {
  const domain = noticeDestination(meta.sender);
  if (domain === undefined) return 'null-sender';
  const isForward = meta.forward === true;
  if (!isForward && (meta.direction === 'outbound' || meta.sentHere === true || meta.origin.login !== undefined)) {
    return 'yes';
  }
  // Somebody else chose the address, and the mail host of a customer would pass on what comes from us.
  if (furtherHostRefusal(options.directory, { text: meta.sender, domain }) !== undefined) return 'unknown-sender';
  if (isForward) return options.config.notices.inbound === 'none' ? 'setting' : 'yes';
  switch (options.config.notices.inbound) {
    case 'none':
      return 'setting';
    case 'failures':
      return 'yes';
    default:
      if (isProvenSender(domain, meta)) return 'yes';
      return (await isMailServerOf(domain, meta.origin.ip, options.resolver)) ? 'yes' : 'unknown-sender';
  }
}

/** PRODUCT: the Internet never sees a customer's mail host; nor does another customer. */
function isHidden({ meta, destination }: Work, stranger: boolean, directory: Directory): boolean {
  const owner = directory.domain(destination);
  return owner?.inbound === true && (stranger || owner.customer !== meta.customer);
}

/**
 * RFC 3461 4.3: all of it where that was asked for, and it is not too large. Ids that were turned back for the customer
 * are left out, so that nobody has them deciphered by a mail that must fail.
 */
async function returnedOf(meta: MessageMeta, content: ContentSource, most: number): Promise<Returned> {
  if (meta.dsn?.ret === 'full' && meta.size <= most && isItsOwn(meta)) {
    const whole = await wholeOf(content, most);
    if (whole !== undefined) return { kind: 'full', content: shownOf(meta, whole) };
  }
  const header = await headerOf(content);
  return header === undefined ? { kind: 'nothing' } : { kind: 'headers', header: shownOf(meta, header) };
}

/**
 * Whether the sender is a customer's that this relay took it from. Nobody else asked to have the content: with a sender of
 * another customer it would come to that one past its protection.
 */
function isItsOwn(meta: MessageMeta): boolean {
  return meta.forward !== true && (meta.direction === 'outbound' || meta.sentHere === true);
}

function shownOf(meta: MessageMeta, octets: Uint8Array): Uint8Array {
  return meta.revealed === true ? withoutReferences(octets) : octets;
}
