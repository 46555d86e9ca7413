// Last uses and refused sign-ins are kept in memory and written together: no request waits for a disk because of them, and
// an account that exists costs no more time than one that does not.

import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { Changes } from '../changes.ts';

const WRITE_MS = 30_000;
/** More different refusals between two writings are counted with the last. */
const MOST_REFUSALS = 1000;

export interface Use {
  at: number;
  from?: string | undefined;
}

interface Refusal {
  person: string;
  how: string;
  network: string;
  from: string | undefined;
  count: number;
  at: number;
}

export interface Activity {
  sessionUsed(id: string, use: Use): void;
  keyUsed(id: string, use: Use): void;
  /** The last use that was not written yet. */
  lastUse(id: string): Use | undefined;
  refused(refusal: { person: string; how: string; network: string; from?: string | undefined }): void;
  /** Writes what is kept. */
  write(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the timer that writes. */
export function createActivity({ changes, clock, log }: { changes: Changes; clock: Clock; log: Log }): Activity {
  let sessions = new Map<string, Use>();
  let keys = new Map<string, Use>();
  let refusals = new Map<string, Refusal>();
  // What is being written counts until it can be read.
  let writing = new Map<string, Use>();
  let last: Promise<void> = Promise.resolve();

  const writeNow = async () => {
    if (sessions.size + keys.size + refusals.size === 0) return;
    const batch = { sessions, keys, refusals };
    writing = new Map([...sessions, ...keys]);
    [sessions, keys, refusals] = [new Map(), new Map(), new Map()];
    await writeBatch(changes, batch).catch((err: unknown) => log.error('last uses were not written', { err }));
    writing = new Map();
  };
  const write = () => {
    last = last.then(writeNow);
    return last;
  };
  const timer = setInterval(() => void write(), WRITE_MS);
  timer.unref();

  return {
    sessionUsed: (id, use) => void sessions.set(id, use),
    keyUsed: (id, use) => void keys.set(id, use),
    lastUse: (id) => sessions.get(id) ?? keys.get(id) ?? writing.get(id),
    refused({ person, how, network, from }) {
      const key = `${person} ${how} ${network}`;
      const known = refusals.get(key);
      if (known === undefined && refusals.size >= MOST_REFUSALS) return;
      refusals.set(key, { person, how, network, from, count: (known?.count ?? 0) + 1, at: clock.now() });
    },
    write,
    close: async () => {
      clearInterval(timer);
      await write();
    },
  };
}

interface Batch {
  sessions: Map<string, Use>;
  keys: Map<string, Use>;
  refusals: Map<string, Refusal>;
}

function writeBatch(changes: Changes, { sessions, keys, refusals }: Batch): Promise<void> {
  return changes.make(RELAY_ACTOR, async (trx) => {
    const used = ({ at, from }: Use) => ({ last_used_at: at, last_from: from ?? null });
    for (const [id, use] of sessions) await trx.updateTable('session').set(used(use)).where('id', '=', id).execute();
    for (const [id, use] of keys) await trx.updateTable('api_key').set(used(use)).where('id', '=', id).execute();
    for (const { from, ...refusal } of refusals.values()) {
      const row = { ...refusal, outcome: 'refused' as const, from: from ?? null, agent: null };
      await trx.insertInto('login_history').values(row).execute();
    }
    return { result: undefined, audit: [] };
  });
}
