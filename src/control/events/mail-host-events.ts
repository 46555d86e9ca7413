// Mail hosts of customers that cannot be reached, and are back: what relay threads find out becomes an event, once.

import type { MailHostNews } from '../../mail/deliver/reach.ts';
import type { Log } from '../../platform/log.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { Changes } from '../changes.ts';

export interface MailHostEvents {
  /** Each thread finds out by itself, and some tell it again and again. */
  heard(news: MailHostNews): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** Mail hosts whose state is remembered; past it some are told twice. */
const REMEMBERED = 10_000;

/** Begins to listen. */
export function createMailHostEvents({ changes, log }: { changes: Changes; log: Log }): MailHostEvents {
  const states = new Map<string, MailHostNews['state']>();
  let writing: Promise<void> = Promise.resolve();
  const write = async (before: Promise<void>, { customer, host, state }: MailHostNews) => {
    await before;
    try {
      await changes.make(RELAY_ACTOR, async () => ({
        result: undefined,
        audit: [],
        events: [{ type: `mailhost.${state}`, customer, data: { customer, host } }],
      }));
    } catch (err) {
      log.error('the event of a mail host was not written', { customer, host, err });
    }
  };
  return {
    heard(news) {
      const key = `${news.customer} ${news.host}`;
      if (states.get(key) === news.state) return;
      if (states.size >= REMEMBERED) states.clear();
      states.set(key, news.state);
      writing = write(writing, news);
    },
    close: () => writing,
  };
}
