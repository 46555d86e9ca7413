import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { DATA_KINDS } from './retention.ts';

test('every kind of data has a name in each language of the portal', () => {
  for (const language of ['en', 'de', 'fr']) {
    const file = new URL(`../../../portal/src/words/${language}/governance.json`, import.meta.url);
    const { kinds } = JSON.parse(readFileSync(file, 'utf8')) as { kinds: Record<string, string> };
    const missing = DATA_KINDS.filter(({ kind }) => kinds[kind.replaceAll(' ', '_')] === undefined);
    assert.deepEqual(
      missing.map(({ kind }) => kind),
      [],
      language,
    );
  }
});
