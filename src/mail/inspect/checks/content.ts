// The check `content`: the message is taken apart in an inspect process, rules of the content filter are looked at, and
// what only lenient readers see is given to the virus scanner.

import { replies } from '../../accept/replies.ts';
import type { CustomerId } from '../../message.ts';
import type { ContentLimits, PartTrait } from '../content/taken-apart.ts';
import type { Check, CheckRun, InspectedMessage, WholeContent } from '../inspection.ts';
import type { MemoryKey } from '../memory/verdict-memory.ts';
import { DEATHS_TO_HOLD, type Deaths } from '../process/deaths.ts';
import type { ContentAnswer, ContentQuestion, JobEnd, OctetRange } from '../process/jobs.ts';
import type { InspectProcesses } from '../process/process-pool.ts';
import type { ProtectionFacts } from '../protection.ts';
import { effectsOf, fieldOf } from '../rules/evaluate.ts';
import { type RuleSet, rulesFor, versionOf } from '../rules/rule-set.ts';
import {
  type CheckResult,
  type ContentChange,
  type Effect,
  type InspectionDetails,
  strictest,
  type Verdict,
  WEIGHT,
} from '../verdict.ts';
import { VIRUS } from './virus.ts';

export interface ContentCheckOptions {
  facts: ProtectionFacts;
  processes: InspectProcesses;
  /** Whether every message is taken apart, or only those that a rule may hold for. */
  always: () => boolean;
  deadlineMs: () => number;
  /** What is remembered holds for these alone: whoever changes them makes the check anew. */
  limits: ContentLimits;
  /** Whether copies and word of this customer's mail may still go to this address. */
  isOwnAddress: (customer: CustomerId, address: string) => boolean;
  deaths: Deaths;
  /** This content ended a process: counted here, and by the other threads. */
  died: (digest: string) => void;
  /** Gives octets to the virus scanner; absent where there is none. */
  scanBytes?: (message: InspectedMessage, bytes: Uint8Array) => Promise<CheckResult>;
}

/** Other readings that are given to the scanner; nobody who means well writes more. */
const MOST_HIDDEN = 64;

/** Makes the check. */
export function contentCheck(options: ContentCheckOptions): Check {
  return {
    name: 'content',
    turn: 'rest',
    get deadlineMs() {
      return options.deadlineMs();
    },
    digest: true,
    begin(message) {
      if (!options.always() && rulesFor(options.facts, message.customer).length === 0) return undefined;
      return new ContentRun(options, message);
    },
    unavailable: () => ({ kind: 'later' }),
  };
}

class ContentRun implements CheckRun {
  readonly #options: ContentCheckOptions;
  readonly #message: InspectedMessage;
  readonly #givenUp = new AbortController();
  #rules: readonly RuleSet[] = [];

  constructor(options: ContentCheckOptions, message: InspectedMessage) {
    this.#options = options;
    this.#message = message;
  }

  abort(): void {
    this.#givenUp.abort();
  }

