import assert from 'node:assert/strict';
import { test } from 'node:test';

// By their names alone: they are typed for browsers.
const load = async (name: string): Promise<unknown> =>
  import(new URL(`../../portal/src/api/${name}`, import.meta.url).href);
const { ApiProblem } = (await load('problem.ts')) as {
  ApiProblem: new (answer: { status: number; detail: string; retryAfterS?: number }) => Error;
};
const { isTriedAgain, waitBefore } = (await load('try-again.ts')) as {
  isTriedAgain: (failures: number, error: unknown) => boolean;
  waitBefore: (failures: number, error: unknown) => number;
};
const problem = (status: number, retryAfterS?: number) =>
  new ApiProblem({ status, detail: '', ...(retryAfterS !== undefined && { retryAfterS }) });

test('what did not arrive is read again, what was refused is not', () => {
  for (const [error, again] of [
    [new TypeError('gone'), true],
    [problem(0), true],
    [problem(503), true],
    [problem(403), false],
    [problem(404), false],
    [problem(500), false],
  ] as const) {
    assert.equal(isTriedAgain(0, error), again, error.message);
    assert.equal(isTriedAgain(2, error), false, 'not for ever');
  }
  assert.deepEqual([waitBefore(0, problem(0)), waitBefore(1, problem(0))], [1000, 2000]);
});

test('two pages of one link share its requests: neither shows an alarm for a moment’s wait', () => {
  assert.equal(isTriedAgain(0, problem(429, 1)), true);
  const wait = waitBefore(0, problem(429, 1));
  assert.ok(wait >= 1000 && wait <= 4000, String(wait));
  assert.equal(isTriedAgain(0, problem(429, 60)), false, 'who has to wait for long is told');
  assert.equal(isTriedAgain(0, problem(429)), false);
});
