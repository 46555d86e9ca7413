// A relay thread as the store thread sees it.

import type { MessagePort } from 'node:worker_threads';
import { type Channel, openChannel } from '../../../platform/channel.ts';
import type { FromStore, ToStore } from '../queue.ts';

export class RelayPort {
  readonly thread: number;
  /** What it calls itself; nothing before its `hello`. */
  client = '';
  closed = false;
  readonly #channel: Channel<FromStore, ToStore>;

  constructor(
    port: MessagePort,
    thread: number,
    on: { messages: (from: RelayPort, messages: ToStore[]) => void; closed: (who: RelayPort) => void },
  ) {
    this.thread = thread;
    this.#channel = openChannel<FromStore, ToStore>(
      port,
      (messages) => on.messages(this, messages),
      () => {
        this.closed = true;
        on.closed(this);
      },
    );
  }

  send(message: FromStore): void {
    if (!this.closed) this.#channel.send(message);
  }

  flush(): void {
    if (!this.closed) this.#channel.flush();
  }

  /** What has arrived while a commit ran. */
  drain(): ToStore[] {
    return this.closed ? [] : this.#channel.drain();
  }

  close(): void {
    this.#channel.close();
  }
}
