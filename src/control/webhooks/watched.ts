// Whose events of messages the trace has to feed: those of customers that have a webhook for such events.

import type { DatabaseSync } from 'node:sqlite';
import type { Watched } from '../../mail/trace/trace.ts';
import { wantsMessages } from '../events/event-types.ts';

/** What counts of a webhook. */
export interface Watcher {
  /** Null: the operator's own. */
  customer: string | null;
  types: readonly string[];
  state: string;
}

/** The webhooks that there are, as far as they want events of messages. */
export class Watchers {
  /** By webhook: whose events it wants. */
  readonly #wanting = new Map<string, string | null>();
  /** Webhooks that want the events of this customer; null: of all. */
  readonly #wanted = new Map<string | null, number>();

  /** True where the trace has to be told. */
  set(webhook: string, { customer, types, state }: Watcher): boolean {
    if (state === 'disabled' || !wantsMessages(types)) return this.delete(webhook);
    if (this.#wanting.has(webhook)) return false;
    this.#wanting.set(webhook, customer);
    const count = (this.#wanted.get(customer) ?? 0) + 1;
    this.#wanted.set(customer, count);
    return count === 1;
  }

  /** True where the trace has to be told. */
  delete(webhook: string): boolean {
    const customer = this.#wanting.get(webhook);
    if (customer === undefined) return false;
    this.#wanting.delete(webhook);
    const count = (this.#wanted.get(customer) ?? 1) - 1;
    if (count > 0) this.#wanted.set(customer, count);
    else this.#wanted.delete(customer);
    return count === 0;
  }

  /** As the trace is told. */
  watched(): Watched {
    if (this.#wanted.has(null)) return 'all';
    return [...this.#wanted.keys()].filter((customer) => customer !== null).sort();
  }
}

/** The same from the store, for a trace that starts. */
export function watchedInStore(raw: DatabaseSync): Watched {
  const watchers = new Watchers();
  const rows = raw.prepare("select id, customer, types, state from webhook where state <> 'disabled'").all();
  for (const { id, customer, types, state } of rows) {
    watchers.set(String(id), {
      customer: customer === null ? null : String(customer),
      types: JSON.parse(String(types)) as string[],
      state: String(state),
    });
  }
  return watchers.watched();
}
