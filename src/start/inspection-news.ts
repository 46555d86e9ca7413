// What relay threads tell of taking messages apart, and what follows: for the other threads, and for the alarm.

import type { RuleNotice } from '../mail/inspect/effects.ts';
import { createDeaths, DEATHS_TO_HOLD } from '../mail/inspect/process/deaths.ts';
import type { InspectionNews, ToRelay } from '../mail/relay-messages.ts';
import { alarmSays } from '../mail/report/alarm-sentences.ts';
import type { Said } from '../platform/sentence.ts';

export interface InspectionNewsOptions {
  /** What is wrong, or nothing any more, with the processes of a thread (by its name) or with one `content`. */
  inspection(about: string, fault: Said | undefined): void;
  /** A message met rules that people want to hear of. */
  rulesMet(notice: RuleNotice): void;
  tellRelays(message: Extract<ToRelay, { op: 'inspection-died' }>): void;
}

export interface InspectionNewsDesk {
  /** Contents that ended what looked at them, and how often: for a thread that starts. */
  deaths(): [string, number][];
  /** A thread of this name has ended, and its processes with it. */
  ended(thread: string): void;
  news(news: InspectionNews, thread: string): void;
}

/** Nothing has died at the start. */
export function createInspectionNews(options: InspectionNewsOptions): InspectionNewsDesk {
  const deaths = createDeaths();
  return {
    deaths: () => deaths.entries(),
    ended: (thread) => options.inspection(thread, undefined),
    news(news, thread) {
      switch (news.kind) {
        case 'rules-met':
          return options.rulesMet(news.notice);
        case 'not-started':
          return options.inspection(thread, alarmSays('inspection-not-started', { failures: news.failures }));
        case 'started-again':
          // The processes of other threads may still not start.
          return options.inspection(thread, undefined);
        case 'died':
          options.tellRelays({ op: 'inspection-died', digest: news.digest });
          if (deaths.add(news.digest) < DEATHS_TO_HOLD) return undefined;
          return options.inspection('content', alarmSays('inspection-content'));
        default:
          return news satisfies never;
      }
    },
  };
}
