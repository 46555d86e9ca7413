// Mail that is held for what it holds: who may see it, let it go, delete and report it; what people are told of it, and
// when it goes by itself. The messages are in the queue, their content sealed; here is who did what.

import type { MessagePreview } from '../../mail/inspect/preview/preview.ts';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import type { HeldMessage, HeldPage, HeldQuery } from '../../mail/queue/read-held.ts';
import type { UserPrincipal } from '../access/principal.ts';
import type { Actor } from '../actor.ts';
import { problem, valueOf } from '../api/problem.ts';
import type { Reader } from '../notices/kinds.ts';
import { readersOf } from '../notices/readers.ts';
import { CONTENT_READ } from '../privacy/content-access.ts';
import type { ScannersService } from '../scanners/scanners.ts';
import {
  type BulkAction,
  type BulkOptions,
  type BulkResult,
  changeMany,
  changeSome,
  lookAhead,
  type Prospect,
} from './bulk.ts';
import { subjectsOf } from './entries.ts';
import { expiryOf } from './in-force.ts';
import { type LinkTarget, openLink, readerName } from './links.ts';
import type { Side } from './may-release.ts';
import type { QuarantineParts, RoundParts } from './parts.ts';
import { createPreviewer } from './previewer.ts';
import { noteAct } from './record.ts';
import { type ReleaseOptions, release } from './release.ts';
import { removeMessage } from './remove.ts';
import { Lessons, report } from './report.ts';
import { type Rounds, startRounds } from './rounds.ts';
import type { QuarantineActionRow, QuarantineVirusRow } from './tables.ts';
import { firstWord, releaseVirus, type VirusRelease } from './virus.ts';

/** Octets of a message that a preview is made of. */
const PREVIEWED = 4 * 1024 ** 2;

export interface ActQuery {
  customer?: CustomerId;
  message?: QueueId;
  /** Those before this id. */
  before?: number;
  limit: number;
}

export interface QuarantineOptions extends Omit<QuarantineParts, 'preview' | 'learn' | 'lessons'> {
  scanners: Pick<ScannersService, 'learn'>;
}

/** Opens the service, and begins its rounds. */
export function openQuarantine(options: QuarantineOptions): Quarantine {
  const { preview, close } = createPreviewer(options);
  const learn = options.scanners.learn.bind(options.scanners);
  const lessons = new Lessons({ ...options, learn });
  return new Quarantine({ ...options, preview, learn, lessons, box: options.secretBox('quarantine') }, close);
}

export class Quarantine {
  readonly #parts: RoundParts;
  readonly #rounds: Rounds;
  readonly #closePreviewer: () => Promise<void>;

  constructor(parts: RoundParts, closePreviewer: () => Promise<void>) {
    this.#parts = parts;
    this.#closePreviewer = closePreviewer;
    this.#rounds = startRounds(parts);
  }

  /** What the spam scanners are taught besides. */
  get lessons(): Lessons['counts'] {
    return this.#parts.lessons.counts;
  }

