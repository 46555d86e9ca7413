// What is told to the store about destinations. Every failure is told; that a destination works is told when it is
// new, and again now and then, since other threads tell too.

import type { Clock } from '../../platform/clock.ts';
import type { Cause } from '../message.ts';
import type { DestinationNews } from '../queue/queue.ts';
import type { RoutedHosts } from '../route/route.ts';

const TELL_AGAIN_MS = 10_000;
/** Destinations remembered; all are told anew after that many. */
const ENTRIES = 50_000;

export interface News {
  open(destination: string, route: RoutedHosts): void;
  closed(destination: string, route: RoutedHosts, cause: Cause): void;
  forget(): void;
}

/** Tells news to `tell`. */
export function createNews(tell: (news: DestinationNews) => void, clock: Clock): News {
  const told = new Map<string, { site: string; at: number }>();
  return {
    open(destination, { site, connections }) {
      const now = clock.monotonic();
      const last = told.get(destination);
      if (last?.site === site && now - last.at < TELL_AGAIN_MS) return;
      if (told.size >= ENTRIES) told.clear();
      told.set(destination, { site, at: now });
      tell({ destination, site, connections, state: 'open' });
    },
    closed(destination, { site, connections }, cause) {
      told.delete(destination);
      tell({ destination, site, connections, state: 'closed', reason: reasonOf(cause) });
    },
    forget: () => told.clear(),
  };
}

function reasonOf(cause: Cause): string {
  if (cause.from === 'us') return cause.detail === undefined ? cause.cause : `${cause.cause}: ${cause.detail}`;
  return `${cause.host} at ${cause.stage}: ${cause.reply.code} ${cause.reply.text}`;
}
