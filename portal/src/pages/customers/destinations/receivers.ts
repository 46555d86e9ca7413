// What the queue knows of a receiver, from what waits for it and from what the scheduler knows of its hosts.

import type { Answer } from '../../../api/call.ts';

type Group = Answer<'listQueueGroups'>['groups'][number];
type State = Answer<'listDestinations'>['entries'][number];

type Said = Group['words'];

export interface Receiver {
  name: string;
  /** The hosts behind it, where several destinations share them. */
  site: string | null;
  waiting: number;
  deferred: number;
  held: number;
  inFlight: number;
  /** Messages that may be under way at once; unknown for those that only wait. */
  window: number | undefined;
  closedUntil: string | null;
  /** Why it is closed, or why mail was put off last. */
  lastReply: string | null;
  /** Which sentence that is, where it is the relay's own. */
  words: Said;
  oldestAt: string | null;
  nextAttemptAt: string | null;
}

/** The receivers, those that do worst first. `onlyWaiting`: not those where nothing of the scope waits. */
export function joined(groups: readonly Group[], states: readonly State[], onlyWaiting: boolean): Receiver[] {
  const stateOf = new Map(states.map((state) => [state.destination, state]));
  const receivers = groups.map((group) => ofGroup(group, stateOf.get(group.name)));
  const known = new Set(groups.map(({ name }) => name));
  const others = onlyWaiting ? [] : states.filter(({ destination }) => !known.has(destination)).map(ofState);
  return [...receivers, ...others].toSorted(worstFirst);
}

/** Under the name that it has here. */
function wordsOf(words: Said, name: string): Said {
  const said = words?.[name];
  return said && { lastReply: said };
}

function ofGroup(group: Group, state: State | undefined): Receiver {
  return {
    name: group.name,
    site: state?.site ?? null,
    waiting: group.queued + group.deferred,
    deferred: group.deferred,
    held: group.held + group.quarantined,
    inFlight: group.in_flight ?? state?.in_flight ?? 0,
    window: state?.window,
    closedUntil: group.closed_until ?? state?.closed_until ?? null,
    lastReply: group.closed_reason ?? group.last_cause,
    words: wordsOf(group.words, group.closed_reason === null ? 'last_cause' : 'closed_reason'),
    oldestAt: group.oldest_at,
    nextAttemptAt: group.next_attempt_at,
  };
}

function ofState(state: State): Receiver {
  return {
    name: state.destination,
    site: state.site,
    waiting: state.waiting,
    deferred: 0,
    held: 0,
    inFlight: state.in_flight,
    window: state.window,
    closedUntil: state.closed_until,
    lastReply: state.last_reason,
    words: wordsOf(state.words, 'last_reason'),
    oldestAt: null,
    nextAttemptAt: null,
  };
}

function worstFirst(one: Receiver, other: Receiver): number {
  const closed = Number(other.closedUntil !== null) - Number(one.closedUntil !== null);
  if (closed !== 0) return closed;
  return other.deferred - one.deferred || other.waiting - one.waiting || one.name.localeCompare(other.name);
}
