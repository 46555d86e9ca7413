// Which rules a message would meet: it is taken apart where every message is, in an inspect process, and goes nowhere.

import { hash } from 'node:crypto';
import { limitsWith } from '../../mail/inspect/content/limits.ts';
import type { ContentAnswer } from '../../mail/inspect/process/jobs.ts';
import { createInspectProcesses } from '../../mail/inspect/process/process-pool.ts';
import type { RuleEnvelope } from '../../mail/inspect/rules/evaluate.ts';
import type { Rule } from '../../mail/inspect/rules/rule.ts';
import { type RuleSet, versionOf } from '../../mail/inspect/rules/rule-set.ts';
import { problem } from '../api/problem.ts';
import type { ServiceParts } from '../services.ts';
import { ruleOf } from './facts.ts';
import type { RuleFields } from './rule-schema.ts';
import type { ProtectionRuleRow } from './tables.ts';

export interface DryRun {
  envelope: Omit<RuleEnvelope, 'size'>;
  /** As it would be received: header, empty line, body. Bare line feeds count as line ends. */
  content: Uint8Array;
  /** Rules of the operator, then of the customer, in order; those that are off are asked too. */
  rows: readonly ProtectionRuleRow[];
  /** A rule that is not kept yet; it runs behind the others. */
  draft?: RuleFields | undefined;
}

export interface DryRuns {
  /** Throws a Problem where the message breaks what reads it, or too much is tried at once. */
  run(this: void, dryRun: DryRun): Promise<ContentAnswer>;
  close(this: void): Promise<void>;
}

/** Id of a rule that is not kept yet. */
export const DRAFT = 'draft';

/** A person waits. */
const DEADLINE_MS = 20_000;
/** Each is in memory, and the one process takes one after the other. */
const MOST_AT_ONCE = 4;

/** Makes it; no process is started before the first run. */
export function createDryRuns({ clock, log, config }: Pick<ServiceParts, 'clock' | 'log' | 'config'>): DryRuns {
  const processes = createInspectProcesses({
    processes: 1,
    limits: () => ({ memory: config().inspect.memory, timeMs: config().inspect.time }),
    clock,
    log,
  });
  let running = 0;
  return {
    async run(dryRun) {
      if (running >= MOST_AT_ONCE) throw problem('too-many-trials');
      running++;
      try {
        const content = withLineEnds(dryRun.content);
        const bytes = () => Promise.resolve(content);
        const whole = {
          size: content.length,
          bytes,
          async *stream() {
            yield content;
          },
        };
        const ruleSets = setsOf(dryRun);
        const question = {
          envelope: { ...dryRun.envelope, size: content.length },
          limits: limitsWith(config().clamd),
          rulesVersion: versionOf(ruleSets),
          ruleSets,
          wantsHidden: false,
        };
        const end = await processes.run('content', question, whole, AbortSignal.timeout(DEADLINE_MS)).catch((err) => {
          log.warn('rules could not be tried', { err });
          throw problem('message-not-in-time');
        });
        if (end.kind === 'answered') return end.answer;
        throw problem('message-breaks-trial');
      } finally {
        running--;
      }
    },
    close: async () => processes.close(),
  };
}

function setsOf({ rows, draft }: DryRun): RuleSet[] {
  const of = (operator: boolean) => rows.filter(({ customer }) => (customer === '') === operator).map(asOn);
  const drafts = draft === undefined ? [] : [{ id: DRAFT, position: 0, ...draft, enabled: true } as Rule];
  return [setOf('operator', of(true)), setOf('customer', [...of(false), ...drafts])];
}

function asOn(row: ProtectionRuleRow): Rule {
  return { ...ruleOf(row), enabled: true };
}

function setOf(of: RuleSet['of'], rules: readonly Rule[]): RuleSet {
  return { of, rules, version: hash('sha256', JSON.stringify(rules), 'hex') };
}

/** RFC 5321 2.3.8: on the wire lines end with CRLF; files of people often have LF alone. */
function withLineEnds(content: Uint8Array): Uint8Array {
  const text = Buffer.from(content).toString('latin1');
  return Buffer.from(text.replaceAll(/\r\n|\r|\n/g, '\r\n'), 'latin1');
}