  /** Messages, the newest first. */
  async list(query: HeldQuery, page: { limit: number; after?: string }): Promise<HeldPage> {
    return valueOf(await this.#parts.reader.heldList(query, page), 'query');
  }

  /** One message; a 404 where it is not, or no longer, in quarantine. */
  async find(id: QueueId): Promise<HeldMessage> {
    const [message] = (await this.list({ id }, { limit: 1 })).entries;
    // In the words in which another customer's message is not there either.
    if (message === undefined) throw problem('no-such-message');
    return message;
  }

  /** Subjects by id, read from the messages themselves. */
  subjects(messages: readonly HeldMessage[]): Promise<Map<string, string>> {
    return subjectsOf(this.#parts, messages);
  }

  /** When it is removed by itself, by the settings of now. */
  expiry(message: HeldMessage): number {
    return expiryOf(this.#parts, message);
  }

  /** What was done, the newest first. */
  acts({ customer, message, before, limit }: ActQuery): Promise<QuarantineActionRow[]> {
    let rows = this.#parts.database.reads
      .selectFrom('quarantine_action')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit);
    if (customer !== undefined) rows = rows.where('customer', '=', customer);
    if (message !== undefined) rows = rows.where('message', '=', message);
    if (before !== undefined) rows = rows.where('id', '<', before);
    return rows.execute();
  }

  /** Who looked at the content of a message, the newest first. */
  looks(id: QueueId, limit: number): Promise<{ at: number; who: string; reason: string | null }[]> {
    return this.#parts.database.reads
      .selectFrom('audit')
      .select(['at', 'who', 'reason'])
      .where('object', '=', `message ${id}`)
      .where('action', '=', CONTENT_READ)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  /** Who wants a virus released, where somebody does whose word still counts. */
  virusAsked(id: QueueId): Promise<QuarantineVirusRow | undefined> {
    return firstWord(this.#parts.database.reads, id, this.#parts.clock.now());
  }

  /** What a message looks like. Written down first, with the reason, where its customer sees it. */
  async preview(by: Actor, { id, customer }: HeldMessage): Promise<MessagePreview> {
    const read = { action: CONTENT_READ, object: `message ${id}`, customer, before: null, after: null };
    await this.#parts.changes.make(by, async () => ({ result: undefined, audit: [read] }));
    const content = valueOf(await this.#parts.reader.queueContent(id, PREVIEWED), 'id');
    if (content === undefined) throw problem('no-longer-held', { message: id });
    const preview = await this.#parts.preview(content.bytes);
    return content.size > content.bytes.length ? { ...preview, truncated: true } : preview;
  }

  release(by: Actor, message: HeldMessage, options: ReleaseOptions): Promise<number> {
    return release(this.#parts, by, message, options);
  }

  releaseVirus(person: UserPrincipal, message: HeldMessage, reason: string): Promise<VirusRelease> {
    return releaseVirus(this.#parts, person, message, reason);
  }

  /** Takes it out for good; how many recipients. It is written down first. */
  async remove(by: Actor, message: HeldMessage): Promise<number> {
    await noteAct(this.#parts.changes, by, 'deleted', { message, recipients: message.recipientCount });
    return removeMessage(this.#parts, by, message);
  }

  report(by: Actor, message: HeldMessage, as: 'spam' | 'ham'): Promise<void> {
    return report(this.#parts, by, message, as);
  }

  changeMany(by: Actor, what: { query: HeldQuery; action: BulkAction }, options: BulkOptions): Promise<BulkResult> {
    return changeMany(this.#parts, by, what, options);
  }

  /** What that would change, however much it is. */
  lookAhead(what: { query: HeldQuery; action: BulkAction }, side: Side): Promise<Prospect> {
    return lookAhead(this.#parts, what, side);
  }

  /** One step of it, of the messages behind a place in the list. */
  changeSome(
    by: Actor,
    what: { query: HeldQuery; action: BulkAction },
    options: { side: Side; page: { limit: number; after?: string } },
  ): Promise<{ changed: number; skipped: number; next?: string }> {
    return changeSome(this.#parts, by, what, options);
  }

  /** What the link of a digest opens, and for whom; nothing where it is over, or its reader is no longer told. */
  async openLink(token: string): Promise<{ target: LinkTarget; reader: Reader } | undefined> {
    const target = openLink(this.#parts.box, token, this.#parts.clock.now());
    if (target === undefined) return undefined;
    const readers = await readersOf(this.#parts.database.reads, target.customer);
    const reader = readers.find(({ address }) => readerName(address) === target.reader);
    return reader === undefined ? undefined : { target, reader };
  }

  /** A round now. */
  look(): Promise<void> {
    return this.#rounds.now();
  }

  async close(): Promise<void> {
    await Promise.all([this.#rounds.close(), this.#closePreviewer()]);
  }
}
