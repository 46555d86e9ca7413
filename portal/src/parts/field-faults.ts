// What the API says of the fields of a form.

import { ApiProblem } from '../api/problem.ts';

/** The messages for a field, as its `error`; `names`: what the API calls it (`body.name`, `name`). */
export function faultOf(error: unknown, ...names: readonly string[]): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const found = error.faults.filter(({ field }) => names.some((name) => field === name || field === `body.${name}`));
  return found.length === 0 ? undefined : found.map(({ message }) => message).join('; ');
}

/** The problem, where it is about more than the fields that a form shows; without what is said at these. */
export function otherFault(error: unknown, ...names: readonly string[]): unknown {
  if (error === null || error === undefined) return undefined;
  if (!(error instanceof ApiProblem) || error.faults.length === 0) return error;
  const isShown = ({ field }: { field: string }) => names.some((name) => field === name || field === `body.${name}`);
  const others = error.faults.filter((fault) => !isShown(fault));
  if (others.length === 0) return undefined;
  return others.length === error.faults.length ? error : error.withFaults(others);
}
