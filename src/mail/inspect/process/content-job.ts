// In an inspect process: takes a message apart, looks at the rules, and says what was found in a few words.

import { parseHeader } from '../../../protocol/mime/header.ts';
import { forScanner } from '../content/for-scanner.ts';
import { takeApart, walk } from '../content/take-apart.ts';
import type { ContentPart, PartTrait, TakenApart } from '../content/taken-apart.ts';
import { type CompiledRules, compileRules } from '../rules/compile.ts';
import { evaluateRules } from '../rules/evaluate.ts';
import type { ContentChange } from '../verdict.ts';
import { type ContentAnswer, type ContentQuestion, MOST_RULE_SETS, type OctetRange } from './jobs.ts';
import { makeChanges } from './make-changes.ts';
import type { JobAnswer } from './run-job.ts';

/** Remarkable parts and faults that an answer names. */
const NAMED = 10;
/** Characters of a path that are told. */
const PATH = 200;

const compiled = new Map<string, CompiledRules>();

/** Does the job `content`. Throws where the content breaks what takes it apart. */
export function contentJob(question: ContentQuestion, content: Buffer): JobAnswer<'content'> {
  const tree = walk(content, question.limits);
  const taken = takeApart(content, question.limits, { tree });
  const header = parseHeader(content);
  const rules = rulesOf(question);
  const outcome = evaluateRules(rules, { envelope: question.envelope, header, content: taken });
  const made = makeChanges(tree, outcome.edits);
  const beside = new Beside();
  const { verdict } = outcome;
  const note = 'reason' in verdict ? verdict.reason.note : undefined;
  const answer: ContentAnswer = {
    ...described(taken),
    matches: outcome.matches,
    verdict: verdict.kind,
    ...(note !== undefined && { note }),
    effects: outcome.effects,
    fields: made.changes.flatMap((change) => (change.kind === 'field' ? [change.text] : [])),
    edits: made.changes.flatMap((change) => editAnswer(change, beside)),
    ...(made.unchangeable && { unchangeable: true }),
    readings: taken.hidden.length,
    hidden: question.wantsHidden
      ? forScanner(taken.hidden).map(({ path, bytes }) => ({ path: path.slice(0, PATH), octets: beside.add(bytes) }))
      : [],
  };
  return { answer, octets: beside.octets };
}

function rulesOf({ rulesVersion, ruleSets }: ContentQuestion): CompiledRules {
  if (ruleSets !== undefined) {
    // As the asker does: it knows what is still here without asking.
    if (compiled.size >= MOST_RULE_SETS) compiled.clear();
    compiled.set(rulesVersion, compileRules(ruleSets));
  }
  const rules = compiled.get(rulesVersion);
  if (rules === undefined) throw new Error('rules that were never told');
  return rules;
}

function described(taken: TakenApart): Pick<ContentAnswer, 'parts' | 'found' | 'traits' | 'faults' | 'limit'> {
  const remarkable = taken.parts.filter(({ traits }) => traits.length > 0);
  return {
    parts: taken.parts.length,
    found: remarkable.toSorted(byWeight).slice(0, NAMED).map(foundPart),
    traits: [...new Set(remarkable.flatMap(({ traits }) => traits))],
    faults: taken.faults.slice(0, NAMED).map(({ kind, where }) => ({ kind, where: where.slice(0, PATH) })),
    ...(taken.limit !== undefined && { limit: taken.limit }),
  };
}

function foundPart({ path, traits }: ContentPart): ContentAnswer['found'][number] {
  return { path: path.slice(0, PATH), traits };
}

/** Being an archive is nothing to speak of beside the rest. */
const ORDINARY: readonly PartTrait[] = ['archive'];

function byWeight(a: ContentPart, b: ContentPart): number {
  return weightOf(b) - weightOf(a);
}

function weightOf({ traits }: ContentPart): number {
  return traits.filter((trait) => !ORDINARY.includes(trait)).length;
}

function editAnswer(change: ContentChange, beside: Beside): ContentAnswer['edits'] {
  if (change.kind !== 'edit') return [];
  return [{ at: change.at, remove: change.remove, insert: beside.add(change.insert) }];
}

/** Octets that go beside the words. */
class Beside {
  readonly octets: Uint8Array[] = [];
  #end = 0;

  add(octets: Uint8Array): OctetRange {
    const start = this.#end;
    this.octets.push(octets);
    this.#end += octets.byteLength;
    return [start, this.#end];
  }
}
