// What people say a message was: the spam scanners learn from it.

import type { QueueId } from '../../mail/message.ts';
import type { HeldMessage } from '../../mail/queue/read-held.ts';
import type { Actor } from '../actor.ts';
import { fromThread, problem, valueOf } from '../api/problem.ts';
import type { QuarantineParts } from './parts.ts';
import { noteAct } from './record.ts';

/** More of a message teaches nothing more. */
const MOST_LEARNED = 2 * 1024 ** 2;
/** Lessons that wait; what comes beyond is not learned, since nobody waits for it. */
const MOST_WAITING = 5000;
/** Octets of content that wait in memory. */
const MOST_IN_MEMORY = 32 * 1024 ** 2;

export type Kind = 'spam' | 'ham';

/** Teaches the scanners now. Throws a Problem where the message is gone, or no scanner takes it. */
export async function report(parts: QuarantineParts, by: Actor, message: HeldMessage, as: Kind): Promise<void> {
  await noteAct(parts.changes, by, as === 'spam' ? 'reported_spam' : 'reported_ham', { message, recipients: 0 });
  const content = valueOf(await parts.reader.queueContent(message.id, MOST_LEARNED), 'id');
  if (content === undefined) throw problem('no-longer-held', { message: message.id });
  await fromThread(parts.learn(as, content.bytes));
}

/** Lessons besides something else, one after the other: whoever waits for that does not wait for these. */
export class Lessons {
  readonly #parts: Pick<QuarantineParts, 'reader' | 'learn' | 'log'>;
  readonly #waiting: { as: Kind; id: QueueId; content?: Uint8Array }[] = [];
  readonly #done = { taught: 0, failed: 0 };
  #octets = 0;
  #teaching = false;

  constructor(parts: Pick<QuarantineParts, 'reader' | 'learn' | 'log'>) {
    this.#parts = parts;
  }

  /** Lessons that wait, and what became of those since the start. */
  get counts(): { waiting: number; taught: number; failed: number } {
    return { waiting: this.#waiting.length + (this.#teaching ? 1 : 0), ...this.#done };
  }

  /** Learns what the message is now, before it may be gone; resolves once it was read. Never rejects. */
  async takeNow(as: Kind, id: QueueId): Promise<void> {
    const content = await this.#read(id);
    if (content === undefined || this.#octets + content.length > MOST_IN_MEMORY) return;
    this.#octets += content.length;
    this.#add({ as, id, content });
  }

  /** Learns it when its turn comes, if it still is there. */
  take(as: Kind, id: QueueId): void {
    this.#add({ as, id });
  }

  #add(lesson: { as: Kind; id: QueueId; content?: Uint8Array }): void {
    if (this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push(lesson);
    if (!this.#teaching) void this.#teach();
  }

  async #teach(): Promise<void> {
    this.#teaching = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { as, id } = next;
      try {
        const content = next.content ?? (await this.#read(id));
        if (content !== undefined) {
          await this.#parts.learn(as, content);
          this.#done.taught++;
        }
      } catch (err) {
        this.#done.failed++;
        this.#parts.log.warn('nothing was learned of a message', { id, as, err });
      }
      this.#octets -= next.content?.length ?? 0;
    }
    this.#teaching = false;
  }

  async #read(id: QueueId): Promise<Uint8Array | undefined> {
    const content = await this.#parts.reader.queueContent(id, MOST_LEARNED);
    return content.kind === 'ok' ? content.value?.bytes : undefined;
  }
}
