// In an inspect process: what rules want changed, turned into octets of this message.

import type { HeaderSection } from '../../../protocol/mime/header.ts';
import type { RuleEdit } from '../rules/evaluate.ts';
import type { ContentChange } from '../verdict.ts';

export interface MadeChanges {
  changes: ContentChange[];
  /** One that protects could not be made. */
  unchangeable: boolean;
}

/** The changes, in no order. */
export function makeChanges(_content: Buffer, _header: HeaderSection, edits: readonly RuleEdit[]): MadeChanges {
  const made: MadeChanges = { changes: [], unchangeable: false };
  for (const edit of edits) {
    if (edit.kind === 'field') made.changes.push({ kind: 'field', text: edit.text });
    else made.unchangeable = true;
  }
  return made;
}
