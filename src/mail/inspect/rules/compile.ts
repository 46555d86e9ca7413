// Rules made ready to be asked many times: patterns are compiled, lists become sets.

import type { ContentPart } from '../content/taken-apart.ts';
import { matchAddresses } from './match-address.ts';
import { matchHosts } from './match-host.ts';
import { matchNames } from './match-name.ts';
import { matchTime } from './match-time.ts';
import type { MessageView } from './message-view.ts';
import type { Action, Condition, Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import type { TextMatcher, TextMatchers } from './text-matcher.ts';

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

/** Makes rules ready. Throws an Error with a sentence for people where a pattern cannot be compiled. */
export function compileRules(sets: readonly RuleSet[], matchers: TextMatchers): CompiledRules {
  return sets.flatMap(({ of, rules }) =>
    rules.filter(({ enabled }) => enabled).map((rule) => ({ of, ...compileRule(rule, matchers) })),
  );
}

function compileRule(rule: Rule, matchers: TextMatchers): Omit<CompiledRule, 'of'> {
  const ofMessage: OfMessage[] = [];
  const ofAttachment: OfAttachment[] = [];
  for (const condition of rule.conditions) {
    if (isAboutAttachment(condition)) {
      const holds = attachmentTest(condition);
      ofAttachment.push(condition.not === true ? (part) => !holds(part) : holds);
    } else {
      const holds = messageTest(condition, matchers);
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

function messageTest(condition: Exclude<Condition, AttachmentCondition>, matchers: TextMatchers): OfMessage {
  switch (condition.on) {
    case 'direction':
      return ({ envelope }) => envelope.direction === condition.is;
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
      return textTest(condition, matchers);
  }
}

type TextCondition = Extract<Condition, { on: 'header' | 'words' | 'pattern' | 'data' }>;

function textTest(condition: TextCondition, matchers: TextMatchers): OfMessage {
  switch (condition.on) {
    case 'header':
      return headerTest(condition, matchers);
    case 'words': {
      const matcher = matchers.words(condition.in);
      return (view) => holds(matcher, view.text(condition.where), condition.min);
    }
    case 'pattern': {
      const matcher = matchers.pattern(condition.matches);
      return (view) => holds(matcher, view.text(condition.where), condition.min);
    }
    case 'data': {
      const matcher = matchers.data(condition.is);
      return (view) => holds(matcher, view.text('anywhere'), condition.min);
    }
    default:
      return condition satisfies never;
  }
}

/** Without `has` and `matches`: the field is there. */
function headerTest({ name, has, matches }: Extract<Condition, { on: 'header' }>, matchers: TextMatchers): OfMessage {
  const field = name.toLowerCase();
  const part = has?.toLowerCase();
  const matcher = matches === undefined ? undefined : matchers.pattern(matches);
  return (view) =>
    view
      .field(field)
      .some(
        (value) =>
          (part === undefined || value.toLowerCase().includes(part)) &&
          (matcher === undefined || holds(matcher, [value], 1)),
      );
}

/** Whether so many different things are found in all texts together. */
function holds(matcher: TextMatcher, texts: readonly string[], min = 1): boolean {
  const found = new Set<string>();
  for (const text of texts) {
    matcher.find(text, found, min);
    if (found.size >= min) return true;
  }
  return false;
}
