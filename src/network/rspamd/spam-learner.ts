// Teaching rspamd: its controllers learn that a message is spam, or that it is not.

import { type HttpAddress, HttpExchange } from './http-exchange.ts';

export interface SpamLearnerOptions {
  controllers: readonly {
    address: HttpAddress;
    /** As people know it. */
    name: string;
    /** Asked for each time; absent where the controller asks for none. */
    password: () => string | undefined;
  }[];
  timeoutMs: number;
}

/** What one controller said. */
export type Learned =
  | { kind: 'learned' }
  /** It had learned the same before. */
  | { kind: 'known' }
  /** There is too little in the message to learn from. */
  | { kind: 'too-little' }
  | { kind: 'failed'; detail: string };

export interface SpamLearner {
  /** Every controller learns; answers by name. Never rejects. */
  learn(as: 'spam' | 'ham', content: Uint8Array): Promise<Map<string, Learned>>;
  close(): void;
}

/** Opens the way to the controllers. */
export function createSpamLearner({ controllers, timeoutMs }: SpamLearnerOptions): SpamLearner {
  const ways = controllers.map((controller) => ({ ...controller, http: new HttpExchange(controller.address) }));
  const learnAt = async (way: (typeof ways)[number], as: 'spam' | 'ham', content: Uint8Array): Promise<Learned> => {
    try {
      const password = way.password();
      const headers: [string, string][] = password === undefined ? [] : [['Password', password]];
      const path = as === 'spam' ? '/learnspam' : '/learnham';
      return learned(await way.http.ask({ method: 'POST', path, headers, body: [content] }, timeoutMs));
    } catch (err) {
      return { kind: 'failed', detail: err instanceof Error ? err.message : 'failed' };
    }
  };
  return {
    learn: async (as, content) =>
      new Map(await Promise.all(ways.map(async (way) => [way.name, await learnAt(way, as, content)] as const))),
    close() {
      for (const { http } of ways) http.close();
    },
  };
}

function learned({ status, body }: { status: number; body: Buffer }): Learned {
  const text = body.toString('latin1', 0, 1000);
  // Words of rspamd; 208 and 204 since 3.5, 404 and 400 before.
  if (/already been? learned|already learned/.test(text) || status === 208) return { kind: 'known' };
  if (status === 200 && /"success"\s*:\s*true/.test(text)) return { kind: 'learned' };
  if (/not enough tokens|contains less tokens|too few tokens|no tokens/i.test(text) || status === 204) {
    return { kind: 'too-little' };
  }
  if (status === 401 || status === 403) return { kind: 'failed', detail: 'refuses our password' };
  return { kind: 'failed', detail: `said ${status}` };
}
