// The check `senders`: who is on a list of blocked senders is refused, before anything else is asked.

import { replies } from '../../accept/replies.ts';
import { RELAY_CUSTOMER } from '../../message.ts';
import type { Check } from '../inspection.ts';
import { blockedBy } from '../listed-senders.ts';
import type { ProtectionFacts } from '../protection.ts';

/** It waits for nothing. */
const DEADLINE_MS = 1000;

/** Makes the check. Messages whose sender is on no list have no note of it. */
export function sendersCheck(facts: ProtectionFacts): Check {
  return {
    name: 'senders',
    turn: 'first',
    deadlineMs: DEADLINE_MS,
    begin(message) {
      // RFC 5321 4.5.1: postmaster is there for everybody.
      if (message.customer === RELAY_CUSTOMER) return undefined;
      const blocked = blockedBy(facts, message);
      if (blocked === undefined) return undefined;
      return {
        end: async () => ({
          verdict: { kind: 'reject', reply: replies.senderBlocked },
          result: 'blocked',
          details: { listed: blocked.id },
        }),
        abort() {},
      };
    },
    unavailable: () => ({ kind: 'later' }),
  };
}