  async end(content: WholeContent): Promise<CheckResult> {
    const { deaths, died, facts, processes } = this.#options;
    // As they are now, like those in the key: what is remembered under a version was found by that version.
    this.#rules = rulesFor(facts, this.#message.customer);
    const digest = content.digest ?? '';
    // What ended processes before is not given to another one.
    if (deaths.count(digest) >= DEATHS_TO_HOLD) return diedTooOften('it was tried before');
    const ended = await processes.run('content', this.#question(content.size), content, this.#givenUp.signal);
    if (ended.kind === 'answered') return this.#judge(ended);
    // This one is counted once main has told all threads of it.
    const count = deaths.count(digest) + 1;
    died(digest);
    if (count >= DEATHS_TO_HOLD) return diedTooOften(ended.why);
    return { verdict: { kind: 'later' }, result: 'died', details: { why: ended.why } };
  }

  #question(size: number): ContentQuestion {
    const { customer, direction, stream, sender, recipients, at } = this.#message;
    return {
      envelope: { customer, direction, stream, sender, recipients, size, at },
      limits: this.#options.limits,
      rulesVersion: versionOf(this.#rules),
      ruleSets: this.#rules,
      wantsHidden: this.#options.scanBytes !== undefined,
    };
  }

  async #judge({ answer, octets }: Extract<JobEnd<'content'>, { kind: 'answered' }>): Promise<CheckResult> {
    const hidden = await this.#scanHidden(answer, octets);
    const results = [...hidden, ...findings(answer, this.#message)];
    const worst = worstOf(results);
    const asked = askedFor(answer.matches, this.#rules);
    const edits = answer.edits.map(({ insert, ...edit }) => ({ ...edit, insert: slice(octets, insert) }));
    const changes = [...hidden.flatMap((one) => one.changes ?? []), ...asked.fields, ...edits.map(editOf)];
    return {
      verdict: strictest(results.map(({ verdict }) => verdict)),
      result: unscanned(hidden, worst)?.result ?? worst?.result ?? 'clean',
      details: { ...detailsOf(answer), ...unscanned(hidden, worst)?.details, ...worst?.details },
      ...(changes.length > 0 && { changes }),
      ...(asked.effects.length > 0 && { effects: this.#allowed(asked.effects) }),
    };
  }

  /** A domain may have gone since the rule was written: nobody is sent what is no longer theirs to read. */
  #allowed(effects: readonly Effect[]): Effect[] {
    const isOwn = (address: string) => this.#options.isOwnAddress(this.#message.customer, address);
    return effects.flatMap((effect): Effect[] => {
      if (effect.kind === 'copy') return isOwn(effect.to) ? [effect] : [];
      const to = effect.to.filter(isOwn);
      return to.length > 0 ? [{ ...effect, to }] : [];
    });
  }

  async #scanHidden({ hidden, readings }: ContentAnswer, octets: Buffer): Promise<CheckResult[]> {
    const { scanBytes } = this.#options;
    if (scanBytes === undefined || hidden.length === 0) return [];
    const ways = Math.max(readings, hidden.length);
    if (ways > MOST_HIDDEN) {
      const note = `Can be read in ${ways} other ways`;
      return [{ verdict: refuse(this.#message.settings.ambiguous, note, 'contentAmbiguous'), result: 'ambiguous' }];
    }
    return Promise.all(hidden.map(({ octets: range }) => scanBytes(this.#message, slice(octets, range))));
  }
}

function slice(octets: Buffer, [start, end]: OctetRange): Buffer {
  return octets.subarray(start, end);
}

/** The first of the strictest; what only passes says nothing. */
function worstOf(results: readonly CheckResult[]): CheckResult | undefined {
  let worst: CheckResult | undefined;
  for (const one of results) {
    if (one.verdict.kind === 'pass' && one.result === 'clean') continue;
    if (worst === undefined || WEIGHT[one.verdict.kind] > WEIGHT[worst.verdict.kind]) worst = one;
  }
  return worst;
}

/** A part that the scanner did not look at counts also where something else keeps the message: who lets it go has to know. */
function unscanned(hidden: readonly CheckResult[], worst: CheckResult | undefined): CheckResult | undefined {
  if (worst?.verdict.kind !== 'quarantine' || worst.result === VIRUS) return undefined;
  return hidden.find(
    ({ result, verdict }) => result !== VIRUS && (verdict.kind === 'later' || verdict.kind === 'hold'),
  );
}

function diedTooOften(why: string): CheckResult {
  const note = 'Taking it apart ended the process that did it, again and again';
  return { verdict: { kind: 'hold', reason: { kind: 'content', note } }, result: 'died', details: { why } };
}

/** Traits of what cannot be looked into. */
const UNREADABLE: readonly PartTrait[] = ['encrypted', 'unreadable'];
/** Traits of what nobody sends who means well. */
const PAST_LIMITS: readonly PartTrait[] = ['bomb', 'too-deep'];

function findings(answer: ContentAnswer, { settings }: InspectedMessage): CheckResult[] {
  const found: CheckResult[] = [];
  if (answer.faults.length > 0) {
    const what = `Can be read in two ways: ${answer.faults.map(({ kind, where }) => `${kind} (${where})`).join(', ')}`;
    const verdict = refuse(settings.ambiguous, what, 'contentAmbiguous');
    found.push({ verdict, result: 'ambiguous' });
  }
  const traits = new Set(answer.traits);
  const past = answer.limit ?? PAST_LIMITS.find((trait) => traits.has(trait));
  if (past !== undefined) {
    const verdict = refuse(settings.ambiguous, `Past the limits of what is looked into: ${past}`, 'contentPastLimits');
    found.push({ verdict, result: 'past-limits' });
  }
  // Broken archives are mended by some programs: what they hold is another thing for each.
  if (traits.has('unopened')) {
    const verdict = refuse(
      settings.ambiguous,
      'Holds an archive that is broken or of an unknown kind',
      'contentUnopened',
    );
    found.push({ verdict, result: 'unopened' });
  }
  if (UNREADABLE.some((trait) => traits.has(trait))) {
    const verdict = refuse(settings.unreadable, 'Holds what cannot be looked into', 'contentUnreadable');
    found.push({ verdict, result: 'unreadable' });
  }
  if (answer.matches.length > 0) found.push({ verdict: ruleVerdict(answer), result: 'rule' });
  if (answer.unchangeable === true) {
    const note = 'A part that a rule takes out could not be taken out';
    found.push({ verdict: { kind: 'quarantine', reason: { kind: 'quarantine', note } }, result: 'rule' });
  }
  return found;
}

function refuse(
  setting: 'pass' | 'quarantine' | 'reject',
  note: string,
  reply: 'contentAmbiguous' | 'contentPastLimits' | 'contentUnopened' | 'contentUnreadable',
): Verdict {
  switch (setting) {
    case 'pass':
      return { kind: 'pass' };
    case 'quarantine':
      return { kind: 'quarantine', reason: { kind: 'quarantine', note } };
    case 'reject':
      return { kind: 'reject', reply: replies[reply] };
    default:
      return setting satisfies never;
  }
}

function ruleVerdict({ verdict, note }: ContentAnswer): Verdict {
  switch (verdict) {
    case 'pass':
    case 'tag':
    case 'strip':
    case 'later':
      return { kind: verdict };
    case 'hold':
      return { kind: 'hold', reason: { kind: 'content', ...(note !== undefined && { note }) } };
    case 'quarantine':
      return { kind: 'quarantine', reason: { kind: 'quarantine', ...(note !== undefined && { note }) } };
    case 'reject':
      return { kind: 'reject', reply: replies.contentRefused };
    default:
      return verdict satisfies never;
  }
}

function editOf(edit: { at: number; remove: number; insert: Uint8Array }): ContentChange {
  return { kind: 'edit', ...edit };
}

/** What the rules that were met ask for. Throws where a rule was met that nobody asked about. */
function askedFor(
  matches: ContentAnswer['matches'],
  sets: readonly RuleSet[],
): { fields: ContentChange[]; effects: Effect[] } {
  const rules = matches.map(({ rule, of }) => {
    const found = sets.find((set) => set.of === of)?.rules.find(({ id }) => id === rule);
    if (found === undefined) throw new Error('a rule was met that is none');
    return found;
  });
  return {
    fields: rules.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.do === 'header' ? [{ kind: 'field', text: fieldOf(action) } as const] : [])),
    ),
    effects: rules.flatMap((rule) => rule.actions.flatMap((action) => effectsOf(action, rule))),
  };
}

/** Rules that the trace names. */
const NAMED_RULES = 20;

function detailsOf({ parts, found, faults, limit, matches }: ContentAnswer): InspectionDetails {
  return {
    parts,
    ...(found.length > 0 && { found: found.map(({ path, traits }) => `${path}: ${traits.join(', ')}`) }),
    ...(faults.length > 0 && { faults: faults.map(({ kind, where }) => `${kind}: ${where}`) }),
    ...(limit !== undefined && { limit }),
    ...(matches.length > 0 && { rules: matches.slice(0, NAMED_RULES).map(({ name }) => name) }),
  };
}

/**
 * What two messages must have in common for one result: what they hold, the scanner's signatures, the settings that judge it, and where there are
 * rules all that a rule may ask. Rules that ask the time are asked each time.
 */
export function contentKey(facts: ProtectionFacts, signatures: () => string): MemoryKey {
  return (message, digest) => {
    const { ambiguous, unreadable, virus, virus_unavailable, virus_oversize } = message.settings;
    const key = [digest, signatures(), ambiguous, unreadable, virus, virus_unavailable, virus_oversize];
    const rules = rulesFor(facts, message.customer);
    if (rules.length > 0) {
      if (rules.some((set) => set.rules.some((rule) => rule.conditions.some(({ on }) => on === 'time'))))
        return undefined;
      const { customer, direction, stream, sender, recipients, header } = message;
      const envelope = [versionOf(rules), customer, direction, stream, sender, ...recipients];
      key.push(...envelope, header.octets.toString('latin1', 0, header.end));
    }
    return key.join('\n');
  };
}
