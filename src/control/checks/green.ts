// Whether a customer may go live: every check that it needs has passed (kinds.ts).

import type { Kysely } from 'kysely';
import type { ControlTables } from '../database/tables.ts';
import { type CheckView, isRequired } from './check-views.ts';
import { NEEDS, type Need } from './kinds.ts';
import { readSubject, type Subject, subjectsOf } from './subjects.ts';

/** A check that a customer still needs; without a view where it was not made yet. */
export interface OpenCheck {
  kind: Need['kind'];
  object: string;
  why: string;
  view?: CheckView;
}

/** What is still open, of all that the customer needs for the directions it uses. Nothing: it may go live. */
export async function stillOpen(
  db: Kysely<ControlTables>,
  customer: string,
  { views, spfRequired }: { views: readonly CheckView[]; spfRequired: boolean },
): Promise<OpenCheck[]> {
  const subjects: { name: string; subject: Subject }[] = [];
  for (const name of await subjectsOf(db, customer)) {
    const subject = await readSubject(db, name);
    if (subject !== undefined) subjects.push({ name: name.object, subject });
  }
  const open: OpenCheck[] = [];
  for (const need of NEEDS) {
    if (!isRequired(need.kind, spfRequired)) continue;
    const mine = subjects.filter(({ subject }) => subject.kind === need.of && isFor(need, subject));
    const judged = mine.map(({ name }) => {
      const view = views.find((one) => one.kind === need.kind && one.object === name);
      const passed = view?.state === 'ok' || view?.state === 'warn';
      return { passed, check: { kind: need.kind, object: name, why: need.why, ...(view !== undefined && { view }) } };
    });
    if (need.how === 'one' && judged.some(({ passed }) => passed)) continue;
    open.push(...judged.filter(({ passed }) => !passed).map(({ check }) => check));
  }
  return open;
}

function isFor(need: Need, subject: Subject): boolean {
  if (subject.kind !== 'domain') return true;
  return need.for.some((direction) => subject[direction]);
}
