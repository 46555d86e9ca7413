// In an inspect process: what rules want changed, turned into octets of this message.

import { addDisclaimer } from '../../../protocol/mime/edit/disclaimer.ts';
import type { OctetEdit } from '../../../protocol/mime/edit/octet-edit.ts';
import { removeParts } from '../../../protocol/mime/edit/remove-parts.ts';
import { tagSubject } from '../../../protocol/mime/edit/tag-subject.ts';
import type { MimeTree } from '../../../protocol/mime/walk/tree.ts';
import type { RuleEdit } from '../rules/evaluate.ts';
import type { ContentChange } from '../verdict.ts';

export interface MadeChanges {
  changes: ContentChange[];
  /** A part that was to be taken out could not be: the message must not pass as it is. */
  unchangeable: boolean;
}

type Kind<K extends RuleEdit['kind']> = Extract<RuleEdit, { kind: K }>;

/** The changes of all rules together, in no order. A disclaimer that has no place is left out: it protects nobody. */
export function makeChanges(tree: MimeTree, edits: readonly RuleEdit[]): MadeChanges {
  const fields = ofKind(edits, 'field').map(({ text }): ContentChange => ({ kind: 'field', text }));
  const removals = ofKind(edits, 'remove-parts').map(({ parts, note }) => removeParts(tree, parts, note));
  const made = [...removals.flatMap((found) => found ?? []), ...tags(tree, edits), ...disclaimers(tree, edits)];
  return {
    changes: [...fields, ...made.map((edit): ContentChange => ({ kind: 'edit', ...edit }))],
    unchangeable: removals.includes(undefined),
  };
}

function ofKind<K extends RuleEdit['kind']>(edits: readonly RuleEdit[], kind: K): Kind<K>[] {
  return edits.filter((edit): edit is Kind<K> => edit.kind === kind);
}

/** One change for the tags of all rules: they stand at one place. */
function tags(tree: MimeTree, edits: readonly RuleEdit[]): OctetEdit[] {
  const words = [...new Set(ofKind(edits, 'subject-tag').map(({ text }) => text))];
  return words.length === 0 ? [] : tagSubject(tree.content, words.join(' '));
}

function disclaimers(tree: MimeTree, edits: readonly RuleEdit[]): OctetEdit[] {
  const wanted = ofKind(edits, 'disclaimer');
  const [first, ...others] = wanted;
  if (first === undefined) return [];
  if (others.length === 0) return addDisclaimer(tree, first);
  const text = wanted.map((one) => one.text).join('\r\n\r\n');
  // Where one has no HTML of its own, all are made of their text: no words are lost.
  const html = wanted.flatMap((one) => one.html ?? []);
  return addDisclaimer(tree, { text, ...(html.length === wanted.length && { html: html.join('\r\n') }) });
}
