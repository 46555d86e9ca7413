// What the API says of the fields of a form: said once, at the field. `<Failing>` says the rest, and asks here what that is.

import { type ReactNode, useLayoutEffect, useReducer } from 'react';
import { ApiProblem, type FieldFault } from '../api/problem.ts';

/** How often each fault is drawn at a field now: what a form shows changes with its steps and choices. */
const drawn = new Map<string, number>();
const listeners = new Set<() => void>();
/** Counts the changes of what is drawn. */
let version = 0;

/** The same fault, whichever answer brought it: one answer has it in English, another in the language of the page. */
function keyOf({ field, code, message, line }: FieldFault): string {
  return `${nameOf(field)} ${line ?? ''} ${code ?? message}`;
}

/** The API says of some fields where in the request they stand. */
function nameOf(field: string): string {
  return field.replace(/^(?:body|query|querystring)\./, '');
}

function count(keys: readonly string[], by: 1 | -1): void {
  for (const key of keys) {
    const times = (drawn.get(key) ?? 0) + by;
    if (times === 0) drawn.delete(key);
    else drawn.set(key, times);
  }
  version++;
  for (const listener of listeners) listener();
}

/** Words at a field about these faults: `<Failing>` does not say them again. */
export function AtField({ faults, children }: { faults: readonly FieldFault[]; children: ReactNode }) {
  const all = faults.map(keyOf).join('\n');
  // Before anything is painted: nobody sees a fault twice, not even for a moment.
  useLayoutEffect(() => {
    const keys = all.split('\n');
    count(keys, 1);
    return () => count(keys, -1);
  }, [all]);
  return children;
}

/**
 * The messages for a field, as its `error`; `names`: what the API calls it, `types.*` for what lies within. Nothing where
 * nothing is wrong with it.
 */
export function faultOf(error: unknown, ...names: readonly string[]): ReactNode {
  return error instanceof ApiProblem ? faultAmong(error.faults, names, ({ message }) => message) : undefined;
}

/** The same among faults that came another way, each in the words of `say`. */
export function faultAmong<Fault extends FieldFault>(
  faults: readonly Fault[],
  names: readonly string[],
  say: (fault: Fault) => string,
): ReactNode {
  const isAbout = (field: string, name: string) =>
    name.endsWith('.*') ? field.startsWith(name.slice(0, -1)) : field === name;
  const found = faults.filter(({ field }) => names.some((name) => isAbout(nameOf(field), name)));
  if (found.length === 0) return undefined;
  return <AtField faults={found}>{[...new Set(found.map(say))].join(' ')}</AtField>;
}

/** The problem without what is said at fields; nothing where all is said there. */
export function useUnsaid(error: unknown): unknown {
  useDrawn();
  if (!(error instanceof ApiProblem) || error.faults.length === 0) return error ?? undefined;
  const unsaid = error.faults.filter((fault) => !drawn.has(keyOf(fault)));
  if (unsaid.length === 0) return undefined;
  return unsaid.length === error.faults.length ? error : error.withFaults(unsaid);
}

/** Draws anew, before anything is painted, when a field says more or less than before. */
function useDrawn(): void {
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  const seen = version;
  useLayoutEffect(() => {
    if (seen !== version) drawAgain();
    listeners.add(drawAgain);
    return () => void listeners.delete(drawAgain);
  }, [seen]);
}
