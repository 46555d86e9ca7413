// Where a count of messages leads: the search that finds them.

import type { ChartLink } from '../../parts/chart-data.ts';

export interface Meant {
  /** A status, or several with commas between them. */
  status?: string;
  direction?: 'inbound' | 'outbound';
  /** Class of a bounce. */
  class?: string;
  /** Domain of a recipient. */
  to?: string;
  /** Words that must be there, such as the name of a reply. */
  words?: string;
  /** Milliseconds since 1970; `until` is not included. */
  since?: number;
  until?: number;
}

/** The link, as the list of messages keeps its search in the address; the scope goes along by itself. */
export function messagesLink({ status, direction, to, words, since, until, ...meant }: Meant): ChartLink {
  const search = {
    q: words,
    status,
    direction,
    class: meant.class,
    to: to === undefined ? undefined : `@${to}`,
    range: since === undefined ? undefined : 'own',
    since: since === undefined ? undefined : momentOf(since),
    until: until === undefined ? undefined : momentOf(until - 1000),
  };
  return { to: '/messages', search };
}

/** Times of the search are UTC. */
function momentOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}
