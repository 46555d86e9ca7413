// People who want to hear that a rule was met are told, in their customer's language; past some an hour in one sum.

import type { Directory } from '../../mail/authorise/directory.ts';
import type { RuleNotice } from '../../mail/inspect/effects.ts';
import type { Log } from '../../platform/log.ts';
import { type Language, languageOf } from '../notices/languages.ts';
import type { Notices } from '../notices/notices.ts';

export interface RuleNotices {
  /** A message is kept that met these rules. What cannot be told is logged. */
  tell(notice: RuleNotice): void;
  close(): Promise<void>;
}

export interface RuleNoticesOptions {
  notices: Pick<Notices, 'tell'>;
  directory: Directory;
  log: Log;
}

/** Under way at the same time; what is more is not told: the trace has it. */
const MOST_AT_ONCE = 200;
/** Recipients that a notice names. */
const NAMED = 5;

/** Makes the way to tell them. */
export function createRuleNotices({ notices, directory, log }: RuleNoticesOptions): RuleNotices {
  const running = new Set<Promise<void>>();
  const tellOne = async (notice: RuleNotice, rule: string, address: string): Promise<void> => {
    const language = languageOf(directory.customer(notice.customer)?.language);
    const { recipients, sender } = notice;
    const values = {
      rule,
      from: sender === '' ? '<>' : sender,
      to: recipients.length > NAMED ? `${recipients.slice(0, NAMED).join(', ')}, …` : recipients.join(', '),
      at: notice.at,
      outcome: outcomeOf(notice.verdict, language),
      message: notice.id,
    };
    try {
      await notices.tell('rule_met', { address, language }, values, { customer: notice.customer });
    } catch (err) {
      log.warn('nobody told that a rule was met', { err, id: notice.id });
    }
  };
  return {
    tell(notice) {
      for (const { rule, to } of notice.rules) {
        for (const address of to) {
          if (running.size >= MOST_AT_ONCE) return;
          const telling = tellOne(notice, rule, address).finally(() => running.delete(telling));
          running.add(telling);
        }
      }
    },
    close: async () => void (await Promise.all(running)),
  };
}

/** What a message that is kept may come to. */
const OUTCOMES: Record<Language, Record<'held' | 'quarantined' | 'stripped' | 'passed', string>> = {
  en: {
    held: 'held for a person',
    quarantined: 'put into quarantine',
    stripped: 'passed without some of its parts',
    passed: 'passed',
  },
  de: {
    held: 'wartet auf eine Person',
    quarantined: 'in Quarantäne gestellt',
    stripped: 'ohne einige Teile weitergeleitet',
    passed: 'weitergeleitet',
  },
  fr: {
    held: 'en attente d’une personne',
    quarantined: 'placé en quarantaine',
    stripped: 'transmis sans certaines parties',
    passed: 'transmis',
  },
};

function outcomeOf(verdict: string, language: Language): string {
  const words = OUTCOMES[language];
  if (verdict === 'hold') return words.held;
  if (verdict === 'quarantine') return words.quarantined;
  return verdict === 'strip' ? words.stripped : words.passed;
}
