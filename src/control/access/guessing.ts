// Guessing is slowed down: by account and client, by client, and by account over all clients that its owner never used.
// Nobody is locked out: waits are bounded, and whoever comes with what only the owner has (a browser or an address that
// signed in before) is not slowed by what others did.

/** A count that leaks: past `free` each further attempt waits twice as long, up to `longestMs`. */
interface Limit {
  free: number;
  /** One attempt is forgotten in this time. */
  leakMs: number;
  longestMs: number;
}

const MINUTE = 60_000;
const FIRST_WAIT_MS = 1000;

/** Somebody who mistypes needs two or three; past the first waits, four an hour. */
const OWN: Limit = { free: 5, leakMs: 15 * MINUTE, longestMs: 15 * MINUTE };
/** An office behind one address has many people; one that tries many accounts gets one attempt a minute. */
const CLIENT: Limit = { free: 30, leakMs: MINUTE, longestMs: MINUTE };
/** Guesses from everywhere at one account, its owner's places apart. */
const ACCOUNT: Limit = { free: 100, leakMs: MINUTE / 2, longestMs: MINUTE / 2 };
/** A code has six digits and comes after the right password: whoever guesses it has that. */
const ACCOUNT_CODE: Limit = { free: 15, leakMs: 15 * MINUTE, longestMs: 15 * MINUTE };

/** Entries kept; the ones used longest ago go first. About 10 MB. */
const MOST_ENTRIES = 50_000;

export interface Attempt {
  /** Whose secret is guessed at: a name as it was given, known or not, so that the answers are alike. */
  account: string;
  /** What is guessed. */
  secret: 'password' | 'code';
  /** The network of the client (clientNetwork). */
  client: string;
  /** `device`: a browser that this account signed in with, named by something unique to it. `client`: its owner was here. */
  familiar?: { device: string } | 'client' | undefined;
}

export type Admission =
  /** Try it; it counts as failed until `succeeded` is called, or `withdrawn` where it could not be tried. */
  { kind: 'go'; succeeded(): void; withdrawn(): void } | { kind: 'wait'; seconds: number };

export interface Guessing {
  admit(attempt: Attempt): Admission;
}

interface Tally {
  level: number;
  at: number;
}

/** Keeps counts in memory: a restart forgets them, which an attacker cannot cause. `now` never runs backwards. */
export function createGuessing(now: () => number, mostEntries = MOST_ENTRIES): Guessing {
  const tallies = new Map<string, Tally>();
  const levelOf = (key: string, { leakMs }: Limit) => {
    const tally = tallies.get(key);
    return tally === undefined ? 0 : Math.max(0, tally.level - (now() - tally.at) / leakMs);
  };
  const waitOf = (key: string, limit: Limit) => {
    // An attempt counts whole until all of it is forgotten.
    const over = Math.ceil(levelOf(key, limit)) - limit.free;
    if (over < 0) return 0;
    const wait = Math.min(limit.longestMs, FIRST_WAIT_MS * 2 ** over);
    return Math.max(0, wait - (now() - (tallies.get(key)?.at ?? 0)));
  };
  const set = (key: string, level: number) => {
    tallies.delete(key);
    if (level > 0) tallies.set(key, { level, at: now() });
    const [oldest] = tallies.keys();
    if (tallies.size > mostEntries && oldest !== undefined) tallies.delete(oldest);
  };
  return {
    admit(attempt) {
      const counts = countsOf(attempt);
      const waitMs = Math.max(...counts.map(([key, limit]) => waitOf(key, limit)));
      if (waitMs > 0) return { kind: 'wait', seconds: Math.ceil(waitMs / 1000) };
      for (const [key, limit] of counts) set(key, levelOf(key, limit) + 1);
      const withdraw = () => {
        for (const [key, limit] of counts) set(key, levelOf(key, limit) - 1);
      };
      return {
        kind: 'go',
        withdrawn: withdraw,
        succeeded() {
          // Who knows one account's secret is not forgiven what it tried with others.
          withdraw();
          const [own] = counts;
          if (own !== undefined) set(own[0], 0);
        },
      };
    },
  };
}

/** What an attempt counts for: its own count first. */
function countsOf({ account, secret, client, familiar }: Attempt): [string, Limit][] {
  const of = `${secret} ${account}`;
  if (typeof familiar === 'object') return [[`${of} device ${familiar.device}`, OWN]];
  const own: [string, Limit][] = [
    [`${of} client ${client}`, OWN],
    [`client ${client}`, CLIENT],
  ];
  if (familiar === 'client') return own;
  return [...own, [of, secret === 'code' ? ACCOUNT_CODE : ACCOUNT]];
}
