// In an inspect process: what rules want changed, turned into octets of this message.

import { addDisclaimer } from '../../../protocol/mime/edit/disclaimer.ts';
import { removeParts } from '../../../protocol/mime/edit/remove-parts.ts';
import { tagSubject } from '../../../protocol/mime/edit/tag-subject.ts';
import type { MimeTree } from '../../../protocol/mime/walk/tree.ts';
import { walkMessage } from '../../../protocol/mime/walk/walk-message.ts';
import type { RuleEdit } from '../rules/evaluate.ts';
import type { ContentChange } from '../verdict.ts';

export interface MadeChanges {
  changes: ContentChange[];
  /** One that protects could not be made. */
  unchangeable: boolean;
}

/** The changes, in no order. A tag or a disclaimer that finds no place is left out: it protects nobody. */
export function makeChanges(content: Buffer, edits: readonly RuleEdit[]): MadeChanges {
  const made: MadeChanges = { changes: [], unchangeable: false };
  const walked = new Walked(content);
  for (const edit of edits) {
    const changes = changesOf(edit, content, walked);
    if (changes === undefined) made.unchangeable = true;
    else made.changes.push(...changes);
  }
  return made;
}

/** The message is taken apart once more only where something is to be changed, and then once. */
class Walked {
  readonly #content: Buffer;
  #tree: MimeTree | undefined;

  constructor(content: Buffer) {
    this.#content = content;
  }

  tree(): MimeTree {
    this.#tree ??= walkMessage(this.#content);
    return this.#tree;
  }
}

function changesOf(edit: RuleEdit, content: Buffer, walked: Walked): ContentChange[] | undefined {
  switch (edit.kind) {
    case 'field':
      return [{ kind: 'field', text: edit.text }];
    case 'subject-tag':
      return tagSubject(content, edit.text).map((change) => ({ kind: 'edit', ...change }));
    case 'disclaimer':
      return addDisclaimer(walked.tree(), edit).map((change) => ({ kind: 'edit', ...change }));
    case 'remove-parts':
      return removeParts(walked.tree(), edit.parts, edit.note)?.map((change) => ({ kind: 'edit', ...change }));
    default:
      return edit satisfies never;
  }
}
