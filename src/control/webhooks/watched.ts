// Whose events of messages the trace has to feed: those of customers that have a webhook for such events.

import type { DatabaseSync } from 'node:sqlite';
import type { Watched } from '../../mail/trace/trace.ts';
import { wantsMessages } from '../events/event-types.ts';

/** What counts of a webhook. */
export interface Watcher {
  customer: string | null;
  types: readonly string[];
  state: string;
}

/** As the trace is to be told. */
export function watchedBy(webhooks: Iterable<Watcher>): Watched {
  const customers = new Set<string>();
  for (const { customer, types, state } of webhooks) {
    if (state === 'disabled' || !wantsMessages(types)) continue;
    if (customer === null) return 'all';
    customers.add(customer);
  }
  return [...customers].sort();
}

/** The same from the store, for a trace that starts. */
export function watchedInStore(raw: DatabaseSync): Watched {
  const rows = raw.prepare("select customer, types, state from webhook where state <> 'disabled'").all();
  return watchedBy(
    rows.map(({ customer, types, state }) => ({
      customer: customer === null ? null : String(customer),
      types: JSON.parse(String(types)) as string[],
      state: String(state),
    })),
  );
}
