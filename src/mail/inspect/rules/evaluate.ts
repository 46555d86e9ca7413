// Which rules a message meets, and what follows. Pure: no clock, no database, no network; it runs where messages are
// taken apart, on hostile content.

import type { HeaderSection } from '../../../protocol/mime/header.ts';
import { type NamedReply, replies } from '../../accept/replies.ts';
import type { Direction } from '../../message.ts';
import type { TakenApart } from '../content/taken-apart.ts';
import { type Effect, strictest, type Verdict } from '../verdict.ts';
import type { CompiledRule, CompiledRules } from './compile.ts';
import { createMessageView, type MessageView } from './message-view.ts';
import type { Action, Rule } from './rule.ts';

/** What is known of a message besides its content. Plain data: it crosses processes. */
export interface RuleEnvelope {
  /** Id; absent: nobody's. */
  customer?: string;
  direction: Direction;
  stream: string;
  /** Reverse path without brackets; empty for the null sender. */
  sender: string;
  recipients: readonly string[];
  /** Octets of the content as it would be stored. */
  size: number;
  /** Milliseconds since 1970. */
  at: number;
}

export interface RuleFacts {
  envelope: RuleEnvelope;
  header: HeaderSection;
  content: TakenApart;
}

/** A rule that the message meets. */
export interface RuleMatch {
  rule: string;
  name: string;
  of: 'operator' | 'customer';
  /** Paths of the parts that met its conditions about attachments; a few. */
  parts: readonly string[];
  /** What it does, in the words of `Action`. */
  actions: readonly Action['do'][];
}

/** A change of the content that is still to be turned into octets. */
export type RuleEdit =
  | { kind: 'field'; text: string }
  | { kind: 'subject-tag'; text: string }
  | { kind: 'disclaimer'; text: string; html?: string }
  /** Numbers of MIME parts. Where one cannot be taken out, the message must not pass. */
  | { kind: 'remove-parts'; parts: readonly number[]; note: string };

/** What all rules together say. */
export interface RuleOutcome {
  matches: RuleMatch[];
  verdict: Verdict;
  edits: RuleEdit[];
  effects: Effect[];
}

/** Paths of parts that a match names. */
const PATHS = 5;

/** Looks at all rules in order. Takes time in proportion to rules and content. */
export function evaluateRules(rules: CompiledRules, facts: RuleFacts): RuleOutcome {
  const view = createMessageView(facts);
  const met: Met[] = [];
  for (const rule of rules) {
    const found = meet(rule, view);
    if (found === undefined) continue;
    met.push(found);
    if (rule.last) break;
  }
  return outcomeOf(met);
}

interface Met {
  rule: CompiledRule;
  /** Empty where the rule asks nothing of attachments. */
  parts: readonly { path: string; mimePart: number }[];
}

/** All conditions hold; those about attachments for one and the same attachment. */
function meet(rule: CompiledRule, view: MessageView): Met | undefined {
  if (!rule.ofMessage.every((holds) => holds(view))) return undefined;
  if (rule.ofAttachment.length === 0) return { rule, parts: [] };
  const parts = view.attachments.filter((part) => rule.ofAttachment.every((holds) => holds(part)));
  return parts.length === 0 ? undefined : { rule, parts };
}

function outcomeOf(met: readonly Met[]): RuleOutcome {
  const outcome: RuleOutcome = { matches: [], verdict: { kind: 'pass' }, edits: [], effects: [] };
  const verdicts: Verdict[] = [];
  for (const { rule, parts } of met) {
    outcome.matches.push({
      rule: rule.id,
      name: rule.name,
      of: rule.of,
      parts: parts.slice(0, PATHS).map(({ path }) => path),
      actions: rule.actions.map((action) => action.do),
    });
    for (const action of rule.actions) {
      verdicts.push(verdictOf(action, rule));
      outcome.edits.push(...editsOf(action, rule, parts));
      outcome.effects.push(...effectsOf(action, rule));
    }
  }
  outcome.verdict = strictest(verdicts);
  return outcome;
}

function verdictOf(action: Action, rule: CompiledRule): Verdict {
  switch (action.do) {
    case 'pass':
    case 'copy':
    case 'notify':
      return { kind: 'pass' };
    case 'header':
    case 'subject-tag':
    case 'disclaimer':
      return { kind: 'tag' };
    case 'remove-part':
      return { kind: 'strip' };
    case 'later':
      return { kind: 'later' };
    case 'hold':
      return { kind: 'hold', reason: { kind: 'content', note: action.note ?? rule.name } };
    case 'quarantine':
      return { kind: 'quarantine', reason: { kind: 'quarantine', note: action.note ?? rule.name } };
    case 'reject':
      return { kind: 'reject', reply: REFUSED };
    default:
      return action satisfies never;
  }
}

const REFUSED: NamedReply = replies.contentRefused;

function editsOf(action: Action, rule: CompiledRule, parts: Met['parts']): RuleEdit[] {
  switch (action.do) {
    case 'header':
      return [{ kind: 'field', text: fieldOf(action) }];
    case 'subject-tag':
      return [{ kind: 'subject-tag', text: action.text }];
    case 'disclaimer':
      return [{ kind: 'disclaimer', text: action.text, ...(action.html !== undefined && { html: action.html }) }];
    case 'remove-part': {
      const numbers = [...new Set(parts.map(({ mimePart }) => mimePart))];
      return [{ kind: 'remove-parts', parts: numbers, note: action.note ?? rule.name }];
    }
    default:
      return [];
  }
}

/** The field that an action puts before the header. */
export function fieldOf({ name, value }: Extract<Action, { do: 'header' }>): string {
  return `${name}: ${value}\r\n`;
}

/** What an action asks for besides a verdict. */
export function effectsOf(action: Action, rule: Pick<Rule, 'name'>): Effect[] {
  if (action.do === 'copy') return [{ kind: 'copy', to: action.to }];
  if (action.do === 'notify') return [{ kind: 'notify', to: action.to, rule: rule.name }];
  return [];
}
