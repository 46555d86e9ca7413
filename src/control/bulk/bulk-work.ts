// What a job does, a step at a time; a step is small, so that mail goes on between two of them.

import type { QueryVerb, StoreControl } from '../../mail/queue/operations.ts';
import type { LeavesFrom } from '../../mail/queue/queue.ts';
import type { HeldQuery } from '../../mail/queue/read-held.ts';
import type { Actor } from '../actor.ts';
import type { BulkAction } from '../quarantine/bulk.ts';
import type { Side } from '../quarantine/may-release.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';

/** The work of a job, as it is kept: all that a restart needs to go on. */
export type BulkWork =
  | { part: 'queue'; verb: QueryVerb /** The newest row that is meant. */; until: number }
  | { part: 'quarantine'; action: BulkAction; query: HeldQuery; side: Side };

/** What a step did. */
export interface BulkStep {
  changed: number;
  /** Meant, and left alone: an attempt runs, or whoever asked may not. */
  skipped: number;
  /** Where the next step begins; absent when all is done. */
  next?: string;
}

export interface BulkWorkParts {
  store: () => Pick<StoreControl, 'applyPart'>;
  quarantine: Pick<Quarantine, 'changeSome'>;
}

/** Commits of the queue in one step. */
const COMMITS_A_STEP = 2;
/** Messages in quarantine of one step. */
const MESSAGES_A_STEP = 200;

/** Does one step of the work, from `place` on. Rejects where a thread is away: the same step may be asked again. */
export async function doStep(
  parts: BulkWorkParts,
  by: Actor,
  work: BulkWork,
  place: string | undefined,
): Promise<BulkStep> {
  if (work.part === 'quarantine') {
    const { query, action, side } = work;
    const page = { limit: MESSAGES_A_STEP, ...(place !== undefined && { after: place }) };
    return parts.quarantine.changeSome(by, { query, action }, { side, page });
  }
  const { verb, until } = work;
  const after = place === undefined ? 0 : Number(place);
  const { changed, busy, next } = await parts.store().applyPart({ of: verb, after, until, steps: COMMITS_A_STEP });
  return { changed, skipped: busy, ...(next !== undefined && { next: String(next) }) };
}

/** The work without addresses of people, and without what only a running job needs. */
export function withoutAddresses(work: BulkWork): BulkWork {
  if (work.part === 'quarantine') return { ...work, query: withoutIds(blank(work.query)) };
  return { ...work, verb: { ...work.verb, query: withoutIds(blank(work.verb.query)) } };
}

function blank<Q extends { from?: string; to?: string }>(query: Q): Q {
  const { from, to } = query;
  return { ...query, ...(from !== undefined && { from: 'given' }), ...(to !== undefined && { to: 'given' }) };
}

/** Single rows that were chosen, and ways of the mail that were found, say nothing once they are done. */
function withoutIds<Q extends { rows?: readonly number[]; ids?: readonly string[]; leaves?: LeavesFrom }>({
  rows,
  ids,
  leaves,
  ...query
}: Q): Q {
  return {
    ...query,
    ...(rows !== undefined && { rows: [] }),
    ...(ids !== undefined && { ids: [] }),
    ...(leaves !== undefined && { leaves: { ...leaves, paths: [] } }),
  } as unknown as Q;
}
