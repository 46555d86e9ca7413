// What notices about a piece of work are made with: who reads them, in which language, what of the message comes back,
// and whether the sender may be told at all.

import type { Resolver } from '../network/dns-answer.ts';
import type { Config } from '../platform/config/schema.ts';
import type { Directory } from './authorise/directory.ts';
import type { ContentSource } from './deliver/content.ts';
import type { MessageMeta, QueueId } from './message.ts';
import type { Work } from './queue/queue.ts';
import { noticeDestination } from './report/notices/compose.ts';
import { isMailServerOf } from './report/notices/known-sender.ts';
import type { Returned } from './report/notices/notice.ts';
import type { NoticeContext } from './report/notices/notices.ts';
import { endOfLifeOf } from './report/settle.ts';
import { headerOf, wholeOf } from './stored-content.ts';

export interface TellOptions {
  config: Pick<Config, 'node' | 'notices' | 'delivery'>;
  directory: Directory;
  resolver: Resolver;
  newId: () => QueueId;
  /** Milliseconds since 1970. */
  now: number;
}

/** Asked for only where something is to be told. Never rejects. */
export async function noticeContext(work: Work, content: ContentSource, options: TellOptions): Promise<NoticeContext> {
  const { config, directory } = options;
  const { meta } = work;
  const allowed = await mayBeTold(meta, options);
  const stranger = meta.direction === 'inbound' || meta.forward === true;
  const language = directory.customer(meta.customer)?.language ?? 'en';
  return {
    allowed,
    hostname: config.node.hostname,
    newId: options.newId,
    now: options.now,
    retryUntil: endOfLifeOf(work, config.delivery.expire_after),
    // Whoever writes to a customer from outside may well not read its language.
    languages: stranger ? [language, 'en'] : [language],
    hidden: isHidden(work, stranger, directory),
    returned: allowed === 'yes' ? await returnedOf(meta, content, config.notices.return_size) : { kind: 'nothing' },
  };
}

/** Backscatter never leaves: of mail from the Internet the sender is told only where it is the one who sent it. */
async function mayBeTold(meta: MessageMeta, options: TellOptions): Promise<NoticeContext['allowed']> {
  const domain = noticeDestination(meta.sender);
  if (domain === undefined) return 'null-sender';
  if (meta.direction === 'outbound' || meta.origin.login !== undefined) return 'yes';
  switch (options.config.notices.inbound) {
    case 'none':
      return 'setting';
    case 'failures':
      return 'yes';
    default:
      return (await isMailServerOf(domain, meta.origin.ip, options.resolver)) ? 'yes' : 'unknown-sender';
  }
}

/** PRODUCT: the Internet never sees a customer's mail host; nor does another customer. */
function isHidden({ meta, destination }: Work, stranger: boolean, directory: Directory): boolean {
  const owner = directory.domain(destination);
  return owner?.inbound === true && (stranger || owner.customer !== meta.customer);
}

/** RFC 3461 4.3: all of it where that was asked for, and it is not too large. */
async function returnedOf(meta: MessageMeta, content: ContentSource, most: number): Promise<Returned> {
  if (meta.dsn?.ret === 'full' && meta.size <= most) {
    const whole = await wholeOf(content, most);
    if (whole !== undefined) return { kind: 'full', content: whole };
  }
  const header = await headerOf(content);
  return header === undefined ? { kind: 'nothing' } : { kind: 'headers', header };
}
