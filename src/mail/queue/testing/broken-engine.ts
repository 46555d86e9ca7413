// An engine whose disk fails at the first commit, for tests of what happens then.

import { type QueueEngine, QueueFault } from '../engine.ts';

export const engine: QueueEngine = {
  commit: () => {
    throw new QueueFault('broken', new Error('disk I/O error'));
  },
  claim: ({ after }) => ({ work: [], customer: after, exhausted: true }),
  destinations: () => [],
  nextDue: () => undefined,
  expired: () => ({ work: [] }),
  delayed: ({ after }) => ({ work: [], after, done: true, again: [] }),
  delayedMessage: (after) => ({ work: [], after, done: true, again: [] }),
  suppressed: () => ({ work: [] }),
  toSeal: () => ({ found: [] }),
  locate: () => [],
  waiting: () => 0,
  outbox: () => [],
  paused: () => [],
  totals: () => ({ queued: 0, deferred: 0, held: 0, quarantined: 0, events_pending: 0, accepted: 0, final: 0, seq: 0 }),
  latest: () => 0,
  hasBody: () => true,
  close: () => {},
};
