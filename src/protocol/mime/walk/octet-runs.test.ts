import assert from 'node:assert/strict';
import test from 'node:test';
import { runsOf, SMALL, tableOf } from './octet-runs.ts';

/** What a pattern finds: slower, and beyond doubt. */
function byPattern(text: string, fewest: number): [number, string][] {
  return [...text.matchAll(/[a-z]+/g)]
    .filter(([run]) => run.length >= fewest)
    .map((match): [number, string] => [match.index, match[0]]);
}

test('stretches are found whole, wherever they begin and end', () => {
  const table = tableOf(SMALL);
  // Every text of ten octets, each of them a letter or none.
  for (let number = 0; number < 2 ** 10; number++) {
    const text = Array.from({ length: 10 }, (_, place) => (((number >> place) & 1) === 1 ? 'a' : ' ')).join('');
    for (const fewest of [1, 2, 3, 5, 10, 11]) {
      const octets = Buffer.from(text);
      const runs = [...runsOf(octets, table, fewest)];
      const found = runs.map((run): [number, string] => [run.byteOffset - octets.byteOffset, run.toString()]);
      assert.deepEqual(found, byPattern(text, fewest), JSON.stringify([text, fewest]));
    }
  }
});
