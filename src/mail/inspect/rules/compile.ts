// Rules made ready to be asked many times: patterns are compiled, lists become sets.

import type { ContentPart } from '../content/taken-apart.ts';
import { countData } from './data.ts';
import { foldText } from './fold.ts';
import { matchAddresses } from './match-address.ts';
import { matchHosts } from './match-host.ts';
import { matchNames } from './match-name.ts';
import { matchTime } from './match-time.ts';
import type { MessageView } from './message-view.ts';
import { compilePattern } from './pattern.ts';
import type { Action, Condition, Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import { wordFinder } from './words.ts';

export type OfMessage = (view: MessageView) => boolean;
export type OfAttachment = (part: ContentPart) => boolean;

export interface CompiledRule {
  id: string;
  name: string;
  of: RuleSet['of'];
  ofMessage: readonly OfMessage[];
  /** Must hold for one and the same attachment. */
  ofAttachment: readonly OfAttachment[];
  actions: readonly Action[];
  last: boolean;
}

/** Rules of all sets, in the order in which they run. */
export type CompiledRules = readonly CompiledRule[];

/** Conditions that speak of one attachment. */
export type AttachmentCondition = Extract<
  Condition,
  { on: 'attachment-type' | 'attachment-name' | 'attachment' | 'attachment-size' }
>;

/**
 * Makes rules ready.
 * @throws {PatternError} A pattern cannot be compiled: kept rules were compiled before they were kept.
 */
export function compileRules(sets: readonly RuleSet[]): CompiledRules {
  return sets.flatMap(({ of, rules }) =>
    rules.filter(({ enabled }) => enabled).map((rule) => ({ of, ...compileRule(rule) })),
  );
}

function compileRule(rule: Rule): Omit<CompiledRule, 'of'> {
  const ofMessage: OfMessage[] = [];
  const ofAttachment: OfAttachment[] = [];
  for (const condition of rule.conditions) {
    if (isAboutAttachment(condition)) {
      const holds = attachmentTest(condition);
      ofAttachment.push(condition.not === true ? (part) => !holds(part) : holds);
    } else {
      const holds = messageTest(condition);
      ofMessage.push(condition.not === true ? (view) => !holds(view) : holds);
    }
  }
  const { id, name, actions, last } = rule;
  return { id, name, ofMessage, ofAttachment, actions, last };
}

/** Whether a condition speaks of one attachment: `remove-part` takes out what meets those. */
export function isAboutAttachment(condition: Condition): condition is AttachmentCondition {
  return condition.on.startsWith('attachment');
}

function attachmentTest(condition: AttachmentCondition): OfAttachment {
  switch (condition.on) {
    case 'attachment-type': {
      const fits = matchNames(condition.in);
      return ({ type }) => fits(type);
    }
    case 'attachment-name': {
      const fits = matchNames(condition.in);
      return ({ names }) => names.some(fits);
    }
    case 'attachment': {
      const wanted = new Set(condition.has);
      return ({ traits }) => traits.some((trait) => wanted.has(trait));
    }
    case 'attachment-size':
      return ({ size }) => size > condition.over;
    default:
      return condition satisfies never;
  }
}

function messageTest(condition: Exclude<Condition, AttachmentCondition>): OfMessage {
  switch (condition.on) {
    case 'direction':
      return ({ envelope }) => envelope.direction === condition.is;
    case 'customer':
      return ({ envelope }) => condition.in.includes(envelope.customer ?? '');
    case 'stream':
      return ({ envelope }) => condition.in.includes(envelope.stream);
    case 'sender': {
      const fits = matchAddresses(condition.in);
      return ({ senders }) => senders.some(fits);
    }
    case 'recipient': {
      const fits = matchAddresses(condition.in);
      return ({ recipients }) => recipients.some(fits);
    }
    case 'size':
      return ({ envelope }) => envelope.size > condition.over;
    case 'recipients':
      return ({ recipients }) => recipients.length > condition.over;
    case 'fault':
      return ({ faults }) => faults;
    case 'link': {
      const fits = matchHosts(condition.in);
      return ({ links }) => links.some(({ host }) => fits(host));
    }
    case 'link-mismatch':
      return ({ links }) => links.some(({ shown }) => shown !== undefined);
    case 'time': {
      const within = matchTime(condition);
      return ({ envelope }) => within(envelope.at);
    }
    default:
      return textTest(condition);
  }
}

type TextCondition = Extract<Condition, { on: 'header' | 'words' | 'pattern' | 'data' }>;

function textTest(condition: TextCondition): OfMessage {
  switch (condition.on) {
    case 'header':
      return headerTest(condition);
    case 'words': {
      const finder = wordFinder(condition.in);
      const find = (text: string) => finder.find(text);
      return (view) => countDifferent(view.text(condition.where), find) >= (condition.min ?? 1);
    }
    case 'pattern': {
      const pattern = compilePattern(condition.matches);
      const min = condition.min ?? 1;
      if (min === 1) return (view) => view.text(condition.where).some((text) => pattern.test(text));
      return (view) => countDifferent(view.text(condition.where), (text) => pattern.matches(text, min)) >= min;
    }
    case 'data': {
      const { is, min = 1 } = condition;
      // All at once: what stands in the text and in the HTML of one mail is one number.
      return (view) => countData(view.text('anywhere').join('\n\n'), is) >= min;
    }
    default:
      return condition satisfies never;
  }
}

/** Without `has` and `matches`: the field is there. */
function headerTest({ name, has, matches }: Extract<Condition, { on: 'header' }>): OfMessage {
  const field = name.toLowerCase();
  const part = has === undefined ? undefined : foldText(has);
  const pattern = matches === undefined ? undefined : compilePattern(matches);
  const fits = (value: string) =>
    (part === undefined || foldText(value).includes(part)) && (pattern === undefined || pattern.test(value));
  return (view) => view.field(field).some(fits);
}

/** How many different things are found in all texts together. */
function countDifferent(texts: readonly string[], find: (text: string) => Set<string>): number {
  const found = new Set<string>();
  for (const text of texts) for (const one of find(text)) found.add(one);
  return found.size;
}
