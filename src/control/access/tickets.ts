// What a sign-in of several steps has to remember between them is given to the client, sealed: nothing is kept for those
// who never come back.

import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { randomToken } from './secrets.ts';

/** Long enough to fetch a telephone. */
const VALID_MS = 10 * 60_000;

export interface Tickets {
  /** `use` says what for: it opens nothing else. */
  issue(use: string, content: Record<string, unknown>): string;
  /** The content; nothing where the ticket is none, for something else, too old or spent. */
  open(use: string, ticket: string): OpenTicket | undefined;
}

export interface OpenTicket {
  content: Record<string, unknown>;
  /** Makes it useless from now on. False: somebody was faster. */
  spend(): boolean;
}

const sealedShape = z.object({ id: z.string(), until: z.number(), content: z.record(z.string(), z.unknown()) });

/** Makes the issuer of tickets. */
export function createTickets(box: SecretBox, clock: Clock): Tickets {
  const spent = new Map<string, number>();
  return {
    issue(use, content) {
      const sealed = JSON.stringify({ id: randomToken(), until: clock.now() + VALID_MS, content });
      return box.seal(Buffer.from(sealed), use).toString('base64url');
    },
    open(use, ticket) {
      const opened = box.open(Buffer.from(ticket, 'base64url'), use);
      if (opened === undefined) return undefined;
      const { id, until, content } = sealedShape.parse(JSON.parse(opened.toString()));
      if (until <= clock.now() || spent.has(id)) return undefined;
      return {
        content,
        spend() {
          if (spent.has(id)) return false;
          for (const [other, end] of spent) if (end <= clock.now()) spent.delete(other);
          spent.set(id, until);
          return true;
        },
      };
    },
  };
}
