import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertVersion, etagOf, expectedVersions } from './etag.ts';
import { Problem } from './problem.ts';

const status = (work: () => void): number => {
  try {
    work();
    return 200;
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.equal(error.errors[0]?.field, 'If-Match');
    return error.status;
  }
};
const change = (header: string | undefined, version: number | string) =>
  status(() => assertVersion(expectedVersions({ 'if-match': header }), version));

describe('If-Match', () => {
  test('the version that was read is changed, another is not', () => {
    assert.equal(change(etagOf(7), 7), 200);
    assert.equal(change(etagOf(6), 7), 412);
    assert.equal(change('"6", "7"', 7), 200);
    assert.equal(change('*', 7), 200);
  });

  test('without it nothing is changed, and a weak one fits nothing', () => {
    assert.equal(change(undefined, 7), 428);
    assert.equal(change(' ', 7), 428);
    assert.equal(change('W/"7"', 7), 412);
  });

  test('what is no ETag is refused', () => {
    for (const bad of ['7', '"7', '"7" "8"', '"7",', '"\u0000"', '" "', "' or 1=1 --"])
      assert.equal(change(bad, 7), 400, bad);
  });
});
