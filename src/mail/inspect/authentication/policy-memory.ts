// Policies of authors that were seen before. While DNS fails a strict one counts on, so that nobody who keeps a domain's
// servers busy can write in its name.

import type { DmarcVerdict } from '../../../protocol/dmarc/evaluate.ts';
import type { DmarcPolicy } from '../../../protocol/dmarc/record.ts';

const KEPT_MS = 7 * 86_400_000;
const KEPT = 20_000;

export interface PolicyMemory {
  /** The verdict with a wish, and what DNS said remembered. `at`: milliseconds since 1970. */
  complete(verdict: DmarcVerdict, at: number): DmarcVerdict & { wish: DmarcPolicy };
}

/** Remembers strict policies; the longest unseen go first. `unknown`: the wish of those never seen. */
export function createPolicyMemory(unknown: () => DmarcPolicy): PolicyMemory {
  const strict = new Map<string, { wish: DmarcPolicy; until: number }>();

  function remember(author: string, wish: DmarcPolicy, at: number): void {
    strict.delete(author);
    if (wish === 'none') return;
    strict.set(author, { wish, until: at + KEPT_MS });
    const [oldest] = strict.size > KEPT ? strict.keys() : [];
    if (oldest !== undefined) strict.delete(oldest);
  }

  return {
    complete(verdict, at) {
      const { author, policy, result, wish } = verdict;
      // A wish without a policy is no word of DNS, but that nothing depends on it.
      if (wish !== undefined && (policy !== undefined || result === 'none')) remember(author, wish, at);
      if (wish !== undefined) return { ...verdict, wish };
      const known = strict.get(author);
      return { ...verdict, wish: known !== undefined && known.until > at ? known.wish : unknown() };
    },
  };
}
