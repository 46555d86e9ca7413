import assert from 'node:assert/strict';
import { Problem } from '../../api/problem.ts';

/** The problem with this status that the work has to end with. */
export async function problemOf(work: Promise<unknown>, status: number): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Problem, `a problem ${status}, not ${String(error)}`);
  assert.equal(error.status, status, error.message);
  return error;
}
